"""Carries out what the planner of `newest_executions.py` decides."""

from collections.abc import Iterable, Sequence
from contextlib import aclosing
from datetime import datetime

from gateway.domain.errors import GatewayError
from gateway.domain.execution import Execution
from gateway.domain.page import Chunk, RowFault
from gateway.providers.talend.by_id import after_failure
from gateway.providers.talend.execution_filter import RunList
from gateway.providers.talend.execution_lists import ExecutionLists
from gateway.providers.talend.execution_mapping import Row, id_of
from gateway.providers.talend.execution_pages import pages_in, stretch_of
from gateway.providers.talend.execution_slices import Stretch
from gateway.providers.talend.newest_executions import FetchEach, NewestExecutionsPlanner, Part, ReadStretch, SeenRun
from gateway.providers.talend.rows import Listing
from gateway.upstream.settle import Answers, settle

MOSTLY = "execution_successful"


async def newest_of(lists: ExecutionLists, mixed: RunList, pipelines: Sequence[str], first: int) -> Answers[str, Chunk[Execution]]:
    """By the id of each task, or plan: the newest `first` runs, or the failure. `mixed` is the list of all of them."""
    reading = _MixedLists(lists, _by_status(lists, mixed), pipelines, first)
    failure: GatewayError | None = None
    while not isinstance(step := reading.planner.next_step(), FetchEach):
        try:
            await reading.read(step)
        except GatewayError as error:
            failure = error
            reading.planner.stop()

    async def get(pipeline: str) -> Chunk[Execution]:
        return await head(lists, RunList(mixed.kind, pipeline), first)

    fetched = await (settle(step.pipelines, get) if failure is None else after_failure(failure, list(step.pipelines), get))
    answers: Answers[str, Chunk[Execution]] = {}
    for pipeline in pipelines:
        if pipeline in fetched:
            answers[pipeline] = fetched[pipeline]
        else:
            rows, more = reading.planner.result(pipeline)
            answers[pipeline] = lists.chunk(rows, more=more)
    return answers


async def head(lists: ExecutionLists, which: RunList, first: int) -> Chunk[Execution]:
    """What the list of one pipeline begins with."""
    items: list[Row] = []
    async with aclosing(lists.stream([which], None, first + 1)) as chunks:
        async for chunk in chunks:
            items.extend(chunk.items)
            if len(items) > first:
                break
    return lists.chunk(items[:first], more=len(items) > first)


class _MixedLists:
    """The lists of all tasks' runs, or of all plans', under the planner."""

    def __init__(self, lists: ExecutionLists, mixed: Sequence[RunList], pipelines: Sequence[str], first: int) -> None:
        self._matching = lists.matching
        self._newest = lists.matching.newest(None)
        self._lists = [lists.pages(which) for which in mixed]
        self._pipelines = pipelines
        self._first = first
        self._parts: tuple[Stretch, list[Listing[Row]]] | None = None
        self.planner = self._planned(self._whole(lists.now()))

    async def read(self, step: ReadStretch) -> None:
        """The stretch, or as much of it as the planner wants to pay for."""
        before = self._pages_read()
        asked, firsts = await self._first_pages(step.stretch)
        if sum(pages_in(first) - 1 for first in firsts) > step.most_further_pages:
            self._parts = asked, firsts
            self.planner.take_parts(asked, [Part(self._seen(first.rows), first.total) for first in firsts])
            return
        read = await settle(range(len(firsts)), lambda place: self._lists[place].to_end(asked, firsts[place]))
        rows: dict[str, Row] = {}
        for held in read.values():
            if isinstance(held, GatewayError):
                raise held
            rows |= held
        if any(_of_whom(row) is None for row in rows.values()):
            self.planner.stop()  # whose it is cannot be told: anybody's list may hold it
        else:
            self.planner.take(asked, self._seen(rows.values()), self._pages_read() - before)

    async def _first_pages(self, stretch: Stretch) -> tuple[Stretch, list[Listing[Row]]]:
        if self._parts is not None and self._parts[0] == stretch:
            return self._parts
        firsts: list[Listing[Row]] = []
        if not self.planner.begun:
            stretch, first = await self._lists[0].begin(self._begin)
            firsts.append(first)
        rest = self._lists[len(firsts) :]
        for page in (await settle(range(len(rest)), lambda place: rest[place].page(stretch, 0))).values():
            if isinstance(page, GatewayError):
                raise page
            firsts.append(page)
        return stretch, firsts

    def _begin(self, now: datetime) -> Stretch:
        whole = self._whole(now)
        self.planner = self._planned(whole)
        return whole

    def _whole(self, now: datetime) -> Stretch:
        return stretch_of(now, self._newest, self._matching.oldest)

    def _planned(self, whole: Stretch) -> NewestExecutionsPlanner[Row]:
        return NewestExecutionsPlanner(self._pipelines, self._first, whole)

    def _pages_read(self) -> int:
        return sum(pages.pages_read for pages in self._lists)

    def _seen(self, rows: Iterable[Row]) -> list[SeenRun[Row]]:
        return [
            SeenRun((_of_whom(row) or "") if self._matching.keeps(row, self._newest) else "", id_of(row), row.created_at, row)
            for row in rows
            if row.created_at is not None
        ]


def _by_status(lists: ExecutionLists, mixed: RunList) -> list[RunList]:
    """What most runs are is not worth lists of its own."""
    found = lists.matching.status_lists(mixed)
    return [mixed] if len(found) > 1 and any(which.status == MOSTLY for which in found) else found


def _of_whom(row: Row) -> str | None:
    return None if isinstance(row, RowFault) or row.pipeline is None else row.pipeline.parts[-1]
