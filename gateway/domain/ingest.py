"""Taking in runs that CI systems report to the gateway: one port for whoever brings a report, be it a request or a mutation."""

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Protocol

import msgspec

from gateway.domain.build import Build
from gateway.domain.errors import InvalidInputError
from gateway.domain.ledger import RunNotification


class IngestCode(Enum):
    """Why a report was not taken, in the words that senders know."""

    NOT_AUTHED = "not_authed"
    INVALID_AUTH = "invalid_auth"
    ACCOUNT_INACTIVE = "account_inactive"
    REQUIRED_PARAMS_MISSING = "required_params_missing"
    INVALID_ARGUMENTS = "invalid_arguments"


class IngestRefusedError(InvalidInputError):
    """A report that cannot be meant. Nothing of it was stored; `reason` is for senders, `field` for people."""

    def __init__(self, reason: IngestCode, message: str, *, field: str | None = None, provider: str | None = None) -> None:
        super().__init__(message, field=field, provider=provider)
        self.reason = reason


class KeyState(Enum):
    """Whether a key that an account knows may still be used."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    EXPIRED = "expired"


class IngestKey(msgspec.Struct, frozen=True):
    """A sender's key as an account knows it. `name` is the operator's; the secret is not in here."""

    name: str
    state: KeyState


class Submission(msgspec.Struct, frozen=True):
    """A report as it was sent over HTTP. `query` is the query string, still encoded."""

    content_type: str
    query: bytes
    body: bytes

    @property
    def raw(self) -> bytes:
        """What is kept of it, to be looked up later: the body, behind the query string and a line break if there was one."""
        return b"\n".join(part for part in (self.query, self.body) if part)


class Ingest(Protocol):
    """One account that runs can be reported to."""

    @property
    def max_bytes(self) -> int:
        """The greatest body that is read."""
        ...

    def authorize(self, secret: str) -> IngestKey | None:
        """The key with this secret; None when the account has none such. Takes the same time whatever the secret is."""
        ...

    def read(self, submission: Submission) -> RunNotification:
        """What was meant; IngestRefusedError when that cannot be made out."""
        ...

    def check(self, fields: Mapping[str, object], spell: Callable[[str], str] = str) -> RunNotification:
        """As `read`, for fields that are values already: their names are the wire's (`started_at`), None is absent, times may
        be datetimes, and a status may be a RunStatus. `spell` says how the caller's own interface writes a field's name, for the
        error's `field` and message.
        """
        ...

    async def record(self, notification: RunNotification, raw: bytes) -> Build:
        """Stores it and gives the run as all its reports now tell it. Returns only when that is kept for good; raises
        StoreUnavailableError when it is surely not. `raw` is what was sent.
        """
        ...
