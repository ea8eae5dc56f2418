"""Records become commands by templates, and the commands do what they say: over the simulator, with each template's own example."""

from collections.abc import Iterable
from typing import Any

import msgspec
import pytest

from gateway.domain.commands.command import Changed, Command
from gateway.domain.errors import ConflictError, GatewayError, InvalidInputError, NotFoundError
from gateway.domain.global_id import encode_id
from gateway.domain.keys import BuildKey, Key, PipelineKey, ProjectKey
from gateway.domain.template import Filled
from gateway.operations.checks import check_supported, check_values
from tests.contract.commands.example import Stage
from tests.contract.commands.examples.codefresh_made import (
    NOWHERE,
    YAML,
    finished_build,
    new_build,
    new_context,
    new_pipeline,
    new_project,
)
from tests.providers.codefresh.opened import NAME, app_of
from tests.providers.codefresh.written import kept, routes, sent

pytestmark = pytest.mark.anyio

NAMES = (
    *("run-pipeline", "create-pipeline", "update-pipeline", "delete-pipeline", "terminate-build", "restart-build"),
    *("create-project", "delete-project", "create-integration-context", "delete-integration-context", "create-trigger"),
)
BODILESS = {
    "delete-pipeline": "pipelineId",
    "terminate-build": "buildId",
    "restart-build": "buildId",
    "delete-project": "projectId",
    "delete-integration-context": "contextName",
}
STEPS = {"one": {"image": "alpine", "commands": ["make"]}}


async def make(
    stage: Stage, name: str, record: dict[str, Any], parameters: dict[str, str] | None = None, used: Iterable[str] = ()
) -> Command:
    template = stage.provider.templates[name]
    before = msgspec.json.encode(record)
    stage.simulator.control.reset_calls()
    command = await template.make(Filled(parameters=parameters or {}, record=record, used=frozenset(used)))
    assert type(command) is template.command
    assert command.provider_name == NAME
    assert msgspec.json.encode(record) == before
    return command


async def perform(stage: Stage, command: Command) -> Changed:
    """As mutations do it."""
    handling = stage.provider.commands[type(command)]
    check_supported(command, handling, NAME)
    check_values(command)
    stage.simulator.control.reset_calls()
    return await handling.handle(command)


async def refused(
    stage: Stage, name: str, record: dict[str, Any], parameters: dict[str, str] | None = None, used: Iterable[str] = ()
) -> GatewayError:
    """The failure of the making, which has written nothing."""
    with pytest.raises(GatewayError) as caught:
        await make(stage, name, record, parameters, used)
    assert {call.method for call in stage.simulator.control.calls} <= {"GET"}
    return caught.value


def example(stage: Stage, template: str, **changes: Any) -> dict[str, Any]:
    return stage.provider.templates[template].example | changes


async def full_name(stage: Stage, pipeline: PipelineKey) -> str:
    return (await stage.read(pipeline)).name  # type: ignore[attr-defined,no-any-return]


async def name_of(stage: Stage, project: ProjectKey) -> str:
    return (await stage.read(project)).name  # type: ignore[attr-defined,no-any-return]


def id_of(key: Key) -> str:
    return key.parts[0]


def revision_of(stage: Stage, pipeline: PipelineKey) -> int:
    return int(kept(stage, id_of(pipeline))["metadata"]["revision"])


async def test_all_are_offered_in_order(stage: Stage) -> None:
    templates = stage.provider.templates

    assert tuple(templates) == NAMES
    assert all(name == template.name for name, template in templates.items())
    assert {name for name, each in templates.items() if not each.takes_record} == BODILESS.keys()
    assert {name for name, each in templates.items() if each.destroys} == {name for name in NAMES if name.startswith("delete")}
    assert all(each.command in stage.provider.commands for each in templates.values())


async def test_a_run_is_what_the_record_says(stage: Stage) -> None:
    pipeline = await new_pipeline(stage)
    project, _, name = (await full_name(stage, pipeline)).partition("/")

    command = await make(stage, "run-pipeline", example(stage, "run-pipeline"), {"project": project, "pipeline": name})
    assert len(routes(stage)) == 1
    changed = await perform(stage, command)

    assert sent(stage, "POST") == {
        "branch": "main",
        "variables": {"REGION": "eu-west-1", "REPLICAS": "3"},
        "options": {"noCache": True, "resetVolume": False},
    }
    build = await stage.read(changed.keys[0])
    assert build.pipeline == pipeline  # type: ignore[attr-defined]


