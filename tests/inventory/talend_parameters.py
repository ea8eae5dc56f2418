"""Talend: parameters of its calls, in path and query. Bodies are where the object of the same kind is."""

from tests.inventory.fates import Argument, LeftOut, Objects, Written, each

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
    "talend.artifacts.delete": each("artifactId", Written("deleteArtifact")),
    "talend.artifacts.versions.get": {"artifactId": BY_ID, "version": Argument("Artifact.version(version)")},
    "talend.artifacts.versions.delete": each("artifactId version", Written("deleteArtifactVersion")),
    "talend.connections.list": {
        "name": Argument("Query.dataConnections(filter.nameContains)"),
        "offset": Argument("Query.dataConnections(after)"),
        "limit": Argument("Query.dataConnections(first)"),
    },
    "talend.connections.get": {"connectionId": BY_ID},
    "talend.connections.update": each("connectionId", Written("updateDataConnection")),
    "talend.connections.delete": each("connectionId", Written("deleteDataConnection")),
    "talend.environments.list": {"query": Argument("Query.environments(filter.nameContains)", "Query.node(id)")},
    "talend.environments.update": each("Id", Written("updateEnvironment")),
    "talend.environments.delete": each("Id", Written("deleteEnvironment")),
    "talend.workspaces.list": {
        "query": Argument("Query.workspaces(filter.nameContains)", "Query.workspaces(filter.environments)", "Query.node(id)"),
    },
    "talend.workspaces.update": each("id", Written("updateWorkspace")),
    "talend.workspaces.delete": each("id", Written("deleteWorkspace")),
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
    "talend.plans.update": each("planId", Written("replacePipeline")),
    "talend.plans.delete": each("planId", Written("deletePipeline")),
    "talend.plans.run_config.get": {"planId": PLAN_BY_ID},
    "talend.plans.run_config.set": each("planId", Written("schedulePipeline")),
    "talend.plans.run_config.delete": each("planId", Written("unschedulePipeline")),
    "talend.plans.run_config.events": {
        "planId": PLAN_BY_ID,
        "from": LeftOut("The next runs are always those from now on."),
        "to": Argument("Schedule.nextRuns(until)"),
        "limit": Argument("Schedule.nextRuns(first)"),
        "offset": LeftOut("The next runs are asked for from the first one on, as many as are wanted."),
    },
    "talend.plans.pause": each("planId", Written("pausePipeline")),
    "talend.projects.list": {
        "projectName": Argument("Query.projects(filter.nameContains)"),
        "offset": Argument("Query.projects(after)"),
        "limit": Argument("Query.projects(first)"),
    },
    "talend.projects.get": {"projectId": BY_ID},
    "talend.projects.update": each("projectId", Written("updateProject")),
    "talend.projects.delete": each("projectId", Written("deleteProject")),
    "talend.promotions.list": {
        "_s": Argument(
            "Query.promotions(filter.nameContains)",
            "Query.promotions(filter.sourceEnvironments)",
            "Query.promotions(filter.targetEnvironments)",
        ),
    },
    "talend.promotions.get": {"promotionId": BY_ID},
    "talend.promotions.analyze": {"promotionId": BY_ID},
    "talend.promotions.update": each("promotionId", Written("updatePromotion")),
    "talend.promotions.delete": each("promotionId", Written("deletePromotion")),
    "talend.promotions.users.list": {"promotionId": BY_ID},
    "talend.promotions.users.assign": each("promotionId userId", Written("assignPromotionUser")),
    "talend.promotions.users.unassign": each("promotionId userId", Written("unassignPromotionUser")),
}
