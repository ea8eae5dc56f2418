"""Workspace: the tenant level of a provider."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from gateway.domain import workspace as domain
from gateway.domain.pipeline import Pipeline as PipelineValue
from gateway.domain.project import Project as ProjectValue
from schema.inputs.pipeline import PipelineFilter
from schema.inputs.project import ProjectFilter
from schema.resolvers.arguments import WHICH, After, First
from schema.resolvers.batched import Call, batched
from schema.resolvers.lists import lists_below
from schema.resolvers.references import owning_provider, reference
from schema.types.connection import Connection
from schema.types.node import Node
from schema.types.view import field, view

if TYPE_CHECKING:
    from schema.types.environment import Environment
    from schema.types.pipeline import Pipeline
    from schema.types.project import Project
    from schema.types.provider import Provider


@batched(domain.Workspace)
async def projects(
    workspaces: Sequence[domain.Workspace],
    call: Call,
    first: First = 20,
    after: After = None,
    filter: Annotated[ProjectFilter | None, WHICH] = None,
) -> Sequence[object]:
    return await lists_below(call, ProjectValue, ProjectFilter(), workspaces, first, after, filter)


@batched(domain.Workspace)
async def pipelines(
    workspaces: Sequence[domain.Workspace],
    call: Call,
    first: First = 20,
    after: After = None,
    filter: Annotated[PipelineFilter | None, WHICH] = None,
) -> Sequence[object]:
    return await lists_below(call, PipelineValue, PipelineFilter(), workspaces, first, after, filter)


@view(domain.Workspace)
class Workspace(Node):
    """The tenant level: a Buildkite organization, a Codefresh account, a Talend workspace, the identity at nuvo."""

    provider: Annotated["Provider", strawberry.lazy("schema.types.provider")] = field("Where it is.", owning_provider)
    external_id: str = field("The vendor's own id.")
    name: str = field("For people.")
    slug: str | None = field("Its name in addresses.")
    description: str | None = field("What it is for.")
    type: str | None = field("The vendor's kind of workspace.")
    owner: str | None = field("Who owns it.")
    owner_name: str | None = field("The owner's full name.")
    environment: Annotated["Environment", strawberry.lazy("schema.types.environment")] | None = field(
        "The environment it is in.", reference(domain.Workspace, "environment")
    )
    protected_artifacts: bool | None = field("Whether artifacts in it can be changed by deployment only.")
    url: str | None = field("Its page at the vendor.")
    created_at: datetime | None = field("When it was made.")
    updated_at: datetime | None = field("When it was last changed.")
    projects: Connection[Annotated["Project", strawberry.lazy("schema.types.project")]] | None = field("Its projects.", projects)
    pipelines: Connection[Annotated["Pipeline", strawberry.lazy("schema.types.pipeline")]] | None = field(
        "Its pipelines.", pipelines
    )
