"""Projects, artifacts with their versions, and data connections."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from gateway.domain.artifact import Artifact, ArtifactQuery, ArtifactVersion
from gateway.domain.data_connection import DataConnection, DataConnectionQuery
from gateway.domain.errors import (
    GatewayError,
    InvalidInputError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitedError,
    UpstreamUnavailableError,
)
from gateway.domain.keys import (
    ArtifactKey,
    DataConnectionKey,
    EnvironmentKey,
    Key,
    ProjectKey,
    PromotionKey,
    ScheduleKey,
    WorkspaceKey,
)
from gateway.domain.page import RowFault
from gateway.domain.project import Project, ProjectQuery
from gateway.domain.provider import Provider
from gateway.providers.talend.by_id import find_listed
from gateway.providers.talend.simulator.credentials import RUNNER_ACCOUNT
from gateway.simulation.control import Fault
from gateway.simulation.server import RunningSimulator
from gateway.upstream.offset_walk import Rows
from tests.providers.talend.opened import ALL, NAME, app_of, collect, ids, open_provider, paths, query_of
from tests.providers.talend.vendor import Vendor

pytestmark = pytest.mark.anyio

ARTIFACTS = "/orchestration/artifacts"
CONNECTIONS = "/orchestration/connections"
PROJECTS = "/orchestration/projects"


async def artifacts_of(provider: Provider, **query: Any) -> list[Any]:
    assert provider.artifacts is not None
    return await collect(provider.artifacts.stream_artifacts(ArtifactQuery(**query), None, 100, ALL))


async def connections_of(provider: Provider, **query: Any) -> list[Any]:
    assert provider.data_connections is not None
    return await collect(provider.data_connections.stream_data_connections(DataConnectionQuery(**query), None, 100, ALL))


async def projects_of(provider: Provider, **query: Any) -> list[Any]:
    assert provider.projects is not None
    return await collect(provider.projects.stream_projects(ProjectQuery(**query), None, 100, ALL))


class TestProjects:
    async def test_they_come_in_the_vendors_order(self, provider: Provider, uneven: RunningSimulator) -> None:
        found = await projects_of(provider)

        assert ids(found) == list(app_of(uneven).tenant.projects)
        assert paths(uneven) == [PROJECTS]

    async def test_names_are_compared_by_the_gateway(self, provider: Provider, uneven: RunningSimulator) -> None:
        found = await projects_of(provider, name_contains="mART")

        assert [each.name for each in found] == [
            each["name"] for each in app_of(uneven).tenant.projects.values() if "mart" in each["name"].lower()
        ]
        assert found

    @pytest.mark.parametrize("query", [{"tags": ("x",)}, {"tags": ()}, {"workspaces": (WorkspaceKey(NAME, ("x",)),)}])
    async def test_they_have_no_tags_and_no_workspace(
        self, provider: Provider, uneven: RunningSimulator, query: dict[str, Any]
    ) -> None:
        assert await projects_of(provider, **query) == []
        assert paths(uneven) == []

    async def test_a_service_account_has_no_projects_and_says_so(self, uneven: RunningSimulator) -> None:
        provider = open_provider(uneven, {"client_id": RUNNER_ACCOUNT.client_id, "client_secret": RUNNER_ACCOUNT.secret})

        assert provider.projects is None
        (said,) = [each for each in provider.capabilities if each.name == "projects"]
        assert not said.supported
        assert said.note is not None
        assert "personal access tokens" in said.note
        await provider.probe()
        await provider.close()


class TestArtifacts:
    async def test_types_and_places_are_the_vendors_to_filter(self, provider: Provider, tenant: Vendor) -> None:
        workspace = tenant.workspace("Production", "Retail Analytics")
        wanted = {"route", "data_service"}

        found = await artifacts_of(
            provider, types=("route", "data_service", "spaceship"), workspaces=(WorkspaceKey(NAME, (workspace,)),)
        )

        assert ids(found) == [
            key for key, each in tenant.data.artifacts.items() if each["type"] in wanted and each["workspace"]["id"] == workspace
        ]
        assert query_of(tenant.running.control.calls[0])[2:] == [
            ("workspaceId", workspace),
            ("types", "data_service"),
            ("types", "route"),
        ]

    @pytest.mark.parametrize("query", [{"types": ("spaceship",)}, {"types": ()}, {"environments": ()}])
    async def test_what_can_match_nothing_costs_nothing(
        self, provider: Provider, uneven: RunningSimulator, query: dict[str, Any]
    ) -> None:
        assert await artifacts_of(provider, **query) == []
        assert paths(uneven) == []

    async def test_names_are_compared_by_the_gateway(self, provider: Provider, tenant: Vendor) -> None:
        assert provider.artifacts is not None
        query = ArtifactQuery(name_contains="ORDERS_")

        (chunk,) = [each async for each in provider.artifacts.stream_artifacts(query, None, 5, ALL)]

        assert ids(chunk.items) == [key for key, each in tenant.data.artifacts.items() if "orders_" in each["name"]]
        assert chunk.items
        assert chunk.applied_locally == ("name_contains",)

    async def test_a_version_by_its_full_text(self, provider: Provider, tenant: Vendor) -> None:
        assert provider.artifacts is not None
        artifact = tenant.artifact("load_orders_from_shop")
        versions = tenant.data.artifacts[artifact]["versions"]
        key = ArtifactKey(NAME, (artifact,))

        found = await provider.artifacts.get_artifact_versions([(key, each) for each in [*versions, "9.9.9"]], ALL)

        assert [each.version for each in found if isinstance(each, ArtifactVersion)] == versions
        assert all(each.artifact == key for each in found if isinstance(each, ArtifactVersion))
        assert isinstance(found[-1], NotFoundError)
        assert len(paths(tenant.running)) == len(versions) + 1

    async def test_a_version_that_cannot_be_meant(self, provider: Provider, uneven: RunningSimulator) -> None:
        assert provider.artifacts is not None
        asked = [
            (ArtifactKey(NAME, ("f" * 24,)), ".."),
            (ArtifactKey(NAME, ()), "1.0"),
            (ArtifactKey(NAME, ("no such id!",)), "1.0"),
        ]

        found = await provider.artifacts.get_artifact_versions(asked, ALL)

        assert [type(each) for each in found] == [InvalidInputError, InvalidInputError, NotFoundError]
        assert [each.field for each in found if isinstance(each, GatewayError)] == ["version", "id", None]
        assert paths(uneven) == []


class TestConnections:
    async def test_places_are_the_vendors_to_filter(self, provider: Provider, tenant: Vendor) -> None:
        production = tenant.environment("Production")

        found = await connections_of(provider, environments=(EnvironmentKey(NAME, (production,)),))

        assert ids(found) == [
            key for key, each in tenant.data.connections.items() if each["workspace"]["environment"]["id"] == production
        ]
        assert query_of(tenant.running.control.calls[0])[2:] == [("environmentId", production)]

    async def test_names_and_apps_are_compared_by_the_gateway(self, provider: Provider, tenant: Vendor) -> None:
        assert provider.data_connections is not None
        query = DataConnectionQuery(name_contains="DATA", apps=("PostgreSQL",))

        (chunk,) = [each async for each in provider.data_connections.stream_data_connections(query, None, 100, ALL)]

        assert ids(chunk.items) == [
            key for key, each in tenant.data.connections.items() if "data" in each["name"].lower() and each["app"] == "PostgreSQL"
        ]
        assert chunk.items
        assert chunk.applied_locally == ("name_contains", "apps")

    async def test_a_place_that_is_gone_has_none(self, provider: Provider) -> None:
        assert await connections_of(provider, workspaces=(WorkspaceKey(NAME, ("f" * 24,)),)) == []

    async def test_values_are_shown_unless_they_are_encrypted(self, provider: Provider, tenant: Vendor) -> None:
        assert provider.data_connections is not None
        key = DataConnectionKey(NAME, (tenant.connection("shop_database"),))

        (found,) = await provider.data_connections.get_data_connections([key], ALL)

        assert isinstance(found, DataConnection)
        shown = {parameter.name: (parameter.value is not None, parameter.encrypted) for parameter in found.parameters}
        assert shown["host"] == (True, False)
        assert shown["password"] == (False, True)


class TestManyByKey:
    """Of three and more the list answers."""

    async def test_few_cost_a_call_each(self, provider: Provider, uneven: RunningSimulator) -> None:
        assert provider.projects is not None
        wanted = list(app_of(uneven).tenant.projects)[:2]

        found = await provider.projects.get_projects([ProjectKey(NAME, (each,)) for each in [*wanted, *wanted]], ALL)

        assert ids([each for each in found if isinstance(each, Project)]) == [*wanted, *wanted]
        assert sorted(paths(uneven)) == sorted(f"{PROJECTS}/{each}" for each in wanted)

    async def test_many_cost_one(self, provider: Provider, uneven: RunningSimulator) -> None:
        assert provider.artifacts is not None
        wanted = list(app_of(uneven).tenant.artifacts)

        found = await provider.artifacts.get_artifacts(
            [ArtifactKey(NAME, (each,)) for each in [*wanted[::-1], "f" * 24, "no such id!"]], ALL
        )

        assert ids([each for each in found if isinstance(each, Artifact)]) == wanted[::-1]
        assert [type(each) for each in found[-2:]] == [NotFoundError, NotFoundError]
        assert paths(uneven) == [ARTIFACTS]

    async def test_a_row_that_cannot_be_read_fails_alone(self, provider: Provider, uneven: RunningSimulator) -> None:
        assert provider.data_connections is not None
        wanted = list(app_of(uneven).tenant.connections)[:4]
        uneven.control.add_fault(Fault(CONNECTIONS, kind="wrong_types", fields=("createDate",), row=1))

        found = await provider.data_connections.get_data_connections([DataConnectionKey(NAME, (each,)) for each in wanted], ALL)

        assert [isinstance(each, DataConnection) for each in found] == [True, False, True, True]

    @pytest.mark.parametrize(
        ("fault", "kinds", "calls"),
        [
            (Fault(f"{PROJECTS}$", status=400), [Project] * 4, 5),
            (Fault(f"{PROJECTS}$", status=200, body="7"), [Project] * 4, 5),
            (Fault(f"{PROJECTS}$", status=503), [Project] * 4, 5),
            (Fault(PROJECTS, status=503), [UpstreamUnavailableError] * 4, 2),
            (Fault(f"{PROJECTS}$", status=403), [PermissionDeniedError] * 4, 1),
        ],
    )
    async def test_a_list_that_fails_leaves_what_can_be_asked_one_by_one(
        self, provider: Provider, uneven: RunningSimulator, fault: Fault, kinds: list[type], calls: int
    ) -> None:
        assert provider.projects is not None
        uneven.control.add_fault(fault)
        wanted = list(app_of(uneven).tenant.projects)[:4]

        found = await provider.projects.get_projects([ProjectKey(NAME, (each,)) for each in wanted], ALL)

        assert [type(each) for each in found] == kinds
        assert len(paths(uneven)) == calls


class TestFindListed:
    """Over a list of many pages."""

    asked: list[str]
    failing: GatewayError | None = UpstreamUnavailableError("down")
    """Of the third page."""

    async def find(
        self,
        rows: Sequence[str | RowFault],
        wanted: list[str],
        total: int | None,
        before_page: Callable[[], None] = lambda: None,
    ) -> dict[str, str | GatewayError]:
        self.asked = []

        async def fetch(offset: int, count: int) -> Rows[str]:
            self.asked.append(f"page {offset}")
            if offset == 200 and self.failing is not None:
                raise self.failing
            before_page()
            return Rows(offset, tuple(rows[offset : offset + count]), offset + count < len(rows), total)

        async def get(each: str) -> str:
            self.asked.append(each)
            if each not in rows:
                raise absent
            return each

        absent = NotFoundError("absent")
        return await find_listed(wanted, get, fetch, lambda row: row, absent)

    async def test_pages_are_read_while_they_are_fewer_than_what_is_missing(self) -> None:
        rows = [f"id-{each}" for each in range(250)]
        wanted = [f"id-{each}" for each in range(0, 250, 10)]

        found = await self.find(rows, wanted, 250)

        assert found == {each: each for each in wanted}
        assert self.asked[:3] == ["page 0", "page 100", "page 200"]  # the last of which fails
        assert sorted(self.asked[3:]) == sorted(f"id-{each}" for each in range(200, 250, 10))

    async def test_few_that_are_missing_are_asked_for_one_by_one(self) -> None:
        rows = [f"id-{each}" for each in range(250)]

        await self.find(rows, ["id-1", "id-2", "id-150", "nobody"], 250)

        assert sorted(self.asked) == sorted(["page 0", "id-150", "nobody"])

    async def test_without_a_total_only_one_page_is_read(self) -> None:
        rows = [f"id-{each}" for each in range(150)]

        await self.find(rows, ["id-1", "id-2", "id-3", "id-140", "id-141", "id-142"], None)

        assert self.asked[0] == "page 0"
        assert sorted(self.asked[1:]) == ["id-140", "id-141", "id-142"]

    async def test_what_a_whole_list_lacks_does_not_exist(self) -> None:
        found = await self.find(["a", "b"], ["a", "b", "c"], 2)

        assert isinstance(found["c"], NotFoundError)
        assert self.asked == ["page 0"]

    async def test_a_hundred_that_are_gone_cost_no_call_beyond_the_list(self) -> None:
        rows = [f"id-{each}" for each in range(5_000)]
        self.failing = None

        found = await self.find(rows, [f"gone-{each}" for each in range(100)], 5_000)

        assert all(isinstance(each, NotFoundError) for each in found.values())
        assert len(self.asked) == 50

    async def test_where_rows_have_moved_what_is_missing_is_asked_for(self) -> None:
        rows = [f"id-{each}" for each in range(250)]
        self.failing = None
        wanted = ["id-100", *(f"id-{each}" for each in range(150, 160))]
        moved = iter([None, "id-0"])  # the second page is read when the first row is gone

        found = await self.find(rows, wanted, 250, lambda: rows.remove(gone) if (gone := next(moved, None)) else None)

        assert found == {each: each for each in wanted}
        assert self.asked == ["page 0", "page 100", "page 200", "id-100"]

    async def test_a_vendor_that_refuses_a_page_is_not_asked_for_all_that_is_missing(self) -> None:
        rows = [f"id-{each}" for each in range(300)]
        self.failing = RateLimitedError("slow down")
        wanted = [f"id-{each}" for each in range(190, 210)]

        found = await self.find(rows, wanted, 300)

        assert [type(found[each]) for each in wanted] == [str] * 10 + [RateLimitedError] * 10
        assert self.asked == ["page 0", "page 100", "page 200"]


@pytest.mark.parametrize(
    ("port", "key", "body"),
    [
        ("projects", ProjectKey(NAME, ("a" * 24,)), '{"id":"other"}'),
        ("artifacts", ArtifactKey(NAME, ("a" * 24,)), '{"id":"other","type":"route"}'),
        ("data_connections", DataConnectionKey(NAME, ("a" * 24,)), '{"id":"other"}'),
        ("promotions", PromotionKey(NAME, ("a" * 24,)), '{"executable":"other"}'),
        ("schedules", ScheduleKey(NAME, ("schedule", "a" * 24)), '{"id":"other"}'),
    ],
)
async def test_a_vendor_that_answers_with_another_thing_has_not_this_one(
    provider: Provider, uneven: RunningSimulator, port: str, key: Key, body: str
) -> None:
    uneven.control.add_fault(Fault("a" * 24, status=200, body=body))

    (found,) = await getattr(getattr(provider, port), f"get_{port}")([key], ALL)

    assert isinstance(found, NotFoundError)
