from typing import Any

import pytest

from gateway.domain.errors import (
    GatewayError,
    InvalidInputError,
    NotFoundError,
    NotSupportedError,
    PermissionDeniedError,
    RateLimitedError,
    UpstreamUnavailableError,
)
from gateway.domain.keys import EnvironmentKey, PipelineKey, ProjectKey, WorkspaceKey
from gateway.domain.pipeline import Pipeline, PipelineKind, PipelineQuery, PipelineSlug
from gateway.domain.provider import Provider
from gateway.domain.workspace import WorkspaceQuery
from gateway.simulation.control import Fault
from gateway.simulation.server import RunningSimulator
from tests.providers.nuvo.dialect import app_of
from tests.providers.nuvo.opened import ALL, NAME, chunks_of, collect, pipelines_of, pipelines_port

pytestmark = pytest.mark.anyio

OWN = WorkspaceKey(NAME, ("USER", "ops@example.com"))


async def test_pipelines_come_with_the_vendors_total(small_provider: Provider) -> None:
    chunks = await chunks_of(pipelines_port(small_provider).stream_pipelines(PipelineQuery(), None, 5, ALL))

    assert [len(chunk.items) for chunk in chunks] == [5, 5, 2]
    assert {chunk.total for chunk in chunks} == {12}


async def test_a_total_that_counts_the_page_is_not_taken_for_one(small_provider: Provider, small: RunningSimulator) -> None:
    app_of(small).settings.total = "page"

    paged = await chunks_of(pipelines_port(small_provider).stream_pipelines(PipelineQuery(), None, 5, ALL))
    whole = await chunks_of(pipelines_port(small_provider).stream_pipelines(PipelineQuery(), None, 50, ALL))

    assert [chunk.total for chunk in paged] == [None, None, None]
    assert [chunk.total for chunk in whole] == [12]


async def test_a_pipeline_that_is_switched_off_is_paused(small_provider: Provider) -> None:
    paused = [pipeline.name for pipeline in await pipelines_of(small_provider) if pipeline.paused]

    assert paused == ["Legacy CRM migration"]


async def test_names_are_compared_here(small_provider: Provider, small: RunningSimulator) -> None:
    chunks = await chunks_of(pipelines_port(small_provider).stream_pipelines(PipelineQuery(name_contains="ORDER"), None, 1, ALL))

    assert [item.name for chunk in chunks for item in chunk.items] == ["Daily order feed"]
    assert {chunk.applied_locally for chunk in chunks} == {("name_contains",)}
    assert {chunk.total for chunk in chunks} == {None}
    assert small.control.calls_total == 3, "a login, the page, and once what is behind it"


NOTHING: dict[str, dict[str, Any]] = {
    "projects": {"projects": (ProjectKey(NAME, ("x",)),)},
    "environments": {"environments": (EnvironmentKey(NAME, ("x",)),)},
    "tags": {"tags": ("nightly",)},
    "repository": {"repository_contains": "shop"},
    "archive": {"archived": True},
    "kind": {"pipeline_kinds": (PipelineKind.CI,)},
    "workspace": {"workspaces": (WorkspaceKey(NAME, ("USER", "somebody")),)},
}


@pytest.mark.parametrize("name", NOTHING)
async def test_what_nuvo_does_not_have_matches_nothing_and_costs_nothing(
    small_provider: Provider, small: RunningSimulator, name: str
) -> None:
    found = await collect(pipelines_port(small_provider).stream_pipelines(PipelineQuery(**NOTHING[name]), None, 5, ALL))

    assert found == []
    assert small.control.calls == []


async def test_what_it_has_lets_them_pass(small_provider: Provider) -> None:
    query = PipelineQuery(workspaces=(OWN,), archived=False, pipeline_kinds=(PipelineKind.DATA,))

    assert len(await collect(pipelines_port(small_provider).stream_pipelines(query, None, 50, ALL))) == 12


@pytest.mark.parametrize(("count", "calls"), [(1, 1), (2, 2), (3, 1), (12, 1)])
async def test_many_by_key_share_a_page(small_provider: Provider, small: RunningSimulator, count: int, calls: int) -> None:
    pipelines = await pipelines_of(small_provider)
    small.control.reset_calls()

    found = await pipelines_port(small_provider).get_pipelines([each.key for each in pipelines[:count]], ALL)

    assert list(found) == pipelines[:count]
    assert small.control.calls_total == calls