async def test_a_run_knows_the_vendors_names_and_options_too(stage: Stage) -> None:
    pipeline = await new_pipeline(stage)
    project, _, name = (await full_name(stage, pipeline)).partition("/")
    record = {"sha": "0f3d5b7a", "noCfCache": True, "skip": ["test"], "annotations": {"by": "stream"}, "row": 7, "tag": None}

    command = await make(stage, "run-pipeline", record, {"project": project, "pipeline": name}, used=("row",))
    await perform(stage, command)

    assert sent(stage, "POST") == {
        "sha": "0f3d5b7a",
        "options": {"noCfCache": True, "skip": ["test"]},
        "annotations": {"by": "stream"},
    }


async def test_a_run_of_a_pipeline_that_is_not_there(stage: Stage) -> None:
    error = await refused(stage, "run-pipeline", {}, {"project": "shop", "pipeline": "never-heard-of"})

    assert isinstance(error, NotFoundError)
    assert error.field == "parameters.pipeline"


@pytest.mark.parametrize("text", ["", " ", "..", ".", "a/b", "../b", "a\nb", "a\x00b", "\ud800"])
@pytest.mark.parametrize("name", ["project", "pipeline"])
async def test_a_name_stays_in_its_place(stage: Stage, name: str, text: str) -> None:
    error = await refused(stage, "run-pipeline", {}, {"project": "shop", "pipeline": "deploy", name: text})

    assert isinstance(error, InvalidInputError)
    assert error.field == f"parameters.{name}"
    assert routes(stage) == []


async def test_what_a_run_does_not_know_costs_no_call(stage: Stage) -> None:
    error = await refused(stage, "run-pipeline", {"brunch": "main"}, {"project": "shop", "pipeline": "deploy"})

    assert error.field == "record.brunch"
    assert "`branch`" in error.message
    assert routes(stage) == []


async def test_a_pipeline_is_created_from_its_definition(stage: Stage) -> None:
    project = await name_of(stage, await new_project(stage))
    record = example(stage, "create-pipeline")
    record["metadata"] = record["metadata"] | {"project": project}

    command = await make(stage, "create-pipeline", record)
    assert routes(stage) == []
    changed = await perform(stage, command)

    document = kept(stage, id_of(changed.keys[0]))
    assert document["metadata"]["name"] == f"{project}/release"
    assert document["metadata"]["project"] == project
    assert document["metadata"]["description"] == "Builds the shop"
    assert document["metadata"]["labels"] == {"tags": ["web"]}
    assert {name: document["spec"][name] for name in record["spec"]} == record["spec"]


async def test_a_pipeline_is_created_in_the_project_of_an_id(stage: Stage) -> None:
    project = await new_project(stage)
    record = {"metadata": {"name": "release", "projectId": id_of(project)}, "spec": {"steps": STEPS}}

    changed = await perform(stage, await make(stage, "create-pipeline", record))

    document = kept(stage, id_of(changed.keys[0]))
    assert document["metadata"]["name"] == f"{await name_of(stage, project)}/release"


async def test_a_pipeline_is_created_from_the_input_of_the_mutation(stage: Stage) -> None:
    project = await new_project(stage)
    record = {"name": "release", "projectId": encode_id(project), "yaml": YAML, "variables": {"A": 1}, "concurrency": 2, "n": 1}

    changed = await perform(stage, await make(stage, "create-pipeline", record, used=("n",)))

    document = kept(stage, id_of(changed.keys[0]))
    assert document["metadata"]["originalYamlString"] == YAML
    assert document["spec"]["variables"] == [{"key": "A", "value": "1"}]
    assert document["spec"]["concurrency"] == 2


