"""Codefresh: pipelines."""

from gateway.domain.commands.command import Command
from gateway.domain.commands.performed import Performed
from gateway.domain.commands.pipelines import CreatePipeline, DeletePipeline, ReplacePipeline, UpdatePipeline, YamlLocation
from gateway.domain.pipeline import Pipeline
from tests.contract.commands.example import Example, Stage
from tests.contract.commands.examples.codefresh_made import (
    PIPELINE,
    YAML,
    it_is_gone,
    new_pipeline,
    new_project,
    no_pipeline,
    no_project,
)


async def create(stage: Stage) -> Command:
    return CreatePipeline(
        provider=stage.provider.name,
        project=await new_project(stage),
        name="deploy",
        description="Deploys",
        tags=("prod",),
        yaml=YAML,
        contexts=("shared-config",),
        vendor_options={"concurrency": 1},
    )


async def the_pipeline(stage: Stage, performed: Performed) -> Pipeline:
    pipeline = await stage.read(performed.keys[0])
    assert isinstance(pipeline, Pipeline)
    return pipeline


async def it_is_defined(stage: Stage, performed: Performed) -> None:
    pipeline = await the_pipeline(stage, performed)
    assert pipeline.name.endswith("/deploy")
    assert (pipeline.description, pipeline.tags) == ("Deploys", ("prod",))
    assert pipeline.definition is not None
    assert pipeline.definition.yaml == YAML


async def update(stage: Stage) -> Command:
    return UpdatePipeline(pipeline=await new_pipeline(stage), name="release", tags=("blue",), spec={"spec": {"concurrency": 3}})


async def it_is_changed(stage: Stage, performed: Performed) -> None:
    pipeline = await the_pipeline(stage, performed)
    assert pipeline.name.endswith("/release")
    assert pipeline.tags == ("blue",)
    assert pipeline.definition is not None
    assert (pipeline.definition.yaml, pipeline.definition.revision) == (YAML, 2)


async def replace(stage: Stage) -> Command:
    location = YamlLocation(repository="acme/shop", path="./codefresh.yml", revision="main", context="github")
    return ReplacePipeline(pipeline=await new_pipeline(stage), name="deploy", yaml_location=location)


async def replace_revision(stage: Stage) -> Command:
    return ReplacePipeline(pipeline=await new_pipeline(stage), name="deploy", revision=1, yaml=YAML)


async def it_is_in_git(stage: Stage, performed: Performed) -> None:
    pipeline = await the_pipeline(stage, performed)
    assert pipeline.definition is not None
    assert pipeline.definition.location == "git: acme/shop/codefresh.yml@main"
    assert not pipeline.definition.yaml


async def it_has_another_revision(stage: Stage, performed: Performed) -> None:
    pipeline = await the_pipeline(stage, performed)
    assert pipeline.definition is not None
    assert pipeline.definition.revision == 2


async def delete(stage: Stage) -> Command:
    return DeletePipeline(pipeline=await new_pipeline(stage))


async def create_absent(stage: Stage) -> Command:
    return CreatePipeline(provider=stage.provider.name, project=no_project(stage), name="deploy", yaml=YAML)


async def create_twice(stage: Stage) -> Command:
    pipeline = await stage.read(await new_pipeline(stage))
    assert isinstance(pipeline, Pipeline)
    return CreatePipeline(provider=stage.provider.name, name=pipeline.name, yaml=YAML)


async def update_absent(stage: Stage) -> Command:
    return UpdatePipeline(pipeline=no_pipeline(stage), tags=("blue",))


async def update_to_taken_name(stage: Stage) -> Command:
    pipeline = await stage.read(await new_pipeline(stage))
    assert isinstance(pipeline, Pipeline)
    return UpdatePipeline(pipeline=await new_pipeline(stage), name=pipeline.name)


async def replace_absent(stage: Stage) -> Command:
    return ReplacePipeline(pipeline=no_pipeline(stage), name="x/y", revision=1, yaml=YAML)


async def replace_old_revision(stage: Stage) -> Command:
    key = await new_pipeline(stage)
    await stage.done(UpdatePipeline(pipeline=key, tags=("blue",)))
    return ReplacePipeline(pipeline=key, name="deploy", revision=1, yaml=YAML)


async def delete_absent(stage: Stage) -> Command:
    return DeletePipeline(pipeline=no_pipeline(stage))


EXAMPLES = (
    Example(
        command=CreatePipeline,
        make=create,
        seen=it_is_defined,
        method="POST",
        route="/pipelines$",
        missing=create_absent,
        conflict=create_twice,
    ),
    Example(
        command=UpdatePipeline,
        make=update,
        seen=it_is_changed,
        method="PUT",
        route=PIPELINE,
        missing=update_absent,
        conflict=update_to_taken_name,
        tries_on_conflict=2,
    ),
    Example(
        command=ReplacePipeline,
        make=replace,
        seen=it_is_in_git,
        method="PUT",
        route=PIPELINE,
        missing=replace_absent,
        conflict=replace_old_revision,
    ),
    Example(
        command=ReplacePipeline,
        name="replacePipeline of a revision",
        make=replace_revision,
        seen=it_has_another_revision,
        method="PUT",
        route=PIPELINE,
    ),
    Example(
        command=DeletePipeline,
        make=delete,
        seen=it_is_gone,
        method="DELETE",
        route=PIPELINE,
        missing=delete_absent,
        answers_nothing=True,
    ),
)
