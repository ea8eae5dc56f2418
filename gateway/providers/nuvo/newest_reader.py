"""Carries out what the planner of `newest_planner.py` decides."""

from collections.abc import Sequence
from contextlib import aclosing

from gateway.domain.errors import GatewayError, UpstreamTimeoutError, UpstreamUnavailableError
from gateway.domain.execution import Execution
from gateway.domain.page import Chunk, RowFault
from gateway.providers.nuvo.execution_filter import Row, time_of
from gateway.providers.nuvo.execution_lists import ORDER, ExecutionLists
from gateway.providers.nuvo.execution_pages import ExecutionPages
from gateway.providers.nuvo.newest_planner import NewestPlanner
from gateway.providers.nuvo.rows import BadRow
from gateway.providers.nuvo.seek import seek
from gateway.upstream.settle import Answers, settle

_PASSING = (UpstreamTimeoutError, UpstreamUnavailableError)


async def newest_of(lists: ExecutionLists, pipelines: Sequence[str], first: int) -> "Answers[str, Chunk[Execution]]":
    """By pipeline id: the newest `first` executions, or the failure."""
    planner: NewestPlanner[Row] = NewestPlanner(pipelines, first, lists.largest)
    if len(pipelines) > 1 and lists.sorted_by_server is False:
        return await _sorted_here(lists, pipelines, first)
    pages: ExecutionPages | None = None
    note: str | None = None
    while planner.reads_on:
        try:
            pages, rows = (await _begin(lists)) if pages is None else (pages, await pages.read())
        except GatewayError as failure:
            return await _each_after(failure, lists, planner, pipelines, first)
        if not pages.in_order:
            return await _sorted_here(lists, pipelines, first)
        seen, whole, ended = _seen(lists, rows)
        note = pages.note
        planner.take_page(seen, more=pages.more and not ended, left=pages.left)
        if not whole:
            break
    fetched = await settle(planner.unfinished, lambda pipeline: head(lists, pipeline, first))
    return {
        pipeline: fetched[pipeline] if pipeline in fetched else _chunk(lists, planner.result(pipeline), note)
        for pipeline in pipelines
    }


async def head(lists: ExecutionLists, pipeline: str, first: int) -> Chunk[Execution]:
    """What the list of one pipeline begins with, read until it is known whether there are more."""
    items: list[Execution | RowFault] = []
    more, applied, note = True, lists.matching.applied_locally, None
    async with aclosing(lists.stream(pipeline, None, None, first + 1)) as chunks:
        while more and len(items) <= first:
            chunk = await anext(chunks)
            items.extend(chunk.items)
            more, applied, note = chunk.more, chunk.applied_locally, chunk.note
    return Chunk(tuple(items[:first]), more or len(items) > first, applied_locally=applied, note=note)


async def _begin(lists: ExecutionLists) -> tuple[ExecutionPages, list[Row]]:
    """The list of all pipelines, from the newest that can match on."""
    pages = lists.pages(None, lists.largest)
    if lists.matching.bounded_above(None):
        return pages, await seek(pages, lists.matching, None)
    return pages, await pages.read()


async def _each_after(
    failure: GatewayError, lists: ExecutionLists, planner: NewestPlanner[Row], pipelines: Sequence[str], first: int
) -> "Answers[str, Chunk[Execution]]":
    """A failed page leaves pipelines to be asked one by one, where that can help. Whether a passing failure is over is tried
    with one, so that a vendor that is down is not called for all of them."""
    left = planner.unfinished
    if isinstance(failure, _PASSING):
        tried = await settle(left[:1], lambda pipeline: head(lists, pipeline, first))
        if not any(isinstance(answer, _PASSING) for answer in tried.values()):
            tried |= await settle(left[1:], lambda pipeline: head(lists, pipeline, first))
    else:
        tried = {}
    found: Answers[str, Chunk[Execution]] = {
        pipeline: _chunk(lists, planner.result(pipeline), None) for pipeline in pipelines if pipeline not in left
    }
    return dict.fromkeys(left, failure) | tried | found


async def _sorted_here(lists: ExecutionLists, pipelines: Sequence[str], first: int) -> "Answers[str, Chunk[Execution]]":
    """Of a server that does not sort: all rows once, and then each pipeline's share."""
    try:
        rows, note = await lists.everything()
    except GatewayError as failure:
        return dict.fromkeys(pipelines, failure)
    found: dict[str, list[Row]] = {pipeline: [] for pipeline in pipelines}
    # A row that tells neither itself nor its pipeline is nobody's here.
    for pipeline, row in _seen(lists, [row for row in rows if row.pipeline is not None])[0]:
        if pipeline in found:
            found[pipeline].append(row)
    return {pipeline: _chunk(lists, (rows[:first], len(rows) > first), note, ORDER) for pipeline, rows in found.items()}


def _chunk(lists: ExecutionLists, result: tuple[list[Row], bool], note: str | None, *applied: str) -> Chunk[Execution]:
    rows, more = result
    matching = lists.matching
    return Chunk(tuple(map(matching.value, rows)), more, applied_locally=(*matching.applied_locally, *applied), note=note)


def _seen(lists: ExecutionLists, rows: Sequence[Row]) -> tuple[list[tuple[str | None, Row]], bool, bool]:
    """(rows with their pipelines, up to the first of which neither can be told; whether there was none such; whether they
    became too old to match). Rows that do not match are nobody's."""
    matching = lists.matching
    seen: list[tuple[str | None, Row]] = []
    too_new = False
    for row in rows:
        created = time_of(row)
        if isinstance(row, BadRow) and row.pipeline is None:
            return seen, False, False
        if created is not None:
            if matching.too_old(created):
                return seen, True, True
            too_new = matching.too_new(created, None)
        seen.append((row.pipeline if not too_new and matching.matches(row, None) else None, row))
    return seen, True, False