@pytest.mark.parametrize(
    ("record", "field"),
    [
        ({"version": "1.0", "spec": {}}, "record.metadata"),
        ({"metadata": "shop"}, "record.metadata"),
        ({"metadata": {}}, "record.metadata.name"),
        ({"metadata": {"name": 7}}, "record.metadata.name"),
        ({"metadata": {"name": " "}}, "record.metadata.name"),
        ({"metadata": {"name": "shop/a", "project": "other"}}, "record.metadata.project"),
        ({"metadata": {"name": "a", "project": "shop/b"}}, "record.metadata.project"),
        ({"metadata": {"name": "a", "projectId": "../x"}}, "record.metadata.projectId"),
        ({"metadata": {"name": "a"}, "spec": {}, "branch": "main"}, "record.branch"),
        ({"name": "a", "brunch": "main"}, "record.brunch"),
        ({"yaml": YAML}, "record.name"),
    ],
)
async def test_no_pipeline_is_created_of(stage: Stage, record: dict[str, Any], field: str) -> None:
    assert (await refused(stage, "create-pipeline", record)).field == field
    assert routes(stage) == []


async def test_an_update_puts_the_whole_definition_in_place(stage: Stage) -> None:
    pipeline = await new_pipeline(stage)
    record = example(stage, "update-pipeline")
    record["metadata"] = record["metadata"] | {"name": await full_name(stage, pipeline)}
    before = kept(stage, id_of(pipeline))
    assert before["spec"]["variables"]

    command = await make(stage, "update-pipeline", record, {"pipelineId": id_of(pipeline)})
    assert routes(stage) == []
    await perform(stage, command)

    after = kept(stage, id_of(pipeline))
    assert after["metadata"]["id"] == before["metadata"]["id"]
    assert after["metadata"]["description"] == "Brings the shop out"
    assert after["metadata"]["labels"] == {"tags": ["prod"]}
    assert {name: after["spec"][name] for name in record["spec"]} == record["spec"]
    assert not after["spec"].get("variables")


async def test_a_definition_that_was_read_goes_back_in_one_call(stage: Stage) -> None:
    pipeline = await new_pipeline(stage)
    record = kept(stage, id_of(pipeline))
    record["spec"]["priority"] = 5

    changed = await perform(stage, await make(stage, "update-pipeline", record, {"pipelineId": id_of(pipeline)}))

    assert routes(stage) == [f"PUT /pipelines/{id_of(pipeline)}"]
    assert changed.keys == (pipeline,)
    assert kept(stage, id_of(pipeline))["spec"] == record["spec"]
    with pytest.raises(ConflictError):  # it is of an old revision now
        await perform(stage, await make(stage, "update-pipeline", record, {"pipelineId": id_of(pipeline)}))


async def test_a_pipeline_moves_into_the_project_that_its_definition_names(stage: Stage) -> None:
    pipeline, project = await new_pipeline(stage), await new_project(stage)
    name = await name_of(stage, project)
    by_name = {"metadata": {"name": "moved", "project": name}, "spec": {"steps": STEPS}}
    by_id = {"metadata": {"name": "again", "projectId": id_of(project)}, "spec": {"steps": STEPS}}

    for record, wanted in ((by_name, f"{name}/moved"), (by_id, f"{name}/again")):
        await perform(stage, await make(stage, "update-pipeline", record, {"pipelineId": id_of(pipeline)}))
        assert kept(stage, id_of(pipeline))["metadata"]["name"] == wanted


async def test_a_pipeline_is_replaced_from_the_input_of_the_mutation(stage: Stage) -> None:
    pipeline = await new_pipeline(stage)
    record = {"name": "deploy", "yaml": YAML, "tags": ["eu"], "priority": 3, "id": id_of(pipeline)}

    command = await make(stage, "update-pipeline", record, {"pipelineId": id_of(pipeline)}, used=("id",))
    await perform(stage, command)

    document = kept(stage, id_of(pipeline))
    assert document["metadata"]["labels"] == {"tags": ["eu"]}
    assert document["spec"]["priority"] == 3
    assert not document["spec"].get("variables")


