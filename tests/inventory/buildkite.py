"""Buildkite: the calls, fields and habits of its REST API, version 2."""

from tests.inventory.fates import Argument, Fates, Inside, LeftOut, Objects, Setting, Shown, each, given

NO_REPLACEMENT = LeftOut("The vendor documents PATCH alone for pipelines, which updatePipeline sends.")
WRITES = Inside("gateway/providers/buildkite/commands/writes.py")
SETTING_UP = "createDestination updateDestination"

OPERATIONS: Fates = {
    "buildkite.builds.create": Shown("Mutation.runPipeline"),
    "buildkite.pipelines.create": Shown("Mutation.createPipeline"),
    "buildkite.pipelines.update": Shown("Mutation.updatePipeline"),
    "buildkite.pipelines.replace": NO_REPLACEMENT,
    "buildkite.pipelines.delete": Shown("Mutation.deletePipeline"),
    "buildkite.annotations.create": Shown("Mutation.createAnnotation"),
    "buildkite.agents.delete": Shown("Mutation.stopAgent"),
}

FIELDS: Objects = {
    "buildkite.builds.create": each("org_slug pipeline_slug", Argument("Mutation.runPipeline(input.pipelineId)")),
    "buildkite.pipelines.create": each("org_slug", Argument("Mutation.createPipeline(input.workspaceId)")),
    "buildkite.pipelines.update": each("org_slug pipeline_slug", Argument("Mutation.updatePipeline(input.pipelineId)")),
    "buildkite.pipelines.replace": each("org_slug pipeline_slug", NO_REPLACEMENT),
    "buildkite.annotations.create": each(
        "org_slug pipeline_slug build_number", Argument("Mutation.createAnnotation(input.buildId)")
    ),
    "buildkite.pipelines.delete": each("org_slug pipeline_slug", Argument("Mutation.deletePipeline(input.pipelineId)")),
    "buildkite.agents.delete": each("org_slug agent_id", Argument("Mutation.stopAgent(input.agentId)")),
    "BuildResponse": {
        "build number": Shown("Build.number"),
        "state": Shown("Build.status", "Build.nativeStatus"),
        "web URL": Shown("Build.url"),
    },
}

FEATURES: Fates = {
    "buildkite.api.base_url": Setting("buildkite", "base_url"),
    "buildkite.api.https_only": Setting("buildkite", "base_url"),
    "buildkite.api.json": Inside("gateway/upstream/client.py"),
    "buildkite.api.verbs.post": WRITES,
    "buildkite.api.verbs.put": Shown("CallMethod.PUT", *given(SETTING_UP, "manual.method")),
    "buildkite.api.verbs.patch": WRITES,
    "buildkite.api.verbs.delete": WRITES,
    "buildkite.credential.organization": Setting("buildkite", "organizations"),
    "buildkite.credential.api_key": Setting("buildkite", "token_env"),
    "buildkite.url.identifiers": Argument(
        "Query.build(by.number.workspace)", "Query.build(by.number.pipeline)", "Query.build(by.number.number)"
    ),
    "buildkite.batch.builds_property": Shown(*given(SETTING_UP, "batching.property.name"), "Destination.warnings"),
    "buildkite.response.build": Shown("Build.number", "Build.status", "Build.url"),
    "buildkite.api.any_endpoint": Argument(*given(SETTING_UP, "manual.url")),
}
