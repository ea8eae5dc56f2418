"""Talend's artifacts, which are made elsewhere."""

from gateway.domain.artifact import Artifact
from gateway.domain.commands.artifacts import DeleteArtifact, DeleteArtifactVersion
from gateway.domain.commands.command import Command
from gateway.domain.commands.performed import Performed
from gateway.domain.keys import ArtifactKey
from tests.contract.commands.example import Example, Stage
from tests.contract.commands.examples import talend_ground as ground

ARTIFACT, VERSION = r"^/orchestration/artifacts/[^/]+$", r"^/orchestration/artifacts/[^/]+/versions/[^/]+$"


async def delete_artifact(stage: Stage) -> Command:
    return DeleteArtifact(artifact=ground.new_artifact(stage, await ground.new_workspace(stage)))


async def delete_a_used_artifact(stage: Stage) -> Command:
    workspace = await ground.new_workspace(stage)
    artifact = ground.new_artifact(stage, workspace)
    ground.new_user(stage, artifact, workspace)
    return DeleteArtifact(artifact=artifact)


async def delete_absent_artifact(stage: Stage) -> Command:
    return DeleteArtifact(artifact=ArtifactKey(stage.provider.name, (ground.NOWHERE,)))


async def delete_version(stage: Stage) -> Command:
    return DeleteArtifactVersion(artifact=ground.new_artifact(stage, await ground.new_workspace(stage)), version=ground.NEW)


async def it_has_only_the_old_version(stage: Stage, performed: Performed) -> None:
    artifact = await ground.first(stage, performed)
    assert isinstance(artifact, Artifact)
    assert artifact.versions == (ground.OLD,)


async def delete_a_used_version(stage: Stage) -> Command:
    workspace = await ground.new_workspace(stage)
    artifact = ground.new_artifact(stage, workspace)
    ground.new_user(stage, artifact, workspace)
    return DeleteArtifactVersion(artifact=artifact, version=ground.NEW)


async def delete_absent_version(stage: Stage) -> Command:
    return DeleteArtifactVersion(artifact=ground.new_artifact(stage, await ground.new_workspace(stage)), version="9.9.9")


EXAMPLES = (
    Example(
        command=DeleteArtifact,
        make=delete_artifact,
        seen=ground.it_is_gone,
        method="DELETE",
        route=ARTIFACT,
        missing=delete_absent_artifact,
        conflict=delete_a_used_artifact,
        answers_nothing=True,
    ),
    Example(
        command=DeleteArtifactVersion,
        make=delete_version,
        seen=it_has_only_the_old_version,
        method="DELETE",
        route=VERSION,
        missing=delete_absent_version,
        conflict=delete_a_used_version,
        answers_nothing=True,
    ),
)
