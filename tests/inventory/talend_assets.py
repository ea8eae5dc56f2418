"""Talend: what environments, workspaces, projects, artifacts and connections hold."""

from tests.inventory.fates import Argument, LeftOut, Objects, Shown, each, given, inputs

PAGE = LeftOut("Repeats the page that was asked for; clients have cursors.")

SAVED = "createPipeline updatePipeline replacePipeline"
"""Tasks and plans alike. The vendor replaces them whole: updatePipeline does so too."""
CONNECTIONS = "createDataConnection updateDataConnection"

FIELDS: Objects = {
    "Artifact": {
        "id": Shown("Artifact.externalId"),
        "name": Shown("Artifact.name"),
        "type": Shown("Artifact.type"),
        "versions": Shown("Artifact.versions"),
        "workspace": Shown("Artifact.workspace"),
    },
    "ArtifactVersion": {
        "id": Shown("ArtifactVersion.artifact.externalId"),
        "name": Shown("ArtifactVersion.name"),
        "version": Shown("ArtifactVersion.version"),
        "type": Shown("ArtifactVersion.type"),
        "publisher": Shown("ArtifactVersion.publisher"),
        "publisherType": Shown("ArtifactVersion.publisher.type"),
        "marketplaceProduct": Shown("ArtifactVersion.marketplaceProduct"),
        "parameters": Shown("ArtifactVersion.parameters"),
        "workspace": Shown("ArtifactVersion.workspace"),
        "description": Shown("ArtifactVersion.description"),
        "createDate": Shown("ArtifactVersion.createdAt"),
        "repository": Shown("ArtifactVersion.source"),
    },
    "ArtifactParameter": {
        "name": Shown("ArtifactParameter.name"),
        "value": Shown("ArtifactParameter.default"),
        "type": Shown("ArtifactParameter.type"),
        "required": Shown("ArtifactParameter.required"),
        "comment": Shown("ArtifactParameter.comment"),
    },
    "ArtifactRequest": {
        "id": Argument(*given(SAVED, "task.artifactId")),
        "version": Argument(*given(SAVED, "task.artifactVersion")),
    },
    "SourcesRepositoryData": {
        "project": Shown("ArtifactSource.project"),
        "branch": Shown("ArtifactSource.branch"),
        "commit": Shown("ArtifactSource.commit"),
    },
    "RepositoryCommitData": {
        "id": Shown("SourceCommit.externalId"),
        "date": Shown("SourceCommit.committedAt"),
        "author": Shown("SourceCommit.author"),
    },
    "PageArtifact": {
        "items": Shown("Query.artifacts.nodes"),
        "total": Shown("ArtifactConnection.totalCount"),
        **each("limit offset", PAGE),
    },
    "ConnectionDetails": {
        "id": Shown("DataConnection.externalId"),
        "name": Shown("DataConnection.name"),
        "app": Shown("DataConnection.app"),
        "createDate": Shown("DataConnection.createdAt"),
        "parameters": Shown("DataConnection.parameters"),
        "workspace": Shown("DataConnection.workspace"),
    },
    "ConnectionParameter": {
        "name": Shown("DataConnectionParameter.name", *given(CONNECTIONS, "parameters.name")),
        "value": Shown("DataConnectionParameter.value", *given(CONNECTIONS, "parameters.value")),
        "encrypted": Shown("DataConnectionParameter.encrypted", *given(CONNECTIONS, "parameters.encrypted")),
    },
    "CreateConnectionRequest": inputs("createDataConnection", "name workspaceId app parameters"),
    "UpdateConnectionRequest": inputs("updateDataConnection", "name parameters"),
    "PageConnection": {
        "items": Shown("Query.dataConnections.nodes"),
        "total": Shown("DataConnectionConnection.totalCount"),
        **each("limit offset", PAGE),
    },
    "EnvironmentInfo": {
        "id": Shown("Environment.externalId"),
        "name": Shown("Environment.name"),
        "description": Shown("Environment.description"),
        "maxCloudContainers": Shown("Environment.maxCloudContainers"),
        "default": Shown("Environment.default"),
    },
    "CreateEnvironmentBody": inputs("createEnvironment", "name description maxCloudContainers workspaceName owner"),
    "UpdateEnvironmentBody": inputs("updateEnvironment", "name description maxCloudContainers"),
    "EnvironmentInUse": {
        "Usage Details": Shown("DeleteEnvironmentPayload.errors.message", "UpdateEnvironmentPayload.errors.message")
    },
    "Workspace": {
        "id": Shown("Workspace.externalId"),
        "name": Shown("Workspace.name"),
        "description": Shown("Workspace.description"),
        "createDate": Shown("CreateWorkspacePayload.workspace.createdAt"),
        "updateDate": Shown("CreateWorkspacePayload.workspace.updatedAt"),
        "owner": Shown("Workspace.owner"),
        "ownerFullName": Shown("CreateWorkspacePayload.workspace.ownerName"),
        "type": Shown("Workspace.type"),
        "environmentId": Shown("Workspace.environment.externalId"),
    },
    "WorkspaceInfo": {
        "id": Shown("Workspace.externalId"),
        "name": Shown("Workspace.name"),
        "description": Shown("Workspace.description"),
        "owner": Shown("Workspace.owner"),
        "type": Shown("Workspace.type"),
        "environment": Shown("Workspace.environment"),
        "protectedArtifactUpdate": Shown("Workspace.protectedArtifacts"),
    },
    "CreateWorkspaceRequest": inputs("createWorkspace", "name description owner environmentId"),
    "UpdateWorkspaceBody": {
        **inputs("updateWorkspace", "name description owner"),
        "protectedArtifactUpdate": Argument("Mutation.updateWorkspace(input.protectedArtifacts)"),
    },
    "ProjectView": {
        "id": Shown("Project.externalId"),
        "name": Shown("Project.name"),
        "technicalLabel": Shown("Project.slug"),
        "description": Shown("Project.description"),
        "url": Shown("Project.repositoryUrl"),
        "author": Shown("Project.author"),
        "owner": Shown("Project.owner"),
        "projectType": Shown("Project.type"),
        "repoType": Shown("Project.repositoryType"),
        "createDate": Shown("Project.createdAt"),
        "updateDate": Shown("Project.updatedAt"),
    },
    "ProjectCreateRequest": {
        **inputs("createProject", "owner description"),
        "url": Argument("Mutation.createProject(input.repositoryUrl)"),
        **inputs("createProject", "name"),
    },
    "ProjectRequest": {
        **inputs("updateProject", "owner description"),
        "url": Argument("Mutation.updateProject(input.repositoryUrl)"),
    },
    "PageProject": {
        "items": Shown("Query.projects.nodes"),
        "total": Shown("ProjectConnection.totalCount"),
        **each("limit offset", PAGE),
    },
    "ProjectUserAuthResponse": {
        "projectId": Shown("Project.externalId"),
        "userIds": Shown("Project.members.userIds"),
    },
    "ProjectGroupAuthResponse": {
        "projectId": Shown("Project.externalId"),
        "groupIds": Shown("Project.members.groupIds"),
    },
}
