"""Projects, changed in part; and contexts, of which no secret can be read back."""

from typing import Any

import pytest

from gateway.domain import mutation_errors
from gateway.domain.commands.command import Command, JsonObject, Variable
from gateway.domain.commands.integration_contexts import CreateIntegrationContext, UpdateIntegrationContext
from gateway.domain.commands.projects import CreateProject, DeleteProject, UpdateProject
from gateway.domain.integration_context import IntegrationContext
from gateway.domain.keys import IntegrationContextKey, ProjectKey
from gateway.domain.project import Project
from gateway.simulation.control import Fault
from tests.contract.commands.example import Stage
from tests.contract.commands.examples.codefresh_made import NOWHERE, new_pipeline, new_project
from tests.providers.codefresh.opened import NAME, app_of
from tests.providers.codefresh.written import calls_of, kept, refused, refused_unasked, routes, sent

pytestmark = pytest.mark.anyio

ANYONE = ProjectKey(NAME, (NOWHERE,))


def data_of(stage: Stage, name: str) -> Any:
    spec = app_of(stage.simulator).world.contexts[name].document["spec"]
    assert isinstance(spec, dict)
    return spec["data"]


async def context(stage: Stage, kind: str, data: JsonObject) -> IntegrationContextKey:
    command = CreateIntegrationContext(provider=NAME, name=stage.name("context"), type=kind, data=data)
    [key] = (await stage.done(command)).keys
    assert isinstance(key, IntegrationContextKey)
    return key


async def test_a_new_project_is_told_by_the_answer(stage: Stage) -> None:
    name = stage.name("project")
    stage.simulator.control.reset_calls()

    performed = await stage.done(
        CreateProject(provider=NAME, name=name, tags=("a", "b"), variables=(Variable("A", "1"), Variable("B", "hush", True)))
    )

    assert sent(stage, "POST") == {
        "projectName": name,
        "tags": ["a", "b"],
        "variables": [{"key": "A", "value": "1"}, {"key": "B", "value": "hush", "encrypted": True}],
    }
    project = await stage.read(performed.keys[0])
    assert isinstance(project, Project)
    assert (project.name, project.tags) == (name, ("a", "b"))


async def test_only_what_is_given_is_sent_of_a_project(stage: Stage) -> None:
    project = await new_project(stage)
    stage.simulator.control.reset_calls()

    await stage.done(UpdateProject(project=project, tags=()))

    assert routes(stage) == [f"PATCH /projects/{project.parts[0]}"]
    assert sent(stage, "PATCH") == {"tags": []}


async def test_nothing_to_change_is_nothing_to_send(stage: Stage) -> None:
    project = await new_project(stage)
    stage.simulator.control.reset_calls()

    await stage.done(UpdateProject(project=project))

    assert routes(stage) == [f"GET /projects/{project.parts[0]}"]
    await refused(stage, UpdateProject(project=ANYONE), mutation_errors.NotFoundError)


async def test_pipelines_follow_a_renamed_project(stage: Stage) -> None:
    pipeline = await new_pipeline(stage)
    project = ProjectKey(NAME, (kept(stage, pipeline.parts[0])["metadata"]["projectId"],))
    name = stage.name("renamed")

    await stage.done(UpdateProject(project=project, name=name))

    found: Any = await stage.read(pipeline)
    assert found.name == f"{name}/deploy"


@pytest.mark.parametrize(
    ("command", "kind", "path"),
    [
        (CreateProject(provider=NAME, name="a/b"), mutation_errors.InvalidInputError, "name"),
        (UpdateProject(project=ANYONE, name=".."), mutation_errors.InvalidInputError, "name"),
        (CreateProject(provider=NAME, name="a", description="x"), mutation_errors.NotSupportedError, "description"),
        (CreateProject(provider=NAME, name="a", owner="x"), mutation_errors.NotSupportedError, "owner"),
        (UpdateProject(project=ANYONE, repository_url="x"), mutation_errors.NotSupportedError, "repositoryUrl"),
        (CreateProject(provider=NAME, name="a", vendor_options={"image": "x"}), mutation_errors.InvalidInputError, "vendorOptions"),
        (CreateIntegrationContext(provider=NAME, name="a", type="vault", data={}), mutation_errors.InvalidInputError, "type"),
        (CreateIntegrationContext(provider=NAME, name=".", type="yaml", data={}), mutation_errors.InvalidInputError, "name"),
        (
            UpdateIntegrationContext(integration_context=IntegrationContextKey(NAME, ("a",)), replace_data=True),
            mutation_errors.InvalidInputError,
            "data",
        ),
    ],
)
async def test_what_cannot_be_meant_is_refused_without_a_call(
    stage: Stage, command: Command, kind: type[mutation_errors.MutationProblem], path: str
) -> None:
    problem = await refused_unasked(stage, command, kind)

    assert problem.path == ("input", path)


