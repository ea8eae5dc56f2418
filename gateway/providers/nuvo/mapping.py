"""From what nuvo sends to domain values: pure functions and the tables of its words."""

from collections.abc import Iterable
from datetime import datetime

from gateway.domain.execution import AttemptType, Execution, ExecutionAttempt, ExecutionKind, ExecutionMetrics
from gateway.domain.pipeline import Pipeline, PipelineKind
from gateway.domain.run import FINISHED, Actor, RunFailure, RunStatus, RunTrigger, TriggerKind
from gateway.domain.workspace import Workspace
from gateway.providers.nuvo import wire
from gateway.providers.nuvo.keys import Origin
from gateway.providers.nuvo.times import utc

# "Execution API". FAILED is an end that can be undone: once its pipeline is mended, the same execution runs again.
STATUSES: dict[str, RunStatus] = {
    "PROCESSING": RunStatus.RUNNING,
    "SUCCESSFUL": RunStatus.SUCCEEDED,
    "FAILED": RunStatus.FAILED,
}

# MANUAL is what a call of the API gets. The other spellings are those of connectors, whose member has the same name.
TRIGGERS: dict[str, TriggerKind] = {
    "MANUAL": TriggerKind.API,
    "SCHEDULED": TriggerKind.SCHEDULE,
    "TIME_BASE": TriggerKind.SCHEDULE,
    "TIME_BASED": TriggerKind.SCHEDULE,
    "EVENT": TriggerKind.WEBHOOK,
    "EVENT_BASE": TriggerKind.WEBHOOK,
    "EVENT_BASED": TriggerKind.WEBHOOK,
}

# The prose has the first of each pair, an example the second.
ATTEMPT_TYPES: dict[str, AttemptType] = {
    "CREATE": AttemptType.CREATE,
    "CREATED": AttemptType.CREATE,
    "FIX": AttemptType.FIX,
    "FIXED": AttemptType.FIX,
}

# Whether running it again can help although nothing was mended.
# ASSUMED: only a silent source or destination may answer later; disproved by one of the others that passed by itself.
RETRY_MAY_HELP: dict[str, bool] = {
    "SOURCE_UNRESPONSIVE": True,
    "DESTINATION_UNRESPONSIVE": True,
    "SOURCE_DATA_EMPTY": False,
    "PARSING_FAILURE": False,
    "DESTINATION_SIZE_LIMIT": False,
    "WRITE_FILE_FAILURE": False,
    "ERROR_THRESHOLD_EXCEEDED": False,
}


def execution_status(native: str | None) -> RunStatus:
    """An unknown word is UNKNOWN."""
    return STATUSES.get(native, RunStatus.UNKNOWN) if native is not None else RunStatus.UNKNOWN


def native_statuses(wanted: Iterable[RunStatus]) -> list[str]:
    """The vendor's words for any of these states."""
    states = frozenset(wanted)
    return [word for word, status in STATUSES.items() if status in states]


def to_workspace(origin: Origin) -> Workspace:
    """The identity that the account is logged in as. The vendor is asked for nothing but whether it may log in."""
    return Workspace(
        key=origin.workspace(),
        external_id=origin.identifier,
        name=origin.identifier,
        slug=origin.identifier,
        type=origin.identity,
    )


def to_pipeline(row: wire.Pipeline, origin: Origin) -> Pipeline:
    return Pipeline(
        key=origin.pipeline(row.id),
        external_id=row.id,
        kind=PipelineKind.DATA,
        name=row.name,
        workspace=origin.workspace(),
        created_at=_utc(row.created_at),
        paused=None if row.active is None else not row.active,
    )


def to_execution(row: wire.Execution, origin: Origin, *, whole: bool) -> Execution:
    """`whole` for a row of a single read. Duration and metrics are those of the last attempt.

    The end is told by no member of its own.
    """
    status = execution_status(row.status)
    attempts = to_attempts(row.logs) if row.logs is not None else None
    last = attempts[-1] if attempts else None
    configuration = row.configuration
    return Execution(
        key=origin.execution(row.id),
        external_id=row.id,
        kind=ExecutionKind.DATA,
        pipeline=origin.pipeline(row.pipeline) if row.pipeline else None,
        status=status,
        native_status=row.status,
        created_at=row.created_at,
        started_at=last.started_at if last is not None else None,
        # ASSUMED: nothing changes an execution that has ended but another run; disproved by a later `updated_at`.
        finished_at=_utc(row.updated_at) if status in FINISHED else None,
        duration=last.duration_s if last is not None and status in FINISHED else None,
        trigger=RunTrigger(TRIGGERS.get(row.trigger_type or "", TriggerKind.UNKNOWN), row.trigger_type),
        actor=to_actor(row.created_by),
        failure=_failure(row.error) if status is RunStatus.FAILED else None,
        warning=row.error.message if row.error is not None and status is RunStatus.SUCCEEDED else None,
        updated_at=_utc(row.updated_at),
        updated_by=to_actor(row.updated_by),
        workspace=origin.workspace(),
        attempts=attempts,
        metrics=last.metrics if last is not None else None,
        configuration_id=configuration.id if isinstance(configuration, wire.Reference) else configuration,
        whole=whole,
    )


def to_attempts(logs: Iterable[wire.Log]) -> tuple[ExecutionAttempt, ...]:
    """In the vendor's order: the first run, then those after something was mended."""
    return tuple(_attempt(number, log) for number, log in enumerate(logs, 1))


def to_actor(who: wire.Person | None) -> Actor | None:
    """An identifier is a mail address, or whatever the customer calls its users."""
    if who is None or not (who.id or who.name or who.identifier):
        return None
    email = who.identifier if who.identifier and "@" in who.identifier else None
    return Actor(name=who.name, username=who.identifier, email=email, external_id=who.id, type=who.type)


def _attempt(number: int, log: wire.Log) -> ExecutionAttempt:
    status = execution_status(log.status)
    return ExecutionAttempt(
        number=number,
        type=ATTEMPT_TYPES.get(log.type or "", AttemptType.UNKNOWN),
        native_type=log.type,
        status=status,
        native_status=log.status,
        started_at=_utc(log.started_at or log.started_on),
        # While it is at work there may be a number already, and it means nothing.
        duration_s=log.duration / 1_000 if log.duration is not None and status is not RunStatus.RUNNING else None,
        metrics=_metrics(log.data),
    )


def _failure(error: wire.Failure | None) -> RunFailure | None:
    if error is None or not (error.message or error.type):
        return None
    return RunFailure(error.message or error.type or "", error.type, RETRY_MAY_HELP.get(error.type or ""))


def _metrics(counts: wire.Counts | None) -> ExecutionMetrics | None:
    if counts is None:
        return None
    return ExecutionMetrics(
        total_rows=counts.total_rows,
        total_cells=counts.total_cells,
        error_rows=counts.total_error_rows,
        error_cells=counts.total_error_cells,
    )


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else utc(moment)
