"""The newest builds of many pipelines, on the simulator: what they cost, and that they are what single lists begin with."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
import pytest

from gateway.domain.build import Build, BuildQuery
from gateway.domain.errors import InvalidInputError, NotFoundError, RateLimitedError, UpstreamUnavailableError
from gateway.domain.keys import PipelineKey
from gateway.domain.page import Chunk
from gateway.domain.pipeline import PipelineQuery
from gateway.domain.provider import Provider
from gateway.domain.run import RunStatus
from gateway.providers.codefresh import builds
from gateway.simulation.control import Fault
from gateway.simulation.server import RunningSimulator
from tests.providers.codefresh.conftest import NOW
from tests.providers.codefresh.opened import ALL, app_of, builds_of, ids, pipelines_of, values_of

pytestmark = pytest.mark.anyio

QUERIES = {
    "all": BuildQuery(),
    "failed": BuildQuery(statuses=(RunStatus.FAILED,)),
    "one branch": BuildQuery(branches=("main",)),
    "until last week": BuildQuery(created_to=datetime.fromisoformat("2026-02-20T10:30:00Z")),
    "this week": BuildQuery(created_from=datetime.fromisoformat("2026-02-25T10:30:00Z")),
    "unknown": BuildQuery(statuses=(RunStatus.UNKNOWN, RunStatus.FAILED), created_from=datetime.fromisoformat("2026-02-20T00:00:00Z")),
}  # fmt: skip


async def naive(provider: Provider, key: PipelineKey, query: BuildQuery, first: int) -> Chunk[Build]:
    """What the list of one pipeline begins with, read one row further to know whether there is more."""
    items: list[Any] = []
    more = True
    chunks = builds_of(provider).stream_builds(msgspec.structs.replace(query, pipelines=(key,)), None, first + 1, ALL)
    while more and len(items) <= first:
        chunk = await anext(chunks)
        items += chunk.items
        more = chunk.more
    return Chunk(tuple(items[:first]), len(items) > first, applied_locally=chunk.applied_locally)


async def keys_of(provider: Provider) -> list[PipelineKey]:
    return [pipeline.key for pipeline in await pipelines_of(provider)]


def shown(chunks: Sequence[Any]) -> list[tuple[tuple[Build, ...], bool, tuple[str, ...]]]:
    return [(chunk.items, chunk.more, chunk.applied_locally) for chunk in chunks]


async def test_fifty_even_pipelines_with_ten_builds_each_cost_seven_calls(even_provider: Provider, even: RunningSimulator) -> None:
    assert even_provider.pipelines is not None
    page = await anext(even_provider.pipelines.stream_pipelines(PipelineQuery(), None, 50, ALL))

    found = await builds_of(even_provider).newest_builds([item.key for item in page.items], BuildQuery(), 10, ALL)

    assert [len(chunk.items) for chunk in found if isinstance(chunk, Chunk)] == [10] * 50
    assert even.control.calls_total == 7


@pytest.mark.parametrize(("first", "calls"), [(1, 4), (10, 10), (20, 16), (100, 51)])
async def test_fifty_uneven_pipelines_cost_a_fraction_of_a_call_each(
    provider: Provider, uneven: RunningSimulator, first: int, calls: int
) -> None:
    keys = await keys_of(provider)
    uneven.control.reset_calls()

    await builds_of(provider).newest_builds(keys, BuildQuery(), first, ALL)

    assert uneven.control.calls_total <= calls


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES.keys())
@pytest.mark.parametrize("first", [1, 10])
async def test_shared_pages_give_what_single_lists_give(provider: Provider, query: BuildQuery, first: int) -> None:
    keys = await keys_of(provider)

    found = await builds_of(provider).newest_builds(keys, query, first, ALL)

    assert shown(found) == shown([await naive(provider, key, query, first) for key in keys])


async def test_more_pipelines_than_one_url_holds_are_asked_for_in_parts(
    provider: Provider, uneven: RunningSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(builds, "MAX_PIPELINES", 20)
    keys = await keys_of(provider)
    uneven.control.reset_calls()

    found = await builds_of(provider).newest_builds(keys, BuildQuery(), 5, ALL)

    assert max(len(values_of(call, "pipeline")) for call in uneven.control.calls) == 20
    assert shown(found) == shown([await naive(provider, key, BuildQuery(), 5) for key in keys])


async def test_projects_and_workspaces_narrow_the_pipelines(provider: Provider, uneven: RunningSimulator) -> None:
    pipelines = await pipelines_of(provider)
    inside = next(each for each in pipelines if each.project is not None)
    outside = next(each for each in pipelines if each.project not in (None, inside.project))
    assert inside.project is not None
    assert inside.workspace is not None
    other = type(inside.workspace)(inside.workspace.provider, ("5f0c3b7e8a1d2e0011aa22bd",))

    found = await builds_of(provider).newest_builds([inside.key, outside.key], BuildQuery(projects=(inside.project,)), 3, ALL)
    here = await builds_of(provider).newest_builds([inside.key], BuildQuery(workspaces=(other, inside.workspace)), 3, ALL)
    uneven.control.reset_calls()
    nowhere = await builds_of(provider).newest_builds([inside.key], BuildQuery(workspaces=(other,)), 3, ALL)

    assert [len(chunk.items) for chunk in found if isinstance(chunk, Chunk)] == [3, 0]
    assert [len(chunk.items) for chunk in (*here, *nowhere) if isinstance(chunk, Chunk)] == [3, 0]
    assert uneven.control.calls == []  # which account the key belongs to is asked once


async def test_a_state_that_builds_never_have_costs_nothing(provider: Provider, uneven: RunningSimulator) -> None:
    keys = await keys_of(provider)
    uneven.control.reset_calls()

    found = await builds_of(provider).newest_builds(keys, BuildQuery(statuses=(RunStatus.SKIPPED,)), 3, ALL)

    assert all(isinstance(chunk, Chunk) and not chunk.items and not chunk.more for chunk in found)
    assert uneven.control.calls == []


async def test_a_key_that_no_pipeline_can_have_spoils_no_page(provider: Provider) -> None:
    keys = (await keys_of(provider))[:5]
    forged = [PipelineKey(keys[0].provider, parts) for parts in (("shop/deploy",), ("",), ())]

    found = await builds_of(provider).newest_builds([*forged, *keys], BuildQuery(), 2, ALL)

    assert [type(answer) for answer in found] == [NotFoundError, NotFoundError, InvalidInputError] + [Chunk] * 5


async def test_a_row_that_is_nobodys_ends_the_sharing_and_nothing_else(provider: Provider, uneven: RunningSimulator) -> None:
    keys = await keys_of(provider)
    uneven.control.add_fault(Fault("/api/workflow", kind="wrong_types", fields=("serviceId",), row=40, times=1))

    found = await builds_of(provider).newest_builds(keys, BuildQuery(), 3, ALL)

    assert shown(found) == shown([await naive(provider, key, BuildQuery(), 3) for key in keys])


async def test_a_bad_row_of_a_pipeline_stands_in_its_place(provider: Provider, uneven: RunningSimulator) -> None:
    keys = await keys_of(provider)
    before = await builds_of(provider).newest_builds(keys, BuildQuery(), 3, ALL)
    uneven.control.add_fault(Fault("/api/workflow", kind="wrong_types", fields=("status",), row=0))

    after = await builds_of(provider).newest_builds(keys, BuildQuery(), 3, ALL)

    for old, new in zip(before, after, strict=True):
        assert isinstance(old, Chunk)
        assert isinstance(new, Chunk)
        assert [getattr(item, "external_id", None) or item.id for item in new.items] == ids(old.items)
        assert new.more is old.more


@pytest.mark.parametrize(("status", "times"), [(400, 1), (500, 1)])
async def test_a_page_that_fails_leaves_single_lists(provider: Provider, uneven: RunningSimulator, status: int, times: int) -> None:
    keys = await keys_of(provider)
    uneven.control.add_fault(Fault("/api/workflow", status=status, times=times, skip=2))

    found = await builds_of(provider).newest_builds(keys, BuildQuery(), 3, ALL)

    assert shown(found) == shown([await naive(provider, key, BuildQuery(), 3) for key in keys])


async def test_a_vendor_that_is_down_is_not_asked_for_each_pipeline(provider: Provider, uneven: RunningSimulator) -> None:
    keys = await keys_of(provider)
    for status, error, calls in ((500, UpstreamUnavailableError, 2), (429, RateLimitedError, 1)):
        uneven.control.clear_faults()
        uneven.control.add_fault(Fault("/api/workflow", status=status))
        uneven.control.reset_calls()

        found = await builds_of(provider).newest_builds(keys, BuildQuery(), 3, ALL)

        assert {type(answer) for answer in found} == {error}
        assert uneven.control.calls_total == calls


async def test_builds_that_start_meanwhile_change_no_answer(own_provider: Provider, own: RunningSimulator) -> None:
    """New ones before, between and after pages: each pipeline's list is one that existed."""
    pipelines = await pipelines_of(own_provider)
    before = {each.key: await naive(own_provider, each.key, BuildQuery(), 10) for each in pipelines}
    own.control.set_latency(0.01, "/api/workflow")
    for each in pipelines[:5]:
        app_of(own).insert_builds(each.name, 2)

    found = await builds_of(own_provider).newest_builds([each.key for each in pipelines], BuildQuery(), 10, ALL)

    for each, chunk in zip(pipelines, found, strict=True):
        assert isinstance(chunk, Chunk)
        new = [item for item in chunk.items if item.created_at >= NOW]
        assert len(new) == (2 if each in pipelines[:5] else 0)
        assert ids(chunk.items[len(new) :]) == ids(before[each.key].items)[: 10 - len(new)]
