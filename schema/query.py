"""The root of all reads: a list of fields."""

import asyncio
from typing import Annotated

import strawberry

from gateway.domain import provider as domain
from gateway.domain.agent import Agent as AgentValue
from gateway.domain.agent import Cluster as ClusterValue
from gateway.domain.artifact import Artifact as ArtifactValue
from gateway.domain.data_connection import DataConnection as DataConnectionValue
from gateway.domain.environment import Environment as EnvironmentValue
from gateway.domain.errors import GatewayError, InvalidInputError
from gateway.domain.image import Image as ImageValue
from gateway.domain.integration_context import IntegrationContext as IntegrationContextValue
from gateway.domain.pipeline import Pipeline as PipelineValue
from gateway.domain.project import Project as ProjectValue
from gateway.domain.promotion import Promotion as PromotionValue
from gateway.domain.schedule import Schedule as ScheduleValue
from gateway.domain.workspace import Workspace as WorkspaceValue
from schema.inputs.agent import AgentFilter, ClusterFilter
from schema.inputs.artifact import ArtifactFilter
from schema.inputs.build import BuildFilter, BuildLookup
from schema.inputs.checks import not_empty
from schema.inputs.data_connection import DataConnectionFilter
from schema.inputs.environment import EnvironmentFilter
from schema.inputs.execution import ExecutionFilter, ExecutionLookup, ExecutionOrder
from schema.inputs.image import ImageFilter
from schema.inputs.integration_context import IntegrationContextFilter
from schema.inputs.pipeline import PipelineFilter, PipelineLookup, PipelineOrder
from schema.inputs.project import ProjectFilter, ProjectOrder
from schema.inputs.promotion import PromotionFilter
from schema.inputs.run import RunFilter
from schema.inputs.schedule import ScheduleFilter
from schema.inputs.workspace import WorkspaceFilter
from schema.resolvers.arguments import IN_ORDER, WHICH, After, First
from schema.resolvers.audit_log import audit_log
from schema.resolvers.destinations import code_transforms, list_deliveries, list_destinations, templates
from schema.resolvers.info import Info
from schema.resolvers.lists import list_all
from schema.resolvers.lookups import find_build, find_execution, find_node, find_pipeline
from schema.resolvers.preview_destination import preview_destination
from schema.resolvers.run_lists import all_runs, sorted_runs
from schema.types.agent import Agent
from schema.types.artifact import Artifact
from schema.types.audit_entry import AuditEntry
from schema.types.build import Build
from schema.types.cluster import Cluster
from schema.types.connection import Connection
from schema.types.data_connection import DataConnection
from schema.types.delivery import Delivery
from schema.types.destination import Destination
from schema.types.destination_preview import Preview
from schema.types.destination_template import DestinationTemplate
from schema.types.environment import Environment
from schema.types.execution import Execution
from schema.types.image import Image
from schema.types.integration_context import IntegrationContext
from schema.types.node import Node
from schema.types.pipeline import Pipeline
from schema.types.project import Project
from schema.types.promotion import Promotion
from schema.types.provider import Provider
from schema.types.run import Run
from schema.types.schedule import Schedule
from schema.types.view import field
from schema.types.workspace import Workspace

Id = Annotated[strawberry.ID, strawberry.argument(description="A global id, exactly as it was given.")]
Ids = Annotated[
    list[strawberry.ID], strawberry.argument(description="Global ids, exactly as they were given; at most the page limit.")
]
Kinds = Annotated[list[domain.ProviderKind] | None, strawberry.argument(description="Only those of these vendors.")]
PipelineBy = Annotated[PipelineLookup, strawberry.argument(description="How to find it.")]
ExecutionBy = Annotated[ExecutionLookup, strawberry.argument(description="How to find it.")]
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
    return await all_runs(info, "builds", BuildFilter(), first, after, filter)


async def executions(
    info: Info,
    first: First = 20,
    after: After = None,
    filter: Annotated[ExecutionFilter | None, WHICH] = None,
    order_by: Annotated[ExecutionOrder | None, IN_ORDER] = None,
) -> object:
    if order_by is None or order_by.newest_first:
        return await all_runs(info, "executions", ExecutionFilter(), first, after, filter)
    return await sorted_runs(info, "executions", ExecutionFilter(), first, after, filter, order_by)


