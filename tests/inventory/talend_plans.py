"""Talend: what tasks and plans, their steps and their runs hold."""

from tests.inventory.fates import Argument, LeftOut, Objects, Shown, each, given, inputs
from tests.inventory.talend_assets import PAGE, SAVED

UNANSWERED = LeftOut("No documented call of the vendor's answers it.")

REPLACED = "updatePipeline replacePipeline"
"""Tasks are created with another body."""


def answered(path: str) -> Shown:
    """Told in the answer when a plan is saved, and nowhere else."""
    return Shown(*(f"{name}PipelinePayload.pipeline.{path}" for name in ("Create", "Update", "Replace")))


FIELDS: Objects = {
    "Plan": {
        "id": Shown("Pipeline.externalId"),
        "name": Shown("Pipeline.name"),
        "description": Shown("Pipeline.description"),
        "workspace": Shown("Pipeline.workspace"),
        "createDate": answered("createdAt"),
        "updateDate": answered("updatedAt"),
        "author": answered("author"),
        "steps": Shown("Pipeline.planSteps"),
        "authorType": answered("author.type"),
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
    "PlanRequest": inputs(SAVED, "name workspaceId description steps"),
    "PagePlan": {
        "items": Shown("Query.pipelines.nodes"),
        "total": Shown("PipelineConnection.totalCount"),
        **each("limit offset", PAGE),
    },
    "Step": {
        "id": Shown("PlanStep.externalId", "PlanStepInput.stepId"),
        "name": Shown("PlanStep.name", "PlanStepInput.name"),
        "condition": Shown(*answered("planSteps.condition").paths, "PlanStepInput.condition"),
        "taskIds": Shown("PlanStep.taskIds", "PlanStepInput.taskIds"),
        "handlerOnFailure": Shown("PlanStep.errorHandlers", "PlanStepInput.onFailureIds"),
        "note": Shown("PlanStep.note", "PlanStepInput.note"),
    },
    "StepErrorHandler": {
        "taskIds": Shown("PlanStep.errorHandlers.taskIds", "PlanStepInput.onFailureIds"),
        "planIds": Shown("PlanStep.errorHandlers.tasks.task", "PlanStepInput.onFailureIds"),
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
        "trigger": Shown("RunConfiguration.trigger", "Mutation.schedulePipeline(input.triggers)"),
        "parallelExecutionAllowed": Shown(
            "RunConfiguration.parallelRunsAllowed", *given("schedulePipeline", "parallelRunsAllowed")
        ),
    },
    "PlanPauseDetails": {
        "pause": Shown("Pipeline.paused", "Mutation.pausePipeline", "Mutation.resumePipeline"),
        "pauseContext": Shown("Pause.reason", *given("pausePipeline resumePipeline", "reason")),
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
    "TaskAutoUpgradeRequest": {
        **inputs(REPLACED, "workspaceId name description tags"),
        "connections": Argument(*given(REPLACED, "task.connections")),
        "parameters": Argument(*given(REPLACED, "task.parameters")),
        "resources": Argument(*given(REPLACED, "task.resources")),
        "artifact": Argument(*given(REPLACED, "task.artifactId"), *given(REPLACED, "task.artifactVersion")),
        "autoUpgradeInfo": Argument(*given(REPLACED, "task.autoUpgrade"), *given(REPLACED, "task.overrideParameters")),
    },
}
