"""What a Buildkite account gives through the gateway, with what it costs or cannot.

Facts and where they are documented (https://buildkite.com/docs/apis/rest-api, read 2026-03):
- pages hold at most 100 rows (Pagination); builds come newest first and have no other order (Builds)
- 200 requests a minute for the organization and 50 for the user by default, both counted (Rate limits)
- no call takes several ids (Builds, Pipelines); no list tells a total (Pagination)
- very deep pages of builds are refused (Builds); the gateway then goes on by time
- a pause of an agent ends after 5 minutes by default (https://buildkite.com/docs/agent/v3/pausing-and-resuming, Pause timeouts)
"""

from collections.abc import Mapping

from gateway.domain.commands import agents, annotations, pipelines, runs
from gateway.domain.commands.command import Command
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

COMMAND_NOTES: Mapping[type[Command], str] = {
    runs.RunPipeline: "`commit` is HEAD if left out; `tag` takes its place. One read first, as a rule: for the default branch, and "
    "because another pipeline may have taken the slug. Variables cannot be encrypted: a build shows them.",
    runs.CancelRun: "One read first, as a rule: another build may have taken the number. Running jobs get time to end: the build "
    "is canceling until then.",
    runs.RetryRun: "The whole as a new build; with `failedOnly` the failed jobs of the same one, or those in the comma list "
    "`vendorOptions.states`: canceled, expired, failed, soft_failed, timed_out. One read first, as a rule: another build may have "
    "taken the number.",
    runs.ApproveRun: "Use `unblockJob`: what waits for a person here is a job.",
    runs.DenyRun: "Nothing can be refused: a blocked job waits on. Use `unblockJob`, or end the build with `cancelRun`.",
    runs.UnblockJob: "`unblocker` is the UUID of a user of the organization.",
    runs.RetryJob: "Once for each job: the new job is retried next.",
    pipelines.CreatePipeline: "`workspaceId` may be left out by an account with one organization, or with `clusterId`. `yaml` is "
    "needed, or `steps` or `pipeline_template_uuid` in `vendorOptions`.",
    pipelines.UpdatePipeline: "A new name keeps the slug, so that ids and addresses go on, unless `slug` is given: then it "
    "and its builds have new ids. The pipeline is read first, and nothing is sent when nothing would be different.",
    pipelines.ReplacePipeline: "Buildkite changes pipelines member by member: use `updatePipeline`.",
    pipelines.DeletePipeline: "With all its builds.",
    pipelines.PausePipeline: "Use `archivePipeline`, or `pauseQueue`.",
    pipelines.ResumePipeline: "Use `unarchivePipeline`, or `resumeQueue`.",
    annotations.CreateAnnotation: "`style` is success, info, warning or error; `priority` 1 to 10. Without `context` a second note "
    "replaces the first, as far as is known. One read first, as a rule, but not for a note on a job.",
    annotations.DeleteAnnotation: "One call; three and more for one on a job, should the build not know it.",
    agents.StopAgent: "Without `force: false` its job, and that job's build, are canceled.",
    agents.PauseAgent: "In whole minutes, rounded up; without a time the vendor's five.",
}
"""What else there is to know of mutations."""
