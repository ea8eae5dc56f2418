"""Talend: what tasks and plans, their steps and their runs hold."""

from tests.inventory.fates import LeftOut, Objects, Reserved, Shown, Written, each
from tests.inventory.talend_assets import PAGE

UNANSWERED = LeftOut("No documented call of the vendor's answers it.")

FIELDS: Objects = {
    "Plan": {
        "id": Shown("Pipeline.externalId"),
        "name": Shown("Pipeline.name"),
        "description": Shown("Pipeline.description"),
        "workspace": Shown("Pipeline.workspace"),
        "createDate": Reserved("createPipeline", "Pipeline.createdAt"),
        "updateDate": Reserved("createPipeline", "Pipeline.updatedAt"),
        "author": Reserved("createPipeline", "Pipeline.author"),
        "steps": Shown("Pipeline.planSteps"),
        "authorType": Reserved("createPipeline", "Pipeline.author.type"),
    },
    "PlanExecutableDetails": {
        "executable": Shown("Pipeline.externalId"),
        "name": Shown("Pipeline.name"),
        "workspace": Shown("Pipeline.workspace"),
        "description": Shown("Pipeline.description"),
        "chart": Shown("Pipeline.planSteps"),
        "status": Shown("Pipeline.latestRun.status"),
        "planPauseDetails": Shown("Pipeline.pause"),
    },
    "PlanRequest": each("name workspaceId description steps", Written("createPipeline")),
    "PagePlan": {
        "items": Shown("Query.pipelines.nodes"),
        "total": Shown("PipelineConnection.totalCount"),
        **each("limit offset", PAGE),
    },
    "Step": {
        "id": Shown("PlanStep.externalId"),
        "name": Shown("PlanStep.name", written="createPipeline"),
        "condition": Reserved("createPipeline", "PlanStep.condition"),
        "taskIds": Shown("PlanStep.taskIds", written="createPipeline"),
        "handlerOnFailure": Shown("PlanStep.errorHandlers", written="createPipeline"),
        "note": Shown("PlanStep.note", written="createPipeline"),
    },
    "StepErrorHandler": {
        "taskIds": Shown("PlanStep.errorHandlers.taskIds", written="createPipeline"),
        "planIds": Shown("PlanStep.errorHandlers.tasks.task", written="createPipeline"),
    },
    "PlanStep": {
        "id": Shown("PlanStep.externalId"),
        "abstractStepId": Shown("PlanStep.abstractId"),
        "name": Shown("PlanStep.name"),
        "status": Shown("PlanStep.lastStatus"),
        "stepOnException": Shown("PlanStep.errorHandlers"),
        "nextStep": Shown("Pipeline.planSteps"),
        "flows": Shown("PlanStep.tasks"),
        "note": Shown("PlanStep.note"),
        "taskIds": Shown("PlanStep.taskIds"),
    },
    "PlanTask": {
        "id": Shown("PlanTask.externalId", "PlanTask.task"),
        "name": Shown("PlanTask.name"),
        "version": Shown("PlanTask.version"),
        "description": Shown("PlanTask.description"),
        "destination": Shown("PlanTask.engine"),
        "workspaceId": Shown("PlanTask.workspaceId"),
        "abstractPlanId": Shown("PlanTask.planId"),
        "artifact": Shown("PlanTask.artifact"),
        "taskPauseDetails": Shown("PlanTask.paused", "PlanTask.task.pause"),
    },
    "PlanRunConfig": {
        "trigger": Shown("RunConfiguration.trigger", written="schedulePipeline"),
        "parallelExecutionAllowed": Shown("RunConfiguration.parallelRunsAllowed", written="schedulePipeline"),
    },
    "PlanPauseDetails": {
        "pause": Shown("Pipeline.paused", written="pausePipeline"),
        "pauseContext": Shown("Pause.reason", written="pausePipeline"),
        "user": Shown("Pause.by"),
        "userType": Shown("Pause.by.type"),
        "pauseDate": Shown("Pause.at"),
    },
    "PauseDetails": {
        "pause": Shown("Pipeline.paused"),
        "pauseContext": Shown("Pause.reason"),
        "user": Shown("Pause.by"),
        "userType": Shown("Pause.by.type"),
        "pauseDate": Shown("Pause.at"),
    },
    "ExecutionStep": {
        "stepId": Shown("ExecutionStep.stepId"),
        "abstractStepId": Shown("PlanStep.abstractId"),
        "stepName": Shown("ExecutionStep.name"),
        "status": Shown("ExecutionStep.status", "ExecutionStep.nativeStatus"),
        "stepOnException": Shown("ExecutionStep.errorHandler"),
        "nextStep": Shown("Execution.steps"),
        "flows": Shown("ExecutionStep.executions"),
        "stepNote": Shown("PlanStep.note"),
    },
    "ExecutionFlow": {
        "id": Shown("Execution.pipeline.externalId"),
        "name": Shown("Execution.pipeline.name"),
        "version": Shown("Execution.version"),
        "description": Shown("Execution.pipeline.description"),
        "destination": Shown("Execution.runtime.type"),
        "workspaceId": Shown("Execution.workspace.externalId"),
        "abstractPlanId": Shown("Execution.parent.pipeline.externalId"),
        "plan": Shown("Execution.kind"),
        "artifactShortVersion": Shown("Execution.pipeline.task.artifact"),
        "upgradeInfo": UNANSWERED,
        "jobType": Shown("TaskArtifact.artifact.type"),
        "pauseDetails": Shown("Execution.pipeline.pause"),
    },
    "UpgradeInfo": each("upgradable autoUpgradeFailed", UNANSWERED),
    "TaskAutoUpgradeRequest": each(
        "workspaceId name description tags connections parameters resources artifact autoUpgradeInfo", Written("updatePipeline")
    ),
}
