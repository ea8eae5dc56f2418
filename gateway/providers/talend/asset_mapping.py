"""Projects, artifacts and connections as domain values."""

from gateway.domain.artifact import Artifact, ArtifactParameter, ArtifactSource, ArtifactVersion, SourceCommit
from gateway.domain.data_connection import DataConnection, DataConnectionParameter
from gateway.domain.project import Project
from gateway.providers.talend import asset_wire as wire
from gateway.providers.talend.hidden_values import shown_value
from gateway.providers.talend.keys import Origin
from gateway.providers.talend.mapping import HUMAN, to_actor, utc, workspace_key


def to_project(row: wire.Project, origin: Origin) -> Project:
    """It belongs to no workspace. The technical label is its name in addresses."""
    return Project(
        key=origin.project(row.id),
        external_id=row.id,
        name=row.name or row.id,
        slug=row.technical_label,
        type=row.project_type,
        description=row.description or None,
        owner=row.owner,
        author=to_actor(row.author, HUMAN),
        repository_url=row.url,
        repository_type=row.repo_type,
        created_at=utc(row.create_date),
        updated_at=utc(row.update_date),
    )


def to_artifact(row: wire.Artifact, origin: Origin) -> Artifact:
    return Artifact(
        key=origin.artifact(row.id),
        external_id=row.id,
        name=row.name or row.id,
        type=row.type,
        versions=tuple(row.versions or ()),
        workspace=workspace_key(row.workspace, origin),
    )


def to_artifact_version(told: wire.ArtifactVersion, origin: Origin) -> ArtifactVersion:
    return ArtifactVersion(
        artifact=origin.artifact(told.id),
        version=told.version,
        name=told.name,
        type=told.type,
        description=told.description,
        publisher=to_actor(told.publisher, told.publisher_type),
        marketplace_product=told.marketplace_product or None,
        parameters=tuple(_artifact_parameter(each) for each in told.parameters or ()),
        workspace=workspace_key(told.workspace, origin),
        created_at=utc(told.create_date),
        source=_source(told.repository),
    )


def to_data_connection(row: wire.Connection, origin: Origin) -> DataConnection:
    return DataConnection(
        key=origin.connection(row.id),
        external_id=row.id,
        name=row.name or row.id,
        app=row.app,
        parameters=tuple(_connection_parameter(each) for each in row.parameters or ()),
        workspace=workspace_key(row.workspace, origin),
        created_at=utc(row.create_date),
        updated_at=utc(row.update_date),
    )


def _artifact_parameter(parameter: wire.ArtifactParameter) -> ArtifactParameter:
    return ArtifactParameter(
        name=parameter.name,
        type=parameter.type,
        default=shown_value(parameter.value, parameter.name, parameter.type),
        required=parameter.required,
        comment=parameter.comment,
    )


def _connection_parameter(parameter: wire.ConnectionParameter) -> DataConnectionParameter:
    encrypted = parameter.encrypted is True
    return DataConnectionParameter(
        name=parameter.name, value=shown_value(parameter.value, parameter.name, encrypted=encrypted), encrypted=encrypted
    )


def _source(sources: wire.Sources | None) -> ArtifactSource | None:
    if sources is None:
        return None
    commit = sources.commit
    return ArtifactSource(
        project=sources.project,
        branch=sources.branch,
        commit=None if commit is None else SourceCommit(external_id=commit.id, committed_at=utc(commit.date), author=commit.author),
    )
