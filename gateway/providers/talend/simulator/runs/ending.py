"""How a run will go, decided before it begins, and the phases that follow from it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from gateway.providers.talend.simulator.runs.statuses import (
    DEPLOY_FAILED,
    DISPATCHING,
    FAILED,
    MISFIRES,
    RECEIVED,
    STARTING,
    SUCCESS,
    TASK_TERMINAL,
    TIMED_OUT,
)


class Phase(NamedTuple):
    """From `at` on the run has this detailed status, until the next phase begins."""

    at: datetime
    status: str


@dataclass(frozen=True, slots=True)
class Ending:
    """A script for one task run. A misfired run never starts, and its status is EXECUTION_FAILED."""

    status: str = SUCCESS
    received_s: float = 1.2  # until an engine is sought
    dispatching_s: float = 2.8  # until the run starts
    running_s: float | None = 60.0  # None: runs until somebody stops it
    error_type: str | None = None
    error_message: str | None = None
    misfire: str | None = None
    processed_rows: int | None = None
    rejected_rows: int | None = None

    def __post_init__(self) -> None:
        if self.status not in TASK_TERMINAL:
            raise ValueError(f"{self.status} is no final status")
        if self.misfire is not None and self.misfire not in MISFIRES:
            raise ValueError(f"{self.misfire} is no reason for a misfire")

    def phases(self, trigger: datetime, timeout_min: int | None) -> tuple[Phase, ...]:
        """In time order. The last may lie in the future; without a final one the run is open-ended."""
        received = Phase(trigger, RECEIVED)
        sought_at = trigger + timedelta(seconds=self.received_s)
        if self.misfire is not None:
            return (received, Phase(sought_at, FAILED))
        dispatching = Phase(sought_at, DISPATCHING)
        started_at = sought_at + timedelta(seconds=self.dispatching_s)
        if self.status == DEPLOY_FAILED:
            return (received, dispatching, Phase(started_at, DEPLOY_FAILED))
        starting = Phase(started_at, STARTING)
        running_s, status = self.running_s, self.status
        if timeout_min is not None and (running_s is None or running_s > timeout_min * 60):
            running_s, status = timeout_min * 60.0, TIMED_OUT
        if running_s is None:
            return (received, dispatching, starting)
        return (received, dispatching, starting, Phase(started_at + timedelta(seconds=running_s), status))


def misfired(reason: str, message: str) -> Ending:
    """A run that never starts."""
    return Ending(status=FAILED, received_s=0.4, misfire=reason, error_type="MISFIRE", error_message=message)
