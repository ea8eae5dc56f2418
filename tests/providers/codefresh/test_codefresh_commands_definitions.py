"""What a definition says twice, what it says of itself, and what it hides: nothing of it is dropped or overwritten silently."""

from typing import Any

import msgspec
import pytest

from gateway.domain import mutation_errors
from gateway.domain.commands.command import Variable
from gateway.domain.commands.pipelines import CreatePipeline, ReplacePipeline, UpdatePipeline
from gateway.simulation.control import Fault
from tests.contract.commands.example import Stage
from tests.contract.commands.examples.codefresh_made import YAML, new_pipeline
from tests.providers.codefresh.opened import NAME
from tests.providers.codefresh.test_codefresh_commands_pipelines import HIDDEN, LOCATION, MODAL
from tests.providers.codefresh.written import calls_of, kept, refused

pytestmark = pytest.mark.anyio

OPTIONS = {"mode": "parallel", "fail_fast": False, "hooks": {"on_finish": {}}}


@pytest.mark.parametrize("source", [{"yaml": YAML + "# again\n"}, {"yaml_location": LOCATION}], ids=["text", "location"])
async def test_what_is_said_beside_a_new_text_is_not_lost(stage: Stage, source: dict[str, Any]) -> None:
    pipeline = await new_pipeline(stage)

    await stage.done(UpdatePipeline(pipeline=pipeline, vendor_options=OPTIONS, **source))
    first = kept(stage, pipeline.parts[0])["spec"]
    await stage.done(UpdatePipeline(pipeline=pipeline, yaml=YAML + "# and again\n"))
    second = kept(stage, pipeline.parts[0])["spec"]
    await stage.done(UpdatePipeline(pipeline=pipeline, yaml=YAML, spec={"spec": {"mode": "sequential"}}))
    third = kept(stage, pipeline.parts[0])["spec"]

    for spec, wanted in ((first, OPTIONS), (second, OPTIONS), (third, OPTIONS | {"mode": "sequential"})):
        assert {name: spec.get(name) for name in OPTIONS} == wanted


async def test_what_the_old_text_said_goes_with_it_and_what_the_new_one_says_it_says_itself(stage: Stage) -> None:
    pipeline = await new_pipeline(stage)
    await stage.done(UpdatePipeline(pipeline=pipeline, vendor_options=OPTIONS))

    await stage.done(UpdatePipeline(pipeline=pipeline, yaml=MODAL))
    said = kept(stage, pipeline.parts[0])["spec"]
    await stage.done(UpdatePipeline(pipeline=pipeline, spec={"spec": {"mode": "sequential"}}))  # as the vendor reads it there
    await stage.done(UpdatePipeline(pipeline=pipeline, yaml=YAML))
    gone = kept(stage, pipeline.parts[0])["spec"]

    assert {name: spec for name, spec in said.items() if name in OPTIONS} == {"fail_fast": False, "hooks": {"on_finish": {}}}
    assert "mode" not in gone
    assert gone["fail_fast"] is False


async def test_a_new_pipeline_has_its_options_beside_its_text(stage: Stage) -> None:
    [key] = (await stage.done(CreatePipeline(provider=NAME, name=stage.name("p"), yaml=YAML, vendor_options=OPTIONS))).keys

    assert {name: kept(stage, key.parts[0])["spec"][name] for name in OPTIONS} == OPTIONS


async def test_an_export_that_is_out_of_date_is_not_applied(stage: Stage) -> None:
    pipeline = await new_pipeline(stage)
    exported = kept(stage, pipeline.parts[0])
    await stage.done(UpdatePipeline(pipeline=pipeline, tags=("blue",)))
    stage.simulator.control.reset_calls()

    problem = await refused(stage, UpdatePipeline(pipeline=pipeline, spec=exported), mutation_errors.ConflictError)

    assert problem.path == ("input", "spec")
    assert not calls_of(stage, "PUT")
    exported["metadata"]["revision"] = 2
    exported["spec"]["concurrency"] = 7
    await stage.done(UpdatePipeline(pipeline=pipeline, spec=exported))
    assert kept(stage, pipeline.parts[0])["spec"]["concurrency"] == 7


async def test_an_export_that_goes_out_of_date_on_the_way_is_not_tried_again(stage: Stage) -> None:
    pipeline = await new_pipeline(stage)
    exported = kept(stage, pipeline.parts[0])
    exported["spec"]["concurrency"] = 7
    other = {**exported, "metadata": {**exported["metadata"], "revision": 2}}
    stage.simulator.control.reset_calls()
    bodies = [msgspec.json.encode(each).decode() for each in (exported | {"spec": {}}, other)]
    stage.simulator.control.add_fault(Fault("/pipelines/", method="GET", status=200, body=bodies[0], times=1))
    stage.simulator.control.add_fault(Fault("/pipelines/", method="GET", status=200, body=bodies[1]))
    stage.simulator.control.add_fault(Fault("/pipelines/", method="PUT", status=409, body='{"message":"stale"}'))

    await refused(stage, UpdatePipeline(pipeline=pipeline, spec=exported), mutation_errors.ConflictError)

    assert len(calls_of(stage, "PUT")) == 1


