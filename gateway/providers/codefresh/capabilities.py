"""What a Codefresh account gives through the gateway, with what it costs or cannot.

Facts and where they are from (docs.codefresh.io and first-party code, read 2026-03):
- a key belongs to one account (docs: Codefresh API; cli and Terraform provider: GET /user)
- limits are per key, their thresholds and headers unpublished (docs: API key rate limiting)
- builds are read from a cursor that a session keeps on the server, page by neighbouring page (kb: Paging issues for builds
  and images); their filters are status, pipeline, branch, revision and days (cli workflow/get.cmd.js)
- pipelines are listed with a total and searched by names or ids (Terraform provider pipeline.go, cli pipeline/get.cmd.js)
- no call takes several build ids; builds have no numbers and no call deletes one (OpenAPI of the cli)
- pipelines are replaced as a whole under a check of their revision, projects changed in part, contexts both (OpenAPI of the cli)
- nothing is archived or paused; triggers have a switch of their own (OpenAPI of the cli, Terraform provider pipeline.go)
- events of the trigger manager are made, then linked to pipelines (cf-triggers pkg/controller, Terraform provider hermes_*.go)
"""

from collections.abc import Mapping

from gateway.domain.commands import agents, annotations, integration_contexts, pipelines, projects, runs, schedules, triggers
from gateway.domain.commands.command import Command
from gateway.domain.provider import Capability

