"""Pipelines are saved whole: nothing that was not named may be lost, and nobody's change in between."""

from typing import Any

import msgspec
import pytest

from gateway.domain import mutation_errors
from gateway.domain.commands.command import Command, Variable
from gateway.domain.commands.pipelines import (
    ArchivePipeline,
    CreatePipeline,
    PausePipeline,
    ReplacePipeline,
    UpdatePipeline,
    YamlLocation,
)
from gateway.domain.keys import PipelineKey, ProjectKey
from gateway.domain.pipeline import Pipeline, PipelineKind
from gateway.simulation.control import Fault
from tests.contract.commands.example import Stage
from tests.contract.commands.examples.codefresh_made import NOWHERE, YAML, new_pipeline, new_project
from tests.providers.codefresh.opened import NAME, app_of
from tests.providers.codefresh.written import calls_of, kept, refused, refused_unasked, routes, sent

pytestmark = pytest.mark.anyio

LOCATION = YamlLocation(repository="acme/shop", path="./codefresh.yml", revision="main", context="github")
ANYONE = PipelineKey(NAME, (NOWHERE,))
MODAL = 'version: "1.0"\nmode: sequential\nsteps:\n  build:\n    image: alpine\n'
HIDDEN = {"key": "TOKEN", "value": "*****", "encrypted": True}


def rich(stage: Stage) -> tuple[PipelineKey, Any]:
    """One of the vendor's own pipelines, with triggers, encrypted variables and a webhook's secret; and its document."""
    for pipeline in app_of(stage.simulator).world.pipelines.all:
        document: Any = pipeline.stored.document
        encrypted = any(variable.get("encrypted") for variable in document["spec"].get("variables", ()))
        if pipeline.git_triggers and encrypted and pipeline.project:
            return PipelineKey(NAME, (pipeline.id,)), msgspec.json.decode(msgspec.json.encode(document))
    raise AssertionError("there is none")


async def test_a_definition_is_made_of_what_is_given(stage: Stage) -> None:
    project = await new_project(stage)
    name = (await stage.read(project)).name  # type: ignore[attr-defined]
    stage.simulator.control.reset_calls()

    performed = await stage.done(
        CreatePipeline(
            provider=NAME,
            project=project,
            name="deploy",
            kind=PipelineKind.CI,
            description="Deploys",
            tags=("prod", "eu"),
            yaml_location=LOCATION,
            variables=(Variable("A", "1"), Variable("B", "hush", True)),
            contexts=("shared-config",),
            spec={"metadata": {"isPublic": False, "id": "ignored", "revision": 7}, "spec": {"priority": 2, "stages": None}},
            vendor_options={"concurrency": 1, "runtimeEnvironment": {"name": "prod/codefresh"}},
        )
    )

    assert sent(stage, "POST") == {
        "version": "1.0",
        "kind": "pipeline",
        "metadata": {
            "name": f"{name}/deploy",
            "project": name,
            "isPublic": False,
            "description": "Deploys",
            "labels": {"tags": ["prod", "eu"]},
        },
        "spec": {
            "priority": 2,
            "variables": [{"key": "A", "value": "1"}, {"key": "B", "value": "hush", "encrypted": True}],
            "contexts": ["shared-config"],
            "concurrency": 1,
            "runtimeEnvironment": {"name": "prod/codefresh"},
            "specTemplate": {
                "location": "git",
                "repo": "acme/shop",
                "path": "./codefresh.yml",
                "revision": "main",
                "context": "github",
            },
        },
    }
    assert routes(stage) == [f"GET /projects/{project.parts[0]}", "POST /pipelines"]
    stage.simulator.control.reset_calls()
    found = await stage.read(performed.keys[0])
    assert isinstance(found, Pipeline)
    assert found.name == f"{name}/deploy"


async def test_a_whole_name_needs_no_project_and_one_call(stage: Stage) -> None:
    project = (await stage.read(await new_project(stage))).name  # type: ignore[attr-defined]
    stage.simulator.control.reset_calls()

    await stage.done(CreatePipeline(provider=NAME, name=f"{project}/deploy", yaml=YAML))

    assert sent(stage, "POST")["metadata"] == {"name": f"{project}/deploy", "project": project, "originalYamlString": YAML}


