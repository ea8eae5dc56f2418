"""Codefresh: the calls, fields and habits of its REST API."""

from tests.inventory.fates import Argument, Fates, Inside, LeftOut, Objects, Setting, Shown, given, inputs

SAVED = "createPipeline updatePipeline replacePipeline"
"""All three save a whole definition."""
BY_NAME = Argument("Query.pipeline(by.slug.slug)", "Mutation.runPipeline(input.pipelineId)")
WRITES = Inside("gateway/providers/codefresh/commands/client.py")

OPERATIONS: Fates = {
    "codefresh.pipelines.run": Shown("Mutation.runPipeline"),
    "codefresh.pipelines.create": Shown("Mutation.createPipeline"),
    "codefresh.pipelines.update": Shown("Mutation.replacePipeline", "Mutation.updatePipeline"),
    "codefresh.pipelines.delete": Shown("Mutation.deletePipeline"),
    "codefresh.pipelines.list": Shown("Query.pipelines"),
    "codefresh.builds.terminate": Shown("Mutation.cancelRun"),
    "codefresh.builds.restart": Shown("Mutation.retryRun"),
    "codefresh.builds.list": Shown("Query.builds", "Pipeline.builds"),
    "codefresh.projects.create": Shown("Mutation.createProject"),
    "codefresh.projects.delete": Shown("Mutation.deleteProject"),
    "codefresh.projects.list": Shown("Query.projects"),
    "codefresh.contexts.create": Shown("Mutation.createIntegrationContext"),
    "codefresh.contexts.delete": Shown("Mutation.deleteIntegrationContext"),
    "codefresh.contexts.list": Shown("Query.integrationContexts"),
    "codefresh.triggers.create": Shown("Mutation.createTrigger"),
}

FIELDS: Objects = {
    "codefresh.pipelines.run": {"Project Name": BY_NAME, "Pipeline Name": BY_NAME},
    "codefresh.pipelines.update": {"Pipeline ID": Argument(*given("replacePipeline updatePipeline", "pipelineId"))},
    "codefresh.pipelines.delete": {"Pipeline ID": Argument("Mutation.deletePipeline(input.pipelineId)")},
    "codefresh.builds.terminate": {"Build ID": Argument("Mutation.cancelRun(input.runId)")},
    "codefresh.builds.restart": {"Build ID": Argument("Mutation.retryRun(input.runId)")},
    "codefresh.projects.delete": {"Project ID": Argument("Mutation.deleteProject(input.projectId)")},
    "codefresh.contexts.delete": {"Context Name": Argument("Mutation.deleteIntegrationContext(input.integrationContextId)")},
    "RunPipelineBody": inputs("runPipeline", "branch variables noCache resetVolume"),
    "RunPipelineResponse": {"build ID": Shown("RunPipelinePayload.ids", "RunPipelinePayload.runs.externalId")},
    "PipelineDefinition": {
        "metadata": Argument(*given(SAVED, "name"), *given(SAVED, "description"), *given(SAVED, "tags"), *given(SAVED, "spec")),
        "specification": Argument(*given(SAVED, "spec")),
        **inputs(SAVED, "yaml"),
        "triggers": Argument(*given(SAVED, "spec"), *given("createTrigger", "git"), *given("createTrigger", "cron")),
        **inputs(SAVED, "variables"),
        "runtime": Argument(*given(SAVED, "vendorOptions")),
        "project": Argument("Mutation.createPipeline(input.projectId)", *given("updatePipeline replacePipeline", "name")),
    },
    "ProjectDefinition": inputs("createProject", "name tags"),
    "ContextDefinition": {
        **inputs("createIntegrationContext", "type"),
        "configuration": Argument("Mutation.createIntegrationContext(input.data)"),
    },
    "TriggerDefinition": {
        "pipeline": Argument("Mutation.createTrigger(input.pipelineId)"),
        "type": Argument(
            "Mutation.createTrigger(input.git)", "Mutation.createTrigger(input.cron)", "Mutation.createTrigger(input.helm)"
        ),
        "configuration": Argument(
            "Mutation.createTrigger(input.git.repository)",
            "Mutation.createTrigger(input.git.events)",
            "Mutation.createTrigger(input.cron.expression)",
            "Mutation.createTrigger(input.cron.message)",
            "Mutation.createTrigger(input.helm.repository)",
            "Mutation.createTrigger(input.helm.chart)",
        ),
    },
    "Build": {"status": Shown("Build.status", "Build.nativeStatus")},
}

FEATURES: Fates = {
    "codefresh.credential.run_scopes": Shown("RunPipelinePayload.errors", "PermissionDeniedError.missingScope"),
    "codefresh.run.names_match": BY_NAME,
    "codefresh.run.returns_build_id": Shown("RunPipelinePayload.ids", "RunPipelinePayload.runs.externalId"),
    "codefresh.update.full_replacement": Inside("gateway/providers/codefresh/commands/saving.py"),
    "codefresh.create.project_reference": Argument("Mutation.createPipeline(input.projectId)"),
    "codefresh.delete.pipeline_irreversible": Argument("Mutation.deletePipeline(input.confirmName)"),
    "codefresh.delete.project_irreversible": Argument("Mutation.deleteProject(input.confirmName)"),
    "codefresh.terminate.running_only": Shown("CancelRunPayload.errors", "ConflictError"),
    "codefresh.restart.same_parameters": Shown("Mutation.retryRun"),
    "codefresh.project.groups_pipelines": Shown("Project.pipelines", "Pipeline.project"),
    "codefresh.project.tags": Shown("Project.tags"),
    "codefresh.context.shared_connection": Shown("Query.integrationContexts"),
    "codefresh.context.by_name": Shown("IntegrationContext.name"),
    "codefresh.context.delete_unused": LeftOut(
        "No call of the vendor's tells what needs a context; whoever deletes one has to know."
    ),
    "codefresh.trigger.git": Shown("TriggerType.GIT", "Mutation.createTrigger(input.git)"),
    "codefresh.trigger.cron": Shown("TriggerType.CRON", "Mutation.createTrigger(input.cron)"),
    "codefresh.trigger.helm": Shown("TriggerType.HELM", "Mutation.createTrigger(input.helm)"),
    "codefresh.api.base_url": Setting("codefresh", "base_url"),
    "codefresh.api.write_verbs": WRITES,
    "codefresh.api.json": Inside("gateway/upstream/client.py"),
    "codefresh.api.single_resource": WRITES,
}
