"""The root of all reads: a list of fields."""

import asyncio
from typing import Annotated

import strawberry

from gateway.domain import provider as domain
from gateway.domain.agent import Agent as AgentValue
from gateway.domain.agent import Cluster as ClusterValue
from gateway.domain.errors import GatewayError, InvalidInputError
from gateway.domain.image import Image as ImageValue
from gateway.domain.integration_context import IntegrationContext as IntegrationContextValue
from gateway.domain.pipeline import Pipeline as PipelineValue
from gateway.domain.project import Project as ProjectValue
from gateway.domain.workspace import Workspace as WorkspaceValue
from schema.inputs.agent import AgentFilter, ClusterFilter
from schema.inputs.build import BuildFilter, BuildLookup
from schema.inputs.checks import not_empty
from schema.inputs.image import ImageFilter
from schema.inputs.integration_context import IntegrationContextFilter
from schema.inputs.pipeline import PipelineFilter, PipelineLookup, PipelineOrder
from schema.inputs.project import ProjectFilter, ProjectOrder
from schema.inputs.workspace import WorkspaceFilter
from schema.resolvers.arguments import IN_ORDER, WHICH, After, First
from schema.resolvers.build_lists import all_builds
from schema.resolvers.info import Info
from schema.resolvers.lists import list_all
from schema.resolvers.lookups import find_build, find_node, find_pipeline
from schema.types.agent import Agent
from schema.types.build import Build
from schema.types.cluster import Cluster
from schema.types.connection import Connection
from schema.types.image import Image
from schema.types.integration_context import IntegrationContext
from schema.types.node import Node
from schema.types.pipeline import Pipeline
from schema.types.project import Project
from schema.types.provider import Provider
from schema.types.view import field
from schema.types.workspace import Workspace

Id = Annotated[strawberry.ID, strawberry.argument(description="A global id, exactly as it was given.")]
Ids = Annotated[
    list[strawberry.ID], strawberry.argument(description="Global ids, exactly as they were given; at most the page limit.")
]
Kinds = Annotated[list[domain.ProviderKind] | None, strawberry.argument(description="Only those of these vendors.")]
PipelineBy = Annotated[PipelineLookup, strawberry.argument(description="How to find it.")]
BuildBy = Annotated[BuildLookup, strawberry.argument(description="How to find it.")]


async def node(info: Info, id: Id) -> object:
    return await find_node(info, id)


async def nodes(info: Info, ids: Ids) -> list[object]:
    most = info.context.limits.max_page_size
    if len(ids) > most:
        raise InvalidInputError(f"`ids` takes at most {most} ids, not {len(ids)}.", field="ids")
    return await asyncio.gather(*(_node_or_error(info, each) for each in ids))


async def _node_or_error(info: Info, text: str) -> object:
    try:
        return await find_node(info, text, "ids")
    except GatewayError as error:
        return error  # graphql-core raises it for this item alone


def providers(info: Info, kinds: Kinds = None) -> list[domain.Provider]:
    wanted = not_empty(kinds, "kinds")
    return [provider for provider in info.context.providers.values() if wanted is None or provider.kind in wanted]


async def workspaces(
    info: Info, first: First = 20, after: After = None, filter: Annotated[WorkspaceFilter | None, WHICH] = None
) -> object:
    return await list_all(info, WorkspaceValue, WorkspaceFilter(), first, after, filter)


async def projects(
    info: Info,
    first: First = 20,
    after: After = None,
    filter: Annotated[ProjectFilter | None, WHICH] = None,
    order_by: Annotated[ProjectOrder | None, IN_ORDER] = None,
) -> object:
    return await list_all(info, ProjectValue, ProjectFilter(), first, after, filter, order_by)


async def pipelines(
    info: Info,
    first: First = 20,
    after: After = None,
    filter: Annotated[PipelineFilter | None, WHICH] = None,
    order_by: Annotated[PipelineOrder | None, IN_ORDER] = None,
) -> object:
    return await list_all(info, PipelineValue, PipelineFilter(), first, after, filter, order_by)


async def builds(info: Info, first: First = 20, after: After = None, filter: Annotated[BuildFilter | None, WHICH] = None) -> object:
    return await all_builds(info, first, after, filter)


async def pipeline(info: Info, by: PipelineBy) -> object:
    return await find_pipeline(info, by)


async def build(info: Info, by: BuildBy) -> object:
    return await find_build(info, by)


async def images(info: Info, first: First = 20, after: After = None, filter: Annotated[ImageFilter | None, WHICH] = None) -> object:
    return await list_all(info, ImageValue, ImageFilter(), first, after, filter)


async def integration_contexts(
    info: Info,
    first: First = 20,
    after: After = None,
    filter: Annotated[IntegrationContextFilter | None, WHICH] = None,
) -> object:
    return await list_all(info, IntegrationContextValue, IntegrationContextFilter(), first, after, filter)


async def agents(info: Info, first: First = 20, after: After = None, filter: Annotated[AgentFilter | None, WHICH] = None) -> object:
    return await list_all(info, AgentValue, AgentFilter(), first, after, filter)


async def clusters(
    info: Info, first: First = 20, after: After = None, filter: Annotated[ClusterFilter | None, WHICH] = None
) -> object:
    return await list_all(info, ClusterValue, ClusterFilter(), first, after, filter)


@strawberry.type(description="Everything that can be read.")
class Query:
    """The root of all reads."""

    node: Node | None = field("The thing behind a global id; null if there is none.", node)
    nodes: list[Node | None] = field("The things behind global ids, in order; one that fails has an error of its own.", nodes)
    providers: list[Provider] = field("The configured accounts, in configuration order. Costs no upstream call.", providers)
    workspaces: Connection[Workspace] | None = field("Workspaces, provider by provider.", workspaces)
    projects: Connection[Project] | None = field("Projects, provider by provider.", projects)
    pipelines: Connection[Pipeline] | None = field("Pipelines, provider by provider, or sorted.", pipelines)
    builds: Connection[Build] | None = field("Builds of all providers, newest first.", builds)
    pipeline: Pipeline | None = field("One pipeline; null if there is none.", pipeline)
    build: Build | None = field("One build; null if there is none.", build)
    images: Connection[Image] | None = field("Container images, provider by provider.", images)
    integration_contexts: Connection[IntegrationContext] | None = field(
        "Integration contexts, provider by provider: names and types, never their data.", integration_contexts
    )
    agents: Connection[Agent] | None = field("Agents, provider by provider.", agents)
    clusters: Connection[Cluster] | None = field("Clusters, provider by provider.", clusters)
