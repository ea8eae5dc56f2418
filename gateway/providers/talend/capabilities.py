"""What a Talend account gives through the gateway, with what it costs or cannot.

Facts, from the vendor's references of Orchestration and Processing, version 2021-03, read 2026-03:
- pages hold at most 100 rows; environments, workspaces and promotions come whole; no list can be sorted
- no call takes several ids; environments and workspaces cannot be read by id at all
- lists of tasks and plans show little more than names; run lists reach back 60 days
- rate limits are not published
- projects are shown to personal access tokens only
"""

from collections.abc import Mapping

from gateway.domain.commands import artifacts, data_connections, pipelines, places, projects, promotions, runs, schedules, triggers
from gateway.domain.commands.command import Command
from gateway.domain.provider import Capability

_PROJECTS = Capability(
    "projects", True, "In the vendor's order. `nameContains` is applied by the gateway; they have no tags and no workspace."
)
_NO_PROJECTS = Capability("projects", False, "Talend shows projects to personal access tokens only, not to service accounts.")

_ALWAYS: tuple[Capability, ...] = (
    Capability(
        "workspaces", True, "All in one call, narrowed to environments by the vendor. `nameContains` is applied by the gateway."
    ),
    Capability("environments", True, "All in one call. `nameContains` is applied by the gateway."),
    Capability(
        "pipelines",
        True,
        "Tasks, then plans, in the vendor's order; a total when one list of one place is asked for. `nameContains` and several "
        "`tags` are applied by the gateway. Lists leave out description, tags, pause, task and steps: these cost a call for each "
        "pipeline. None can be archived.",
    ),
    Capability("pipeline by slug", False, "Talend's tasks and plans have no slugs. Use `externalId`."),
    Capability("pipeline by externalId", True, "At most two calls: one as a task, one as a plan."),
    Capability("Pipeline.paused", True, "One call each."),
    Capability("Pipeline.runConfiguration", True, "One call each."),
    Capability("Pipeline.schedule", True, "One call each, two when it is a linked schedule; linked ones of many share a page."),
    Capability(
        "schedules",
        True,
        "The vendor's own; a timetable in a run configuration is found at its pipeline. `descriptionContains` and `inUse: false` "
        "are applied by the gateway.",
    ),
    Capability("Schedule.nextRuns", True, "One call for each 60 days; at most a year ahead."),
    Capability("artifacts", True, "In the vendor's order. `nameContains` is applied by the gateway."),
    Capability("Artifact.version", True, "One call each."),
    Capability(
        "dataConnections",
        True,
        "In the vendor's order. `nameContains` and `apps` are applied by the gateway. Values that are encrypted, or whose names "
        "say that they are secret, are not read.",
    ),
    Capability("promotions", True, "All in one call; all filters are applied by the gateway. Descriptions cost a call each."),
    Capability("Promotion.users", True, "One call each."),
    Capability("Promotion.analysis", True, "One call each: a dry run at the vendor."),
)

_RUNS: tuple[Capability, ...] = (
    Capability(
        "executions",
        True,
        "Runs of tasks and plans of the last 60 days, newest first by trigger time (plans: by start). The vendor's lists have no "
        "order and its time filters mean runs that were going on: the gateway reads stretches of time, sorts them, and applies "
        "`createdFrom`, `createdTo` and `actors`, and `statuses` where several of the vendor's words are meant. A run that waits "
        "longer than 30 minutes for its start can be missing from a page that begins in between. Runs of promotions are in no "
        "list.",
    ),
    Capability("execution by externalId", True, "At most three calls: task, plan, promotion."),
    Capability("Pipeline.executions", True, "Many tasks or plans share pages where that takes fewer calls."),
    Capability(
        "Execution.children",
        True,
        "One call for a plan run that went well; for others the runs of all tasks in its time are read too. Plans started by "
        "error handlers are not among them.",
    ),
    Capability("Execution.steps", True, "One call per plan run. Names are those of the plan's steps with the same step id."),
    Capability("ExecutionStep.errorHandler", True, "One call per step."),
    Capability("Execution.attempts", False, "A run is never run again under its id."),
    Capability("runs", True, "Its executions."),
)

_NEVER: tuple[Capability, ...] = (
    Capability("builds", False, "Its runs are executions."),
    Capability("build by number", False, "Its runs are executions, and have no numbers."),
    Capability("build by externalId", False, "Its runs are executions."),
    Capability("Pipeline.builds", False, "Its runs are executions."),
    Capability("Build.jobs", False),
    Capability("Job.log", False, "Logs are in another product of the vendor's."),
    Capability("Build.annotations", False),
    Capability("Build.artifacts", False, "Deployables are `artifacts`; runs keep no files."),
    Capability("agents", False),
    Capability("clusters", False, "Clusters of engines are named by `Execution.runtime` only."),
    Capability("Cluster.queues", False),
    Capability("Pipeline.triggers", False, "What starts a pipeline is its `schedule`."),
    Capability("images", False),
    Capability("integrationContexts", False),
)


