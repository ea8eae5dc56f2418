"""Records made into commands by the templates of destinations, and what the vendor then has."""

from typing import Any

import pytest

from gateway.domain.build_content import Annotation
from gateway.domain.commands.command import Changed, Command
from gateway.domain.errors import InvalidInputError, NotFoundError
from gateway.domain.global_id import encode_id
from gateway.domain.keys import BuildKey, PipelineKey
from gateway.domain.run import RunStatus
from gateway.domain.template import Filled
from gateway.operations.checks import check_supported, check_values
from gateway.providers.buildkite.simulator import ONE_ORGANIZATION_TOKEN
from tests.contract.commands.examples.buildkite_ground import (
    LONG_S,
    ORGANIZATION,
    YAML,
    absent_pipeline,
    build_at,
    is_gone,
    new_build,
    new_pipeline,
)
from tests.providers.buildkite.commanded import BuildkiteStage
from tests.providers.buildkite.pipelines import cluster_of, row_of

pytestmark = pytest.mark.anyio

OF_BUILDS = {"cancel-build", "rebuild-build", "create-annotation"}
WITHOUT_RECORD = {"cancel-build", "rebuild-build", "archive-pipeline", "delete-pipeline"}
ALL = {"create-build", "create-pipeline", "update-pipeline", *OF_BUILDS, *WITHOUT_RECORD}


Where = dict[str, str]
"""Parameters of a template."""


async def made(stage: BuildkiteStage, name: str, record: Any = None, used: tuple[str, ...] = (), *, where: Where) -> Command:
    """Without a record, of the template's example."""
    template = stage.provider.templates[name]
    content = template.example if record is None else record
    command = await template.make(Filled(parameters=where, record=content, used=frozenset(used)))
    assert isinstance(command, template.command)
    return command


async def carried_out(stage: BuildkiteStage, command: Command) -> Changed:
    handling = stage.provider.commands[type(command)]
    check_values(command)
    check_supported(command, handling, stage.provider.name)
    return await handling.handle(command)


async def sent(stage: BuildkiteStage, name: str, record: Any = None, *, where: Where, calls: int) -> dict[str, Any]:
    """The body of the one write, after so many calls, none of which was made before there was a command."""
    before = len(stage.app.writes())
    stage.simulator.control.reset_calls()
    command = await made(stage, name, record, where=where)
    assert stage.simulator.control.calls_total == 0
    await carried_out(stage, command)
    assert stage.simulator.control.calls_total == calls
    [write] = stage.app.writes()[before:]
    return write.body


async def wrong(
    stage: BuildkiteStage, name: str, record: Any = None, used: tuple[str, ...] = (), *, where: Where
) -> InvalidInputError:
    """What is said of it, without a call; it names the place."""
    stage.simulator.control.reset_calls()
    with pytest.raises(InvalidInputError) as caught:
        await made(stage, name, record, used, where=where)
    assert stage.simulator.control.calls_total == 0
    assert caught.value.field is not None
    assert f"`{caught.value.field.removeprefix('record.')}`" in caught.value.message
    return caught.value


def of_pipeline(key: PipelineKey | BuildKey) -> Where:
    return {"organization": key.parts[0], "pipeline": key.parts[1]}


def of_build(key: BuildKey) -> Where:
    return {**of_pipeline(key), "build": key.parts[2]}


def of_nothing(name: str) -> Where:
    """Values that look well."""
    values = {"organization": ORGANIZATION, "pipeline": "web", "build": "7"}
    wanted = {"create-pipeline": ("organization",)}.get(name, ("organization", "pipeline"))
    return {each: values[each] for each in (*wanted, *(("build",) if name in OF_BUILDS else ()))}


async def test_the_vendors_calls_are_offered_each_with_what_it_must_be_told(stage: BuildkiteStage) -> None:
    templates = stage.provider.templates

    assert templates.keys() == ALL
    assert [(name, template.name) for name, template in templates.items()] == [(name, name) for name in templates]
    assert {name for name, template in templates.items() if not template.takes_record} == WITHOUT_RECORD
    assert {name for name, template in templates.items() if template.destroys} == {"delete-pipeline"}
    assert [template.title for template in templates.values()][:3] == ["Create Build", "Cancel Build", "Rebuild Build"]
    for name, template in templates.items():
        assert {each.name for each in template.parameters} == of_nothing(name).keys()
        assert [each.name for each in template.parameters if not each.required] == ["organization"]
        assert template.description.endswith(".")
        assert all(each.description and each.example for each in template.parameters)
        assert bool(template.example) == template.takes_record
        assert template.command in stage.provider.commands


async def test_a_record_becomes_a_build(stage: BuildkiteStage) -> None:
    pipeline = await new_pipeline(stage)

    body = await sent(stage, "create-build", where=of_pipeline(pipeline), calls=1)

    assert body == stage.provider.templates["create-build"].example


