"""Talend: habits of its Orchestration API that a client of the gateway, or its operator, may meet."""

from tests.inventory.fates import Argument, Fates, LeftOut, Setting, Shown, given
from tests.inventory.talend_assets import SAVED
from tests.inventory.talend_plans import answered

FEATURES: Fates = {
    "talend.region.eu": Setting("talend", "region", "eu"),
    "talend.region.ap": Setting("talend", "region", "ap"),
    "talend.region.us": Setting("talend", "region", "us"),
    "talend.region.au": Setting("talend", "region", "au"),
    "talend.region.us-west": Setting("talend", "region", "us-west"),
    "talend.security.scheme": Setting("talend", "token_env"),
    "talend.paging.offset": Argument("Query.artifacts(after)", "Query.pipelines(after)"),
    "talend.paging.limit": Argument("Query.artifacts(first)", "Query.pipelines(first)"),
    "talend.paging.envelope": Shown("ArtifactConnection.nodes", "ArtifactConnection.totalCount"),
    "talend.lists.bare_array": Shown("Query.environments", "Query.workspaces", "Query.promotions"),
    "talend.fiql.environments": Argument("Query.environments(filter.nameContains)"),
    "talend.fiql.workspaces": Argument("Query.workspaces(filter.nameContains)", "Query.workspaces(filter.environments)"),
    "talend.fiql.promotions": Argument("Query.promotions(filter)"),
    "talend.environments.create.unique_name": Shown("CreateEnvironmentPayload.errors", "ConflictError"),
    "talend.environments.create.permission": Shown("CreateEnvironmentPayload.errors", "PermissionDeniedError"),
    "talend.environments.create.workspace": Argument(
        "Mutation.createEnvironment(input.workspaceName)", "Mutation.createEnvironment(input.owner)"
    ),
    "talend.environments.create.engines": Argument("Mutation.createEnvironment(input.maxCloudContainers)"),
    "talend.environments.list.visibility": Shown("Query.environments"),
    "talend.environments.delete.cascade": Shown("Mutation.deleteEnvironment"),
    "talend.environments.delete.permission": Shown("DeleteEnvironmentPayload.errors", "PermissionDeniedError"),
    "talend.environments.delete.in_use": Shown("DeleteEnvironmentPayload.errors", "ConflictError"),
    "talend.environments.delete.confirm": Argument("Mutation.deleteEnvironment(input.confirmName)"),
    "talend.environments.usage_details": Shown(
        "DeleteEnvironmentPayload.errors.message", "UpdateEnvironmentPayload.errors.message"
    ),
    "talend.workspaces.create.environment": Argument("Mutation.createWorkspace(input.environmentId)"),
    "talend.workspaces.create.unique_name": Shown("CreateWorkspacePayload.errors", "ConflictError"),
    "talend.workspaces.create.permission": Shown("CreateWorkspacePayload.errors", "PermissionDeniedError"),
    "talend.workspaces.create.owner_default": Argument("Mutation.createWorkspace(input.owner)"),
    "talend.workspaces.create.custom": Shown("CreateWorkspacePayload.workspace.type"),
    "talend.workspaces.list.visibility": Shown("Query.workspaces"),
    "talend.workspaces.delete.cascade": Shown("Mutation.deleteWorkspace"),
    "talend.workspaces.delete.permission": Shown("DeleteWorkspacePayload.errors", "PermissionDeniedError"),
    "talend.workspaces.delete.custom_only": Shown("DeleteWorkspacePayload.errors", "NotSupportedError"),
    "talend.workspaces.delete.in_use": Shown("DeleteWorkspacePayload.errors", "ConflictError"),
    "talend.workspaces.delete.confirm": Argument("Mutation.deleteWorkspace(input.confirmName)"),
    "talend.workspaces.protected_artifact_update": Shown(
        "Workspace.protectedArtifacts", *given("updateWorkspace", "protectedArtifacts")
    ),
    "talend.plans.filter": Argument(
        "Query.pipelines(filter.environments)",
        "Query.pipelines(filter.workspaces)",
        "Query.pipelines(filter.nameContains)",
        "Query.pipeline(by.externalId)",
    ),
    "talend.plans.run_config.multiple": Shown("RunConfiguration.hasManyTriggers", "Mutation.schedulePipeline(input.triggers)"),
    "talend.plans.run_config.schedule_endpoints": Shown("Pipeline.schedule", "Query.schedules"),
    "talend.plans.run_config.parallel": Shown(
        "RunConfiguration.parallelRunsAllowed", *given("schedulePipeline", "parallelRunsAllowed")
    ),
    "talend.plans.events.window": Argument("Schedule.nextRuns(until)"),
    "talend.plans.pause.resume": Shown("Mutation.pausePipeline", "Mutation.resumePipeline"),
    "talend.plans.pause.details": Shown("Pipeline.pause"),
    "talend.plans.step.condition": Shown(*answered("planSteps.condition").paths, "PlanStepInput.condition"),
    "talend.plans.step.error_handler": Shown("PlanStep.errorHandlers", "PlanStepInput.onFailureIds"),
    "talend.plans.step.note": Shown("PlanStep.note", "PlanStepInput.note"),
    "talend.plans.chart.recursive": Shown("Pipeline.planSteps", "PlanStep.errorHandlers"),
    "talend.projects.pat_only": Setting("talend", "token_env"),
    "talend.projects.repository": Shown("ArtifactVersion.source"),
    "talend.promotions.create.conflict": Shown("CreatePromotionPayload.errors", "ConflictError"),
    "talend.promotions.analyze": Shown("Promotion.analysis", "Mutation.analyzePromotion"),
    "talend.promotions.scope": Shown(
        "PromotionReport.artifactId", "PromotionReport.artifactType", *given("analyzePromotion executePromotion", "scope.itemId")
    ),
    "talend.promotions.keep_target": Argument(
        "Promotion.analysis(keepTargetResources)",
        "Promotion.analysis(keepTargetRunProfiles)",
        *given("analyzePromotion executePromotion", "options.keepTargetResources"),
        *given("analyzePromotion executePromotion", "options.keepTargetRunProfiles"),
    ),
    "talend.promotions.keep_run_profiles_version": LeftOut("Versions without the flag are no longer served."),
    "talend.promotions.description_hidden_in_list": Shown("Promotion.description"),
    "talend.promotions.pipeline_id_deprecated": LeftOut(
        "An older name of the promotion's id, read only where that one is missing."
    ),
    "talend.promotions.context_limit": Argument(
        "Mutation.analyzePromotion(input.context)", "Mutation.executePromotion(input.context)"
    ),
    "talend.promotions.flow_versions": Shown("PromotedItem.version", "PromotedItem.targetVersion"),
    "talend.promotions.users": Shown("Promotion.users"),
    "talend.tasks.auto_upgrade": Shown("TaskDefinition.autoUpgrade", *given(SAVED, "task")),
    "talend.projects_authorization": Shown("Project.members.userIds"),
    "talend.time.rfc3339": Shown("DateTime"),
    "talend.ref.AutoUpgradeInfo": Shown("TaskDefinition.autoUpgrade"),
    "talend.ref.BaseArtifactVersion": Shown("TaskDefinition.artifact", "PlanTask.artifact"),
    "talend.ref.TaskPauseDetails": Shown("Pipeline.pause"),
    "talend.ref.Trigger": Shown("RunConfiguration.trigger", "Schedule.triggers"),
    "talend.ref.UserType": Shown("Actor.type"),
}
