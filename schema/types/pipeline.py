"""Pipeline: what is run."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from gateway.domain import pipeline as domain
from schema.inputs.build import PipelineBuildFilter
from schema.resolvers.arguments import WHICH, After, First
from schema.resolvers.batched import Call, batched
from schema.resolvers.build_lists import builds_of_pipelines
from schema.resolvers.references import owning_provider, reference
from schema.types.connection import Connection
from schema.types.node import Node
from schema.types.project import Project
from schema.types.run import Actor
from schema.types.trigger import Trigger, triggers_of_pipelines
from schema.types.view import enum, field, view
from schema.types.workspace import Workspace

if TYPE_CHECKING:
    from schema.types.build import Build
    from schema.types.provider import Provider

enum(
    domain.PipelineKind,
    CI="Builds and tests source code.",
    PLAN="A plan of several tasks.",
    TASK="One task.",
    DATA="Moves or imports data.",
)


@view(domain.Repository)
class Repository:
    """Where source code lives."""

    url: str = field("Its address, as the CI vendor keeps it.")
    provider: str | None = field("The code host, in the CI vendor's word.")


@view(domain.PipelineDefinition)
class PipelineDefinition:
    """How a pipeline is defined."""

    yaml: str | None = field("The definition, when the vendor holds it.")
    location: str | None = field("Where the definition lies, when it is in a repository.")
    revision: int | None = field("Counts up with each change, at vendors that count.")


@batched(domain.Pipeline)
async def builds(
    pipelines: Sequence[domain.Pipeline],
    call: Call,
    first: First = 20,
    after: After = None,
    filter: Annotated[PipelineBuildFilter | None, WHICH] = None,
) -> Sequence[object]:
    return await builds_of_pipelines(pipelines, call, first, after, filter)


@view(domain.Pipeline)
class Pipeline(Node):
    """What is run: a CI pipeline, a plan, a task."""

    provider: Annotated["Provider", strawberry.lazy("schema.types.provider")] = field("Where it is.", owning_provider)
    external_id: str = field("The vendor's own id.")
    name: str = field("For people.")
    slug: str | None = field("Its name in addresses. A rename can change it.")
    description: str | None = field("What it is for.")
    kind: domain.PipelineKind = field("What it is made of.")
    workspace: Workspace | None = field("The workspace it is in.", reference(domain.Pipeline, "workspace"))
    project: Project | None = field("The project it is in.", reference(domain.Pipeline, "project"))
    repository: Repository | None = field("Where its source lives.")
    default_branch: str | None = field("The branch it is mostly run for.")
    tags: list[str] = field("Labels.")
    author: Actor | None = field("Who made it.")
    url: str | None = field("Its page at the vendor.")
    created_at: datetime | None = field("When it was made.")
    updated_at: datetime | None = field("When it was last changed.")
    archived_at: datetime | None = field("When it was put away; null while in use.")
    definition: PipelineDefinition | None = field("How it is defined.")
    triggers: list[Trigger] | None = field("What starts it by itself; costs a call of its own.", triggers_of_pipelines)
    builds: Connection[Annotated["Build", strawberry.lazy("schema.types.build")]] | None = field(
        "Its builds, newest first. For many pipelines at once this takes far fewer calls than one each.", builds
    )