@pytest.mark.parametrize("update", [False, True])
async def test_a_taken_name_is_a_conflict_about_the_name(stage: Stage, update: bool) -> None:
    taken: Any = await stage.read(await new_project(stage))
    command = (
        UpdateProject(project=await new_project(stage), name=taken.name)
        if update
        else CreateProject(provider=NAME, name=taken.name)
    )

    problem = await refused(stage, command, mutation_errors.ConflictError)

    assert problem.path == ("input", "name")


async def test_a_project_with_pipelines_stays(stage: Stage) -> None:
    pipeline = await new_pipeline(stage)
    metadata = kept(stage, pipeline.parts[0])["metadata"]
    command = DeleteProject(project=ProjectKey(NAME, (metadata["projectId"],)))

    problem = await refused(stage, command, mutation_errors.ConflictError, confirm_name=metadata["project"])

    assert "still has pipelines" in problem.message


async def test_stars_are_no_value_of_a_new_project(stage: Stage) -> None:
    command = CreateProject(provider=NAME, name="a", variables=(Variable("TOKEN", "*****", True),))

    problem = await refused_unasked(stage, command, mutation_errors.InvalidInputError)

    assert problem.path == ("input", "variables")


async def test_stars_stay_only_where_something_is_hidden(stage: Stage) -> None:
    name = stage.name("project")
    made = CreateProject(provider=NAME, name=name, variables=(Variable("HIDDEN", "hush", True), Variable("PLAIN", "1")))
    [project] = (await stage.done(made)).keys
    assert isinstance(project, ProjectKey)
    stage.simulator.control.reset_calls()

    for name in ("PLAIN", "NEW"):
        command = UpdateProject(project=project, variables=(Variable(name, "*****", True),))
        problem = await refused(stage, command, mutation_errors.InvalidInputError)
        assert problem.path == ("input", "variables")
        assert f"value of {name}." in problem.message
    assert not calls_of(stage, "PATCH")
    await stage.done(UpdateProject(project=project, variables=(Variable("HIDDEN", "*****", True), Variable("NEW", "2"))))

    held = app_of(stage.simulator).world.projects.get(project.parts[0])
    assert held is not None
    document: Any = held.stored.document
    assert [variable["value"] for variable in document["variables"]] == ["hush", "2"]


@pytest.mark.parametrize("kind", ["secret", "git.github"])
async def test_stars_are_no_data_of_a_context(stage: Stage, kind: str) -> None:
    data = {"auth": {"password": "*****"}} if kind != "secret" else {"A": "*****"}
    await refused_unasked(
        stage, CreateIntegrationContext(provider=NAME, name="c", type=kind, data=data), mutation_errors.InvalidInputError
    )
    key = await context(stage, kind, {"auth": {"password": "hush"}} if kind != "secret" else {"A": "hush"})

    problem = await refused(stage, UpdateIntegrationContext(integration_context=key, data=data), mutation_errors.InvalidInputError)

    assert problem.path == ("input", "data")


async def test_a_new_context_is_what_was_given(stage: Stage) -> None:
    name = stage.name("eu west/limits")
    stage.simulator.control.reset_calls()

    performed = await stage.done(CreateIntegrationContext(provider=NAME, name=name, type="secret", data={"A": "hush"}))

    assert sent(stage, "POST") == {
        "apiVersion": "v1",
        "kind": "context",
        "metadata": {"name": name},
        "spec": {"type": "secret", "data": {"A": "hush"}},
    }
    found = await stage.read(performed.keys[0])
    assert isinstance(found, IntegrationContext)
    assert (found.name, found.type) == (name, "secret")


async def test_bad_data_is_told_as_data(stage: Stage) -> None:
    command = CreateIntegrationContext(provider=NAME, name=stage.name("c"), type="secret", data={"A": 1})

    problem = await refused(stage, command, mutation_errors.InvalidInputError)

    assert problem.path == ("input", "data")


