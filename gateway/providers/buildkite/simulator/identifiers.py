"""Ids, slugs and the seeded randomness that they come from."""

import base64
import re
import uuid
from random import Random

_JOB_INDEX_BITS = 12
_ORDINAL_BITS = 24
_ORDINAL_MASK = 0x5A17C3
_TAIL_BITS = 62 - _ORDINAL_BITS


def seeded(*parts: object) -> Random:
    """The same parts give the same stream in every process."""
    return Random(":".join(str(part) for part in parts))


def uuid4(rng: Random) -> str:
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))


def uuid7(at_ms: int, rng: Random) -> str:
    """Starts with the milliseconds since 1970, as UUID version 7 does."""
    return _uuid7(at_ms, rng.getrandbits(12), rng.getrandbits(62))


def job_uuid(at_ms: int, ordinal: int, index: int, rng: Random) -> str:
    """A version 7 UUID that hides the build's ordinal and the job's index, so that a job is found by its id alone."""
    tail = ((ordinal ^ _ORDINAL_MASK) << _TAIL_BITS) | rng.getrandbits(_TAIL_BITS)
    return _uuid7(at_ms, index, tail)


def build_ordinal(job_id: str) -> int | None:
    """The ordinal hidden in a job id; any number for a foreign UUID, None for what is no UUID."""
    try:
        value = uuid.UUID(job_id).int
    except ValueError:
        return None
    return ((value >> _TAIL_BITS) & ((1 << _ORDINAL_BITS) - 1)) ^ _ORDINAL_MASK


def _uuid7(at_ms: int, rand_a: int, rand_b: int) -> str:
    return str(uuid.UUID(int=(at_ms << 80) | (7 << 76) | (rand_a << 64) | (2 << 62) | rand_b))


def graphql_id(kind: str, identifier: str) -> str:
    return base64.b64encode(f"{kind}---{identifier}".encode()).decode()


def slug_of(name: str) -> str:
    """Runs of blanks become one dash, lower case, at most 100 characters (REST, pipelines)."""
    return re.sub(r"[^a-z0-9-]", "", re.sub(r"\s+", "-", name.strip().lower()))[:100]
