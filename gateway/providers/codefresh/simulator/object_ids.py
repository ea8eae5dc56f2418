"""Mongo ObjectIds: 24 lower-case hex digits, the first 8 of which are the creation time in epoch seconds."""

import re
from random import Random

from gateway.providers.codefresh.simulator.times import SECOND_MS

MACHINES = 4

_PATTERN = re.compile(r"[0-9a-f]{24}")


class ObjectIds:
    """Mints ids as several database clients would, so that within one second their order is not creation order."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._machines = [random.getrandbits(40) for _ in range(MACHINES)]
        self._counters = [random.getrandbits(22) for _ in range(MACHINES)]

    def mint(self, at_ms: int) -> str:
        machine = self._random.randrange(MACHINES)
        self._counters[machine] += 1
        return f"{at_ms // SECOND_MS:08x}{self._machines[machine]:010x}{self._counters[machine]:06x}"


def is_object_id(text: str) -> bool:
    return _PATTERN.fullmatch(text) is not None
