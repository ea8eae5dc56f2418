"""Projects and artifacts: what is sent, and what is refused."""

from collections.abc import AsyncIterator

import pytest

from gateway.domain import mutation_errors
from gateway.domain.commands.artifacts import DeleteArtifact, DeleteArtifactVersion
from gateway.domain.commands.projects import CreateProject, DeleteProject, UpdateProject
from gateway.domain.keys import ArtifactKey
from gateway.domain.project import Project
from gateway.providers.talend.simulator.credentials import READ_ONLY_TOKEN, RUNNER_ACCOUNT
from gateway.simulation.control import Fault
from tests.contract.commands.example import Stage
from tests.providers.talend import definitions_told as told
from tests.providers.talend.definitions_told import NOWHERE, reads, refused, sent, stage_on, writes
from tests.providers.talend.opened import NAME, app_of, open_provider
from tests.providers.talend.vendor import Vendor

pytestmark = pytest.mark.anyio

PROJECT = CreateProject(provider=NAME, name="Returns", owner="mreyes", repository_url="https://git.acme.example/r.git")


@pytest.fixture
async def stage(own_tenant: Vendor) -> AsyncIterator[Stage]:
    provider = open_provider(own_tenant.running)
    yield stage_on(own_tenant.running, provider)
    await provider.close()


async def test_a_project_is_created_with_what_was_given_and_no_more(stage: Stage) -> None:
    assert await sent(stage, PROJECT) == [
        (
            "POST",
            "/orchestration/projects",
            {"name": "Returns", "owner": "mreyes", "url": "https://git.acme.example/r.git"},
        )
    ]


async def test_the_answer_of_creating_a_project_is_the_project(stage: Stage) -> None:
    assert stage.provider.projects is not None
    handling = stage.provider.commands[CreateProject]

    changed = await handling.handle(PROJECT)

    [read] = await stage.provider.projects.get_projects(changed.keys, frozenset())
    assert changed.values == (read,)


@pytest.mark.parametrize(
    ("missing", "path"),
    [({"owner": None}, "owner"), ({"repository_url": None}, "repositoryUrl"), ({"owner": None, "repository_url": None}, "owner")],
)
async def test_a_project_needs_an_owner_and_a_repository(stage: Stage, missing: dict[str, None], path: str) -> None:
    given = {"owner": "mreyes", "repository_url": "https://git.acme.example/r.git"} | missing

    problem = await refused(stage, CreateProject(provider=NAME, name="Returns", **given))

    assert isinstance(problem, mutation_errors.InvalidInputError)
    assert problem.path == ("input", path)
    assert "is needed" in problem.message
    assert not stage.simulator.control.calls


@pytest.mark.parametrize("field", ["name", "tags", "variables"])
async def test_a_project_has_no_other_name_tags_or_variables(stage: Stage, field: str) -> None:
    value = "Other" if field == "name" else ("x",) if field == "tags" else ()

    problem = await refused(stage, UpdateProject(project=told.project(stage, "Retail Mart"), **{field: value}))

    assert isinstance(problem, mutation_errors.NotSupportedError)
    assert problem.path == ("input", field)


async def test_what_is_not_changed_of_a_project_is_sent_along(stage: Stage) -> None:
    key = told.project(stage, "Retail Mart")

    assert await sent(stage, UpdateProject(project=key, owner="fupton")) == [
        (
            "PUT",
            f"/orchestration/projects/{key.parts[0]}",
            {
                "owner": "fupton",
                "url": "https://git.acme.example/data/retail-mart.git",
                "description": "Loads and marts of the shops",
            },
        )
    ]


async def test_nothing_is_sent_when_nothing_would_change(stage: Stage) -> None:
    key = told.project(stage, "Retail Mart")

    assert await sent(stage, UpdateProject(project=key, owner="tokafor")) == []
    assert await sent(stage, UpdateProject(project=told.project(stage, "Stock Feeds"), description=None)) == []


async def test_a_description_is_emptied(stage: Stage) -> None:
    key = told.project(stage, "Retail Mart")

    [(_, _, body)] = await sent(stage, UpdateProject(project=key, description=None))

    shown = await stage.read(key)
    assert body["description"] == ""
    assert isinstance(shown, Project)
    assert (shown.description, shown.owner) == (None, "tokafor")


