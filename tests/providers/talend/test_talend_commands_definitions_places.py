"""Environments and workspaces: what is sent, what is refused, and what is seen right after."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC

import pytest

from gateway.domain import mutation_errors
from gateway.domain.commands.command import Command
from gateway.domain.commands.places import (
    CreateEnvironment,
    CreateWorkspace,
    DeleteEnvironment,
    DeleteWorkspace,
    UpdateEnvironment,
    UpdateWorkspace,
)
from gateway.domain.environment import Environment
from gateway.domain.errors import NotFoundError, UpstreamUnavailableError
from gateway.domain.keys import EnvironmentKey, WorkspaceKey
from gateway.domain.workspace import Workspace
from gateway.providers.talend.simulator.credentials import READ_ONLY_TOKEN
from gateway.simulation.control import Fault
from tests.contract.commands.example import Stage
from tests.providers.talend import definitions_told as told
from tests.providers.talend.conftest import NOW
from tests.providers.talend.definitions_told import NOWHERE, reads, refused, sent, stage_on, writes
from tests.providers.talend.opened import NAME, app_of, open_provider
from tests.providers.talend.vendor import Vendor

pytestmark = pytest.mark.anyio

ENVIRONMENTS, WORKSPACES = "/orchestration/environments", "/orchestration/workspaces"


@pytest.fixture
async def stage(own_tenant: Vendor) -> AsyncIterator[Stage]:
    provider = open_provider(own_tenant.running)
    yield stage_on(own_tenant.running, provider)
    await provider.close()


async def test_an_environment_is_created_with_what_was_given_and_no_more(stage: Stage) -> None:
    plain = CreateEnvironment(provider=NAME, name="Test", workspace_name="First")
    full = CreateEnvironment(
        provider=NAME, name="Load", workspace_name="First", description="Big", owner="fupton", max_cloud_containers=0
    )

    assert await sent(stage, plain) == [("POST", ENVIRONMENTS, {"name": "Test", "workspaceName": "First"})]
    [(_, _, body)] = await sent(stage, full)
    assert body == {
        "name": "Load",
        "workspaceName": "First",
        "description": "Big",
        "owner": "fupton",
        "maxCloudContainers": 0,
    }


@pytest.mark.parametrize("update", [False, True])
async def test_containers_are_never_fewer_than_none(stage: Stage, update: bool) -> None:
    command: Command = CreateEnvironment(provider=NAME, name="Test", workspace_name="First", max_cloud_containers=-1)
    if update:
        command = UpdateEnvironment(environment=told.environment(stage, "Staging"), max_cloud_containers=-1)

    problem = await refused(stage, command)

    assert isinstance(problem, mutation_errors.InvalidInputError)
    assert problem.path == ("input", "maxCloudContainers")
    assert not stage.simulator.control.calls


async def test_what_is_not_changed_of_an_environment_is_sent_along(stage: Stage) -> None:
    key = told.environment(stage, "Staging")

    assert await sent(stage, UpdateEnvironment(environment=key, max_cloud_containers=3)) == [
        (
            "PUT",
            f"{ENVIRONMENTS}/{key.parts[0]}",
            {"name": "Staging", "description": "Rehearsals with last week's data", "maxCloudContainers": 3},
        )
    ]


async def test_nothing_is_sent_when_nothing_would_change(stage: Stage) -> None:
    production = told.environment(stage, "Production")
    protected = told.workspace(stage, "Staging", "Retail Analytics")

    assert await sent(stage, UpdateEnvironment(environment=production, description=None, max_cloud_containers=6)) == []
    assert await sent(stage, UpdateWorkspace(workspace=protected, protected_artifacts=True, owner="tokafor")) == []


async def test_a_description_is_emptied(stage: Stage) -> None:
    environment, workspace = told.environment(stage, "Staging"), told.workspace(stage, "Staging", "Retail Analytics")

    await stage.done(UpdateEnvironment(environment=environment, description=None))
    await stage.done(UpdateWorkspace(workspace=workspace, description=None))

    shown, inside = await stage.read(environment), await stage.read(workspace)
    assert isinstance(shown, Environment)
    assert isinstance(inside, Workspace)
    assert (shown.description, shown.max_cloud_containers) == (None, 1)
    assert (inside.description, inside.protected_artifacts) == (None, True)


@pytest.mark.parametrize("form", ["400", "403", "403 usage details"])
async def test_an_environment_in_use_is_a_conflict_that_tells_by_what(stage: Stage, form: str) -> None:
    app_of(stage.simulator).settings.environment_refusal = form  # type: ignore[assignment]  # one of its words

    problem = await refused(stage, DeleteEnvironment(environment=told.environment(stage, "Production")))

    assert isinstance(problem, mutation_errors.ConflictError)
    assert "engine prod-engine-a" in problem.message
    assert "promotion Staging to Production" in problem.message
    assert "Production" in {each["name"] for each in app_of(stage.simulator).tenant.environments.values()}


async def test_a_bare_400_to_a_removal_is_a_conflict_too(stage: Stage) -> None:
    stage.simulator.control.add_fault(Fault(f"^{ENVIRONMENTS}/", method="DELETE", status=400))

    problem = await refused(stage, DeleteEnvironment(environment=told.environment(stage, "Production")))

    assert isinstance(problem, mutation_errors.ConflictError)


async def test_who_may_not_remove_environments_is_told_so(own_tenant: Vendor) -> None:
    provider = open_provider(own_tenant.running, {"token": READ_ONLY_TOKEN.value})
    stage = stage_on(own_tenant.running, provider)

    problem = await refused(stage, DeleteEnvironment(environment=told.environment(stage, "Production")))

    assert isinstance(problem, mutation_errors.PermissionDeniedError)
    assert problem.missing_scope == "TMC_ENVIRONMENT_MANAGEMENT"
    await provider.close()


async def test_only_the_answer_of_its_creation_tells_a_workspaces_times_and_its_owners_name(stage: Stage) -> None:
    home = told.environment(stage, "Staging")
    command = CreateWorkspace(environment=home, name="Sales", description="Tills", owner="tokafor")

    changed = await stage.provider.commands[CreateWorkspace].handle(command)

    [created] = changed.values
    assert created == Workspace(
        key=changed.keys[0],
        external_id=changed.keys[0].parts[0],
        name="Sales",
        description="Tills",
        type="custom",
        owner="tokafor",
        owner_name="Tobenna Okafor",
        environment=home,
        protected_artifacts=False,
        created_at=NOW.astimezone(UTC),
        updated_at=NOW.astimezone(UTC),
    )


async def test_what_is_not_changed_of_a_workspace_is_sent_along_and_its_protection_first_of_all(stage: Stage) -> None:
    key = told.workspace(stage, "Staging", "Retail Analytics")

    assert await sent(stage, UpdateWorkspace(workspace=key, name="Retail")) == [
        (
            "PUT",
            f"{WORKSPACES}/{key.parts[0]}",
            {
                "name": "Retail",
                "description": "Frozen while a release is rehearsed",
                "owner": "tokafor",
                "protectedArtifactUpdate": True,
            },
        )
    ]


async def test_a_name_that_another_workspace_there_has_is_refused_before_it_is_sent(stage: Stage) -> None:
    key = told.workspace(stage, "Production", "Finance")

    problem = await refused(stage, UpdateWorkspace(workspace=key, name="Retail Analytics"))

    assert isinstance(problem, mutation_errors.ConflictError)
    assert problem.path == ("input", "name")
    assert writes(stage) == []


@pytest.mark.parametrize("kind", ["Common Components", "Maria Reyes"])
async def test_only_custom_workspaces_are_removed(stage: Stage, kind: str) -> None:
    problem = await refused(stage, DeleteWorkspace(workspace=told.workspace(stage, "Development", kind)))

    assert isinstance(problem, mutation_errors.NotSupportedError)
    assert "custom" in problem.message
    assert writes(stage) == []


async def test_a_name_that_is_taken_is_named(stage: Stage) -> None:
    home = told.environment(stage, "Production")

    of_environment = await refused(stage, CreateEnvironment(provider=NAME, name="Production", workspace_name="First"))
    of_workspace = await refused(stage, CreateWorkspace(environment=home, name="Finance"))

    assert [type(each) for each in (of_environment, of_workspace)] == [mutation_errors.ConflictError] * 2
    assert of_environment.path == of_workspace.path == ("input", "name")


async def test_whether_an_environment_is_absent_is_looked_up_only_after_a_refusal(stage: Stage) -> None:
    nowhere = EnvironmentKey(NAME, (NOWHERE,))
    await sent(stage, CreateWorkspace(environment=told.environment(stage, "Staging"), name="Sales"))
    assert reads(stage) == []

    problem = await refused(stage, CreateWorkspace(environment=nowhere, name="Sales"))

    assert isinstance(problem, mutation_errors.NotFoundError)
    assert problem.path == ("input", "environmentId")


async def test_another_refusal_of_a_workspace_is_told_as_it_is(stage: Stage) -> None:
    fault = Fault(f"^{WORKSPACES}$", method="POST", status=400, body='{"status":400,"message":"Owner is unknown"}')
    stage.simulator.control.add_fault(fault)

    problem = await refused(stage, CreateWorkspace(environment=told.environment(stage, "Staging"), name="Sales"))

    assert isinstance(problem, mutation_errors.InvalidInputError)
    assert problem.message == "Owner is unknown"


@pytest.mark.parametrize("fails", [False, True])
async def test_a_read_behind_a_write_shares_none_that_began_before(stage: Stage, fails: bool) -> None:
    """All within one request: a list is still under way when something is removed from it."""
    assert stage.provider.environments is not None
    key = (await stage.done(CreateEnvironment(provider=NAME, name="Test", workspace_name="First"))).keys[0]
    assert isinstance(key, EnvironmentKey)
    read, remove = stage.provider.environments.get_environments, stage.provider.commands[DeleteEnvironment].handle
    control = stage.simulator.control
    control.reset_calls()
    control.set_latency(0.1, f"^{ENVIRONMENTS}$")
    if fails:
        control.add_fault(Fault(f"^{ENVIRONMENTS}/", method="DELETE", kind="drop_after_read"))

    before = asyncio.ensure_future(read([key], frozenset()))
    [done] = await asyncio.gather(remove(DeleteEnvironment(environment=key)), return_exceptions=True)
    assert not before.done()
    [after] = await read([key], frozenset())
    await before

    assert isinstance(done, UpstreamUnavailableError) is fails
    assert isinstance(after, NotFoundError)
    assert len(reads(stage)) == 2


async def test_an_unreadable_row_is_not_changed_blindly(stage: Stage) -> None:
    key = told.workspace(stage, "Staging", "Retail Analytics")
    place = list(app_of(stage.simulator).tenant.workspace_infos).index(key.parts[0])
    stage.simulator.control.add_fault(
        Fault(f"^{WORKSPACES}$", method="GET", kind="wrong_types", row=place, fields=("protectedArtifactUpdate",))
    )

    problem = await refused(stage, UpdateWorkspace(workspace=key, name="Retail"))

    assert isinstance(problem, mutation_errors.ProviderError)
    assert writes(stage) == []


async def test_a_workspace_that_is_absent_is_not_sent(stage: Stage) -> None:
    problem = await refused(stage, UpdateWorkspace(workspace=WorkspaceKey(NAME, (NOWHERE,)), name="Retail"))

    assert isinstance(problem, mutation_errors.NotFoundError)
    assert problem.path == ("input", "workspaceId")
    assert writes(stage) == []
