"""The forms of id that the vendor uses, and the written form of its times."""

import uuid
from datetime import datetime
from random import Random


def seeded(*parts: object) -> Random:
    """The same parts give the same stream in every process."""
    return Random(":".join(str(part) for part in parts))


def object_id(random: Random, at: datetime) -> str:
    """24 hex digits, the first 8 of which are the creation time in epoch seconds."""
    return f"{int(at.timestamp()):08x}{random.getrandbits(64):016x}"


def uuid4(random: Random) -> str:
    return str(uuid.UUID(int=random.getrandbits(128), version=4))


def iso(moment: datetime) -> str:
    """`2026-02-03T04:05:06.789Z`: always three decimals, always Z."""
    return f"{moment.isoformat(timespec='milliseconds')[:-6]}Z"


def version_stamp(moment: datetime) -> str:
    """What real artifact versions end with: `20260102030405`."""
    return moment.strftime("%Y%m%d%H%M%S")