@pytest.mark.parametrize(
    ("metadata", "field"),
    [
        ({"name": "shop/deploy", "id": NOWHERE[::-1]}, "record.metadata.id"),
        ({"name": "deploy", "projectId": NOWHERE}, "record.metadata.projectId"),
        ({"name": "deploy", "projectId": "shop"}, "record.metadata.projectId"),
        ({"project": "shop"}, "record.metadata.name"),
    ],
)
async def test_no_definition_is_put_in_place_that_means_something_else(stage: Stage, metadata: dict[str, Any], field: str) -> None:
    error = await refused(stage, "update-pipeline", {"metadata": metadata, "spec": {}}, {"pipelineId": NOWHERE})

    assert error.field == field


async def test_a_pipeline_is_deleted(stage: Stage) -> None:
    pipeline = await new_pipeline(stage)

    command = await make(stage, "delete-pipeline", {}, {"pipelineId": id_of(pipeline)})
    assert routes(stage) == []
    changed = await perform(stage, command)

    assert changed.keys == (pipeline,)
    assert app_of(stage.simulator).world.pipelines.get(id_of(pipeline)) is None


async def test_a_build_is_ended(stage: Stage) -> None:
    build = await new_build(stage)

    command = await make(stage, "terminate-build", {"row": 1}, {"buildId": id_of(build)}, used=("row",))
    assert len(routes(stage)) == 1
    changed = await perform(stage, command)

    assert changed.keys == (build,)
    assert (await stage.read(build)).cancel_requested  # type: ignore[attr-defined]


async def test_a_finished_build_is_left_alone(stage: Stage) -> None:
    build = await finished_build(stage)

    with pytest.raises(ConflictError):
        await perform(stage, await make(stage, "terminate-build", {}, {"buildId": id_of(build)}))


async def test_a_build_is_repeated(stage: Stage) -> None:
    build = await finished_build(stage)

    changed = await perform(stage, await make(stage, "restart-build", {}, {"buildId": id_of(build)}))

    [again] = changed.keys
    assert isinstance(again, BuildKey)
    assert again.parts[0] != build.parts[0]
    assert again.parts[1] == build.parts[1]
    assert (await stage.read(again)).external_id == id_of(again)  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["terminate-build", "restart-build"])
async def test_a_build_that_is_not_there(stage: Stage, name: str) -> None:
    error = await refused(stage, name, {}, {"buildId": NOWHERE})

    assert isinstance(error, NotFoundError)
    assert error.field == "parameters.buildId"


async def test_a_project_is_created(stage: Stage) -> None:
    name = stage.name("storefront")

    changed = await perform(stage, await make(stage, "create-project", example(stage, "create-project", name=name)))

    assert routes(stage) == ["POST /projects"]
    project: Any = await stage.read(changed.keys[0])
    assert (project.name, project.tags) == (name, ("web", "tier-1"))


async def test_a_project_is_created_by_the_vendors_name_for_its_name(stage: Stage) -> None:
    name = stage.name("shop")

    await perform(stage, await make(stage, "create-project", {"projectName": name, "variables": {"A": True}}))

    assert sent(stage, "POST") == {"projectName": name, "variables": [{"key": "A", "value": "true"}]}
    assert (await refused(stage, "create-project", {"projectName": 7})).field == "record.projectName"
    assert (await refused(stage, "create-project", {"tags": []})).field == "record.name"


async def test_a_project_is_deleted(stage: Stage) -> None:
    project = await new_project(stage)

    await perform(stage, await make(stage, "delete-project", {}, {"projectId": id_of(project)}))

    with pytest.raises(NotFoundError):
        await stage.read(project)


async def test_a_context_is_created(stage: Stage) -> None:
    name = stage.name("regions")
    record = example(stage, "create-integration-context", name=name)

    changed = await perform(stage, await make(stage, "create-integration-context", record))

    spec = {"type": "config", "data": record["configuration"]}
    assert sent(stage, "POST") == {"apiVersion": "v1", "kind": "context", "metadata": {"name": name}, "spec": spec}
    assert (await stage.read(changed.keys[0])).name == name  # type: ignore[attr-defined]


async def test_a_context_is_created_in_the_vendors_form(stage: Stage) -> None:
    spec = {"type": "config", "data": {"A": "1"}}
    record = {"apiVersion": "v1", "kind": "context", "metadata": {"name": stage.name("own")}, "spec": spec}

    await perform(stage, await make(stage, "create-integration-context", record | {"row": 1}, used=("row",)))

    assert sent(stage, "POST") == record


