"""Carries out what the planner of `newest_builds.py` decides, for the pipelines of one organization."""

from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing

from gateway.domain.build import Build
from gateway.domain.errors import (
    GatewayError,
    MalformedResponseError,
    UpstreamTimeoutError,
    UpstreamUnavailableError,
)
from gateway.domain.page import Chunk, RowFault
from gateway.providers.buildkite.build_lists import BuildLists, ListPlace
from gateway.providers.buildkite.client import LARGEST_PAGE
from gateway.providers.buildkite.explain import TooDeepError
from gateway.providers.buildkite.keys import place_of_address
from gateway.providers.buildkite.newest_builds import Fetch, NewestBuildsPlanner
from gateway.providers.buildkite.rows import BadRow, Listing
from gateway.providers.buildkite.wire import WireBuild
from gateway.upstream.settle import Answers, settle

Row = Build | RowFault

_ONLY_THIS_LIST = (TooDeepError, MalformedResponseError, UpstreamTimeoutError, UpstreamUnavailableError)
"""Failures of the organization's list that a pipeline's own, much shorter list need not share."""


async def newest_of_organization(
    lists: BuildLists, organization: str, slugs: Sequence[str], first: int, created_to_ms: int | None
) -> Answers[str, Chunk[Build]]:
    """By slug: the newest `first` builds, or the failure. A pipeline without any build in a list read to its end is empty,
    be it new or gone: only its own list would tell."""
    planner: NewestBuildsPlanner[Row] = NewestBuildsPlanner(slugs, first)
    async with aclosing(lists.pages(ListPlace(organization, None), created_to_ms, LARGEST_PAGE)) as pages:
        left, failure = await _read_pages(lists, planner, pages, frozenset(slugs))
    if failure is not None:
        fetched: Answers[str, Chunk[Build]] = dict.fromkeys(left, failure)
    else:
        fetched = await settle(left, lambda slug: lists.head(ListPlace(organization, slug), created_to_ms, first))
    return {slug: fetched[slug] if slug in fetched else _chunk(lists, planner, slug) for slug in slugs}


async def _read_pages(
    lists: BuildLists,
    planner: NewestBuildsPlanner[Row],
    pages: AsyncGenerator[Listing[WireBuild], None],
    wanted: frozenset[str],
) -> tuple[Sequence[str], GatewayError | None]:
    """Which pipelines are left for their own lists, and the failure that makes asking them useless."""
    failure: GatewayError | None = None
    while not isinstance(step := planner.next_step(), Fetch):
        try:
            page = await anext(pages)
        except GatewayError as error:
            failure = None if isinstance(error, _ONLY_THIS_LIST) else error
            planner.stop()
            continue
        rows, whole = _attributed(lists, page.rows, wanted)
        planner.take_page(rows, more=page.more, pages_left=page.pages_left, complete=whole)
    return step.pipelines, failure


def _chunk(lists: BuildLists, planner: NewestBuildsPlanner[Row], slug: str) -> Chunk[Build]:
    newest = planner.result(slug)
    return Chunk(newest.rows, newest.more, applied_locally=lists.applied_locally, note=lists.note)


def _attributed(
    lists: BuildLists, rows: Iterable[WireBuild | BadRow], wanted: frozenset[str]
) -> tuple[list[tuple[str, str, Row]], bool]:
    """(pipeline, id, row) of the wanted ones, up to the first row whose pipeline cannot be told; and whether there was none
    such."""
    found: list[tuple[str, str, Row]] = []
    for row in rows:
        try:
            slug = place_of_address(row.address or "" if isinstance(row, BadRow) else row.url)[1]
        except ValueError:
            return found, False
        value = lists.kept(row) if slug in wanted else None
        if value is not None:
            found.append((slug, row.fault.id if isinstance(row, BadRow) else row.id, value))
    return found, True
