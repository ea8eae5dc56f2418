"""Carries out what the planner of `newest_builds.py` decides."""

from collections.abc import Iterable, Sequence
from contextlib import aclosing

from gateway.domain.build import Build
from gateway.domain.errors import GatewayError
from gateway.domain.page import Chunk, RowFault
from gateway.providers.codefresh import wire
from gateway.providers.codefresh.batches import settle_after
from gateway.providers.codefresh.build_filter import time_of
from gateway.providers.codefresh.build_pages import LARGEST_PAGE, BuildLists, BuildPages
from gateway.providers.codefresh.newest_builds import FetchEach, NewestBuildsPlanner, Restart, SeenRow
from gateway.providers.codefresh.rows import BadRow
from gateway.upstream.settle import Answers, settle

Row = wire.Build | BadRow


async def newest_of(lists: BuildLists, pipelines: Sequence[str], first: int) -> Answers[str, Chunk[Build]]:
    """By pipeline id: the newest `first` builds, or the failure."""
    newest = lists.matching.newest(None)
    planner: NewestBuildsPlanner[Row] = NewestBuildsPlanner(pipelines, first, lists.starts_below)
    pages: BuildPages | None = None
    failure: GatewayError | None = None
    while not isinstance(step := planner.next_step(), FetchEach):
        if isinstance(step, Restart):
            pages = lists.session(step.pipelines, LARGEST_PAGE, step.at_or_before)
        elif pages is None:
            pages = lists.session(pipelines, LARGEST_PAGE, newest)
        try:
            rows = await pages.read()
        except GatewayError as error:
            failure = error
            planner.stop()
            continue
        seen, whole, ended = _seen(lists, rows)
        planner.take_page(seen, more=(pages.more and not ended) or not whole)
        if not whole:
            planner.stop()

    async def get(pipeline: str) -> Chunk[Build]:
        return await head(lists, pipeline, first)

    left = step.pipelines
    fetched = await (settle(left, get) if failure is None else settle_after(failure, left, get))
    return {pipeline: fetched[pipeline] if pipeline in fetched else _chunk(lists, planner, pipeline) for pipeline in pipelines}


async def head(lists: BuildLists, pipeline: str, first: int) -> Chunk[Build]:
    """What the list of one pipeline begins with. Where rows are dropped here, the vendor's word that more follow is not
    enough: then one row more is read."""
    wanted = first + 1 if lists.matching.drops_rows else first
    items: list[Build | RowFault] = []
    more = True
    async with aclosing(lists.stream((pipeline,), None, wanted)) as chunks:
        while more and len(items) < wanted:
            chunk = await anext(chunks)
            items.extend(chunk.items)
            more = chunk.more
    return Chunk(tuple(items[:first]), more or len(items) > first, applied_locally=lists.matching.applied_locally)


def _chunk(lists: BuildLists, planner: NewestBuildsPlanner[Row], pipeline: str) -> Chunk[Build]:
    rows, more = planner.result(pipeline)
    return Chunk(tuple(map(lists.matching.value, rows)), more, applied_locally=lists.matching.applied_locally)


def _seen(lists: BuildLists, rows: Iterable[Row]) -> tuple[list[SeenRow[Row]], bool, bool]:
    """(rows up to the first that cannot be told whose or when it is, whether there was none such, whether they became too
    old to match). Rows that do not match are nobody's, but crowd the page."""
    newest = lists.matching.newest(None)
    seen: list[SeenRow[Row]] = []
    for row in rows:
        created = time_of(row)
        if created is None or row.pipeline_id is None:
            return seen, False, False
        if lists.matching.too_old(created):
            return seen, True, True
        matches = lists.matching.matches(row) and (newest is None or created <= newest)
        row_id = row.fault.id if isinstance(row, BadRow) else row.identity
        seen.append(SeenRow(row.pipeline_id if matches else "", row_id, created, row))
    return seen, True, False
