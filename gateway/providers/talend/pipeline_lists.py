"""The lists of tasks and plans that a query is answered from."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from gateway.domain.page import RowFault
from gateway.domain.pipeline import Pipeline
from gateway.providers.talend.client import LARGEST_PAGE, TalendClient
from gateway.providers.talend.keys import TASK, Origin, PipelineWord
from gateway.providers.talend.lists import Source, paged, whole
from gateway.providers.talend.pages import Pages, ReadPage, id_of
from gateway.providers.talend.pipeline_mapping import to_plan_row, to_task_row
from gateway.providers.talend.pipeline_wire import Plan, TaskExtract
from gateway.providers.talend.places import EVERYWHERE, Scope, place_in
from gateway.upstream.offset_walk import Fetch, Rows

PipelinePages = Pages[Any, Pipeline]


class PipelineLists:
    """One list of a place for each kind."""

    def __init__(self, client: TalendClient, origin: Origin) -> None:
        self._client = client
        self._origin = origin

    def source(
        self, kind: PipelineWord, scope: Scope, tags: tuple[str, ...] | None, in_plans: tuple[str, ...] | None
    ) -> Source[Pipeline]:
        """With any of these tags, which only tasks have: the vendor finds one tag, and of several those who have them all. Or
        plans with any of these tasks in them, of which the vendor finds one, too."""
        group = f"{kind}:{scope.group}"
        if kind != TASK:
            if in_plans is None:
                return paged(group, self._plans(partial(self._client.list_plans, filters=scope.filters), scope))
            finding = [partial(self._client.list_plans, filters=[*scope.filters, ("taskId", task)]) for task in in_plans]
            return _union(group, [self._plans(each, scope, may_be_absent=True) for each in finding])
        if tags is None:
            return paged(group, self._tasks(partial(self._client.list_tasks, filters=scope.filters), scope))
        searches = [partial(self._client.search_tasks, tag=tag, filters=scope.filters) for tag in tags]
        return _union(group, [self._tasks(each, scope) for each in searches])

    def of_all(self, kind: PipelineWord) -> PipelinePages:
        """The list of all tasks, or of all plans."""
        return (
            self._tasks(self._client.list_tasks, EVERYWHERE) if kind == TASK else self._plans(self._client.list_plans, EVERYWHERE)
        )

    def _tasks(self, read_page: ReadPage[TaskExtract], scope: Scope) -> PipelinePages:
        return Pages(
            read_page,
            lambda row: to_task_row(row, self._origin),
            self._origin.provider,
            scope=scope,
            place_of=lambda row: place_in(row.workspace),
        )

    def _plans(self, read_page: ReadPage[Plan], scope: Scope, *, may_be_absent: bool = False) -> PipelinePages:
        return Pages(
            read_page,
            lambda row: to_plan_row(row, self._origin),
            self._origin.provider,
            scope=scope,
            place_of=lambda row: place_in(row.workspace),
            may_be_absent=may_be_absent,
        )


def _union(group: str, lists: Sequence[PipelinePages]) -> Source[Pipeline]:
    """Several lists as one, each row where it comes first. They are read to their ends, once."""
    if len(lists) == 1:
        return paged(group, lists[0])
    read: list[Fetch[Pipeline]] = []

    async def fetch(offset: int, count: int) -> Rows[Pipeline]:
        if not read:
            rows: dict[str, Pipeline | RowFault] = {}
            for each in lists:
                for row in await _all(each):
                    rows.setdefault(id_of(row), row)
            read.append(whole(tuple(rows.values())))
        return await read[0](offset, count)

    return Source(group, fetch, tuple(lists))


async def _all(pages: PipelinePages) -> list[Pipeline | RowFault]:
    found: list[Pipeline | RowFault] = []
    while True:
        rows = await pages.fetch(len(found), LARGEST_PAGE)
        new = rows.items[max(0, len(found) - rows.offset) :]
        found += new
        if not rows.more or not new:
            return found
