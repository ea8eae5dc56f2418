"""What one provider contributed to one answer."""

from datetime import datetime
from enum import Enum

import msgspec

from gateway.domain.errors import Problem


class OutcomeStatus(Enum):
    """How one provider's part of an answer turned out."""

    OK = "ok"
    STALE = "stale"
    PARTIAL = "partial"
    FAILED = "failed"
    SKIPPED = "skipped"
    NOT_SUPPORTED = "not_supported"


class Source(Enum):
    """Where a provider's part of an answer was read from."""

    UPSTREAM = "upstream"
    CACHE = "cache"
    STORE = "store"
    NONE = "none"


class ProviderOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """One provider's part of one answer.

    `missing_before`: items older than this are missing from the rest of this walk. `truncated`: the provider has more
    than it was allowed to show. `upstream_calls` is None where calls were shared between several answers.
    """

    provider: str
    status: OutcomeStatus
    fault: Problem | None = None
    served_from: Source = Source.UPSTREAM
    age_s: float | None = None
    upstream_calls: int | None = None
    applied_locally: tuple[str, ...] = ()
    truncated: bool = False
    missing_before: datetime | None = None
    note: str | None = None
