"""Buildkite: the calls, fields and habits of its REST API, version 2."""

from tests.inventory.fates import Argument, Fates, Inside, NotYet, Objects, Setting, Shown, Written, each

OPERATIONS: Fates = {
    "buildkite.builds.create": Written("runPipeline"),
    "buildkite.pipelines.create": Written("createPipeline"),
    "buildkite.pipelines.update": Written("updatePipeline"),
    "buildkite.pipelines.replace": Written("replacePipeline"),
    "buildkite.pipelines.delete": Written("deletePipeline"),
    "buildkite.annotations.create": Written("createAnnotation"),
    "buildkite.agents.delete": Written("stopAgent"),
}

FIELDS: Objects = {
    "buildkite.builds.create": each("org_slug pipeline_slug", Written("runPipeline")),
    "buildkite.pipelines.create": each("org_slug", Written("createPipeline")),
    "buildkite.pipelines.update": each("org_slug pipeline_slug", Written("updatePipeline")),
    "buildkite.pipelines.replace": each("org_slug pipeline_slug", Written("replacePipeline")),
    "buildkite.annotations.create": each("org_slug pipeline_slug build_number", Written("createAnnotation")),
    "buildkite.pipelines.delete": each("org_slug pipeline_slug", Written("deletePipeline")),
    "buildkite.agents.delete": each("org_slug agent_id", Written("stopAgent")),
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
    "buildkite.api.verbs.post": NotYet("mutations"),
    "buildkite.api.verbs.put": NotYet("mutations"),
    "buildkite.api.verbs.patch": NotYet("mutations"),
    "buildkite.api.verbs.delete": NotYet("mutations"),
    "buildkite.credential.organization": Setting("buildkite", "organizations"),
    "buildkite.credential.api_key": Setting("buildkite", "token_env"),
    "buildkite.url.identifiers": Argument(
        "Query.build(by.number.workspace)", "Query.build(by.number.pipeline)", "Query.build(by.number.number)"
    ),
    "buildkite.batch.builds_property": NotYet("destinations"),
    "buildkite.response.build": Shown("Build.number", "Build.status", "Build.url"),
    "buildkite.api.any_endpoint": NotYet("destinations"),
}