async def test_all_that_the_vendor_documents_of_a_new_build_is_understood(stage: BuildkiteStage) -> None:
    record = {
        "commit": "0123456",
        "branch": "main",
        "message": "Two\nlines",
        "author": {"name": "Sam Lee", "email": "sam@example.com"},
        "env": {"LEVEL": "high"},
        "meta_data": {"release": "1.4"},
        "pull_request_id": 7,
        "pull_request_base_branch": "main",
        "pull_request_repository": "git@example.com:a.git",
        "pull_request_labels": ["urgent"],
        "clean_checkout": True,
        "ignore_pipeline_branch_filters": False,
    }
    pipeline = await new_pipeline(stage)

    assert await sent(stage, "create-build", record, where=of_pipeline(pipeline), calls=1) == record


async def test_the_mutations_words_mean_the_same(stage: BuildkiteStage) -> None:
    record = {
        "branch": "main",
        "variables": [{"name": "LEVEL", "value": "high"}],
        "metadata": {"release": 14},
        "pullRequest": {"number": 7, "baseBranch": "main"},
        "cleanCheckout": True,
        "ignoreBranchFilters": True,
    }

    body = await sent(stage, "create-build", record, where=of_pipeline(await new_pipeline(stage)), calls=1)

    assert body == {
        "commit": "HEAD",
        "branch": "main",
        "env": {"LEVEL": "high"},
        "meta_data": {"release": "14"},
        "pull_request_id": 7,
        "pull_request_base_branch": "main",
        "clean_checkout": True,
        "ignore_pipeline_branch_filters": True,
    }


async def test_a_record_without_a_branch_is_for_the_pipelines_own(stage: BuildkiteStage) -> None:
    pipeline = await new_pipeline(stage)

    assert await sent(stage, "create-build", {}, where=of_pipeline(pipeline), calls=2) == {"commit": "HEAD", "branch": "main"}


async def test_what_was_read_for_a_parameter_need_mean_nothing_to_the_build(stage: BuildkiteStage) -> None:
    where = of_pipeline(await new_pipeline(stage))

    command = await made(stage, "create-build", {"branch": "main", "service": where["pipeline"]}, ("service",), where=where)

    assert (await carried_out(stage, command)).keys


async def test_a_build_is_canceled_by_its_number_without_being_read(stage: BuildkiteStage) -> None:
    build = await new_build(stage)

    assert await sent(stage, "cancel-build", where=of_build(build), calls=1) == {}

    assert (await build_at(stage, build)).status is RunStatus.CANCELED


async def test_a_rebuild_is_a_new_build_like_the_old_one(stage: BuildkiteStage) -> None:
    build = await new_build(stage, after_s=LONG_S)
    stage.simulator.control.reset_calls()

    changed = await carried_out(stage, await made(stage, "rebuild-build", where=of_build(build)))

    assert stage.simulator.control.calls_total == 1
    [new] = changed.values
    assert new.retry_of.parts[:3] == build.parts[:3]
    assert new.number != int(build.parts[2])


async def test_a_number_may_be_written_with_zeros_before_it(stage: BuildkiteStage) -> None:
    where = {**of_nothing("cancel-build"), "build": "007"}

    assert await made(stage, "cancel-build", where=where) == await made(stage, "cancel-build", where={**where, "build": "7"})


async def test_a_note_is_written_on_a_build(stage: BuildkiteStage) -> None:
    build = await new_build(stage)

    body = await sent(stage, "create-annotation", where=of_build(build), calls=1)

    assert body == stage.provider.templates["create-annotation"].example
    assert stage.provider.annotations is not None
    chunk = await stage.provider.annotations.list_annotations(build, None, 10, frozenset())
    assert "coverage" in [note.context for note in chunk.items if isinstance(note, Annotation)]


async def test_a_record_becomes_a_pipeline(stage: BuildkiteStage) -> None:
    example = {**stage.provider.templates["create-pipeline"].example, "name": stage.name("Web App")}

    assert await sent(stage, "create-pipeline", example, where={"organization": ORGANIZATION}, calls=1) == example


async def test_all_that_the_vendor_documents_of_a_pipeline_is_understood(stage: BuildkiteStage) -> None:
    record = {
        "name": stage.name("Shop"),
        "repository": "git@github.com:acme/shop.git",
        "cluster_id": cluster_of(stage).parts[1],
        "configuration": YAML,
        "slug": stage.name("shop-slug"),
        "description": "Sells",
        "default_branch": "develop",
        "branch_configuration": "develop",
        "tags": ["a", "b"],
        "allow_rebuilds": False,
        "skip_queued_branch_builds": True,
        "provider_settings": {"build_tags": True},
        "visibility": "private",
    }

    assert await sent(stage, "create-pipeline", record, where={"organization": "acme"}, calls=1) == record


