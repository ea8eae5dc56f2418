"""What a vendor call does. HTTP methods do not tell: one vendor restarts builds with GET, another searches with POST."""

from enum import Enum


class Effect(Enum):
    """Only a READ may ever be repeated; they travel over different transports (`router.py`)."""

    READ = "read"
    WRITE = "write"