@pytest.mark.parametrize(
    ("record", "field"),
    [
        ({"name": "a", "type": "config"}, "record.data"),
        ({"name": "a", "type": "config", "configuration": "x"}, "record.configuration"),
        ({"name": "a", "type": "config", "configuration": {}, "data": {}}, "record.data"),
        ({"name": "a", "type": "config", "data": {}, "region": 1}, "record.region"),
        ({"metadata": {"name": "a"}}, "record.spec"),
        ({"metadata": {"name": "a"}, "spec": {"type": "config", "data": 1}}, "record.spec.data"),
        ({"metadata": {"name": 1}, "spec": {"type": "config", "data": {}}}, "record.metadata.name"),
        ({"metadata": {"name": "a"}, "spec": {"data": {}}}, "record.spec.type"),
        ({"metadata": {"name": "a", "owner": "me"}, "spec": {"type": "config", "data": {}}}, "record.metadata.owner"),
        ({"metadata": {"name": "a"}, "spec": {"type": "config", "data": {}}, "kind": "pipeline"}, "record.kind"),
        ({"metadata": {"name": "a"}, "spec": {"type": "config", "data": {}}, "name": "a"}, "record.name"),
    ],
)
async def test_no_context_is_made_of(stage: Stage, record: dict[str, Any], field: str) -> None:
    assert (await refused(stage, "create-integration-context", record)).field == field
    assert routes(stage) == []


async def test_a_context_is_deleted_by_its_name(stage: Stage) -> None:
    context = await new_context(stage)  # its name has a slash and a blank
    assert "/" in id_of(context)

    changed = await perform(stage, await make(stage, "delete-integration-context", {}, {"contextName": id_of(context)}))

    assert changed.keys == (context,)
    with pytest.raises(NotFoundError):
        await stage.read(context)


@pytest.mark.parametrize("by_id", [False, True])
async def test_a_trigger_is_created_at_a_pipeline_by_its_name_or_id(stage: Stage, by_id: bool) -> None:
    pipeline = await new_pipeline(stage)
    told = id_of(pipeline) if by_id else await full_name(stage, pipeline)

    command = await make(stage, "create-trigger", example(stage, "create-trigger", pipeline=told))
    assert len(routes(stage)) == (0 if by_id else 1)
    await perform(stage, command)

    [trigger] = kept(stage, id_of(pipeline))["spec"]["cronTriggers"]
    assert (trigger["name"], trigger["expression"], trigger["branch"]) == ("nightly", "0 0 2 * * *", "main")


GIT = {"repository": "acme/shop", "events": ["push.heads"], "branchPattern": "/main/"}


@pytest.mark.parametrize(
    "record", [{"type": "Git", "configuration": GIT}, {"type": "git", "git": GIT, "configuration": None}, {"git": GIT}]
)
async def test_a_trigger_is_created_in_each_form(stage: Stage, record: dict[str, Any]) -> None:
    pipeline = await new_pipeline(stage)
    whose = {"pipelineId": encode_id(pipeline)}
    more = {"name": "push", "variables": {"A": 1}, "pullRequestAllowForkEvents": True}

    await perform(stage, await make(stage, "create-trigger", whose | more | record))

    [trigger] = kept(stage, id_of(pipeline))["spec"]["triggers"]
    assert (trigger["name"], trigger["repo"], trigger["branchRegex"]) == ("push", "acme/shop", "/main/")
    assert trigger["variables"] == [{"key": "A", "value": "1"}]
    assert trigger["pullRequestAllowForkEvents"] is True


