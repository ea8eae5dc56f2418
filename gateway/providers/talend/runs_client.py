"""Talend's processing endpoints, one method each."""

from collections.abc import Sequence

import msgspec

from gateway.domain.commands.command import JsonObject
from gateway.domain.errors import InvalidInputError
from gateway.providers.talend import promotion_wire, runs_wire
from gateway.providers.talend.calls import TalendCalls
from gateway.providers.talend.commands.pipeline_secrets import secrets_in
from gateway.providers.talend.rows import Items, ListDecoder, Listing, decode_nested
from gateway.providers.talend.vendor_clock import VendorClock
from gateway.upstream.answer import Answer
from gateway.upstream.path import path

PAGE_ROWS = 100
"""The most, and what is given when nothing is asked for."""

Query = Sequence[tuple[str, str]]

_TIMES = frozenset({"from", "to"})

_task_run = msgspec.json.Decoder(runs_wire.TaskRun)
_plan_run = msgspec.json.Decoder(runs_wire.PlanRun)
_started = msgspec.json.Decoder(runs_wire.Started)
_promotion_run = msgspec.json.Decoder(promotion_wire.PromotionExecution)
_step_details = msgspec.json.Decoder(runs_wire.StepRunDetails)

_listed_task_runs: ListDecoder[runs_wire.ListedTaskRun] = ListDecoder(
    msgspec.json.Decoder(list[runs_wire.ListedTaskRun] | Items[runs_wire.ListedTaskRun]),
    msgspec.json.Decoder(runs_wire.ListedTaskRun),
    "run",
)
_listed_plan_runs: ListDecoder[runs_wire.PlanRun] = ListDecoder(
    msgspec.json.Decoder(list[runs_wire.PlanRun] | Items[runs_wire.PlanRun]), _plan_run, "run"
)
_done_task_runs: ListDecoder[runs_wire.TaskRun] = ListDecoder(
    msgspec.json.Decoder(list[runs_wire.TaskRun] | Items[runs_wire.TaskRun]), _task_run, "task run"
)
_steps: ListDecoder[runs_wire.StepRun] = ListDecoder(
    msgspec.json.Decoder(list[runs_wire.StepRun] | Items[runs_wire.StepRun]), msgspec.json.Decoder(runs_wire.StepRun), "step"
)


class TimesRefusedError(InvalidInputError):
    """The vendor does not take `from` and `to` on this list, only its own sixty days."""


class PlanRunDetails(msgspec.Struct, frozen=True, eq=False):
    """A plan run with the runs of its tasks that are over; None where the vendor does not tell these."""

    run: runs_wire.PlanRun
    done: Listing[runs_wire.TaskRun] | None


class RunsClient:
    """Answers as wire values. Failures are the typed errors of `gateway.domain.errors`; 404 is NotFoundError.

    Lists take the filters `status`, `from`, `to` (epoch milliseconds, at most sixty days apart); those of all tasks or plans
    take `environmentId` and `workspaceId` too. Without times they are of the last sixty days. They have no order.
    """

    def __init__(self, calls: TalendCalls) -> None:
        self._calls = calls

    @property
    def clock(self) -> VendorClock:
        """What time it is at the vendor."""
        return self._calls.clock

    async def get_task_run(self, execution: str) -> runs_wire.TaskRun:
        """A service that was started less than a minute ago can be absent: what the vendor gave out for it was a receipt, and
        its run gets another id."""
        return (await self._calls.read(path("processing", "executions", execution))).decode(_task_run)

    async def get_plan_run(self, execution: str) -> PlanRunDetails:
        answer = await self._calls.read(path("processing", "executions", "plans", execution))
        run = answer.decode(_plan_run)
        return PlanRunDetails(run, _done(answer, run))

    async def get_promotion_run(self, execution: str) -> promotion_wire.PromotionExecution:
        return decode_nested(await self._calls.read(path("processing", "executions", "promotions", execution)), _promotion_run)

    async def list_task_runs(self, offset: int, filters: Query) -> Listing[runs_wire.ListedTaskRun]:
        return _listed_task_runs.decode(
            await self._calls.read(path("processing", "executables", "tasks", "executions"), query=_from(offset, filters))
        )

    async def list_task_runs_of(self, task: str, offset: int, filters: Query) -> Listing[runs_wire.ListedTaskRun]:
        """TimesRefusedError where times are given and can be at fault."""
        where = path("processing", "executables", "tasks", task, "executions")
        return _listed_task_runs.decode(await self._read_timed(where, _from(offset, filters)))

    async def list_plan_runs(self, offset: int, filters: Query) -> Listing[runs_wire.PlanRun]:
        return _listed_plan_runs.decode(
            await self._calls.read(path("processing", "executables", "plans", "executions"), query=_from(offset, filters))
        )

    async def list_plan_runs_of(self, plan: str, offset: int, filters: Query) -> Listing[runs_wire.PlanRun]:
        """TimesRefusedError where times are given and can be at fault."""
        where = path("processing", "executables", "plans", plan, "executions")
        return _listed_plan_runs.decode(await self._read_timed(where, _from(offset, filters)))

    async def list_steps(self, execution: str) -> Listing[runs_wire.StepRun]:
        """All of a plan run's, in the plan's order, without error handlers."""
        return _steps.decode(await self._calls.read(path("processing", "executions", "plans", execution, "steps")))

    async def get_step(self, execution: str, step: str) -> runs_wire.StepRunDetails:
        where = path("processing", "executions", "plans", execution, "steps", step)
        return (await self._calls.read(where)).decode(_step_details)

    async def get_error_handler(self, execution: str, step: str) -> runs_wire.StepRunDetails:
        """What ran because the step failed."""
        where = path("processing", "executions", "plans", execution, "steps", step, "error-handler")
        return (await self._calls.read(where)).decode(_step_details)

    async def start_task(self, body: JsonObject) -> str:
        """POST /processing/executions. The id of the run, or of a receipt for it."""
        where = path("processing", "executions")
        answer = await self._calls.write(where, method="POST", body=body, hide=secrets_in(body))
        return answer.decode(_started).execution_id

    async def start_plan(self, body: JsonObject) -> str:
        """POST /processing/executions/plans: a run, or a run from a step on of one that failed."""
        where = path("processing", "executions", "plans")
        return (await self._calls.write(where, method="POST", body=body)).decode(_started).execution_id

    async def end_task_run(self, execution: str) -> None:
        """DELETE /processing/executions/{id}."""
        await self._calls.write(path("processing", "executions", execution), method="DELETE")

    async def _read_timed(self, where: str, query: Query) -> Answer:
        try:
            return await self._calls.read(where, query=query)
        except InvalidInputError as error:
            if not any(name in _TIMES for name, _ in query):
                raise
            refused = TimesRefusedError(error.message, provider=error.provider, request_id=error.request_id)
        raise refused


def _from(offset: int, filters: Query) -> Query:
    """The page size is left out: it is the largest anyway, and older tenants refuse to be told one."""
    return [*filters, ("offset", str(offset))] if offset else filters


def _done(answer: Answer, run: runs_wire.PlanRun) -> Listing[runs_wire.TaskRun] | None:
    raw = run.done_executable_details
    if isinstance(raw, msgspec.UnsetType) or bytes(raw) == b"null":
        return None
    return _done_task_runs.decode(answer.part(bytes(raw)))