async def test_service_accounts_have_no_commands_about_projects(own_tenant: Vendor) -> None:
    secrets = {"client_id": RUNNER_ACCOUNT.client_id, "client_secret": RUNNER_ACCOUNT.secret}
    provider = open_provider(own_tenant.running, secrets)
    person = open_provider(own_tenant.running)

    about = {CreateProject, UpdateProject, DeleteProject}
    assert person.commands.keys() - provider.commands.keys() == about
    notes = {each.name: each for each in provider.capabilities}
    assert all(not notes[command.mutation].supported for command in about)
    assert all("personal access tokens" in (notes[command.mutation].note or "") for command in about)
    problem = await refused(stage_on(own_tenant.running, provider), PROJECT)
    assert isinstance(problem, mutation_errors.NotSupportedError)
    assert not own_tenant.running.control.calls
    await provider.close()
    await person.close()


async def test_a_missing_permission_is_named(own_tenant: Vendor) -> None:
    provider = open_provider(own_tenant.running, {"token": READ_ONLY_TOKEN.value})

    problem = await refused(stage_on(own_tenant.running, provider), PROJECT)

    assert isinstance(problem, mutation_errors.PermissionDeniedError)
    assert problem.missing_scope == "TMC_OPERATOR"
    await provider.close()


async def test_removals_accept_any_type_of_answer(stage: Stage) -> None:
    """Users of the vendor's API report 406 for a DELETE that accepts JSON only."""
    app_of(stage.simulator).settings.delete_refuses_json = True
    key, _ = told.artifact(stage, used=False)

    assert await sent(stage, DeleteArtifact(artifact=key)) == [("DELETE", f"/orchestration/artifacts/{key.parts[0]}", None)]


@pytest.mark.parametrize("of_a_version", [False, True])
async def test_what_a_task_runs_is_not_removed(stage: Stage, of_a_version: bool) -> None:
    key, document = told.artifact(stage, used=True)
    tasks = app_of(stage.simulator).tenant.tasks.values()
    task = next(each for each in tasks if each["artifact"]["id"] == key.parts[0])
    version = task["artifact"]["version"]

    problem = await refused(
        stage, DeleteArtifactVersion(artifact=key, version=version) if of_a_version else DeleteArtifact(artifact=key)
    )

    assert isinstance(problem, mutation_errors.ConflictError)
    assert task["name"] in problem.message
    assert version in document["versions"]


async def test_whether_artifact_or_version_is_absent_is_told_by_the_path(stage: Stage) -> None:
    key, _ = told.artifact(stage, used=False)

    of_version = await refused(stage, DeleteArtifactVersion(artifact=key, version="9.9.9"))
    of_artifact = await refused(stage, DeleteArtifactVersion(artifact=ArtifactKey(NAME, (NOWHERE,)), version="9.9.9"))

    assert isinstance(of_version, mutation_errors.NotFoundError)
    assert of_version.path == ("input", "version")
    assert isinstance(of_artifact, mutation_errors.NotFoundError)
    assert of_artifact.path == ("input", "artifactId")


@pytest.mark.parametrize("version", ["..", "a/../b"])
async def test_a_version_that_would_leave_its_place_in_the_address_is_refused(stage: Stage, version: str) -> None:
    key, _ = told.artifact(stage, used=False)

    problem = await refused(stage, DeleteArtifactVersion(artifact=key, version=version))

    assert isinstance(problem, mutation_errors.InvalidInputError)
    assert problem.path == ("input", "version")
    assert not stage.simulator.control.calls


async def test_an_id_that_the_vendor_cannot_have_made_costs_no_call(stage: Stage) -> None:
    stage.simulator.control.reset_calls()

    performed = await stage.perform(DeleteArtifactVersion(artifact=ArtifactKey(NAME, ("a b/c",)), version="1.0"))

    assert isinstance(performed.errors[0], mutation_errors.NotFoundError)
    assert performed.errors[0].path == ("input", "artifactId")
    assert not stage.simulator.control.calls


async def test_an_answer_that_cannot_be_read_leaves_doubt(stage: Stage) -> None:
    stage.simulator.control.add_fault(Fault("^/orchestration/projects$", method="POST", status=201, body="{}", perform=True))

    problem = await refused(stage, PROJECT)

    assert isinstance(problem, mutation_errors.UnknownOutcomeError)
    assert len(writes(stage)) == 1
    assert not reads(stage)