async def runs(info: Info, first: First = 20, after: After = None, filter: Annotated[RunFilter | None, WHICH] = None) -> object:
    return await all_runs(info, "runs", RunFilter(), first, after, filter)


async def pipeline(info: Info, by: PipelineBy) -> object:
    return await find_pipeline(info, by)


async def build(info: Info, by: BuildBy) -> object:
    return await find_build(info, by)


async def execution(info: Info, by: ExecutionBy) -> object:
    return await find_execution(info, by)


async def environments(
    info: Info, first: First = 20, after: After = None, filter: Annotated[EnvironmentFilter | None, WHICH] = None
) -> object:
    return await list_all(info, EnvironmentValue, EnvironmentFilter(), first, after, filter)


async def artifacts(
    info: Info, first: First = 20, after: After = None, filter: Annotated[ArtifactFilter | None, WHICH] = None
) -> object:
    return await list_all(info, ArtifactValue, ArtifactFilter(), first, after, filter)


async def data_connections(
    info: Info, first: First = 20, after: After = None, filter: Annotated[DataConnectionFilter | None, WHICH] = None
) -> object:
    return await list_all(info, DataConnectionValue, DataConnectionFilter(), first, after, filter)


async def promotions(
    info: Info, first: First = 20, after: After = None, filter: Annotated[PromotionFilter | None, WHICH] = None
) -> object:
    return await list_all(info, PromotionValue, PromotionFilter(), first, after, filter)


async def schedules(
    info: Info, first: First = 20, after: After = None, filter: Annotated[ScheduleFilter | None, WHICH] = None
) -> object:
    return await list_all(info, ScheduleValue, ScheduleFilter(), first, after, filter)


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
    executions: Connection[Execution] | None = field("Executions of all providers, newest first, or sorted.", executions)
    runs: Connection[Run] | None = field("Builds and executions of all providers in one list, newest first.", runs)
    pipeline: Pipeline | None = field("One pipeline; null if there is none.", pipeline)
    build: Build | None = field("One build; null if there is none.", build)
    execution: Execution | None = field("One execution; null if there is none.", execution)
    environments: Connection[Environment] | None = field("Environments, provider by provider.", environments)
    artifacts: Connection[Artifact] | None = field("Deployable artifacts, provider by provider.", artifacts)
    data_connections: Connection[DataConnection] | None = field(
        "Connections of tasks to other systems, provider by provider. Encrypted values are never read.", data_connections
    )
    promotions: Connection[Promotion] | None = field("Promotions between environments, provider by provider.", promotions)
    schedules: Connection[Schedule] | None = field("Schedules, provider by provider.", schedules)
    images: Connection[Image] | None = field("Container images, provider by provider.", images)
    integration_contexts: Connection[IntegrationContext] | None = field(
        "Integration contexts, provider by provider: names and types, never their data.", integration_contexts
    )
    agents: Connection[Agent] | None = field("Agents, provider by provider.", agents)
    clusters: Connection[Cluster] | None = field("Clusters, provider by provider.", clusters)
    audit_log: Connection[AuditEntry] | None = field(
        "Attempts to change something, newest first. Costs no upstream call.", audit_log
    )
    destinations: Connection[Destination] | None = field("Destinations, newest first. Costs no upstream call.", list_destinations)
    code_transforms: list[str] | None = field(
        "Names of the functions that the operator has installed for `BatchingInput.transform`.", code_transforms
    )
    destination_templates: list[DestinationTemplate] | None = field(
        "The sorts of calls that providers offer to destinations, provider by provider. Costs no upstream call.", templates
    )
    deliveries: Connection[Delivery] | None = field(
        "What has become of the records of destinations, the last accepted first. Costs no upstream call.", list_deliveries
    )
    preview_destination: Preview | None = field(
        "The calls that records would become. What they name is looked up at the vendor; nothing is changed.", preview_destination
    )
