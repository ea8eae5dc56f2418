"""What a nuvo account gives through the gateway, with what it costs or cannot.

Facts and where they are from (docs.ingestro.com and docs.getnuvo.com, read 2026-03):
- a login acts as one user or one sub-organization and sees what that one may see ("Authentication API")
- executions can be created, read and listed, and nothing else ("Execution API")
- a failed execution runs again under its id once its pipeline is mended ("Execution API": logs of type FIX)
- lists have sort, filters by value and offsets; operators, limits and rate limits are documented nowhere ("nuvo API")
"""

from collections.abc import Mapping

from gateway.domain.commands import pipelines, runs
from gateway.domain.commands.command import Command
from gateway.domain.provider import Capability

_PAGES = "Whether the vendor heeds sort, filter and page is checked with every page; what it does not heed is done by the gateway."

CAPABILITIES: tuple[Capability, ...] = (
    Capability("workspaces", True, "One: the user or sub-organization that the account is logged in as."),
    Capability("projects", False),
    Capability(
        "pipelines",
        True,
        "Oldest first, as far as the vendor sorts; its total, where it tells that of all. `nameContains` is applied by the "
        "gateway.",
    ),
    Capability("pipeline by slug", False, "Names need not be unique. Use `externalId`."),
    Capability("pipeline by externalId", True),
    Capability("builds", False, "nuvo moves data: see `executions`."),
    Capability("build by number", False),
    Capability("build by externalId", False),
    Capability("Pipeline.builds", False),
    Capability(
        "executions",
        True,
        "Newest first by creation. The vendor is asked for one pipeline and one status at a time: several of them, times and "
        f"`actors` are applied by the gateway. A row of a list has no `startedAt` and no duration. {_PAGES}",
    ),
    Capability("execution by externalId", True, "One call each."),
    Capability("runs", True, "Its executions."),
    Capability("Pipeline.executions", True, "Pipelines share pages where that takes fewer calls."),
    Capability(
        "Execution.attempts", True, "One call per execution, for metrics and configuration too. A failed execution can run again."
    ),
    Capability("Execution.steps", False),
    Capability("Execution.children", False),
    Capability("Build.jobs", False),
    Capability("Job.log", False, "nuvo gives no logs, only counts of rows and cells."),
    Capability("Build.annotations", False),
    Capability("Build.artifacts", False),
    Capability("agents", False),
    Capability("clusters", False),
    Capability("Cluster.queues", False),
    Capability("Pipeline.triggers", False),
    Capability("images", False),
    Capability("integrationContexts", False),
    Capability("environments", False),
    Capability("artifacts", False),
    Capability("dataConnections", False),
    Capability("promotions", False),
    Capability("schedules", False),
    Capability("Pipeline.schedule", False),
    Capability("Pipeline.paused", True, "Comes with the pipeline: one that is not active."),
    Capability("Pipeline.runConfiguration", False),
)

COMMAND_NOTES: Mapping[type[Command], str] = {
    runs.RunPipeline: "One execution for each file that the pipeline's source holds: there may be several, or none.",
    runs.CancelRun: "Nothing can be ended through nuvo's API.",
    runs.RetryRun: "A failed execution runs again by itself once its pipeline is mended.",
    pipelines.CreatePipeline: "Pipelines are made on nuvo's own pages only.",
    pipelines.UpdatePipeline: "`name`, and `spec`, whose members replace those of the definition; null removes one. Read, changed "
    "and put back as a whole.",
    pipelines.ReplacePipeline: "`spec` is the definition without its name. `spec.active` says whether it is on.",
    pipelines.PausePipeline: "It is switched off, without a reason.",
}
"""What else there is to know of mutations."""
