"""Pipeline: what is run."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from gateway.domain import pipeline as domain
from schema.inputs.build import PipelineBuildFilter
from schema.inputs.execution import PipelineExecutionFilter
from schema.inputs.run import PipelineRunFilter
from schema.resolvers.arguments import WHICH, After, First
from schema.resolvers.batched import Call, batched
from schema.resolvers.references import owning_provider, reference
from schema.resolvers.run_lists import runs_of_pipelines
from schema.resolvers.whole import whole_field
from schema.types.connection import Connection
from schema.types.enums import PipelineKind
from schema.types.node import Node
from schema.types.plan import PlanStep
from schema.types.project import Project
from schema.types.run import Actor, Run
from schema.types.run_configuration import RunConfiguration, run_configurations_of_pipelines
from schema.types.run_stats import RunStats, latest_runs_of_pipelines, stats_of_pipelines
from schema.types.schedule import Schedule, schedules_of_pipelines
from schema.types.task import TaskDefinition
from schema.types.trigger import Trigger, triggers_of_pipelines
from schema.types.view import field, view
from schema.types.workspace import Workspace

if TYPE_CHECKING:
    from schema.types.build import Build
    from schema.types.execution import Execution
    from schema.types.provider import Provider


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


@view(domain.Pause)
class Pause:
    """Why a pipeline starts no runs for now."""

    reason: str | None = field("What was given as the reason.")
    by: Actor | None = field("Who paused it.")
    at: datetime | None = field("Since when.")


@batched(domain.Pipeline)
async def builds(
    pipelines: Sequence[domain.Pipeline],
    call: Call,
    first: First = 20,
    after: After = None,
    filter: Annotated[PipelineBuildFilter | None, WHICH] = None,
) -> Sequence[object]:
    return await runs_of_pipelines(pipelines, call, "builds", filter or PipelineBuildFilter(), first, after)


@batched(domain.Pipeline)
async def executions(
    pipelines: Sequence[domain.Pipeline],
    call: Call,
    first: First = 20,
    after: After = None,
    filter: Annotated[PipelineExecutionFilter | None, WHICH] = None,
) -> Sequence[object]:
    return await runs_of_pipelines(pipelines, call, "executions", filter or PipelineExecutionFilter(), first, after)


@batched(domain.Pipeline)
async def runs(
    pipelines: Sequence[domain.Pipeline],
    call: Call,
    first: First = 20,
    after: After = None,
    filter: Annotated[PipelineRunFilter | None, WHICH] = None,
) -> Sequence[object]:
    return await runs_of_pipelines(pipelines, call, "runs", filter or PipelineRunFilter(), first, after)


@view(domain.Pipeline)
class Pipeline(Node):
    """What is run: a CI pipeline, a plan, a task."""

    provider: Annotated["Provider", strawberry.lazy("schema.types.provider")] = field("Where it is.", owning_provider)
    external_id: str = field("The vendor's own id.")
    name: str = field("For people.")
    slug: str | None = field("Its name in addresses. A rename can change it.")
    description: str | None = field(
        "What it is for. Costs a call for tasks in a list.", whole_field(domain.Pipeline, "description")
    )
    kind: PipelineKind = field("What it is made of.")
    workspace: Workspace | None = field("The workspace it is in.", reference(domain.Pipeline, "workspace"))
    project: Project | None = field("The project it is in.", reference(domain.Pipeline, "project"))
    repository: Repository | None = field("Where its source lives.")
    default_branch: str | None = field("The branch it is mostly run for.")
    tags: list[str] | None = field("Labels. Costs a call for tasks in a list.", whole_field(domain.Pipeline, "tags"))
    author: Actor | None = field("Who made it.")
    url: str | None = field("Its page at the vendor.")
    created_at: datetime | None = field("When it was made.")
    updated_at: datetime | None = field("When it was last changed.")
    archived_at: datetime | None = field("When it was put away; null while in use.")
    definition: PipelineDefinition | None = field("How it is defined.")
    paused: bool | None = field(
        "Whether it starts no runs for now; null where pipelines cannot be paused. Costs a call for tasks in a list.",
        whole_field(domain.Pipeline, "paused"),
    )
    pause: Pause | None = field(
        "Why, by whom and since when it is paused. Costs a call for tasks in a list.", whole_field(domain.Pipeline, "pause")
    )
    task: TaskDefinition | None = field("What a task is made of. Costs a call in a list.", whole_field(domain.Pipeline, "task"))
    plan_steps: list[PlanStep] | None = field(
        "The steps of a plan, in order. May cost a call in a list.", whole_field(domain.Pipeline, "plan_steps")
    )
    schedule: Schedule | None = field("When it starts by itself; null when it never does. Costs a call.", schedules_of_pipelines)
    run_configuration: RunConfiguration | None = field("Where and how it is run. Costs a call.", run_configurations_of_pipelines)
    triggers: list[Trigger] | None = field("What starts it by itself; costs a call of its own.", triggers_of_pipelines)
    builds: Connection[Annotated["Build", strawberry.lazy("schema.types.build")]] | None = field(
        "Its builds, newest first. For many pipelines at once this takes far fewer calls than one each.", builds
    )
    executions: Connection[Annotated["Execution", strawberry.lazy("schema.types.execution")]] | None = field(
        "Its executions, newest first. For many pipelines at once this takes far fewer calls than one each.", executions
    )
    runs: Connection[Run] | None = field("Its builds or executions, newest first.", runs)
    latest_run: Run | None = field("Its newest run, one within a plan's run too; null before the first.", latest_runs_of_pipelines)
    stats: RunStats | None = field("How it has been doing, over its newest runs, those within plans' runs too.", stats_of_pipelines)
