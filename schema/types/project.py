"""Project: a group of pipelines."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from gateway.domain import project as domain
from gateway.domain.errors import GatewayError
from gateway.domain.keys import ProjectKey
from gateway.domain.pipeline import Pipeline as PipelineValue
from gateway.domain.provider import Provider as ProviderValue
from gateway.loaders.fan_out import Getter, fan_out
from schema.inputs.pipeline import PipelineFilter
from schema.resolvers.arguments import WHICH, After, First
from schema.resolvers.batched import Call, batched
from schema.resolvers.lists import lists_below
from schema.resolvers.references import owning_provider, reference
from schema.types.connection import Connection
from schema.types.node import Node
from schema.types.run import Actor
from schema.types.view import field, view
from schema.types.workspace import Workspace

if TYPE_CHECKING:
    from schema.types.pipeline import Pipeline
    from schema.types.provider import Provider


@batched(domain.Project)
async def pipelines(
    projects: Sequence[domain.Project],
    call: Call,
    first: First = 20,
    after: After = None,
    filter: Annotated[PipelineFilter | None, WHICH] = None,
) -> Sequence[object]:
    return await lists_below(call, PipelineValue, PipelineFilter(), projects, first, after, filter)


@batched(domain.Project)
async def members(projects: Sequence[domain.Project], call: Call) -> Sequence[domain.ProjectMembers | GatewayError]:
    def getter(provider: ProviderValue) -> Getter[ProjectKey, domain.ProjectMembers] | None:
        port = provider.projects
        return None if port is None else lambda keys: port.members_of(keys, call.want)

    keys = [project.key for project in projects]
    return await fan_out(keys, lambda key: key.provider, call.context.providers, getter, "members of projects")


@view(domain.ProjectMembers)
class ProjectMembers:
    """Who may work on a project, by the vendor's ids."""

    user_ids: list[str] = field("People.")
    group_ids: list[str] = field("Groups of people.")


@view(domain.Project)
class Project(Node):
    """A group of pipelines inside a workspace. Some vendors have none."""

    provider: Annotated["Provider", strawberry.lazy("schema.types.provider")] = field("Where it is.", owning_provider)
    external_id: str = field("The vendor's own id.")
    name: str = field("For people.")
    slug: str | None = field("Its name in addresses, at vendors that have one.")
    type: str | None = field("The vendor's kind of project.")
    description: str | None = field("What it is for.")
    tags: list[str] = field("Labels.")
    owner: str | None = field("Who owns it.")
    author: Actor | None = field("Who made it.")
    repository_type: str | None = field("What keeps its source, in the vendor's word.")
    repository_url: str | None = field("Where its source lives, at vendors that tie a project to a repository.")
    workspace: Workspace | None = field("The workspace it is in.", reference(domain.Project, "workspace"))
    url: str | None = field("Its page at the vendor.")
    pipeline_count: int | None = field("The vendor's own count of its pipelines.")
    members: ProjectMembers | None = field("Who may work on it; costs two calls.", members)
    created_at: datetime | None = field("When it was made.")
    updated_at: datetime | None = field("When it was last changed.")
    pipelines: Connection[Annotated["Pipeline", strawberry.lazy("schema.types.pipeline")]] | None = field(
        "Its pipelines.", pipelines
    )