COMMAND_NOTES: Mapping[type[Command], str] = {
    runs.RunPipeline: "Tasks take `variables` (as parameters, never hidden), `logLevel` and `timeoutSeconds` (in whole minutes, "
    "rounded up); plans take nothing. The run of a data service or route gets another id than its start gave: it is `provisional` "
    "until it is found, within two minutes, and not found any more when it has left the vendor's lists. One that is paused or not "
    "configured is a conflict.",
    runs.CancelRun: "Runs of tasks. A plan's run is ended task by task, `parts` tell of each: the plan itself cannot be ended, and "
    "steps that are still to come begin where their conditions let them; plans that an error handler started are not found. A run "
    "that is over is a conflict. Executions of promotions cannot be ended.",
    runs.RetryRun: "Failed runs of plans, as a new run from `fromStepId` on, else from the first step that failed; with "
    "`failedOnly` only what failed of that step. Runs of tasks are started anew: their parameters are not told.",
    pipelines.CreatePipeline: "`kind` is TASK (`task`, `tags`) or PLAN (`steps`), in a workspace.",
    pipelines.UpdatePipeline: "The vendor replaces whole objects: a task is read, changed and put back. Conditions are not "
    "told, so `steps` must be given, all of them, whatever else is changed.",
    pipelines.ReplacePipeline: "What is not given is gone; without `workspaceId` it stays where it is.",
    pipelines.DeletePipeline: "A task that a plan runs, or a plan that handles errors, is a conflict.",
    pipelines.PausePipeline: "New starts are discarded while it is paused. A reason that is there already stays.",
    pipelines.ArchivePipeline: "Talend has no archive. Use `pausePipeline`.",
    pipelines.UnarchivePipeline: "Talend has no archive. Use `resumePipeline`.",
    schedules.SchedulePipeline: "ONCE, DAILY, WEEKLY, MONTHLY, CRON (Quartz, without seconds), MANUAL. One trigger is kept in the "
    "run configuration. Several, or one with a name, `timeoutSeconds` or `description`, are a schedule that is made anew and "
    "linked; at most 15, their starts 5 minutes apart. What was linked before stays, unused. `runtime`, `logLevel`, "
    "`timeoutSeconds` and `runAs` are of tasks. A change within 3 minutes of a start can start it twice.",
    schedules.UnschedulePipeline: "A linked schedule is unlinked and stays, unused.",
    triggers.CreateTrigger: "Use `schedulePipeline`.",
    triggers.DeleteTrigger: "Use `schedulePipeline` or `unschedulePipeline`.",
    projects.CreateProject: "`owner` (a login name) and `repositoryUrl` are needed. For personal access tokens only.",
    projects.UpdateProject: "The name cannot be changed. For personal access tokens only.",
    projects.DeleteProject: "For personal access tokens only.",
    places.CreateEnvironment: "Its first workspace comes with it; the vendor's answer does not tell that one's id.",
    places.UpdateEnvironment: "Read, changed and put back as a whole.",
    places.DeleteEnvironment: "Refused while engines are assigned to it, or promotions refer to it.",
    places.CreateWorkspace: "Only this answer tells a workspace's times and its owner's full name.",
    places.UpdateWorkspace: "Read, changed and put back as a whole.",
    places.DeleteWorkspace: "Custom workspaces only; refused while another workspace uses something of it.",
    artifacts.DeleteArtifact: "Refused while a task uses it.",
    artifacts.DeleteArtifactVersion: "By its full text, time stamp included; refused while a task uses it.",
    data_connections.UpdateDataConnection: "Parameters are read, changed and put back as a whole. Values of encrypted ones cannot "
    "be read: whoever changes a parameter must give all encrypted ones. They stay encrypted.",
    data_connections.DeleteDataConnection: "Refused while a task uses it.",
    promotions.CreatePromotion: "One for each pair of environments; the vendor gives it its name.",
    promotions.AnalyzePromotion: "A dry run at the vendor, which changes nothing.",
    promotions.ExecutePromotion: "Refused while it has errors. Where the vendor answers without an id `run` is null: runs of "
    "promotions are in no list.",
    promotions.AssignPromotionUser: "Exactly one of `userId` (a login name) and `serviceAccountId`.",
    promotions.UnassignPromotionUser: "Exactly one of `userId` (a login name) and `serviceAccountId`.",
}
"""What else there is to know of mutations."""


def capabilities(*, projects: bool) -> tuple[Capability, ...]:
    """Of an account that may see projects, or of one that may not."""
    return (*_ALWAYS, _PROJECTS if projects else _NO_PROJECTS, *_RUNS, *_NEVER)
