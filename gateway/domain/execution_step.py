"""Steps of an execution: how far a plan's run has come."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from gateway.domain.errors import GatewayError
from gateway.domain.keys import ExecutionKey, ExecutionStepKey
from gateway.domain.page import Want
from gateway.domain.run import RunStatus, duration_s


class ExecutionStep(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a plan's run. `planned_count` and `done_count` are of its tasks.

    `whole` is False for a row of the list of steps, which leaves out counts and executions.
    """

    key: ExecutionStepKey
    external_id: str
    execution: ExecutionKey
    step_id: str | None = None
    name: str | None = None
    status: RunStatus
    native_status: str | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    planned_count: int | None = None
    done_count: int | None = None
    executions: tuple[ExecutionKey, ...] | None = None
    whole: bool = True

    @property
    def duration_s(self) -> float | None:
        return duration_s(self.started_at, self.finished_at)


class ExecutionStepReader(Protocol):
    """Reads the steps of executions of one provider."""

    async def list_execution_steps(
        self, executions: Sequence[ExecutionKey], want: Want
    ) -> Sequence[tuple[ExecutionStep, ...] | GatewayError]:
        """The steps of each execution in the order of its plan, without error handlers; empty for those without steps."""
        ...

    async def get_execution_steps(self, keys: Sequence[ExecutionStepKey], want: Want) -> Sequence[ExecutionStep | GatewayError]:
        """One answer per key, in order, each whole; absent is a NotFoundError value. An error handler has a key too."""
        ...

    async def get_error_handlers(
        self, steps: Sequence[ExecutionStepKey], want: Want
    ) -> Sequence[ExecutionStep | GatewayError | None]:
        """What ran because each step failed; None when nothing did."""
        ...
