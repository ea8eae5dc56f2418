"""Ids as the documents print them: 24 hex digits that begin with the time in seconds."""

from datetime import datetime
from random import Random


class ObjectIds:
    """Within one second the order of ids is not the order of creation."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def mint(self, moment: datetime) -> str:
        return f"{int(moment.timestamp()):08x}{self._random.getrandbits(64):016x}"
