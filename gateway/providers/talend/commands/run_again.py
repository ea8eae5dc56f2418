"""A plan's run, begun again from a step on: the vendor's re-run, which is a run of its own."""

from gateway.domain.commands.command import JsonObject
from gateway.domain.commands.runs import RetryRun
from gateway.domain.errors import ConflictError, InvalidInputError, NotFoundError
from gateway.domain.keys import ExecutionStepKey, PipelineKey
from gateway.domain.page import RowFault
from gateway.domain.run import RunStatus
from gateway.providers.talend.commands.pipeline_input import check_account, place_of
from gateway.providers.talend.execution_mapping import to_step
from gateway.providers.talend.executions import TalendExecutions
from gateway.providers.talend.explain import RerunRefusedError
from gateway.providers.talend.keys import PLAN, STEP, Origin, step_ids
from gateway.providers.talend.runs_client import RunsClient

_STOPPED = (RunStatus.FAILED, RunStatus.CANCELED)


class RunAgain:
    def __init__(self, runs: RunsClient, origin: Origin, executions: TalendExecutions) -> None:
        self._runs = runs
        self._origin = origin
        self._executions = executions

    async def begin(self, command: RetryRun, execution: str) -> tuple[str, PipelineKey]:
        """(id of the new run, its plan). One read for the plan, and one more for the step when none is named."""
        step = None if command.from_step is None else self._step_named(command.from_step, execution)
        run = await self._executions.get(self._origin.execution(PLAN, execution))
        if not run.finished:
            raise self._conflict("The run is not over yet: cancelRun ends it.")
        if run.status is not RunStatus.FAILED:
            raise self._conflict("The run did not fail: Talend repeats failed runs of plans only. Use runPipeline.")
        if run.pipeline is None:
            raise NotFoundError("The provider does not tell which plan the run is of.", provider=self._origin.provider)
        body: JsonObject = {
            "executable": place_of(run.pipeline, self._origin)[1],
            "executionPlanId": execution,
            "stepId": step or await self._first_failed(execution),
        }
        if command.failed_only is not None:
            body["rerunOnlyFailedTasks"] = command.failed_only
        try:
            return await self._runs.start_plan(body), run.pipeline
        except RerunRefusedError as error:
            refused = ConflictError(error.message, provider=error.provider, request_id=error.request_id)
        except InvalidInputError as error:
            error.field = None if step is None else "from_step"  # there is nothing else in it that the caller gave
            raise
        raise refused

    def _step_named(self, key: ExecutionStepKey, execution: str) -> str:
        check_account(key, "from_step", self._origin)
        try:
            found = step_ids(key)
        except InvalidInputError as error:
            error.field = "from_step"
            raise
        if found is None:
            raise NotFoundError(f"{self._origin.provider} has no such step.", provider=self._origin.provider, field="from_step")
        of, step, kind = found
        if of != execution:
            raise InvalidInputError("That is a step of another run.", provider=self._origin.provider, field="from_step")
        if kind != STEP:
            message = "An error handler cannot be begun with: name the step that failed."
            raise InvalidInputError(message, provider=self._origin.provider, field="from_step")
        return step

    async def _first_failed(self, execution: str) -> str:
        """Of a step that cannot be read nobody knows whether it is the one."""
        for row in (await self._runs.list_steps(execution)).rows:
            if isinstance(row, RowFault):
                raise row.error
            if to_step(row, execution, self._origin).status in _STOPPED:
                return row.execution_id
        raise self._conflict("The provider shows no step of the run that failed. Name one by `fromStepId`.")

    def _conflict(self, message: str) -> ConflictError:
        return ConflictError(message, provider=self._origin.provider)
