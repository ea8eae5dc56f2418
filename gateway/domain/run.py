"""What every run of a pipeline has, be it a CI build or an execution of a data pipeline."""

from datetime import datetime
from enum import Enum

import msgspec


class RunStatus(Enum):
    """The state of a run, in the words that all vendors share."""

    QUEUED = "queued"
    RUNNING = "running"
    BLOCKED = "blocked"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"
    SKIPPED = "skipped"
    UNKNOWN = "unknown"


FINISHED = frozenset({RunStatus.SUCCEEDED, RunStatus.FAILED, RunStatus.CANCELED, RunStatus.SKIPPED})
"""States from which a run does not move by itself. (A person can still retry a part of it.)"""


class TriggerKind(Enum):
    """What started a run."""

    WEBHOOK = "webhook"
    MANUAL = "manual"
    API = "api"
    SCHEDULE = "schedule"
    UPSTREAM_RUN = "upstream_run"
    RETRY = "retry"
    UNKNOWN = "unknown"


class RunTrigger(msgspec.Struct, frozen=True):
    """What started a run; `native` is the vendor's word, `name` the vendor's trigger when it has one."""

    kind: TriggerKind
    native: str | None = None
    name: str | None = None


class Actor(msgspec.Struct, frozen=True):
    """A person or machine, as far as the vendor tells. Vendors leave out most of it at times.

    `type` is the vendor's word for what it is (a service account, an organization).
    """

    name: str | None = None
    username: str | None = None
    email: str | None = None
    avatar_url: str | None = None
    external_id: str | None = None
    type: str | None = None


class RunFailure(msgspec.Struct, frozen=True):
    """Why a run failed or was cancelled; `retry_may_help` is None where the vendor does not tell."""

    message: str
    kind: str | None = None
    retry_may_help: bool | None = None


def duration_s(started_at: datetime | None, finished_at: datetime | None) -> float | None:
    """Seconds from start to finish; None unless both are known and in that order (clocks differ)."""
    if started_at is None or finished_at is None or finished_at < started_at:
        return None
    return (finished_at - started_at).total_seconds()
