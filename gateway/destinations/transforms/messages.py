"""What a gateway and its process for transforms say to each other: lines of JSON, each answer to the question before it."""

from typing import Any

import msgspec

MOST_BYTES = 32 * 1024 * 1024
"""In one line."""
MOST_RESULT_BYTES = MOST_BYTES - 100
MOST_OF_A_FAILURE = 200
"""Characters told of what a function raised."""


class Load(msgspec.Struct, frozen=True, kw_only=True, tag="load"):
    """Import a function, `module:function`. Answered by a `Result` without content."""

    target: str
    limit_s: float


class Apply(msgspec.Struct, frozen=True, kw_only=True, tag="apply"):
    """Call a function that was loaded. The process ends itself when it takes much longer than `limit_s`."""

    target: str
    records: Any
    limit_s: float


class Result(msgspec.Struct, frozen=True, kw_only=True, tag="result"):
    content: Any = None


class Failure(msgspec.Struct, frozen=True, kw_only=True, tag="failure"):
    """`what` goes on a sentence that begins with the name of the transform."""

    what: str


Question = Load | Apply
Answer = Result | Failure
