"""The direction of an order."""

from enum import Enum

from schema.types.view import enum


class OrderDirection(Enum):
    """Which end comes first."""

    ASC = "asc"
    DESC = "desc"


enum(OrderDirection, ASC="Smallest, earliest or A first.", DESC="Largest, latest or Z first.")
