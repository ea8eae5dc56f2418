"""What is remembered of mutations: who tried what, what came of it, and, under an idempotency key, the answer."""

from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from typing import Protocol

import msgspec

from gateway.domain.errors import ConflictError


class AuditOutcome(Enum):
    """What came of an attempt to change something."""

    DONE = "done"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    REPLAYED = "replayed"
    IN_PROGRESS = "in_progress"


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """A mutation that begins. `id` is unique and grows with time; `target` is the global id of what is to be changed.

    `destination` is the global id of the destination that sends it, None for a caller's own. `confirmed_by` tells how it was
    confirmed that something is destroyed: by its "name", or in the settings of the "destination"; None where that was not needed.
    """

    id: str
    at: datetime
    caller: str
    mutation: str
    provider: str | None = None
    target: str | None = None
    idempotency_key: str | None = None
    destination: str | None = None
    confirmed_by: str | None = None


class Settlement(msgspec.Struct, frozen=True, kw_only=True):
    """How an attempt ended. `code` is that of the first error; method, path, status and request id are of the last write;
    `writes` counts all that reached, or may have reached, the vendor.
    """

    outcome: AuditOutcome
    duration_s: float
    code: str | None = None
    method: str | None = None
    path: str | None = None
    status: int | None = None
    request_id: str | None = None
    writes: int = 0
    changed: tuple[str, ...] = ()


class AuditEntry(msgspec.Struct, frozen=True, kw_only=True):
    """An attempt with its end. `settlement` is None while it is under way; one that was never settled is UNKNOWN."""

    attempt: Attempt
    outcome: AuditOutcome
    settlement: Settlement | None = None


class AuditPlace(msgspec.Struct, frozen=True):
    """A place in the log, newest first."""

    at: datetime
    id: str


class AuditQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which attempts. None means any; `since` is inclusive, `until` exclusive."""

    providers: tuple[str, ...] | None = None
    mutations: tuple[str, ...] | None = None
    outcomes: tuple[AuditOutcome, ...] | None = None
    callers: tuple[str, ...] | None = None
    targets: tuple[str, ...] | None = None
    idempotency_keys: tuple[str, ...] | None = None
    destinations: tuple[str, ...] | None = None
    since: datetime | None = None
    until: datetime | None = None


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """An idempotency key in its scope, and what it is used for: `input` is compared by a keyed digest, and not kept."""

    caller: str
    mutation: str
    key: str
    input: bytes


class Fresh(msgspec.Struct, frozen=True):
    """The key is ours: go on."""


class Recorded(msgspec.Struct, frozen=True):
    """The key was used before, for the same: `answer` is what was remembered."""

    answer: bytes


class UnderWay(msgspec.Struct, frozen=True):
    """The key is being used at this moment."""


class Abandoned(msgspec.Struct, frozen=True):
    """Whoever used the key never said what came of it: the outcome is unknown for good."""


class OtherInput(msgspec.Struct, frozen=True):
    """The key was used for something else."""


class AttemptWithdrawnError(ConflictError):
    """An attempt that must not begin any more: it was withdrawn, or has begun before. Nothing is sent for it."""


Claimed = Fresh | Recorded | UnderWay | Abandoned | OtherInput


class AuditLog(Protocol):
    """What was tried, to be read."""

    async def entries(self, query: AuditQuery, after: AuditPlace | None, limit: int) -> Sequence[AuditEntry]:
        """Newest first, from behind `after` on. StoreUnavailableError where the database does not answer."""
        ...


class MutationStore(Protocol):
    """Remembers attempts for good, and answers by idempotency key for a day.

    StoreUnavailableError where the database does not answer: then nothing must be sent, because nothing would tell of it.
    """

    async def begin(self, attempt: Attempt, claim: Claim | None, lease_s: float) -> Claimed:
        """Notes that it begins, and takes its key, at once or not at all: unless Fresh, nothing is noted.

        After `lease_s` seconds without `finish` the attempt counts as abandoned. Committed when it returns.

        ConflictError when `note` has written an attempt of this id, or it has begun before: then nothing may be sent for it.
        """
        ...

    async def look(self, claim: Claim) -> Claimed:
        """What `begin` would answer, without taking the key."""
        ...

    async def finish(
        self, attempt: Attempt, settlement: Settlement, claim: Claim | None, answer: bytes, *, free: bool = False
    ) -> None:
        """How it ended. `answer` is remembered under the key, unless it is to be `free` again. When the lease is over it is
        remembered in any case: others may have been told that the outcome is unknown.
        """
        ...

    async def note(self, attempt: Attempt, settlement: Settlement, claim: Claim | None = None) -> None:
        """An attempt that ended before it began: refused, or answered from memory. With a `claim`, one of which it is not known
        whether it began: nothing was sent, and the key is free.

        A destination's attempt that has begun stays as it is, settled or not. Whoever goes on for a worker that is gone writes
        this, and then reads with `attempt` which came first: either it cannot begin any more, or it may have been sent.
        """
        ...

    async def attempt(self, id: str) -> AuditEntry | None:
        """None when it neither began nor was noted."""
        ...
