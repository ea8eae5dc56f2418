"""Buildkite: pipelines."""

from gateway.domain.commands.command import Command
from gateway.domain.commands.performed import Performed
from gateway.domain.commands.pipelines import (
    ArchivePipeline,
    CreatePipeline,
    DeletePipeline,
    UnarchivePipeline,
    UpdatePipeline,
)
from gateway.domain.keys import Key, WorkspaceKey
from gateway.domain.pipeline import Pipeline
from tests.contract.commands.example import Example, Stage
from tests.contract.commands.examples import buildkite_ground as ground

PIPELINE = r"/pipelines/[^/]+$"


async def shown(stage: Stage, key: Key) -> Pipeline:
    value = await stage.read(key)
    assert isinstance(value, Pipeline)
    return value


async def create(stage: Stage) -> Command:
    return creation(stage, ground.ORGANIZATION)


def creation(stage: Stage, organization: str) -> Command:
    return CreatePipeline(
        provider=stage.provider.name,
        workspace=WorkspaceKey(stage.provider.name, (organization,)),
        name=stage.name("Shop"),
        description="Sells",
        repository="git@github.com:beta/shop.git",
        default_branch="develop",
        branch_filter="develop release/*",
        tags=("backend", "tier-1"),
        yaml=ground.YAML,
        vendor_options={"emoji": ":shop:", "visibility": "private"},
    )


async def it_is_there(stage: Stage, performed: Performed) -> None:
    pipeline = await shown(stage, performed.keys[0])
    assert (pipeline.slug, pipeline.description, pipeline.default_branch) == (pipeline.name.lower(), "Sells", "develop")
    assert pipeline.tags == ("backend", "tier-1")
    assert pipeline.definition is not None
    assert pipeline.definition.yaml == ground.YAML


async def create_nowhere(stage: Stage) -> Command:
    return creation(stage, "no-such-organization")


async def rename(stage: Stage) -> Command:
    return UpdatePipeline(pipeline=await ground.new_pipeline(stage), name="Renamed", description="Other", tags=("new",))


async def it_is_renamed_under_its_id(stage: Stage, performed: Performed) -> None:
    pipeline = await shown(stage, performed.keys[0])
    assert (pipeline.name, pipeline.description, pipeline.tags) == ("Renamed", "Other", ("new",))
    assert (pipeline.slug or "").startswith("p-")


async def move(stage: Stage) -> Command:
    return UpdatePipeline(pipeline=await ground.new_pipeline(stage), slug=stage.name("moved"))


async def it_has_a_new_id(stage: Stage, performed: Performed) -> None:
    pipeline = await shown(stage, performed.keys[0])
    assert (pipeline.slug or "").startswith("moved-")
    assert pipeline.key == performed.keys[0]


async def rename_absent(stage: Stage) -> Command:
    return UpdatePipeline(pipeline=ground.absent_pipeline(stage), name="Renamed")


async def delete(stage: Stage) -> Command:
    return DeletePipeline(pipeline=await ground.new_pipeline(stage))


async def it_is_gone(stage: Stage, performed: Performed) -> None:
    await ground.is_gone(stage, performed.keys[0])


async def delete_absent(stage: Stage) -> Command:
    return DeletePipeline(pipeline=ground.absent_pipeline(stage))


async def archive(stage: Stage) -> Command:
    return ArchivePipeline(pipeline=await ground.new_pipeline(stage))


async def it_is_archived(stage: Stage, performed: Performed) -> None:
    assert (await shown(stage, performed.keys[0])).archived_at is not None


async def archive_again(stage: Stage) -> Command:
    command = await archive(stage)
    await ground.done(stage, command)
    return command


async def archive_absent(stage: Stage) -> Command:
    return ArchivePipeline(pipeline=ground.absent_pipeline(stage))


async def unarchive(stage: Stage) -> Command:
    pipeline = await ground.new_pipeline(stage)
    await ground.done(stage, ArchivePipeline(pipeline=pipeline))
    return UnarchivePipeline(pipeline=pipeline)


async def it_is_back(stage: Stage, performed: Performed) -> None:
    assert (await shown(stage, performed.keys[0])).archived_at is None


async def unarchive_unarchived(stage: Stage) -> Command:
    return UnarchivePipeline(pipeline=await ground.new_pipeline(stage))


async def unarchive_absent(stage: Stage) -> Command:
    return UnarchivePipeline(pipeline=ground.absent_pipeline(stage))


EXAMPLES = (
    Example(command=CreatePipeline, make=create, seen=it_is_there, method="POST", route=r"/pipelines$", missing=create_nowhere),
    Example(
        command=UpdatePipeline,
        make=rename,
        seen=it_is_renamed_under_its_id,
        method="PATCH",
        route=PIPELINE,
        missing=rename_absent,
    ),
    Example(
        command=UpdatePipeline,
        name="updatePipeline with a slug",
        make=move,
        seen=it_has_a_new_id,
        method="PATCH",
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
    Example(
        command=ArchivePipeline,
        make=archive,
        seen=it_is_archived,
        method="POST",
        route=r"/archive$",
        missing=archive_absent,
        conflict=archive_again,
        only_states=True,
    ),
    Example(
        command=UnarchivePipeline,
        make=unarchive,
        seen=it_is_back,
        method="POST",
        route=r"/unarchive$",
        missing=unarchive_absent,
        conflict=unarchive_unarchived,
        only_states=True,
    ),
)
