"""What a Buildkite account gives through the gateway, with what it costs or cannot.

Facts and where they are documented (https://buildkite.com/docs/apis/rest-api, read 2026-03):
- pages hold at most 100 rows (Pagination); builds come newest first and have no other order (Builds)
- 200 requests a minute for the organization and 50 for the user by default, both counted (Rate limits)
- no call takes several ids (Builds, Pipelines); no list tells a total (Pagination)
- very deep pages of builds are refused (Builds); the gateway then goes on by time
"""

from gateway.domain.provider import Capability

CAPABILITIES: tuple[Capability, ...] = (
    Capability("workspaces", True, "Organizations, in the vendor's order. `nameContains` is applied by the gateway."),
    Capability(
        "pipelines",
        True,
        "In the vendor's order, which is not documented. `tags` and `archived` are applied by the gateway; Buildkite has no total.",
    ),
    Capability("pipeline by slug", True),
    Capability("pipeline by externalId", False, "Buildkite finds no pipeline by its uuid. Use its slug."),
    Capability(
        "builds",
        True,
        "Newest first by creation. `branches` may hold `*` as a wildcard; `commits` must be full hashes. A blocked build keeps "
        "its last state at Buildkite, so a filter by status is checked once more by the gateway. Buildkite cannot filter for its "
        "states waiting (QUEUED) and waiting_failed (FAILED), should it ever show them.",
    ),
    Capability("build by number", True),
    Capability("build by externalId", False, "Buildkite finds no build by its uuid. Use its pipeline's slug and its number."),
    Capability("Pipeline.builds", True, "Many pipelines share the organization's list where that takes fewer calls."),
    Capability("Build.jobs", True, "One call per build; all attempts of a job are listed."),
    Capability("Job.log", True, "One call per job; at most the last 1 MiB."),
    Capability("Build.annotations", True, "One call per build."),
    Capability("Build.artifacts", True, "One call per build; no download address, because a signed one leaks access."),
    Capability("agents", True, "Only connected and stopping agents are listed. `nameContains` is applied by the gateway."),
    Capability("clusters", True),
    Capability("Cluster.queues", True, "One call per cluster."),
    Capability("projects", False, "Buildkite groups pipelines by organization only."),
    Capability("Pipeline.triggers", False, "Buildkite's REST API shows no triggers."),
    Capability("images", False),
    Capability("integrationContexts", False),
    Capability("executions", False, "Its runs are builds."),
    Capability("execution by externalId", False, "Its runs are builds."),
    Capability("Execution.steps", False),
    Capability("runs", True, "Its builds."),
    Capability("environments", False),
    Capability("artifacts", False, "Deployables are meant; files of builds are `Build.artifacts`."),
    Capability("dataConnections", False),
    Capability("promotions", False),
    Capability("schedules", False),
    Capability("Pipeline.schedule", False),
    Capability("Pipeline.paused", False),
    Capability("Pipeline.runConfiguration", False),
)