@pytest.mark.parametrize(
    ("command", "path"),
    [
        (CreatePipeline(provider=NAME, name="a", project=ProjectKey(NAME, (NOWHERE,)), kind=PipelineKind.DATA), "kind"),
        (CreatePipeline(provider=NAME, name="a/b", project=ProjectKey(NAME, (NOWHERE,))), "name"),
        (CreatePipeline(provider=NAME, name="a/../b"), "name"),
        (CreatePipeline(provider=NAME, name="a", yaml=YAML, yaml_location=LOCATION), "yamlLocation"),
        (CreatePipeline(provider=NAME, name="a", yaml=YAML, spec={"spec": {"steps": {}}}), "spec"),
        (CreatePipeline(provider=NAME, name="a", yaml=YAML, spec={"metadata": {"originalYamlString": YAML}}), "spec"),
        (CreatePipeline(provider=NAME, name="a", yaml=MODAL, spec={"spec": {"mode": "parallel"}}), "spec"),
        (CreatePipeline(provider=NAME, name="a", yaml=MODAL, vendor_options={"mode": "parallel"}), "vendorOptions"),
        (UpdatePipeline(pipeline=ANYONE, yaml_location=LOCATION, spec={"spec": {"steps": {"a": {}}}}), "spec"),
        (CreatePipeline(provider=NAME, name="a", yaml=YAML, variables=(Variable("T", "*****", True),)), "variables"),
        (CreatePipeline(provider=NAME, name="a", spec={"spec": {"variables": [HIDDEN]}}), "spec"),
        (CreatePipeline(provider=NAME, name="a", spec={"spec": {"triggers": [{"id": "x", "variables": [HIDDEN]}]}}), "spec"),
        (CreatePipeline(provider=NAME, name="a", project=ProjectKey("other", (NOWHERE,))), "projectId"),
        (CreatePipeline(provider=NAME, name="a", project=ProjectKey(NAME, (NOWHERE, "x"))), "projectId"),
        (UpdatePipeline(pipeline=ANYONE, spec={"metadata": {"id": "another"}}), "spec"),
        (ReplacePipeline(pipeline=ANYONE, name="a/b", spec={"metadata": {"id": "another"}}), "spec"),
        (ReplacePipeline(pipeline=ANYONE, name="a/b", revision=2, spec={"metadata": {"revision": 3}}), "revision"),
        (ReplacePipeline(pipeline=ANYONE, name="a/b", revision=2, spec={"metadata": {"revision": "2"}}), "spec"),
        (ReplacePipeline(pipeline=ANYONE, name="a/b", revision=2, spec={"metadata": {"name": "a/c"}}), "spec"),
        (CreatePipeline(provider=NAME, name="a", spec={"concurrency": 1}), "spec"),
        (CreatePipeline(provider=NAME, name="a", spec={"metadata": []}), "spec"),
        (CreatePipeline(provider=NAME, name="a", vendor_options={"steps": {}}), "vendorOptions"),
        (UpdatePipeline(pipeline=ANYONE, spec={"steps": {}}), "spec"),
        (UpdatePipeline(pipeline=ANYONE, name="a\\.."), "name"),
        (ReplacePipeline(pipeline=ANYONE, name="a/b"), "spec"),
    ],
)
async def test_what_cannot_be_meant_is_refused_without_a_call(stage: Stage, command: Command, path: str) -> None:
    problem = await refused_unasked(stage, command, mutation_errors.InvalidInputError)

    assert problem.path == ("input", path)


async def test_a_location_names_a_repository(stage: Stage) -> None:
    location = YamlLocation(repository="https://github.com/acme/shop", path="x.yml")

    problem = await refused_unasked(
        stage, UpdatePipeline(pipeline=ANYONE, yaml_location=location), mutation_errors.InvalidInputError
    )

    assert problem.path == ("input", "yamlLocation", "repository")


@pytest.mark.parametrize("command", [ArchivePipeline(pipeline=ANYONE), PausePipeline(pipeline=ANYONE)])
async def test_pipelines_are_neither_archived_nor_paused(stage: Stage, command: Command) -> None:
    await refused_unasked(stage, command, mutation_errors.NotSupportedError)


@pytest.mark.parametrize("name", ["never-heard-of/deploy", "Under Score"])
async def test_a_bad_name_is_told_as_one(stage: Stage, name: str) -> None:
    performed = await stage.perform(CreatePipeline(provider=NAME, name=name, yaml=YAML))

    [problem] = performed.errors
    assert problem.path == ("input", "name")


async def test_a_change_loses_nothing(stage: Stage) -> None:
    pipeline, before = rich(stage)

    await stage.done(UpdatePipeline(pipeline=pipeline, description="Another", spec={"spec": {"concurrency": 9}}))

    after = kept(stage, pipeline.parts[0])
    assert after["metadata"]["description"] == "Another"
    assert after["spec"]["concurrency"] == 9
    assert after["metadata"]["revision"] == before["metadata"]["revision"] + 1
    for document in (before, after):
        document["metadata"] = {**document["metadata"], "description": "", "revision": 0, "updated_at": ""}
        document["spec"] = {**document["spec"], "concurrency": 0}
        for trigger in (*document["spec"].get("triggers", ()), *document["spec"].get("cronTriggers", ())):
            trigger.pop("status", None)
            trigger.pop("verified", None)
    assert after == before


