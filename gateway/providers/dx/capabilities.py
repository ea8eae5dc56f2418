"""What a DX account gives through the gateway, with what it costs or cannot.

Facts and where they are from (help centre: Pipelines API; docs.getdx.com: Data Cloud API, read 2026-03):
- the vendor has no method that reads pipeline runs back, so the gateway keeps what it is told (Data Cloud API, methods)
- a run is the sum of all reports with its reference id; start, end and state do not depend on their order (Pipelines API)
- the rate limit is unpublished; public importers keep below 7 runs a second
"""

from collections.abc import Mapping

from gateway.domain.commands import reports, runs
from gateway.domain.commands.command import Command
from gateway.domain.provider import Capability

CAPABILITIES: tuple[Capability, ...] = (
    Capability("workspaces", True, "One: the account itself."),
    Capability("projects", False, "Reports name no projects."),
    Capability("pipelines", True, "By source and name; a total when nothing is filtered. None has tags or can be archived."),
    Capability("pipeline by slug", True, "By source and name, such as `Jenkins/integration_tests`."),
    Capability("pipeline by externalId", True, "The same as by slug."),
    Capability(
        "builds",
        True,
        "Runs that were reported to the gateway, newest first by start. All filters are applied by the gateway's store; no call to "
        "the vendor is made.",
    ),
    Capability("build by number", False, "Reported runs have no numbers. Use `externalId`."),
    Capability("build by externalId", True, "The reference id of its reports."),
    Capability("Pipeline.builds", True, "One look into the store for all pipelines."),
    Capability("Build.jobs", False, "Reports tell of whole runs."),
    Capability("Job.log", False),
    Capability("Build.annotations", False),
    Capability("Build.artifacts", False),
    Capability("agents", False),
    Capability("clusters", False),
    Capability("Cluster.queues", False),
    Capability("Pipeline.triggers", False),
    Capability("images", False),
    Capability("integrationContexts", False),
    Capability("executions", False, "Its runs are builds."),
    Capability("execution by externalId", False, "Its runs are builds."),
    Capability("Execution.steps", False),
    Capability("runs", True, "Its builds."),
    Capability("environments", False),
    Capability("artifacts", False, "Reports name none."),
    Capability("dataConnections", False),
    Capability("promotions", False),
    Capability("schedules", False),
    Capability("Pipeline.schedule", False),
    Capability("Pipeline.paused", False),
    Capability("Pipeline.runConfiguration", False),
)

COMMAND_NOTES: Mapping[type[Command], str] = {
    runs.RunPipeline: "Its runs are started elsewhere, and reported.",
    reports.RecordPipelineRun: "Kept for good before it is answered, and passed on to the instance where one is configured.",
}
"""What else there is to know of mutations."""