async def test_a_name_inside_a_definition_renames_nothing(stage: Stage) -> None:
    pipeline = await new_pipeline(stage)
    name = kept(stage, pipeline.parts[0])["metadata"]["name"]
    stage.simulator.control.reset_calls()

    problem = await refused(
        stage, UpdatePipeline(pipeline=pipeline, spec={"metadata": {"name": "else/where"}}), mutation_errors.InvalidInputError
    )

    assert problem.path == ("input", "spec")
    assert not calls_of(stage, "PUT")
    await stage.done(UpdatePipeline(pipeline=pipeline, tags=("a",), spec={"metadata": {"name": name}}))
    await stage.done(UpdatePipeline(pipeline=pipeline, name="release", spec={"metadata": {"name": "release"}}))


@pytest.mark.parametrize("stale", ["stale", "Somebody was faster"])
async def test_a_replacement_overwrites_nobodys_change(stage: Stage, stale: str) -> None:
    pipeline = await new_pipeline(stage)
    stage.simulator.control.reset_calls()
    fault = Fault("/pipelines/", method="PUT", status=409, body=f'{{"message":"{stale}"}}', times=1)
    stage.simulator.control.add_fault(fault)

    problem = await refused(stage, ReplacePipeline(pipeline=pipeline, name="deploy", yaml=YAML), mutation_errors.ConflictError)

    assert problem.message == stale
    assert len(calls_of(stage, "PUT")) == 1


async def test_an_old_revision_by_a_400_is_tried_again_too(stage: Stage) -> None:
    pipeline = await new_pipeline(stage)
    stage.simulator.control.reset_calls()
    body = '{"status":400,"message":"Revision is out of date"}'
    stage.simulator.control.add_fault(Fault("/pipelines/", method="PUT", status=400, body=body, times=1))

    await stage.done(UpdatePipeline(pipeline=pipeline, tags=("blue",)))
    stage.simulator.control.add_fault(Fault("/pipelines/", method="PUT", status=400, body=body))
    await refused(stage, UpdatePipeline(pipeline=pipeline, tags=("red",)), mutation_errors.ConflictError)

    assert len(calls_of(stage, "PUT")) == 4


async def test_a_taken_name_by_a_409_is_not_tried_again(stage: Stage) -> None:
    pipeline = await new_pipeline(stage)
    stage.simulator.control.reset_calls()
    body = '{"status":409,"message":"Pipeline name already exists"}'
    stage.simulator.control.add_fault(Fault("/pipelines/", method="PUT", status=409, body=body))

    problem = await refused(stage, UpdatePipeline(pipeline=pipeline, name="release"), mutation_errors.ConflictError)

    assert problem.path == ("input", "name")
    assert len(calls_of(stage, "PUT")) == 1


async def test_stars_stay_only_where_something_is_hidden(stage: Stage) -> None:
    """By a list of variables, by a definition, and by a replacement, which has to look for it."""
    pipeline = await new_pipeline(stage)
    name = kept(stage, pipeline.parts[0])["metadata"]["name"]
    stars = (Variable("OTHER", "*****", True),)
    hidden = {"spec": {"triggers": [{"id": "x", "name": "x", "variables": [HIDDEN]}]}}
    stage.simulator.control.reset_calls()

    for command, path in (
        (UpdatePipeline(pipeline=pipeline, variables=stars), "variables"),
        (UpdatePipeline(pipeline=pipeline, spec=hidden), "spec"),
        (ReplacePipeline(pipeline=pipeline, name=name, revision=1, yaml=YAML, variables=stars), "variables"),
        (ReplacePipeline(pipeline=pipeline, name=name, revision=1, spec=hidden), "spec"),
    ):
        problem = await refused(stage, command, mutation_errors.InvalidInputError)
        assert problem.path == ("input", path)
    assert not calls_of(stage, "PUT")
    same = (Variable("TOKEN", "*****", True), Variable("NEW", "1"))
    await stage.done(UpdatePipeline(pipeline=pipeline, variables=same))
    await stage.done(ReplacePipeline(pipeline=pipeline, name=name, revision=2, yaml=YAML, variables=same))

    assert [each["value"] for each in kept(stage, pipeline.parts[0])["spec"]["variables"]] == ["hush-hush", "1"]


async def test_a_context_that_is_not_there_is_bad_input_and_not_a_missing_pipeline(stage: Stage) -> None:
    pipeline = await new_pipeline(stage)
    body = '{"status":404,"message":"Could not find context: nope"}'
    stage.simulator.control.add_fault(Fault("/pipelines/", method="PUT", status=404, body=body))

    problem = await refused(stage, UpdatePipeline(pipeline=pipeline, contexts=("nope",)), mutation_errors.InvalidInputError)

    assert problem.path == ("input", "contexts")