async def test_steps_are_the_vendors_own(stage: BuildkiteStage) -> None:
    steps = [{"type": "script", "name": "Test", "command": "make test"}]
    record = {"name": stage.name("Old"), "repository": "git@github.com:acme/old.git", "steps": steps, "env": {"A": "1"}}

    body = await sent(stage, "create-pipeline", record, where={"organization": ORGANIZATION}, calls=1)
    changed = await sent(
        stage, "update-pipeline", {"steps": [{**steps[0], "name": "Check"}]}, where=where_of(stage, record), calls=2
    )

    assert body == record
    assert changed == {"steps": [{**steps[0], "name": "Check"}]}


def where_of(stage: BuildkiteStage, record: dict[str, Any]) -> Where:
    """Of the pipeline that the record has become."""
    organization = stage.app.world.organization(ORGANIZATION)
    assert organization is not None
    [slug] = [pipeline.slug for pipeline in organization.pipelines if pipeline.name == record["name"]]
    return {"organization": ORGANIZATION, "pipeline": slug}


async def test_a_cluster_may_be_told_by_the_gateways_id(stage: BuildkiteStage) -> None:
    cluster = cluster_of(stage)
    record = {"name": stage.name("Shop"), "repository": "r", "yaml": YAML, "clusterId": encode_id(cluster)}

    body = await sent(stage, "create-pipeline", record, where={"organization": "acme"}, calls=1)

    assert body["cluster_id"] == cluster.parts[1]


async def test_an_update_changes_what_the_record_names_and_nothing_else(stage: BuildkiteStage) -> None:
    pipeline = await new_pipeline(stage)
    name = row_of(stage, pipeline).name
    example = stage.provider.templates["update-pipeline"].example

    body = await sent(stage, "update-pipeline", where=of_pipeline(pipeline), calls=2)

    assert body == example
    row = row_of(stage, pipeline)
    assert (row.name, row.fields["description"]) == (name, example["description"])


async def test_null_empties_in_an_update(stage: BuildkiteStage) -> None:
    pipeline = await new_pipeline(stage)
    await sent(stage, "update-pipeline", {"description": "Sells"}, where=of_pipeline(pipeline), calls=2)

    body = await sent(stage, "update-pipeline", {"description": None}, where=of_pipeline(pipeline), calls=2)
    command = await made(stage, "update-pipeline", {"cluster_id": None}, where=of_pipeline(pipeline))

    assert body == {"description": None}
    assert command.given() == {"cluster": None}


async def test_a_pipeline_is_put_away(stage: BuildkiteStage) -> None:
    pipeline = await new_pipeline(stage)

    await sent(stage, "archive-pipeline", where=of_pipeline(pipeline), calls=2)

    assert row_of(stage, pipeline).archived_at is not None


async def test_a_pipeline_that_is_deleted_was_read_so_that_it_is_known_which_it_was(stage: BuildkiteStage) -> None:
    pipeline = await new_pipeline(stage)
    stage.simulator.control.reset_calls()

    command = await made(stage, "delete-pipeline", where=of_pipeline(pipeline))
    assert stage.simulator.control.calls_total == 1
    changed = await carried_out(stage, command)

    assert changed.keys == (pipeline,)
    await is_gone(stage, pipeline)


async def test_a_pipeline_that_is_not_there_is_not_found_before_it_is_deleted(stage: BuildkiteStage) -> None:
    for where, field in (
        (of_pipeline(absent_pipeline(stage)), "parameters.pipeline"),
        ({"organization": "nobodys", "pipeline": "web"}, "parameters.organization"),
    ):
        with pytest.raises(NotFoundError) as caught:
            await made(stage, "delete-pipeline", where=where)
        assert caught.value.field == field


@pytest.mark.parametrize("name", sorted(ALL - {"create-pipeline", "delete-pipeline"}))
async def test_what_is_not_there_is_not_found_when_the_command_is_carried_out(stage: BuildkiteStage, name: str) -> None:
    before = len(stage.app.writes())
    command = await made(stage, name, where=of_nothing(name) | {"pipeline": "no-such-pipeline"})

    with pytest.raises(NotFoundError):
        await carried_out(stage, command)
    assert len(stage.app.writes()) == before


@pytest.mark.parametrize("name", sorted(ALL))
async def test_the_organization_may_be_left_out_where_there_is_one(stage: BuildkiteStage, name: str) -> None:
    where = of_nothing(name)
    pipeline = await new_pipeline(stage)
    if "pipeline" in where:
        where["pipeline"] = pipeline.parts[1]
    del where["organization"]

    with pytest.raises(InvalidInputError, match="has 2 organizations") as caught:
        await made(stage, name, where=where)
    assert caught.value.field == "parameters.organization"
    async with stage.as_seen(organizations=(ORGANIZATION,)) as configured:
        stage.simulator.control.reset_calls()
        of_it = await made(configured, name, where=where)
        assert stage.simulator.control.calls_total == (1 if name == "delete-pipeline" else 0)
        assert of_it == await made(stage, name, where={"organization": ORGANIZATION, **where})
        with pytest.raises(NotFoundError) as hidden:
            await made(configured, name, where={"organization": "acme", **where})
        assert hidden.value.field == "parameters.organization"


