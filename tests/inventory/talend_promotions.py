"""Talend: what promotions, and the reports about them, hold."""

from tests.inventory.fates import Argument, Fates, LeftOut, Objects, Shown, each, inputs

ITEM: Fates = {
    "id": Shown("PromotedItem.externalId"),
    "targetId": Shown("PromotedItem.targetId"),
    "name": Shown("PromotedItem.name"),
    "type": Shown("PromotedItem.type"),
    "analyzeReport": Shown("PromotedItem.analysis"),
    "promotionReport": Shown("PromotedItem.promotion"),
    "usedBy": Shown("PromotedItem.usedBy"),
    "targetVersion": Shown("PromotedItem.targetVersion"),
    "version": Shown("PromotedItem.version"),
    "versions": Shown("PromotedItem.versions"),
    "jobType": Shown("PromotedItem.jobType"),
    "workspaceId": Shown("PromotedItem.workspaceId"),
    "artifactId": Shown("PromotedItem.artifactId"),
    "runProfiles": Shown("PromotedItem.runProfiles"),
}
"""Of artifacts, tasks, plans, connections, resources, engines and clusters: no kind has all of them."""


def item(members: str) -> Fates:
    return {name: ITEM[name] for name in members.split()}


FIELDS: Objects = {
    "PromotionExecutableDetails": {
        "executable": Shown("Promotion.externalId"),
        "name": Shown("Promotion.name"),
        "sourceEnvironment": Shown("Promotion.sourceEnvironment"),
        "targetEnvironment": Shown("Promotion.targetEnvironment"),
        "description": Shown("Promotion.description"),
    },
    "CreatePromotionRequest": inputs("createPromotion", "sourceEnvironmentId targetEnvironmentId description"),
    "UpdateDescriptionRequest": inputs("updatePromotion", "description"),
    "PromotionUsersResponse": {
        "executable": Shown("Promotion.externalId"),
        "userIds": Shown("PromotionUsers.userIds"),
        "serviceAccountIds": Shown("PromotionUsers.serviceAccountIds"),
    },
    "PromotionExecutionDetails": {
        "keepTargetRunProfiles": Argument(
            "Promotion.analysis(keepTargetRunProfiles)", "Mutation.analyzePromotion(input.options.keepTargetRunProfiles)"
        ),
        "keepTargetResources": Argument(
            "Promotion.analysis(keepTargetResources)", "Mutation.analyzePromotion(input.options.keepTargetResources)"
        ),
        **inputs("analyzePromotion", "context"),
        "promotionAdvancedInfo": Argument("Mutation.analyzePromotion(input.scope)"),
    },
    "PromotionAdvancedInfo": {
        "id": Argument("Mutation.analyzePromotion(input.scope.itemId)"),
        **each("name workspaceId", LeftOut("What is meant is told by its id and type alone.")),
        "type": Argument("Mutation.analyzePromotion(input.scope.itemId)"),
    },
    "PromotionExecutionStatusV26": {
        "executionId": Shown("PromotionReport.externalId", "Execution.externalId"),
        "startTimestamp": Shown("PromotionReport.startedAt", "Execution.startedAt"),
        "triggerTimestamp": Shown("PromotionReport.triggeredAt", "Execution.createdAt"),
        "finishTimestamp": Shown("PromotionReport.finishedAt", "Execution.finishedAt"),
        "userId": Shown("PromotionReport.actor", "Execution.actor"),
        "userType": Shown("PromotionReport.actor.type"),
        "promotionId": Shown("Execution.promotion"),
        "pipelineId": LeftOut("An older name of the promotion's id, read only where that one is missing."),
        "keepTargetResources": Shown("PromotionReport.keepTargetResources"),
        "keepTargetRunProfiles": Shown("PromotionReport.keepTargetRunProfiles"),
        "advanced": Shown("PromotionReport.artifactId", "PromotionReport.artifactType"),
        "defective": Shown("PromotionReport.defective"),
        "status": Shown("PromotionReport.status", "PromotionReport.nativeStatus"),
        "statusMessage": Shown("PromotionReport.message"),
        "workspaces": Shown("PromotionReport.workspaces"),
        "engines": Shown("PromotionReport.engines"),
        "clusters": Shown("PromotionReport.clusters"),
        "context": Shown("PromotionReport.context"),
    },
    "AdvancedPromotionSpec": {
        "artifactId": Shown("PromotionReport.artifactId"),
        "artifactType": Shown("PromotionReport.artifactType"),
    },
    "WorkspacePromotionResult": {
        "id": Shown("PromotedWorkspace.externalId"),
        "targetId": Shown("PromotedWorkspace.targetId"),
        "name": Shown("PromotedWorkspace.name"),
        "type": Shown("PromotedWorkspace.type"),
        "analyzeReport": Shown("PromotedWorkspace.analysis"),
        "promotionReport": Shown("PromotedWorkspace.promotion"),
        "flows": Shown("PromotedWorkspace.tasks"),
        "plans": Shown("PromotedWorkspace.plans"),
        "actions": Shown("PromotedWorkspace.artifacts"),
        "connections": Shown("PromotedWorkspace.connections"),
        "resources": Shown("PromotedWorkspace.resources"),
        "engines": Shown("PromotedWorkspace.engines"),
        "clusters": Shown("PromotedWorkspace.clusters"),
        "workspaceType": Shown("PromotedWorkspace.workspaceType"),
    },
    "ArtifactPromotionResult": item(
        "id targetId name type analyzeReport promotionReport usedBy targetVersion version versions jobType workspaceId artifactId"
    ),
    "FlowPromotionResult": item(
        "id targetId name type analyzeReport promotionReport usedBy targetVersion version versions jobType workspaceId artifactId"
    ),
    "RuntimePromotionResult": item("id targetId name type analyzeReport promotionReport usedBy runProfiles"),
    "PromotionResultInfo": item("id targetId name type analyzeReport promotionReport targetVersion version workspaceId"),
    "Report": {
        "status": Shown("ItemReport.status", "ItemReport.nativeStatus"),
        "messages": Shown("ItemReport.messages"),
    },
    "Message": {
        "info": Shown("ReportMessage.text"),
        "level": Shown("ReportMessage.level"),
    },
}