CAPABILITIES: tuple[Capability, ...] = (
    Capability("workspaces", True, "One: the account of the API key."),
    Capability("projects", True, "In the vendor's order; no total. `nameContains` and several `tags` are applied by the gateway."),
    Capability(
        "pipelines",
        True,
        "In the vendor's order; the vendor's total when only projects are filtered. `repositoryContains` and several `tags` "
        "are applied by the gateway, and so is `nameContains` when it holds special characters. None can be archived.",
    ),
    Capability("pipeline by slug", True, "By full name, such as `shop/deploy`."),
    Capability("pipeline by externalId", True),
    Capability(
        "builds",
        True,
        "Newest first by creation. The vendor filters times by day only: the gateway applies exact `createdFrom` and "
        "`createdTo`, and `branches` when one holds `*`; a page in the past first reads over the newer builds of its day. "
        "`projects` means the projects' present pipelines. Builds are kept for about six months.",
    ),
    Capability("build by number", False, "Codefresh does not number its builds. Use `externalId`."),
    Capability("build by externalId", True, "One call each."),
    Capability("Pipeline.builds", True, "Up to 50 pipelines share pages where that takes fewer calls."),
    Capability("Build.jobs", True, "Steps, one call per build; none before it begins."),
    Capability("Job.log", True, "When the build has ended; three calls for all steps of a build, at most the last 1 MiB."),
    Capability("Build.annotations", False, "Annotations at Codefresh are keys with values, not notes."),
    Capability("Build.artifacts", False, "Codefresh keeps no files of builds."),
    Capability("agents", False),
    Capability("clusters", False),
    Capability("Cluster.queues", False),
    Capability("Pipeline.triggers", True, "Two calls for up to 50 pipelines. Webhook addresses and secrets are not read."),
    Capability("images", True, "In the vendor's order; no total. `repository` is applied by the gateway."),
    Capability("integrationContexts", True, "Names and types. `nameContains` is applied by the gateway."),
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

_KEPT = (
    "Read, changed and put back as a whole under the vendor's check of its revision; when another change came in between, that is "
    "done once more. Hidden values of encrypted variables go back as five stars, which the vendor is taken to leave alone; stars "
    "for anything else are refused. Needs the scope `pipeline`."
)
_ANSWER = "A conflict when the build waits for nobody. Needs the scope `workflow`."

# ASSUMED: the scopes of contexts, triggers and approvals, which no document names; disproved by a key that shows otherwise.
COMMAND_NOTES: Mapping[type[Command], str] = {
    runs.RunPipeline: "`trigger` lends repository and branch: without one a run has none. With an encrypted variable all go as a "
    "list. `vendorOptions`: annotations. Needs the scope `pipeline`.",
    runs.CancelRun: "Two calls. A build that is over is a conflict, and so is one that has no progress yet; one that is being "
    "ended already is left alone. One that ends by itself between the two calls may be told as ended. Needs the scope `build`.",
    runs.RetryRun: "Two calls. A new build of the same pipeline, branch and variables; the old one stays as it is. Neither "
    "`failedOnly` nor `fromStep`. Needs the scope `build`.",
    runs.ApproveRun: _ANSWER,
    runs.DenyRun: _ANSWER,
    runs.UnblockJob: "The build waits as a whole: use approveRun or denyRun.",
    runs.RetryJob: "Steps are not repeated alone: use retryRun.",
    pipelines.CreatePipeline: "`name` goes behind the project's name and a slash; without `project` it is taken as the whole name. "
    "`yaml` is kept as text, of which the vendor makes the steps; `yamlLocation` is in git; `spec` is the vendor's definition "
    "(version, kind, metadata, spec), in which ids, names and revisions mean nothing, and hidden values (five stars) are refused. "
    "`vendorOptions` are members of its spec, and say nothing that the YAML says. Needs the scope `pipeline`.",
    pipelines.UpdatePipeline: "A `name` without a slash stays in the project. Members of `spec` replace those of the definition, "
    "null removes one; a revision in it must be the present one, an id and a name the pipeline's. A new `yaml` or `yamlLocation` "
    "takes the place of either, with steps and stages, and with `mode`, `fail_fast` and `hooks` where the old text or the new one "
    f"has them; else these stay. {_KEPT}",
    pipelines.ReplacePipeline: "What is not given is gone, triggers too. `revision`, or the one inside `spec`, must be the present "
    "one, and is read first when it is not given; a change in between is a conflict, never overwritten. An id and a name inside "
    "`spec` must be the pipeline's. Needs the scope `pipeline`.",
    pipelines.DeletePipeline: "Its builds stay. Needs the scope `pipeline`.",
    pipelines.ArchivePipeline: "Codefresh has no archive. Triggers can be disabled one by one, by their `disabled`.",
    pipelines.PausePipeline: "Pipelines are not paused. Triggers can be disabled one by one, by their `disabled`.",
    schedules.SchedulePipeline: "Use createTrigger with `cron`.",
    schedules.UnschedulePipeline: "Use deleteTrigger.",
    triggers.CreateTrigger: "`git` and `cron` go into the pipeline's definition, as updatePipeline does it; without a name they "
    "have the repository's, or the message. `helm` and `registry` link the pipeline to an event of the trigger manager, which is "
    "made if it is not there, and stays if the link is refused; its address and secret have to be given to the registry on "
    "Codefresh's pages, and never pass through here. Needs the scope `pipeline`.",
    triggers.DeleteTrigger: "Of `helm` and `registry` the link alone: the event stays, because a registry may go on calling it. "
    "A git trigger that a cron trigger borrows from is a conflict, and so is one that nothing tells from others. Needs the scope "
    "`pipeline`.",
    projects.CreateProject: "Needs the scope `project`.",
    projects.UpdateProject: "`tags` and `variables` replace those that are there; the hidden value of one that is encrypted there "
    "may be given as five stars, which the vendor is taken to leave alone. A new name is one for its pipelines too. Needs the "
    "scope `project`.",
    projects.DeleteProject: "Taken to be refused, as a conflict, as long as there are pipelines in it. Needs the scope `project`.",
    integration_contexts.CreateIntegrationContext: "Needs the scope `pipeline`.",
    integration_contexts.UpdateIntegrationContext: "Put back as a whole, without a check for changes in between. Secrets cannot be "
    "read: of a secret, git, storage or secret-store context `data` has to name every member, or `replaceData` is needed. Needs "
    "the scope `pipeline`.",
    integration_contexts.DeleteIntegrationContext: "Needs the scope `pipeline`.",
    annotations.CreateAnnotation: "Annotations at Codefresh are keys with values, not notes.",
    agents.StopAgent: "Agents are not read here.",
}
"""What else there is to know of mutations."""