async def test_members_that_are_not_named_stay(stage: Stage) -> None:
    key = await context(stage, "yaml", {"a": {"b": 1, "c": [1, 2]}, "d": "x", "e": "y"})
    stage.simulator.control.reset_calls()

    await stage.done(UpdateIntegrationContext(integration_context=key, data={"a": {"b": 2}, "d": None, "f": "z"}))

    assert data_of(stage, key.parts[0]) == {"a": {"b": 2, "c": [1, 2]}, "e": "y", "f": "z"}
    assert [call.method for call in calls_of(stage)] == ["GET", "PUT"]
    assert all("decrypt" not in call.query for call in calls_of(stage))


async def test_the_same_values_again_are_not_sent(stage: Stage) -> None:
    key = await context(stage, "config", {"A": "1"})
    stage.simulator.control.reset_calls()

    await stage.done(UpdateIntegrationContext(integration_context=key, data={"A": "1", "B": None}))

    assert [call.method for call in calls_of(stage)] == ["GET"]


async def test_a_secret_that_is_not_named_would_be_lost(stage: Stage) -> None:
    key = await context(stage, "secret", {"A": "hush", "B": "hush", "C": "hush"})
    stage.simulator.control.reset_calls()

    problem = await refused(
        stage, UpdateIntegrationContext(integration_context=key, data={"A": "x", "C": None}), mutation_errors.InvalidInputError
    )

    assert problem.path == ("input", "data")
    assert "Missing: B." in problem.message
    assert data_of(stage, key.parts[0]) == {"A": "hush", "B": "hush", "C": "hush"}


async def test_secrets_that_are_all_named_are_replaced(stage: Stage) -> None:
    key = await context(stage, "secret", {"A": "hush", "B": "hush"})

    await stage.done(UpdateIntegrationContext(integration_context=key, data={"A": "new", "B": None, "C": "more"}))

    assert data_of(stage, key.parts[0]) == {"A": "new", "C": "more"}


async def test_members_inside_of_members_count_too(stage: Stage) -> None:
    data = {"behindFirewall": False, "auth": {"type": "basic", "password": "hush"}}
    key = await context(stage, "git.gitlab", data)

    problem = await refused(
        stage,
        UpdateIntegrationContext(integration_context=key, data={"auth": {"password": "new"}}),
        mutation_errors.InvalidInputError,
    )
    await stage.done(UpdateIntegrationContext(integration_context=key, data={"auth": {"type": "basic", "password": "new"}}))

    assert "Missing: auth.type." in problem.message
    assert data_of(stage, key.parts[0]) == {"behindFirewall": False, "auth": {"type": "basic", "password": "new"}}


async def test_all_data_can_be_replaced_unseen(stage: Stage) -> None:
    key = await context(stage, "storage.s3", {"accessKey": "hush", "secretKey": "hush"})

    await stage.done(UpdateIntegrationContext(integration_context=key, data={"accessKey": "new"}, replace_data=True))

    assert data_of(stage, key.parts[0]) == {"accessKey": "new"}


async def test_stars_in_a_plain_context_are_secrets_too(stage: Stage) -> None:
    """Whether a type is secret is the vendor's to say: what looks hidden is not sent back."""
    body = '{"metadata":{"name":"c"},"spec":{"type":"helm-repository","data":{"repositoryUrl":"https://x","password":"*****"}}}'
    stage.simulator.control.add_fault(Fault("/contexts/", method="GET", status=200, body=body))
    command = UpdateIntegrationContext(integration_context=IntegrationContextKey(NAME, ("c",)), data={"repositoryUrl": "https://y"})

    problem = await refused(stage, command, mutation_errors.InvalidInputError)

    assert "Missing: password." in problem.message


async def test_what_else_a_context_has_is_kept(stage: Stage) -> None:
    body = '{"apiVersion":"v1","kind":"context","owner":"account","metadata":{"name":"c","default":true,"new":1},"spec":{"type":"config","data":{"A":"1"},"more":2}}'
    stage.simulator.control.add_fault(Fault("/contexts/", method="GET", status=200, body=body))
    stage.simulator.control.add_fault(Fault("/contexts/", method="PUT", status=200, body="", perform=True))

    await stage.done(UpdateIntegrationContext(integration_context=IntegrationContextKey(NAME, ("c",)), data={"B": "2"}))

    assert sent(stage, "PUT") == {
        "apiVersion": "v1",
        "kind": "context",
        "owner": "account",
        "metadata": {"name": "c", "default": True, "new": 1},
        "spec": {"type": "config", "data": {"A": "1", "B": "2"}, "more": 2},
    }
