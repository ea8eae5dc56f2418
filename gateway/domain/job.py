"""Jobs: the parts of a build. Buildkite calls them jobs, Codefresh steps."""

from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from typing import Protocol

import msgspec

from gateway.domain.errors import GatewayError
from gateway.domain.keys import AgentKey, BuildKey, JobKey
from gateway.domain.page import Chunk, Mark, Want
from gateway.domain.run import Actor, RunStatus, duration_s


class JobKind(Enum):
    """What a part of a build does."""

    COMMAND = "command"
    WAIT = "wait"
    BLOCK = "block"
    TRIGGER = "trigger"
    STEP = "step"
    UNKNOWN = "unknown"


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """One part of a build. `attempt` counts from 1; `retried_in` is the job that repeats this one.

    `soft_failed`: it failed, and the build was told not to mind. `has_log` false means that asking for a log is in vain.
    """

    key: JobKey
    external_id: str
    build: BuildKey
    kind: JobKind
    status: RunStatus
    native_status: str | None
    name: str | None = None
    command: str | None = None
    exit_status: int | None = None
    soft_failed: bool = False
    created_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    attempt: int | None = None
    max_attempts: int | None = None
    retried_in: JobKey | None = None
    unblockable: bool | None = None
    unblocked_by: Actor | None = None
    agent: AgentKey | None = None
    triggered_build: BuildKey | None = None
    url: str | None = None
    has_log: bool = False

    @property
    def duration_s(self) -> float | None:
        return duration_s(self.started_at, self.finished_at)


class JobLog(msgspec.Struct, frozen=True):
    """The end of a job's log, without the vendor's time marks and colour codes.

    `size_bytes` is the whole log's size where the vendor tells it; `truncated` when `text` is not all of it.
    """

    text: str
    truncated: bool
    size_bytes: int | None = None


class JobReader(Protocol):
    """Reads the parts of builds of one provider. Each build costs a call of its own."""

    async def list_jobs(self, build: BuildKey, after: Mark | None, first: int, want: Want) -> Chunk[Job]:
        """A build's jobs in order, with marks; NotFoundError when the build is gone."""
        ...

    async def get_jobs(self, keys: Sequence[JobKey], want: Want) -> Sequence[Job | GatewayError]:
        """One answer per key, in order; absent is a NotFoundError value."""
        ...

    async def read_log(self, job: JobKey, tail_bytes: int) -> JobLog | None:
        """The last `tail_bytes` of a job's log; None where there is none (yet)."""
        ...