async def test_which_organization_there_is_is_asked_once(stage: BuildkiteStage) -> None:
    async with stage.as_seen(ONE_ORGANIZATION_TOKEN.value) as single:
        stage.simulator.control.reset_calls()
        for _ in range(2):
            await made(single, "create-build", where={"pipeline": "web"})
        assert stage.simulator.control.calls_total == 1


@pytest.mark.parametrize("text", ["", "..", ".", "a/../b", "a\\..", "a\nb", "a\x00", "\x7f", "\ud800"])
@pytest.mark.parametrize("name", sorted(ALL))
async def test_no_parameter_leaves_its_place_in_the_address(stage: BuildkiteStage, name: str, text: str) -> None:
    for parameter in of_nothing(name):
        problem = await wrong(stage, name, where=of_nothing(name) | {parameter: text})

        assert problem.field == f"parameters.{parameter}"


async def test_a_slash_stays_in_its_segment(stage: BuildkiteStage) -> None:
    command = await made(stage, "create-build", where={"organization": ORGANIZATION, "pipeline": "web/builds?x=1#y"})

    stage.simulator.control.reset_calls()
    with pytest.raises(NotFoundError):
        await carried_out(stage, command)
    paths = [call.raw_path for call in stage.simulator.control.calls]
    assert paths[0].endswith("/pipelines/web%2Fbuilds%3Fx%3D1%23y/builds")


@pytest.mark.parametrize("number", ["0", "-1", "1.5", "seven", "1e3", " 7", "7\n", "٧", "1" * 13, "9" * 5000])
async def test_a_build_that_has_no_such_number_is_told(stage: BuildkiteStage, number: str) -> None:
    for name in OF_BUILDS:
        assert (await wrong(stage, name, where=of_nothing(name) | {"build": number})).field == "parameters.build"


@pytest.mark.parametrize("name", sorted(ALL))
async def test_an_attribute_that_means_nothing_is_named(stage: BuildkiteStage, name: str) -> None:
    record = {**stage.provider.templates[name].example, "colour": "red"}

    problem = await wrong(stage, name, record, where=of_nothing(name))

    assert problem.field == "record.colour"
    assert "excludeAttributes" in problem.message
    assert await made(stage, "create-build", {"colour": "red"}, ("colour",), where=of_nothing("create-build"))


@pytest.mark.parametrize("name", sorted(WITHOUT_RECORD - {"delete-pipeline"}))
async def test_a_call_without_a_body_takes_only_what_its_parameters_were_read_from(stage: BuildkiteStage, name: str) -> None:
    record = {"number": 7, "failedOnly": True, "branch": "main"}

    problem = await wrong(stage, name, record, ("number",), where=of_nothing(name))

    assert problem.field == "record.failedOnly"
    assert "`branch`" in problem.message
    assert "`number`" not in problem.message
    assert await made(stage, name, {"number": 7}, ("number",), where=of_nothing(name)) == await made(
        stage, name, where=of_nothing(name)
    )


@pytest.mark.parametrize(
    ("name", "record", "field"),
    [
        ("create-build", {"env": "A=1"}, "env"),
        ("create-build", {"pull_request_id": "7"}, "pull_request_id"),
        ("create-build", {"pull_request_base_branch": "main"}, "pullRequest.number"),
        ("create-build", {"pull_request_id": 7, "pullRequest": {"number": 8}}, "pull_request_id"),
        ("create-build", {"env": {"A": "1"}, "variables": {"A": "1"}}, "variables"),
        ("create-build", {"pipelineId": "x"}, "pipelineId"),
        ("create-pipeline", {"repository": "r", "configuration": YAML}, "name"),
        ("create-pipeline", {"name": "n", "workspaceId": "x"}, "workspaceId"),
        ("create-pipeline", {"name": "n", "cluster_id": 7}, "cluster_id"),
        ("update-pipeline", {"cluster_id": "x", "clusterId": "y"}, "clusterId"),
        ("update-pipeline", {"name": None}, "name"),
        ("create-annotation", {"style": "info"}, "body"),
    ],
)
async def test_what_a_record_cannot_mean_is_told_by_its_own_name(
    stage: BuildkiteStage, name: str, record: dict[str, Any], field: str
) -> None:
    assert (await wrong(stage, name, record, where=of_nothing(name))).field == f"record.{field}"
