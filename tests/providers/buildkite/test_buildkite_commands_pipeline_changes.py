"""Changing pipelines: what is sent, what is refused, and that nothing is lost."""

import pytest

from gateway.domain import mutation_errors
from gateway.domain.commands.pipelines import ArchivePipeline, DeletePipeline, UnarchivePipeline, UpdatePipeline
from gateway.domain.keys import ClusterKey, PipelineKey
from gateway.domain.pipeline import Pipeline
from tests.contract.commands.examples.buildkite_ground import NOWHERE, ORGANIZATION, YAML, new_pipeline
from tests.providers.buildkite.commanded import BuildkiteStage
from tests.providers.buildkite.pipelines import cluster_of, creation, row_of

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(("message", "field"), [("No cluster found", "clusterId"), ("No pipeline found", "pipelineId")])
async def test_a_cluster_that_a_change_names_in_vain_is_told_at_its_field(stage: BuildkiteStage, message: str, field: str) -> None:
    command = UpdatePipeline(pipeline=await new_pipeline(stage), cluster=ClusterKey(stage.provider.name, (ORGANIZATION, NOWHERE)))
    stage.answer("/pipelines/[^/]+$", 404, message, method="PATCH")

    problem = await stage.refused(command, mutation_errors.NotFoundError, calls=2)

    assert problem.path == ("input", field)


async def test_an_update_sends_only_what_is_given(stage: BuildkiteStage) -> None:
    pipeline = await new_pipeline(stage)

    assert await stage.sent(UpdatePipeline(pipeline=pipeline, description="Other")) == {"description": "Other"}
    emptied = UpdatePipeline(pipeline=pipeline, description=None, default_branch=None, tags=("x",))
    assert await stage.sent(emptied) == {"description": None, "default_branch": None, "tags": ["x"]}
    assert await stage.sent(UpdatePipeline(pipeline=pipeline, tags=())) == {"tags": []}
    assert await stage.sent(UpdatePipeline(pipeline=pipeline, yaml="steps: [wait]\n")) == {"configuration": "steps: [wait]\n"}


async def test_a_pipeline_leaves_its_cluster_with_null(stage: BuildkiteStage) -> None:
    cluster = cluster_of(stage)
    [key] = (await stage.done(creation(stage, "acme", cluster=cluster))).keys
    assert isinstance(key, PipelineKey)

    assert await stage.sent(UpdatePipeline(pipeline=key, cluster=None)) == {"cluster_id": None}
    assert await stage.sent(UpdatePipeline(pipeline=key, cluster=cluster)) == {"cluster_id": cluster.parts[1]}


async def test_a_new_name_keeps_the_slug_so_that_ids_go_on(stage: BuildkiteStage) -> None:
    pipeline = await new_pipeline(stage)

    body = await stage.sent(UpdatePipeline(pipeline=pipeline, name="Quite Other"))

    assert body == {"name": "Quite Other", "slug": pipeline.parts[1]}
    shown = await stage.read(pipeline)
    assert isinstance(shown, Pipeline)
    assert (shown.name, shown.slug) == ("Quite Other", pipeline.parts[1])


async def test_a_new_slug_makes_a_new_id_and_ends_the_old_one(stage: BuildkiteStage) -> None:
    pipeline = await new_pipeline(stage)
    slug = stage.name("moved")

    performed = await stage.done(UpdatePipeline(pipeline=pipeline, slug=slug, name="Moved"))

    assert performed.keys == (PipelineKey(pipeline.provider, (pipeline.parts[0], slug, pipeline.parts[2])),)
    await stage.refused(UpdatePipeline(pipeline=pipeline, name="X"), mutation_errors.NotFoundError)


async def test_nothing_is_sent_when_nothing_would_be_different(stage: BuildkiteStage) -> None:
    pipeline = await new_pipeline(stage)
    await stage.done(UpdatePipeline(pipeline=pipeline, tags=()))
    before = len(stage.app.writes())
    name = row_of(stage, pipeline).name

    performed = await stage.done(
        UpdatePipeline(pipeline=pipeline, name=name, description=None, default_branch="main", tags=(), yaml=YAML)
    )
    empty = await stage.done(UpdatePipeline(pipeline=pipeline))

    assert (performed.keys, performed.receipt, empty.keys) == ((pipeline,), None, (pipeline,))
    assert len(stage.app.writes()) == before


