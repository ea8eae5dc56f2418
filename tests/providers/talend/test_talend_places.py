"""Environments and workspaces, and lists narrowed to them."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest

from gateway.domain.environment import Environment, EnvironmentQuery
from gateway.domain.errors import InvalidInputError, MalformedResponseError, NotFoundError
from gateway.domain.execution import ExecutionQuery
from gateway.domain.keys import EnvironmentKey, PipelineKey, WorkspaceKey
from gateway.domain.page import RowFault
from gateway.domain.provider import Provider
from gateway.domain.workspace import Workspace, WorkspaceQuery
from gateway.providers.talend.client import TalendClient
from gateway.providers.talend.keys import Origin
from gateway.providers.talend.places import Places
from gateway.simulation.control import Fault
from gateway.simulation.server import RunningSimulator
from tests.providers.talend.opened import ALL, NAME, app_of, collect, ids, open_calls_of, paths, query_of

pytestmark = pytest.mark.anyio

WORKSPACES = "/orchestration/workspaces"


async def environments_of(provider: Provider, query: EnvironmentQuery | None = None) -> list[Any]:
    assert provider.environments is not None
    return await collect(provider.environments.stream_environments(query or EnvironmentQuery(), None, 100, ALL))


async def workspaces_of(provider: Provider, query: WorkspaceQuery | None = None) -> list[Any]:
    assert provider.workspaces is not None
    return await collect(provider.workspaces.stream_workspaces(query or WorkspaceQuery(), None, 100, ALL))


def environment_key(simulator: RunningSimulator, name: str) -> EnvironmentKey:
    documents = app_of(simulator).tenant.environments.values()
    return EnvironmentKey(NAME, (next(each["id"] for each in documents if each["name"] == name),))


def workspaces_in(simulator: RunningSimulator, name: str) -> list[str]:
    infos = app_of(simulator).tenant.workspace_infos.values()
    return [info["id"] for info in infos if info["environment"]["name"] == name]


async def test_environments_come_in_one_call(provider: Provider, uneven: RunningSimulator) -> None:
    found = await environments_of(provider)

    assert ids(found) == list(app_of(uneven).tenant.environments)
    assert len(paths(uneven)) == 1


async def test_their_names_are_compared_by_the_gateway_ignoring_case(provider: Provider) -> None:
    assert provider.environments is not None

    (chunk,) = [
        each async for each in provider.environments.stream_environments(EnvironmentQuery(name_contains="DUC"), None, 20, ALL)
    ]

    assert [each.name for each in chunk.items if isinstance(each, Environment)] == ["Production"]
    assert chunk.applied_locally == ("name_contains",)


async def test_both_are_found_by_their_keys_in_one_call_each(provider: Provider, uneven: RunningSimulator) -> None:
    assert provider.environments is not None
    assert provider.workspaces is not None
    environments = [each.key for each in await environments_of(provider)]
    workspaces = [each.key for each in await workspaces_of(provider)]
    uneven.control.reset_calls()

    found = await provider.environments.get_environments([*environments, EnvironmentKey(NAME, ("f" * 24,))], ALL)
    others = await provider.workspaces.get_workspaces([*workspaces, WorkspaceKey(NAME, ("no such id!",))], ALL)

    assert [each.key for each in found if isinstance(each, Environment)] == environments
    assert [each.key for each in others if isinstance(each, Workspace)] == workspaces
    assert isinstance(found[-1], NotFoundError)
    assert isinstance(others[-1], NotFoundError)
    assert len(paths(uneven)) == 2


async def test_a_key_that_the_vendor_cannot_have_made_costs_nothing(provider: Provider, uneven: RunningSimulator) -> None:
    assert provider.workspaces is not None

    (found,) = await provider.workspaces.get_workspaces([WorkspaceKey(NAME, ("no such id!",))], ALL)

    assert isinstance(found, NotFoundError)
    assert paths(uneven) == []


async def test_those_who_ask_at_the_same_time_share_the_call(provider: Provider, uneven: RunningSimulator) -> None:
    uneven.control.set_latency(0.02)

    await asyncio.gather(*(workspaces_of(provider) for _ in range(5)))

    assert paths(uneven) == [WORKSPACES]


@pytest.mark.parametrize("names", [["Production"], ["Development", "Staging"], []])
async def test_the_vendor_narrows_workspaces_to_environments(
    provider: Provider, uneven: RunningSimulator, names: list[str]
) -> None:
    assert provider.workspaces is not None
    keys = tuple(environment_key(uneven, name) for name in names)

    (chunk,) = [each async for each in provider.workspaces.stream_workspaces(WorkspaceQuery(environments=keys), None, 100, ALL)]

    assert sorted(ids(chunk.items)) == sorted(each for name in names for each in workspaces_in(uneven, name))
    assert chunk.applied_locally == ()
    wanted = ",".join(f"environment.id=={each}" for each in sorted(key.parts[0] for key in keys))
    assert [query_of(call) for call in uneven.control.calls] == ([[("query", wanted)]] if names else [])


async def test_a_vendor_that_does_not_know_the_filter_is_asked_for_all(provider: Provider, uneven: RunningSimulator) -> None:
    assert provider.workspaces is not None
    uneven.control.add_fault(Fault(WORKSPACES, status=400, times=1))
    query = WorkspaceQuery(environments=(environment_key(uneven, "Production"),))

    (chunk,) = [each async for each in provider.workspaces.stream_workspaces(query, None, 100, ALL)]

    assert ids(chunk.items) == workspaces_in(uneven, "Production")
    assert chunk.applied_locally == ("environments",)
    assert len(paths(uneven)) == 2


async def test_a_filter_that_the_vendor_ignores_is_applied_here(provider: Provider, uneven: RunningSimulator) -> None:
    key = environment_key(uneven, "Production")
    document = app_of(uneven).tenant.environments[key.parts[0]]
    uneven.control.add_fault(
        Fault(
            WORKSPACES,
            status=200,
            body=f'[{{"id":"a","environment":{{"id":"{document["id"]}"}}}},{{"id":"b","environment":{{"id":"other"}}}},{{"id":"c"}}]',
        )
    )

    found = await workspaces_of(provider, WorkspaceQuery(environments=(key,)))

    assert ids(found) == ["a", "c"]  # who says nothing was found by the vendor


async def test_a_workspace_that_cannot_be_read_fails_alone(provider: Provider, uneven: RunningSimulator) -> None:
    assert provider.workspaces is not None
    good = await workspaces_of(provider)
    uneven.control.add_fault(Fault(WORKSPACES, kind="wrong_types", fields=("name",), row=1))

    rows = await workspaces_of(provider)
    found = await provider.workspaces.get_workspaces([each.key for each in good], ALL)

    assert [isinstance(row, RowFault) for row in rows] == [False, True, *[False] * (len(good) - 2)]
    assert [isinstance(each, Workspace) for each in found] == [True, False, *[True] * (len(good) - 2)]


class TestScopes:
    """Which lists hold what is in these workspaces and in those environments."""

    @pytest.fixture
    async def places(self, uneven: RunningSimulator) -> AsyncIterator[Places]:
        calls = open_calls_of(uneven)
        yield Places(TalendClient(calls), Origin(NAME, "https://tmc.eu.cloud.talend.com"))
        await calls.close()

    async def test_anywhere_is_one_list(self, places: Places) -> None:
        assert [scope.filters for scope in await places.scopes(None, None)] == [()]

    async def test_each_place_is_one(self, places: Places, uneven: RunningSimulator) -> None:
        production = environment_key(uneven, "Production")
        workspace = WorkspaceKey(NAME, (workspaces_in(uneven, "Production")[0],))

        by_environment = await places.scopes(None, (production, production))
        by_workspace = await places.scopes((workspace, WorkspaceKey(NAME, ("no such id!",))), None)

        assert [scope.filters for scope in by_environment] == [(("environmentId", production.parts[0]),)]
        assert [scope.filters for scope in by_workspace] == [(("workspaceId", workspace.parts[0]),)]
        assert paths(uneven) == []

    async def test_of_both_only_workspaces_inside_are_left_at_one_call(self, places: Places, uneven: RunningSimulator) -> None:
        inside, outside = workspaces_in(uneven, "Production")[0], workspaces_in(uneven, "Development")[0]
        keys = tuple(WorkspaceKey(NAME, (each,)) for each in (outside, inside))

        found = await places.scopes(keys, (environment_key(uneven, "Production"),))

        assert [scope.filters for scope in found] == [(("workspaceId", inside),)]
        assert paths(uneven) == [WORKSPACES]

    @pytest.mark.parametrize("parts", [(), ("a", "b")])
    async def test_a_damaged_key_is_refused(self, places: Places, parts: Sequence[str]) -> None:
        with pytest.raises(InvalidInputError):
            await places.scopes((WorkspaceKey(NAME, tuple(parts)),), None)
        with pytest.raises(InvalidInputError):
            await places.scopes(None, (EnvironmentKey(NAME, tuple(parts)),))

    async def test_one_that_cannot_be_read_is_where_the_vendors_filter_says(self, places: Places, uneven: RunningSimulator) -> None:
        first, second = workspaces_in(uneven, "Production")[:2]
        uneven.control.add_fault(Fault(WORKSPACES, kind="wrong_types", fields=("name",)))

        found = await places.scopes(workspace_keys(first, second), (environment_key(uneven, "Production"),))

        assert [scope.group for scope in found] == [first, second]

    async def test_where_the_vendor_does_not_say_the_row_tells_what_is_wrong(
        self, places: Places, uneven: RunningSimulator
    ) -> None:
        inside = workspaces_in(uneven, "Production")
        broken = next(iter(app_of(uneven).tenant.workspace_infos))
        production = (environment_key(uneven, "Production"),)
        uneven.control.add_fault(Fault(WORKSPACES, status=400, times=1))
        uneven.control.add_fault(Fault(WORKSPACES, kind="wrong_types", fields=("name",), row=0))
        uneven.control.add_fault(Fault(WORKSPACES, status=400, times=1))

        with pytest.raises(MalformedResponseError):
            await places.scopes(workspace_keys(broken), production)
        others = workspace_keys(*(each for each in inside if each != broken))
        assert len(await places.scopes(others, production)) == len(others) > 0

    async def test_a_row_without_an_id_could_be_any_that_is_not_listed(self, places: Places, uneven: RunningSimulator) -> None:
        production = (environment_key(uneven, "Production"),)
        inside = workspaces_in(uneven, "Production")
        uneven.control.add_fault(Fault(WORKSPACES, kind="wrong_types", fields=("id",), row=0))

        with pytest.raises(MalformedResponseError):
            await places.scopes(workspace_keys(inside[0]), production)
        assert len(await places.scopes(workspace_keys(inside[1]), production)) == 1


def workspace_keys(*ids: str) -> tuple[WorkspaceKey, ...]:
    return tuple(WorkspaceKey(NAME, (each,)) for each in ids)


async def test_runs_of_a_workspace_that_cannot_be_read_are_still_found(provider: Provider, uneven: RunningSimulator) -> None:
    assert provider.executions is not None
    tasks = app_of(uneven).tenant.tasks
    task = next(key for key, each in tasks.items() if each["workspace"]["environment"]["name"] == "Production")
    query = ExecutionQuery(
        pipelines=(PipelineKey(NAME, ("task", task)),), environments=(environment_key(uneven, "Production"),), include_children=True
    )
    good = ids(await collect(provider.executions.stream_executions(query, None, 20, ALL)))
    uneven.control.add_fault(Fault(WORKSPACES, kind="wrong_types", fields=("name",)))

    found = ids(await collect(provider.executions.stream_executions(query, None, 20, ALL)))

    assert found == good
    assert good
