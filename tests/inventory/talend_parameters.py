"""Talend: parameters of its calls, in path and query. Bodies are where the object of the same kind is."""

from tests.inventory.fates import Argument, LeftOut, Objects, given, inputs

BY_ID = Argument("Query.node(id)")
PLAN_BY_ID = Argument("Query.pipeline(by.id)", "Query.pipeline(by.externalId.externalId)")

FIELDS: Objects = {
    "talend.artifacts.list": {
        "environmentId": Argument("Query.artifacts(filter.environments)"),
        "workspaceId": Argument("Query.artifacts(filter.workspaces)"),
        "name": Argument("Query.artifacts(filter.nameContains)"),
        "offset": Argument("Query.artifacts(after)"),
        "limit": Argument("Query.artifacts(first)"),
    },
    "talend.artifacts.get": {"artifactId": BY_ID},
    "talend.artifacts.delete": inputs("deleteArtifact", "artifactId"),
    "talend.artifacts.versions.get": {"artifactId": BY_ID, "version": Argument("Artifact.version(version)")},
    "talend.artifacts.versions.delete": inputs("deleteArtifactVersion", "artifactId version"),
    "talend.connections.list": {
        "name": Argument("Query.dataConnections(filter.nameContains)"),
        "offset": Argument("Query.dataConnections(after)"),
        "limit": Argument("Query.dataConnections(first)"),
    },
    "talend.connections.get": {"connectionId": BY_ID},
    "talend.connections.update": {"connectionId": Argument("Mutation.updateDataConnection(input.dataConnectionId)")},
    "talend.connections.delete": {"connectionId": Argument("Mutation.deleteDataConnection(input.dataConnectionId)")},
    "talend.environments.list": {"query": Argument("Query.environments(filter.nameContains)", "Query.node(id)")},
    "talend.environments.update": {"Id": Argument("Mutation.updateEnvironment(input.environmentId)")},
    "talend.environments.delete": {"Id": Argument("Mutation.deleteEnvironment(input.environmentId)")},
    "talend.workspaces.list": {
        "query": Argument("Query.workspaces(filter.nameContains)", "Query.workspaces(filter.environments)", "Query.node(id)"),
    },
    "talend.workspaces.update": {"id": Argument("Mutation.updateWorkspace(input.workspaceId)")},
    "talend.workspaces.delete": {"id": Argument("Mutation.deleteWorkspace(input.workspaceId)")},
    "talend.plans.list": {
        "environmentId": Argument("Query.pipelines(filter.environments)"),
        "workspaceId": Argument("Query.pipelines(filter.workspaces)"),
        "taskId": Argument("Query.pipelines(filter.tasks)"),
        "planId": PLAN_BY_ID,
        "name": Argument("Query.pipelines(filter.nameContains)"),
        "offset": Argument("Query.pipelines(after)"),
        "limit": Argument("Query.pipelines(first)"),
    },
    "talend.plans.get": {"planId": PLAN_BY_ID},
    "talend.plans.update": {"planId": Argument(*given("replacePipeline updatePipeline", "pipelineId"))},
    "talend.plans.delete": {"planId": Argument("Mutation.deletePipeline(input.pipelineId)")},
    "talend.plans.run_config.get": {"planId": PLAN_BY_ID},
    "talend.plans.run_config.set": {"planId": Argument("Mutation.schedulePipeline(input.pipelineId)")},
    "talend.plans.run_config.delete": {"planId": Argument("Mutation.unschedulePipeline(input.pipelineId)")},
    "talend.plans.run_config.events": {
        "planId": PLAN_BY_ID,
        "from": LeftOut("The next runs are always those from now on."),
        "to": Argument("Schedule.nextRuns(until)"),
        "limit": Argument("Schedule.nextRuns(first)"),
        "offset": LeftOut("The next runs are asked for from the first one on, as many as are wanted."),
    },
    "talend.plans.pause": {"planId": Argument(*given("pausePipeline resumePipeline", "pipelineId"))},
    "talend.projects.list": {
        "projectName": Argument("Query.projects(filter.nameContains)"),
        "offset": Argument("Query.projects(after)"),
        "limit": Argument("Query.projects(first)"),
    },
    "talend.projects.get": {"projectId": BY_ID},
    "talend.projects.update": inputs("updateProject", "projectId"),
    "talend.projects.delete": inputs("deleteProject", "projectId"),
    "talend.promotions.list": {
        "_s": Argument(
            "Query.promotions(filter.nameContains)",
            "Query.promotions(filter.sourceEnvironments)",
            "Query.promotions(filter.targetEnvironments)",
        ),
    },
    "talend.promotions.get": {"promotionId": BY_ID},
    "talend.promotions.analyze": {"promotionId": Argument("Query.node(id)", "Mutation.analyzePromotion(input.promotionId)")},
    "talend.promotions.update": inputs("updatePromotion", "promotionId"),
    "talend.promotions.delete": inputs("deletePromotion", "promotionId"),
    "talend.promotions.users.list": {"promotionId": BY_ID},
    "talend.promotions.users.assign": inputs("assignPromotionUser", "promotionId userId"),
    "talend.promotions.users.unassign": inputs("unassignPromotionUser", "promotionId userId"),
}
