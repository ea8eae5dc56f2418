"""What a Codefresh account gives through the gateway, with what it costs or cannot.

Facts and where they are from (docs.codefresh.io and first-party code, read 2026-03):
- a key belongs to one account (docs: Codefresh API; cli and Terraform provider: GET /user)
- limits are per key, their thresholds and headers unpublished (docs: API key rate limiting)
- builds are read from a cursor that a session keeps on the server, page by neighbouring page (kb: Paging issues for builds
  and images); their filters are status, pipeline, branch, revision and days (cli workflow/get.cmd.js)
- pipelines are listed with a total and searched by names or ids (Terraform provider pipeline.go, cli pipeline/get.cmd.js)
- no call takes several build ids; builds have no numbers and no call deletes one (OpenAPI of the cli)
"""

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
