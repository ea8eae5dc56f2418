"""Carries out what the planner of `newest_planner.py` decides."""

from collections.abc import Sequence
from contextlib import aclosing

from gateway.domain.errors import GatewayError
from gateway.domain.execution import Execution
from gateway.domain.page import Chunk, RowFault
from gateway.providers.nuvo.after_failure import after_failure
from gateway.providers.nuvo.execution_filter import Row, time_of
from gateway.providers.nuvo.execution_lists import ORDER, ExecutionLists
from gateway.providers.nuvo.execution_pages import ExecutionPages
from gateway.providers.nuvo.newest_planner import NewestPlanner
from gateway.providers.nuvo.rows import BadRow
from gateway.providers.nuvo.seek import seek
from gateway.upstream.settle import Answers, settle


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
        judged, ended = _judged(lists, rows)
        untold = next((place for place, (row, matches) in enumerate(judged) if matches and _is_untold(row)), None)
        seen = [(row.pipeline if matches else None, row) for row, matches in judged[:untold]]
        note = pages.note
        planner.take_page(seen, more=untold is not None or (pages.more and not ended), left=pages.left)
        if untold is not None:  # whose row that is only the pipelines' own lists tell
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
    found: Answers[str, Chunk[Execution]] = {
        pipeline: _chunk(lists, planner.result(pipeline), None) for pipeline in pipelines if pipeline not in left
    }
    return found | await after_failure(failure, left, lambda pipeline: head(lists, pipeline, first))


async def _sorted_here(lists: ExecutionLists, pipelines: Sequence[str], first: int) -> "Answers[str, Chunk[Execution]]":
    """Of a server that does not sort: all rows once, and then each pipeline's share."""
    try:
        rows, note = await lists.everything()
    except GatewayError as failure:
        return dict.fromkeys(pipelines, failure)
    matching = [row for row, matches in _judged(lists, rows)[0] if matches]
    if any(map(_is_untold, matching)):
        own = await _own_lists(lists, pipelines, first)
        if own is not None:
            return own
    found: dict[str, list[Row]] = {pipeline: [] for pipeline in pipelines}
    for row in matching:
        for pipeline in pipelines if _is_untold(row) else (row.pipeline,):
            if pipeline in found:
                found[pipeline].append(row)
    return {pipeline: _chunk(lists, (rows[:first], len(rows) > first), note, ORDER) for pipeline, rows in found.items()}


async def _own_lists(lists: ExecutionLists, pipelines: Sequence[str], first: int) -> "Answers[str, Chunk[Execution]] | None":
    """The lists of the pipelines, one by one. None from a server that disregards the filter, as the first of them shows: its
    lists are all the same one."""
    tried = await settle(pipelines[:1], lambda pipeline: head(lists, pipeline, first))
    if any(isinstance(each, GatewayError) or "pipelines" in each.applied_locally for each in tried.values()):
        return None
    return tried | await settle(pipelines[1:], lambda pipeline: head(lists, pipeline, first))


def _chunk(lists: ExecutionLists, result: tuple[list[Row], bool], note: str | None, *applied: str) -> Chunk[Execution]:
    rows, more = result
    matching = lists.matching
    return Chunk(tuple(map(matching.value, rows)), more, applied_locally=(*matching.applied_locally, *applied), note=note)


def _judged(lists: ExecutionLists, rows: Sequence[Row]) -> tuple[list[tuple[Row, bool]], bool]:
    """(rows, each with whether it may match; whether they became too old to match, and end there)"""
    matching = lists.matching
    judged: list[tuple[Row, bool]] = []
    too_new = False
    for row in rows:
        created = time_of(row)
        if created is not None:
            if matching.too_old(created):
                return judged, True
            too_new = matching.too_new(created, None)
        judged.append((row, not too_new and matching.matches(row, None)))
    return judged, False


def _is_untold(row: Row) -> bool:
    """Neither the row nor its pipeline can be read: any pipeline may be the one."""
    return isinstance(row, BadRow) and row.pipeline is None
