"""Runs, ended before their time. The vendor ends runs of tasks only: a plan's run is ended task by task."""

from collections.abc import Iterable, Sequence

from gateway.domain.commands.command import Changed, Part
from gateway.domain.errors import (
    ConflictError,
    GatewayError,
    InvalidInputError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitedError,
    UpstreamCredentialError,
)
from gateway.domain.execution import Execution
from gateway.domain.keys import ExecutionKey
from gateway.providers.talend.execution_mapping import Row
from gateway.providers.talend.execution_statuses import STOPPING
from gateway.providers.talend.executions import TalendExecutions
from gateway.providers.talend.keys import TASK, Origin, Receipt
from gateway.providers.talend.runs_client import RunsClient
from gateway.upstream.settle import settle

MOST_LOOKS = 3
"""For tasks that begin while others are being ended. It ends with the first look that finds none."""
GOES_ON = "The plan itself cannot be ended: steps that are still to come begin where their conditions let them."
_DEFINITE = (InvalidInputError, PermissionDeniedError, NotFoundError, ConflictError, UpstreamCredentialError, RateLimitedError)


class RunEnding:
    """A run that is over is a ConflictError. One that is being ended already is left alone."""

    def __init__(self, runs: RunsClient, origin: Origin, executions: TalendExecutions) -> None:
        self._runs = runs
        self._origin = origin
        self._executions = executions

    async def end_task_run(self, key: ExecutionKey) -> Changed:
        run = await self._executions.get(key)
        if run.finished:
            raise self._over()
        if run.native_status != STOPPING:
            await self._end(run.external_id)
        return Changed(keys=(key,))

    async def end_receipt(self, key: ExecutionKey, receipt: Receipt) -> Changed:
        """All runs that it stands for: on a cluster there is one on each engine."""
        runs = await self._executions.receipts.runs(receipt)
        if not runs:
            message = "The provider does not show the run yet: it can be ended when it does, within two minutes of its start."
            raise ConflictError(message, provider=self._origin.provider)
        left = [run for run in runs if not run.finished]
        if not left:
            raise self._over()
        answers = await self._ended(left)
        parts = _parts(left, answers, None) if len(left) > 1 else ()
        _judge(answers, parts)
        return Changed(keys=(key,), parts=parts)

    async def end_plan_run(self, key: ExecutionKey, execution: str) -> Changed:
        """Its task runs that are not over. What an error handler has started as a plan is not found."""
        told: dict[str, Execution] = {}
        answers: dict[str, GatewayError | None] = {}
        run, children = await self._executions.children.of(execution)
        for look in range(MOST_LOOKS):
            left = [child for child in _unfinished(children) if child.external_id not in told]
            if run.finished or not left:
                break
            told |= {child.external_id: child for child in left}
            answers |= await self._ended(left)
            if look + 1 < MOST_LOOKS:
                try:
                    run, children = await self._executions.children.of(execution)
                except GatewayError:
                    break  # what was ended is ended
        if not told:
            raise self._over() if run.finished else self._nothing_runs()
        parts = _parts(list(told.values()), answers, None if run.finished else GOES_ON)
        _judge(answers, parts)
        return Changed(keys=(key,), parts=parts)

    async def _ended(self, runs: Sequence[Execution]) -> dict[str, GatewayError | None]:
        """By the id of each run, why it was not ended."""
        wanted = [run.external_id for run in runs if run.native_status != STOPPING]
        found = await settle(wanted, self._end)
        return {run.external_id: found.get(run.external_id) for run in runs}

    async def _end(self, execution: str) -> None:
        try:
            await self._runs.end_task_run(execution)
        except InvalidInputError:
            # ASSUMED: a run that is over can be refused with 400; disproved by another status, which would be told as it is.
            if await self._is_over(execution):
                raise self._over() from None
            raise

    async def _is_over(self, execution: str) -> bool:
        try:
            return (await self._executions.get(self._origin.execution(TASK, execution))).finished
        except GatewayError:
            return False

    def _over(self) -> ConflictError:
        return ConflictError("The run is over.", provider=self._origin.provider)

    def _nothing_runs(self) -> ConflictError:
        message = f"No task of the plan runs at this moment, so nothing can be ended. {GOES_ON}"
        return ConflictError(message, provider=self._origin.provider)


def _unfinished(children: Iterable[Row]) -> list[Execution]:
    return [child for child in children if isinstance(child, Execution) and not child.finished]


def _judge(answers: dict[str, GatewayError | None], parts: tuple[Part, ...]) -> None:
    """Raises what leaves a doubt, and what refused everything. The parts go along."""
    refused = [error for error in answers.values() if error is not None]
    doubts = [error for error in refused if error.sent is not False and not isinstance(error, _DEFINITE)]
    if not doubts and len(refused) < len(answers):
        return
    error = (doubts or refused)[0]
    if len(answers) > 1:
        done, left = len(answers) - len(refused), len(refused) - len(doubts)
        counted = f"{done} of {len(answers)} task runs were told to end, {left} were not, of {len(doubts)} it is not known"
        error.message = f"{counted}. The first failure: {error.message}"
        error.parts = parts
    raise error


def _parts(runs: Sequence[Execution], answers: dict[str, GatewayError | None], note: str | None) -> tuple[Part, ...]:
    return tuple(
        Part(key=run.key, done=True, message=note) if error is None else Part(key=run.key, done=False, message=error.message)
        for run in runs
        for error in (answers[run.external_id],)
    )