async def test_those_that_are_not_on_the_page_are_asked_for(small_provider: Provider, small: RunningSimulator) -> None:
    pipelines = await pipelines_of(small_provider)
    app_of(small).settings.max_limit = 5
    small.control.reset_calls()

    found = await pipelines_port(small_provider).get_pipelines(
        [*(each.key for each in pipelines), PipelineKey(NAME, ("gone",))], ALL
    )

    assert list(found[:-1]) == pipelines
    assert isinstance(found[-1], NotFoundError)
    assert small.control.calls_total == 1 + 7 + 1


async def test_a_page_that_fails_leaves_each_to_be_asked_for(small_provider: Provider, small: RunningSimulator) -> None:
    pipelines = await pipelines_of(small_provider)
    small.control.add_fault(Fault(r"/pipeline$", status=500))

    found = await pipelines_port(small_provider).get_pipelines([each.key for each in pipelines[:4]], ALL)

    assert list(found) == pipelines[:4]


@pytest.mark.parametrize(
    ("status", "error", "calls"),
    [
        (429, RateLimitedError, 1),
        (403, PermissionDeniedError, 1),
        (503, UpstreamUnavailableError, 2),
        (400, InvalidInputError, 1 + 12),
    ],
)
async def test_a_vendor_that_is_down_or_wants_a_pause_is_not_called_for_each(
    small_provider: Provider, small: RunningSimulator, status: int, error: type[GatewayError], calls: int
) -> None:
    keys = [pipeline.key for pipeline in await pipelines_of(small_provider)]
    small.control.reset_calls()
    small.control.add_fault(Fault(r"/pipeline(/.+)?$", status=status))

    found = await pipelines_port(small_provider).get_pipelines(keys, ALL)

    assert {type(answer) for answer in found} == {error}
    assert small.control.calls_total == calls


async def test_a_list_row_shows_what_a_single_read_shows(small_provider: Provider, small: RunningSimulator) -> None:
    for rows in ("seen", "full"):
        app_of(small).settings.pipeline_rows = rows  # type: ignore[assignment]
        listed = (await pipelines_of(small_provider))[3]

        (single,) = await pipelines_port(small_provider).get_pipelines([listed.key], ALL)

        assert single == listed


async def test_there_are_no_slugs(small_provider: Provider, small: RunningSimulator) -> None:
    found: list[Pipeline | GatewayError] = list(
        await pipelines_port(small_provider).find_pipelines([PipelineSlug("Daily order feed"), PipelineSlug("..")], ALL)
    )

    assert [type(each) for each in found] == [NotSupportedError, InvalidInputError]
    assert "externalId" in str(found[0])
    assert small.control.calls == []


async def test_the_workspace_is_the_identity_and_costs_one_call(small_provider: Provider, small: RunningSimulator) -> None:
    port = small_provider.workspaces
    assert port is not None
    await small_provider.probe()
    small.control.reset_calls()

    own = await collect(port.stream_workspaces(WorkspaceQuery(), None, 5, ALL))
    by_key = await port.get_workspaces([OWN, WorkspaceKey(NAME, ("SUB_ORG", "ops@example.com")), OWN], ALL)

    assert [(each.key, each.name, each.type) for each in own] == [(OWN, "ops@example.com", "USER")]
    assert by_key[0] == by_key[2] == own[0]
    assert isinstance(by_key[1], NotFoundError)
    assert small.control.calls_total == 2
    assert await collect(port.stream_workspaces(WorkspaceQuery(name_contains="nobody"), None, 5, ALL)) == []


async def test_of_several_keys_absent_ones_alone_cost_nothing(small_provider: Provider, small: RunningSimulator) -> None:
    port = small_provider.workspaces
    assert port is not None

    (found,) = await port.get_workspaces([WorkspaceKey(NAME, ("USER", "somebody"))], ALL)

    assert isinstance(found, NotFoundError)
    assert small.control.calls == []