async def test_what_would_change_nothing_is_not_sent(stage: Stage) -> None:
    pipeline = await new_pipeline(stage)
    stage.simulator.control.reset_calls()

    performed = await stage.done(UpdatePipeline(pipeline=pipeline, yaml=YAML))

    assert performed.keys == (pipeline,)
    assert performed.receipt is None
    assert routes(stage) == [f"GET /pipelines/{pipeline.parts[0]}"]


async def test_lists_replace_lists_and_null_empties(stage: Stage) -> None:
    pipeline, _ = rich(stage)

    await stage.done(
        UpdatePipeline(pipeline=pipeline, description=None, tags=(), contexts=(), variables=(Variable("ONLY", "one"),))
    )

    after = kept(stage, pipeline.parts[0])
    assert "description" not in after["metadata"]
    assert after["metadata"]["labels"]["tags"] == []
    assert (after["spec"]["contexts"], after["spec"]["variables"]) == ([], [{"key": "ONLY", "value": "one"}])


async def test_text_and_location_take_each_others_place(stage: Stage) -> None:
    pipeline = await new_pipeline(stage)
    await stage.done(UpdatePipeline(pipeline=pipeline, yaml_location=LOCATION))
    located = kept(stage, pipeline.parts[0])
    await stage.done(UpdatePipeline(pipeline=pipeline, yaml=YAML))
    inline = kept(stage, pipeline.parts[0])

    assert located["metadata"]["originalYamlString"] == ""
    assert located["spec"]["specTemplate"]["repo"] == "acme/shop"
    assert inline["metadata"]["originalYamlString"] == YAML
    assert "specTemplate" not in inline["spec"]


async def test_a_new_text_takes_the_steps_of_the_old_one_away(stage: Stage) -> None:
    pipeline = await new_pipeline(stage)
    await stage.done(UpdatePipeline(pipeline=pipeline, spec={"spec": {"steps": {"old": {"image": "alpine"}}, "stages": ["old"]}}))

    await stage.done(UpdatePipeline(pipeline=pipeline, yaml=YAML + "# again\n"))

    assert not {"steps", "stages"} & kept(stage, pipeline.parts[0])["spec"].keys()


async def test_a_short_name_stays_in_its_project_and_a_whole_one_moves(stage: Stage) -> None:
    pipeline = await new_pipeline(stage)
    first = kept(stage, pipeline.parts[0])["metadata"]["project"]
    other = (await stage.read(await new_project(stage))).name  # type: ignore[attr-defined]

    await stage.done(UpdatePipeline(pipeline=pipeline, name="release"))
    short = kept(stage, pipeline.parts[0])["metadata"]
    await stage.done(UpdatePipeline(pipeline=pipeline, name=f"{other}/release"))
    moved = kept(stage, pipeline.parts[0])["metadata"]

    assert (short["name"], short["project"]) == (f"{first}/release", first)
    assert (moved["name"], moved["project"], moved["shortName"]) == (f"{other}/release", other, "release")
    assert moved["projectId"] != short["projectId"]


async def test_somebody_elses_change_in_between_is_kept(stage: Stage) -> None:
    """The vendor refuses the old revision; what is there now is read, changed, and sent once more."""
    pipeline = await new_pipeline(stage)
    stage.simulator.control.reset_calls()
    stage.simulator.control.add_fault(Fault("/pipelines/", method="PUT", status=409, body='{"message":"stale"}', times=1))

    await stage.done(UpdatePipeline(pipeline=pipeline, tags=("blue",)))

    assert [call.method for call in calls_of(stage)] == ["GET", "PUT", "GET", "PUT"]
    assert len(app_of(stage.simulator).journal.of("pipeline.replace", pipeline.parts[0])) == 1


async def test_a_second_conflict_is_told(stage: Stage) -> None:
    pipeline = await new_pipeline(stage)
    stage.simulator.control.reset_calls()
    stage.simulator.control.add_fault(Fault("/pipelines/", method="PUT", status=409, body='{"message":"stale"}'))

    problem = await refused(stage, UpdatePipeline(pipeline=pipeline, tags=("blue",)), mutation_errors.ConflictError)

    assert problem.message == "stale"
    assert len(calls_of(stage, "PUT")) == 2


