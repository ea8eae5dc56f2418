"""Artifact: a deployable that tasks run, and its versions."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from gateway.domain import artifact as domain
from gateway.domain.errors import GatewayError, InvalidInputError
from gateway.domain.keys import ArtifactKey
from gateway.domain.provider import Provider as ProviderValue
from gateway.loaders.fan_out import Getter, fan_out
from schema.resolvers.batched import Call, batched
from schema.resolvers.references import owning_provider, reference
from schema.types.node import Node
from schema.types.run import Actor
from schema.types.view import field, view
from schema.types.workspace import Workspace

if TYPE_CHECKING:
    from schema.types.provider import Provider

VersionName = Annotated[str, strawberry.argument(description="Which version: one of `versions`.")]


@view(domain.ArtifactParameter)
class ArtifactParameter:
    """A value that an artifact can be run with."""

    name: str = field("Its name; a task sets it by this.")
    type: str | None = field("The vendor's word for what it takes.")
    default: str | None = field("What it has unless a task sets it.")
    required: bool | None = field("Whether it must have a value.")
    comment: str | None = field("What it is for.")


@view(domain.SourceCommit)
class SourceCommit:
    """The commit that something was made from."""

    external_id: str = field("Its hash.")
    committed_at: datetime | None = field("When it was made.")
    author: str | None = field("Who made it.")


@view(domain.ArtifactSource)
class ArtifactSource:
    """Where the source of an artifact lies."""

    project: str | None = field("The project at the vendor.")
    branch: str | None = field("The branch it was made from.")
    commit: SourceCommit | None = field("The commit it was made from.")


@view(domain.ArtifactVersion)
class ArtifactVersion:
    """One version of an artifact."""

    artifact: Annotated["Artifact", strawberry.lazy("schema.types.artifact")] | None = field(
        "What it is a version of.", reference(domain.ArtifactVersion, "artifact")
    )
    version: str = field("Its name among the versions.")
    name: str | None = field("For people.")
    type: str | None = field("The vendor's word, like `standard` or `route`.")
    description: str | None = field("What it is for.")
    publisher: Actor | None = field("Who published it.")
    marketplace_product: str | None = field("The product of the vendor's marketplace that it belongs to.")
    parameters: list[ArtifactParameter] = field("What it can be run with.")
    workspace: Workspace | None = field("The workspace it is in.", reference(domain.ArtifactVersion, "workspace"))
    created_at: datetime | None = field("When it was published.")
    source: ArtifactSource | None = field("Where its source lies.")


@batched(domain.Artifact)
async def version_of_artifacts(
    artifacts: Sequence[domain.Artifact], call: Call, version: VersionName
) -> Sequence[domain.ArtifactVersion | GatewayError]:
    if not version.strip():
        raise InvalidInputError("`version` is blank. Pass one of the artifact's `versions`.", field="version")

    def getter(provider: ProviderValue) -> Getter[ArtifactKey, domain.ArtifactVersion] | None:
        port = provider.artifacts
        return None if port is None else lambda keys: port.get_artifact_versions([(key, version) for key in keys], call.want)

    keys = [artifact.key for artifact in artifacts]
    return await fan_out(keys, lambda key: key.provider, call.context.providers, getter, "artifact versions")


@view(domain.Artifact)
class Artifact(Node):
    """A deployable that tasks run. A file that a build made is a `BuildArtifact`."""

    provider: Annotated["Provider", strawberry.lazy("schema.types.provider")] = field("Where it is.", owning_provider)
    external_id: str = field("The vendor's own id.")
    name: str = field("For people.")
    type: str = field("The vendor's word, like `standard` or `route`.")
    versions: list[str] = field("The names of its versions.")
    workspace: Workspace | None = field("The workspace it is in.", reference(domain.Artifact, "workspace"))
    url: str | None = field("Its page at the vendor.")
    version: ArtifactVersion | None = field(
        "One version in full; null if there is none of this name. Costs a call of its own.", version_of_artifacts
    )
