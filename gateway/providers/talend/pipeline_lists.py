"""The lists of tasks and plans that a query is answered from."""

from collections.abc import Sequence
from functools import partial

from gateway.domain.page import RowFault
from gateway.domain.pipeline import Pipeline
from gateway.providers.talend.client import LARGEST_PAGE, TalendClient
from gateway.providers.talend.keys import TASK, Origin, PipelineWord
from gateway.providers.talend.lists import Source, paged, whole
from gateway.providers.talend.pipeline_mapping import to_plan_row, to_task_row
from gateway.providers.talend.places import Scope
from gateway.upstream.offset_walk import Fetch, Rows


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
        in_a_place = bool(scope.filters)
        if kind != TASK:
            filters = [scope.filters] if in_plans is None else [[*scope.filters, ("taskId", task)] for task in in_plans]
            plans = [
                paged(
                    partial(self._client.list_plans, filters=each),
                    lambda row: to_plan_row(row, self._origin),
                    may_be_absent=in_a_place or in_plans is not None,
                )
                for each in filters
            ]
            return Source(group, plans[0] if len(plans) == 1 else _union(plans))
        if tags is None:
            tasks = partial(self._client.list_tasks, filters=scope.filters)
            return Source(group, paged(tasks, lambda row: to_task_row(row, self._origin), may_be_absent=in_a_place))
        lists = [
            paged(
                partial(self._client.search_tasks, tag=tag, filters=scope.filters),
                lambda row: to_task_row(row, self._origin),
                may_be_absent=in_a_place,
            )
            for tag in tags
        ]
        return Source(group, lists[0] if len(lists) == 1 else _union(lists))


def _union(lists: Sequence[Fetch[Pipeline]]) -> Fetch[Pipeline]:
    """Several lists as one, each row where it comes first. They are read to their ends, once."""
    read: list[Fetch[Pipeline]] = []

    async def fetch(offset: int, count: int) -> Rows[Pipeline]:
        if not read:
            rows: dict[str, Pipeline | RowFault] = {}
            for each in lists:
                for row in await _all(each):
                    rows.setdefault(row.id if isinstance(row, RowFault) else row.external_id, row)
            read.append(whole(tuple(rows.values())))
        return await read[0](offset, count)

    return fetch


async def _all(fetch: Fetch[Pipeline]) -> list[Pipeline | RowFault]:
    found: list[Pipeline | RowFault] = []
    while True:
        rows = await fetch(len(found), LARGEST_PAGE)
        found += rows.items
        if not rows.more or not rows.items:
            return found