async def test_triggers_of_registries_are_created(stage: Stage) -> None:
    pipeline = id_of(await new_pipeline(stage))
    chart, image = stage.name("chart"), stage.name("image")
    helm = {"pipeline": pipeline, "type": "Helm", "configuration": {"kind": "jfrog", "repository": "charts", "chart": chart}}
    pushed = {"kind": "dockerhub", "namespace": "acme", "repository": image, "tagPattern": "^v"}
    registry = {"pipeline": pipeline, "type": "Registry", "configuration": pushed}

    for record, named in ((helm, chart), (registry, image)):
        changed = await perform(stage, await make(stage, "create-trigger", record))
        assert named in changed.keys[0].parts[2]
        assert (await stage.read(changed.keys[0])).key == changed.keys[0]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"pipeline": "shop/never-heard-of"}, "record.pipeline"),
        ({"pipeline": "../x"}, "record.pipeline"),
        ({"pipeline": "a\x00b"}, "record.pipeline"),
        ({"pipeline": " "}, "record.pipeline"),
        ({"pipeline": 7}, "record.pipeline"),
        ({"pipeline": None}, "record.pipeline"),
        ({"pipelineId": encode_id(PipelineKey(NAME, (NOWHERE,)))}, "record.pipelineId"),
        ({"type": "Webhook"}, "record.type"),
        ({"type": 1}, "record.type"),
        ({"type": None}, "record.type"),
        ({"configuration": None}, "record.configuration"),
        ({"configuration": "0 0 2 * * *"}, "record.configuration"),
        ({"configuration": {"expression": "0 0 2 * * *"}}, "record.configuration.message"),
        ({"configuration": {"expression": "@daily", "message": "each day", "zone": "UTC"}}, "record.configuration.zone"),
        ({"cron": {"expression": "@daily", "message": "each day"}}, "record.cron"),
        ({"when": "nightly"}, "record.when"),
    ],
)
async def test_no_trigger_is_made_of(stage: Stage, changes: dict[str, Any], field: str) -> None:
    error = await refused(stage, "create-trigger", example(stage, "create-trigger", pipeline=NOWHERE) | changes)

    assert error.field == field


async def test_without_a_type_a_trigger_is_nothing(stage: Stage) -> None:
    error = await refused(stage, "create-trigger", {"pipeline": NOWHERE, "name": "nightly"})

    assert error.field == "record.type"
    assert "Git or Cron or Helm or Registry" in error.message


@pytest.mark.parametrize(("name", "parameter"), BODILESS.items())
async def test_a_call_without_a_body_takes_nothing_of_the_record(stage: Stage, name: str, parameter: str) -> None:
    error = await refused(stage, name, {"id": NOWHERE, "reason": "old", "id2": 1}, {parameter: NOWHERE}, used=("id",))

    assert isinstance(error, InvalidInputError)
    assert error.field == "record.reason"
    assert "`reason`, `id2`" in error.message
    assert "excludeAttributes" in error.message
    assert routes(stage) == []


@pytest.mark.parametrize("text", ["", "..", ".", "a/../b", "a\r\nb", "a\x00b", "\ud800"])
@pytest.mark.parametrize(("name", "parameter"), [*BODILESS.items(), ("update-pipeline", "pipelineId")])
async def test_no_parameter_leaves_its_place(stage: Stage, name: str, parameter: str, text: str) -> None:
    error = await refused(stage, name, {}, {parameter: text})

    assert isinstance(error, InvalidInputError)
    assert error.field == f"parameters.{parameter}"
    assert routes(stage) == []


@pytest.mark.parametrize("text", [" ", "a/b", "shop", NOWHERE.upper(), f"{NOWHERE}0", f" {NOWHERE}", f"{NOWHERE}/x", "٣" * 24])
@pytest.mark.parametrize(
    ("name", "parameter"), [*((n, p) for n, p in BODILESS.items() if p != "contextName"), ("update-pipeline", "pipelineId")]
)
async def test_what_is_no_id_is_not_there(stage: Stage, name: str, parameter: str, text: str) -> None:
    error = await refused(stage, name, {}, {parameter: text})

    assert isinstance(error, NotFoundError)
    assert error.field == f"parameters.{parameter}"
    assert routes(stage) == []


async def test_a_copy_is_another_pipeline(stage: Stage) -> None:
    """A definition that was read of one pipeline makes another one, with an id and a revision of its own."""
    old = await new_pipeline(stage)
    record = kept(stage, id_of(old))
    project = await name_of(stage, await new_project(stage))
    record["metadata"] |= {"name": "copy", "project": project, "revision": 40}

    changed = await perform(stage, await make(stage, "create-pipeline", record))

    [new] = changed.keys
    assert isinstance(new, PipelineKey)
    assert new != old
    assert revision_of(stage, new) < 40
    assert kept(stage, id_of(new))["spec"] == record["spec"]
