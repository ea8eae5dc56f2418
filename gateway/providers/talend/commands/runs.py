"""Commands about runs: they are started, ended, and begun again from a step on."""

import time
from datetime import timedelta

from gateway.domain.commands.command import Changed, Commands, JsonObject, handling
from gateway.domain.commands.runs import CancelRun, RetryRun, RunPipeline
from gateway.domain.errors import GatewayError, NotSupportedError
from gateway.domain.execution import ExecutionKind
from gateway.domain.keys import ExecutionKey, PipelineKey
from gateway.providers.talend.commands.pipeline_input import log_level, place_of, plain_values, refuse_given, whole_minutes
from gateway.providers.talend.commands.run_again import RunAgain
from gateway.providers.talend.commands.run_ending import RunEnding
from gateway.providers.talend.execution_mapping import to_stand_in
from gateway.providers.talend.executions import TalendExecutions
from gateway.providers.talend.keys import PLAN, PROMOTION, TASK, ExecutionWord, Origin, Receipt, execution_ids, receipt_in
from gateway.providers.talend.runs_client import RunsClient
from gateway.upstream.key_parts import not_ours

_OF_TASKS = ("variables", "log_level", "timeout_s")


class RunCommands:
    """Handlers, one for each command."""

    def __init__(self, runs: RunsClient, origin: Origin, executions: TalendExecutions) -> None:
        self._runs = runs
        self._origin = origin
        self._executions = executions
        self._ending = RunEnding(runs, origin, executions)
        self._again = RunAgain(runs, origin, executions)

    def table(self) -> Commands:
        return dict(
            (
                handling(RunPipeline, self.run_pipeline, takes=_OF_TASKS),
                handling(CancelRun, self.cancel_run),
                handling(RetryRun, self.retry_run, takes=("from_step", "failed_only")),
            )
        )

    async def run_pipeline(self, command: RunPipeline) -> Changed:
        kind, pipeline = place_of(command.pipeline, self._origin)
        if kind == TASK:
            return await self._run_task(command, pipeline)
        refuse_given(command, _OF_TASKS, "A plan of Talend runs its tasks as they are configured.", self._origin)
        return self._plan_started(await self._runs.start_plan({"executable": pipeline}), command.pipeline)

    async def cancel_run(self, command: CancelRun) -> Changed:
        kind, execution, key = self._execution(command.run)
        if kind == PROMOTION:
            message = "Talend has no call that ends the execution of a promotion. Nothing was done."
            raise NotSupportedError(message, provider=self._origin.provider, field="run")
        if kind == PLAN:
            return await self._ending.end_plan_run(key, execution)
        receipt = receipt_in(key)
        return await (self._ending.end_task_run(key) if receipt is None else self._ending.end_receipt(key, receipt))

    async def retry_run(self, command: RetryRun) -> Changed:
        kind, execution, _ = self._execution(command.run)
        if kind != PLAN:
            instead = "runPipeline (the parameters of a run are not told)" if kind == TASK else "executePromotion"
            message = f"Talend repeats runs of plans only. Use {instead}. Nothing was done."
            raise NotSupportedError(message, provider=self._origin.provider, field="run")
        started, plan = await self._again.begin(command, execution)
        return self._plan_started(started, plan)

    async def _run_task(self, command: RunPipeline, task: str) -> Changed:
        body: JsonObject = {"executable": task}
        if command.variables:
            body["parameters"] = plain_values(command.variables, "variables", self._origin)
        if command.log_level is not None:
            body["logLevel"] = log_level(command.log_level, "log_level")
        if command.timeout_s is not None:
            body["timeout"] = whole_minutes(command.timeout_s, "timeout_s")
        begun = time.monotonic()
        execution = await self._runs.start_task(body)
        asked_at = self._runs.clock.now() - timedelta(seconds=time.monotonic() - begun)
        return await self._task_started(Receipt(execution, task, int(asked_at.timestamp() * 1000)))

    async def _task_started(self, receipt: Receipt) -> Changed:
        """One read tells whether the id is the run's. It is the one that the answer to the client would need, and is not made
        twice; when it fails the run has been started none the less."""
        key = self._origin.execution(TASK, receipt.execution)
        try:
            run = await self._executions.get(key)
        except GatewayError:
            return Changed(keys=(self._origin.receipt(receipt),), stand_ins=(self._executions.receipts.stand_in(receipt),))
        return Changed(keys=(key,), values=(run,))

    def _plan_started(self, execution: str, plan: PipelineKey) -> Changed:
        key = self._origin.execution(PLAN, execution)
        stand_in = to_stand_in(key, execution, ExecutionKind.PLAN, plan, self._runs.clock.now())
        return Changed(keys=(key,), stand_ins=(stand_in,))

    def _execution(self, run: object) -> tuple[ExecutionWord, str, ExecutionKey]:
        if not isinstance(run, ExecutionKey):
            raise not_ours(run)  # type: ignore[arg-type]  # a key of another type, which no run of Talend has
        found = execution_ids(run)
        if found is None:
            raise self._origin.absent("execution")
        return *found, run
