"""Codefresh: the calls, fields and habits of its REST API."""

from tests.inventory.fates import Fates, Inside, NotYet, Objects, Setting, Shown, Written, each

OPERATIONS: Fates = {
    "codefresh.pipelines.run": Written("runPipeline"),
    "codefresh.pipelines.create": Written("createPipeline"),
    "codefresh.pipelines.update": Written("replacePipeline"),
    "codefresh.pipelines.delete": Written("deletePipeline"),
    "codefresh.pipelines.list": Shown("Query.pipelines"),
    "codefresh.builds.terminate": Written("cancelRun"),
    "codefresh.builds.restart": Written("retryRun"),
    "codefresh.builds.list": Shown("Query.builds", "Pipeline.builds"),
    "codefresh.projects.create": Written("createProject"),
    "codefresh.projects.delete": Written("deleteProject"),
    "codefresh.projects.list": Shown("Query.projects"),
    "codefresh.contexts.create": Written("createIntegrationContext"),
    "codefresh.contexts.delete": Written("deleteIntegrationContext"),
    "codefresh.contexts.list": Shown("Query.integrationContexts"),
    "codefresh.triggers.create": Written("createTrigger"),
}

FIELDS: Objects = {
    "codefresh.pipelines.run": {"Project Name": Written("runPipeline"), "Pipeline Name": Written("runPipeline")},
    "codefresh.pipelines.update": {"Pipeline ID": Written("replacePipeline")},
    "codefresh.pipelines.delete": {"Pipeline ID": Written("deletePipeline")},
    "codefresh.builds.terminate": {"Build ID": Written("cancelRun")},
    "codefresh.builds.restart": {"Build ID": Written("retryRun")},
    "codefresh.projects.delete": {"Project ID": Written("deleteProject")},
    "codefresh.contexts.delete": {"Context Name": Written("deleteIntegrationContext")},
    "RunPipelineBody": each("branch variables noCache resetVolume", Written("runPipeline")),
    "RunPipelineResponse": {"build ID": Written("runPipeline")},
    "PipelineDefinition": each("metadata specification yaml triggers variables runtime project", Written("createPipeline")),
    "ProjectDefinition": each("name tags", Written("createProject")),
    "ContextDefinition": each("type configuration", Written("createIntegrationContext")),
    "TriggerDefinition": each("pipeline type configuration", Written("createTrigger")),
    "Build": {"status": Shown("Build.status", "Build.nativeStatus")},
}

FEATURES: Fates = {
    "codefresh.credential.run_scopes": Written("runPipeline"),
    "codefresh.run.names_match": Written("runPipeline"),
    "codefresh.run.returns_build_id": Written("runPipeline"),
    "codefresh.update.full_replacement": Written("replacePipeline"),
    "codefresh.create.project_reference": Written("createPipeline"),
    "codefresh.delete.pipeline_irreversible": Written("deletePipeline"),
    "codefresh.delete.project_irreversible": Written("deleteProject"),
    "codefresh.terminate.running_only": Written("cancelRun"),
    "codefresh.restart.same_parameters": Written("retryRun"),
    "codefresh.project.groups_pipelines": Shown("Project.pipelines", "Pipeline.project"),
    "codefresh.project.tags": Shown("Project.tags"),
    "codefresh.context.shared_connection": Shown("Query.integrationContexts"),
    "codefresh.context.by_name": Shown("IntegrationContext.name"),
    "codefresh.context.delete_unused": Written("deleteIntegrationContext"),
    "codefresh.trigger.git": Shown("TriggerType.GIT", written="createTrigger"),
    "codefresh.trigger.cron": Shown("TriggerType.CRON", written="createTrigger"),
    "codefresh.trigger.helm": Shown("TriggerType.HELM", written="createTrigger"),
    "codefresh.api.base_url": Setting("codefresh", "base_url"),
    "codefresh.api.write_verbs": NotYet("mutations"),
    "codefresh.api.json": Inside("gateway/upstream/client.py"),
    "codefresh.api.single_resource": NotYet("mutations"),
}