async def test_a_taken_name_is_not_tried_twice(stage: Stage) -> None:
    pipeline = await new_pipeline(stage)
    taken = kept(stage, (await new_pipeline(stage)).parts[0])["metadata"]["name"]
    stage.simulator.control.reset_calls()

    problem = await refused(stage, UpdatePipeline(pipeline=pipeline, name=taken), mutation_errors.ConflictError)

    assert problem.path == ("input", "name")
    assert len(calls_of(stage, "PUT")) == 1


async def test_two_changes_at_once_are_both_made(stage: Stage) -> None:
    import asyncio

    pipeline = await new_pipeline(stage)

    await asyncio.gather(
        stage.done(UpdatePipeline(pipeline=pipeline, tags=("blue",))),
        stage.done(UpdatePipeline(pipeline=pipeline, description="Both")),
    )

    metadata = kept(stage, pipeline.parts[0])["metadata"]
    assert (metadata["labels"]["tags"], metadata["description"]) == (["blue"], "Both")


async def test_a_replacement_says_all_there_is(stage: Stage) -> None:
    pipeline, before = rich(stage)
    stage.simulator.control.reset_calls()

    await stage.done(ReplacePipeline(pipeline=pipeline, name=before["metadata"]["name"], yaml=YAML))

    names = ("id", "revision", "project", "name")
    assert sent(stage, "PUT") == {
        "version": "1.0",
        "kind": "pipeline",
        "metadata": {"originalYamlString": YAML, **{name: before["metadata"][name] for name in names}},
        "spec": {},
    }
    assert [call.method for call in calls_of(stage)] == ["GET", "PUT"]
    assert not kept(stage, pipeline.parts[0])["spec"].get("triggers")


@pytest.mark.parametrize("inside", [True, False])
async def test_a_replacement_of_a_known_revision_is_one_call(stage: Stage, inside: bool) -> None:
    pipeline = await new_pipeline(stage)
    name = kept(stage, pipeline.parts[0])["metadata"]["name"]
    stage.simulator.control.reset_calls()
    exported = {"metadata": {"revision": 1, "id": pipeline.parts[0]}, "spec": {"concurrency": 4}}
    command = (
        ReplacePipeline(pipeline=pipeline, name=name, spec=exported)
        if inside
        else ReplacePipeline(pipeline=pipeline, name=name, revision=1, spec={"spec": {"concurrency": 4}})
    )

    await stage.done(command)

    assert [call.method for call in calls_of(stage)] == ["PUT"]
    assert sent(stage, "PUT")["metadata"] == {
        "id": pipeline.parts[0],
        "revision": 1,
        "name": name,
        "project": name.partition("/")[0],
    }


async def test_an_old_revision_is_a_conflict_and_not_repeated(stage: Stage) -> None:
    pipeline = await new_pipeline(stage)
    stage.simulator.control.reset_calls()

    await refused(stage, ReplacePipeline(pipeline=pipeline, name="deploy", revision=12, yaml=YAML), mutation_errors.ConflictError)

    assert [call.method for call in calls_of(stage)] == ["GET", "PUT"]


async def test_an_exported_definition_can_be_put_back(stage: Stage) -> None:
    """With its own ids, and five stars for secrets, which the vendor keeps."""
    pipeline, before = rich(stage)
    held = app_of(stage.simulator).world.pipelines.get(pipeline.parts[0])
    assert held is not None
    exported = msgspec.json.decode(held.stored.body)

    await stage.done(ReplacePipeline(pipeline=pipeline, name=exported["metadata"]["name"], spec=exported))

    after = kept(stage, pipeline.parts[0])
    assert "*****" in held.stored.body.decode()
    assert after["spec"]["variables"] == before["spec"]["variables"]
    assert [trigger["id"] for trigger in after["spec"].get("triggers", ())] == [
        trigger["id"] for trigger in exported["spec"].get("triggers", ())
    ]


async def test_an_answer_that_says_nothing_is_no_failure_of_a_change(stage: Stage) -> None:
    """What was changed is known without it."""
    pipeline = await new_pipeline(stage)
    stage.simulator.control.add_fault(Fault("/pipelines/", method="PUT", status=200, body="", perform=True))

    await stage.done(UpdatePipeline(pipeline=pipeline, tags=("blue",)))

    found = await stage.read(pipeline)
    assert isinstance(found, Pipeline)
    assert found.tags == ("blue",)


async def test_a_definition_without_its_parts_is_not_touched(stage: Stage) -> None:
    pipeline = await new_pipeline(stage)
    stage.simulator.control.reset_calls()
    stage.simulator.control.add_fault(Fault("/pipelines/", method="GET", status=200, body='{"metadata":{"id":"x"}}'))

    await refused(stage, UpdatePipeline(pipeline=pipeline, tags=("blue",)), mutation_errors.ProviderError)

    assert not calls_of(stage, "PUT")
