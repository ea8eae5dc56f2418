"""What a plan's run has started: runs of tasks."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from gateway.domain.errors import GatewayError, NotFoundError
from gateway.domain.execution import Execution
from gateway.domain.keys import PipelineKey
from gateway.domain.page import Chunk, Mark, RowFault
from gateway.domain.pipeline import PipelineReader
from gateway.domain.plan import PlanStep
from gateway.domain.run import RunStatus
from gateway.providers.talend.execution_filter import RunList
from gateway.providers.talend.execution_mapping import Row, id_of, to_plan_run, to_row
from gateway.providers.talend.execution_pages import ExecutionPages, pages_in, stretch_of
from gateway.providers.talend.execution_slices import Stretch
from gateway.providers.talend.keys import TASK, Origin
from gateway.providers.talend.lists import at_once
from gateway.providers.talend.runs_client import PlanRunDetails, RunsClient, TimesRefusedError
from gateway.upstream.settle import settle

MOST_PAGES = 4
"""Of the runs of all tasks in a plan run's time; beyond that the lists of the plan's own tasks are read."""
_WANT = frozenset({"plan_steps"})


class ExecutionChildren:
    """A plan's run tells those of its tasks that are over, without error handlers. So one that went well tells all; for another
    the runs of all tasks in its time are read, of which those with its id are its own."""

    def __init__(self, client: RunsClient, origin: Origin, pipelines: PipelineReader) -> None:
        self._client = client
        self._origin = origin
        self._pipelines = pipelines

    async def list(self, plan_run: str, after: Mark | None, first: int) -> Chunk[Execution]:
        """The oldest first. Plans that an error handler has started are not among them: they have no word of their parent."""
        _, items = await self.of(plan_run)
        async for chunk in at_once(items, lambda item: item.external_id, after, first):
            return chunk
        return Chunk((), False, total=len(items))

    async def of(self, plan_run: str) -> tuple[Execution, Sequence[Row]]:
        """The plan's run and all of them, the oldest first."""
        details = await self._client.get_plan_run(plan_run)
        run = to_plan_run(details.run, self._origin, done_statuses(details, self._origin))
        done = {id_of(row): row for row in done_rows(details, self._origin)}
        if not _tells_all(run, details):
            done = await self._read(run) | done
        return run, sorted(done.values(), key=_place)

    async def _read(self, run: Execution) -> dict[str, Row]:
        pages = ExecutionPages(self._client, self._origin, RunList(TASK))

        def choose(now: datetime) -> Stretch:
            whole = stretch_of(now, run.finished_at, run.created_at)
            # All of them began before it ended.
            end = whole.newest if run.finished_at is None else min(run.finished_at, whole.newest)
            return Stretch(whole.oldest, max(whole.oldest, end))

        stretch, listing = await pages.begin(choose)
        tasks = await self._tasks_of(run.pipeline) if pages_in(listing) > MOST_PAGES else ()
        rows = await self._read_each(tasks, stretch) if tasks else await pages.to_end(stretch, listing)
        return {row_id: row for row_id, row in rows.items() if not isinstance(row, RowFault) and row.parent == run.key}

    async def _tasks_of(self, plan: PipelineKey | None) -> tuple[str, ...]:
        """As the plan is now, those of its error handlers too; empty when that cannot be told."""
        found = (await self._pipelines.get_pipelines([plan], _WANT))[0] if plan is not None else None
        if found is None or isinstance(found, GatewayError):
            return ()
        return tuple(dict.fromkeys(_tasks_in(found.plan_steps or ())))

    async def _read_each(self, tasks: Sequence[str], stretch: Stretch) -> dict[str, Row]:
        async def read(task: str) -> dict[str, Row]:
            pages = ExecutionPages(self._client, self._origin, RunList(TASK, task))
            try:
                return await pages.to_end(stretch, await pages.page(stretch, 0))
            except TimesRefusedError:
                return await pages.to_end(None, await pages.page(None, 0))

        rows: dict[str, Row] = {}
        for held in (await settle(tasks, read)).values():
            if isinstance(held, GatewayError) and not isinstance(held, NotFoundError):
                raise held
            rows |= {} if isinstance(held, GatewayError) else held
        return rows


def done_rows(details: PlanRunDetails, origin: Origin) -> list[Row]:
    """The runs of a plan run's tasks that are over."""
    return [] if details.done is None else [to_row(row, origin) for row in details.done.rows]


def done_statuses(details: PlanRunDetails, origin: Origin) -> list[RunStatus] | None:
    """How they ended; None where the vendor does not tell."""
    if details.done is None:
        return None
    return [row.status for row in done_rows(details, origin) if not isinstance(row, RowFault)]


def _tells_all(run: Execution, details: PlanRunDetails) -> bool:
    if run.status is RunStatus.SKIPPED:
        return True
    complete = details.done is not None and len(details.done.rows) >= (run.planned_count or 1)
    return run.status is RunStatus.SUCCEEDED and complete


def _tasks_in(steps: Iterable[PlanStep]) -> Iterator[str]:
    for step in steps:
        yield from (task.external_id for task in step.tasks)
        yield from step.task_ids
        yield from _tasks_in(step.error_handlers)


def _place(row: Row) -> tuple[bool, float, str]:
    created = row.created_at
    return created is None, 0.0 if created is None else created.timestamp(), id_of(row)