async def test_an_update_loses_nothing_that_it_does_not_name(stage: BuildkiteStage) -> None:
    settings = {"trigger_mode": "code", "build_tags": True}
    options = {"emoji": ":shop:", "color": "#14CC80", "allow_rebuilds": False, "provider_settings": settings}
    [key] = (await stage.done(creation(stage, description="Sells", tags=("a",), vendor_options=options))).keys
    assert isinstance(key, PipelineKey)
    before = dict(row_of(stage, key).fields)

    await stage.done(UpdatePipeline(pipeline=key, default_branch="next", vendor_options={"emoji": ":cart:"}))

    assert row_of(stage, key).fields == before | {"default_branch": "next", "emoji": ":cart:"}


async def test_a_pipeline_that_has_taken_the_slug_is_not_changed_instead(stage: BuildkiteStage) -> None:
    now = await new_pipeline(stage)
    before = PipelineKey(now.provider, (*now.parts[:2], NOWHERE))

    for command in (
        UpdatePipeline(pipeline=before, name="X"),
        ArchivePipeline(pipeline=before),
        UnarchivePipeline(pipeline=before),
    ):
        problem = await stage.refused(command, mutation_errors.NotFoundError, calls=1)
        assert problem.path == ("input", "pipelineId")
    stage.simulator.control.reset_calls()
    performed = await stage.perform(DeletePipeline(pipeline=before), confirm_name="X")
    assert isinstance(performed.errors[0], mutation_errors.NotFoundError)
    assert [call.method for call in stage.simulator.control.calls] == ["GET"]


async def test_a_definition_in_yaml_takes_no_visual_parts(stage: BuildkiteStage) -> None:
    written = await new_pipeline(stage)
    [visual] = (await stage.done(creation(stage, yaml=None, vendor_options={"steps": [{"type": "script", "command": "a"}]}))).keys
    assert isinstance(visual, PipelineKey)
    steps, env, no_env = {"steps": [{"type": "script", "command": "b"}]}, {"env": {"A": "1"}}, {"env": {}}

    for name, options in (("steps", steps), ("env", env), ("env", no_env)):
        command = UpdatePipeline(pipeline=written, vendor_options=options)
        assert await stage.invalid(command, calls=1) == ("input", "vendorOptions", name)
        assert await stage.sent(UpdatePipeline(pipeline=visual, vendor_options=options)) == options
    both = UpdatePipeline(pipeline=visual, yaml=YAML, vendor_options=steps)
    assert await stage.invalid(both, calls=1) == ("input", "vendorOptions", "steps")


@pytest.mark.parametrize(
    ("command", "message"),
    [(ArchivePipeline, "Pipeline could not be archived."), (UnarchivePipeline, "Pipeline could not be unarchived.")],
)
async def test_what_the_vendor_does_not_put_away_or_bring_back_is_a_conflict(
    stage: BuildkiteStage, command: type[ArchivePipeline] | type[UnarchivePipeline], message: str
) -> None:
    pipeline = await new_pipeline(stage)
    if command is UnarchivePipeline:
        await stage.done(ArchivePipeline(pipeline=pipeline))
    stage.answer("archive$", 422, message, method="POST")

    problem = await stage.refused(command(pipeline=pipeline), mutation_errors.ConflictError, calls=2)

    assert problem.message == message


async def test_what_is_archived_already_costs_no_write(stage: BuildkiteStage) -> None:
    pipeline = await new_pipeline(stage)
    await stage.refused(UnarchivePipeline(pipeline=pipeline), mutation_errors.ConflictError, calls=1)
    await stage.done(ArchivePipeline(pipeline=pipeline))

    await stage.refused(ArchivePipeline(pipeline=pipeline), mutation_errors.ConflictError, calls=1)
