"""What more than one noun needs on the way from what Talend sends to domain values, and the tenant's places."""

from datetime import UTC, datetime

from gateway.domain.environment import Environment
from gateway.domain.keys import WorkspaceKey
from gateway.domain.run import Actor
from gateway.domain.runtime import Runtime
from gateway.domain.workspace import Workspace
from gateway.providers.talend import wire
from gateway.providers.talend.keys import Origin

HUMAN = "HUMAN"
SERVICE = "SERVICE"


def utc(moment: datetime | None) -> datetime | None:
    """The same moment in UTC; the first or last one that there is for one that only another zone can tell."""
    return None if moment is None else in_utc(moment)


def in_utc(moment: datetime) -> datetime:
    """As `utc`."""
    if moment.tzinfo is UTC:
        return moment
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return (datetime.min if moment.year == 1 else datetime.max).replace(tzinfo=UTC)


def minutes(told: int | None) -> float | None:
    """As seconds."""
    return None if told is None else told * 60.0


def to_actor(user_id: str | None, user_type: str | None) -> Actor | None:
    """People are known by their login names, service accounts by an id that is no name."""
    if not user_id:
        return None
    return Actor(username=None if user_type == SERVICE else user_id, external_id=user_id, type=user_type)


def to_runtime(runtime: wire.Runtime | None) -> Runtime | None:
    if runtime is None:
        return None
    return Runtime(
        type=runtime.type,
        external_id=runtime.id or None,
        engine_id=runtime.engine_id or None,
        cluster_id=runtime.cluster_id or None,
        run_profile_id=runtime.run_profile_id or None,
    )


def to_environment(row: wire.EnvironmentInfo, origin: Origin) -> Environment:
    return Environment(
        key=origin.environment(row.id),
        external_id=row.id,
        name=row.name or row.id,
        description=row.description or None,
        max_cloud_containers=row.max_cloud_containers,
        default=row.default,
    )


def to_workspace(row: wire.WorkspaceInfo, origin: Origin) -> Workspace:
    """The vendor writes the type in two ways: here always in lower case."""
    return Workspace(
        key=origin.workspace(row.id),
        external_id=row.id,
        name=row.name or row.id,
        description=row.description or None,
        type=None if row.type is None else row.type.lower(),
        owner=row.owner,
        environment=origin.environment(row.environment.id) if row.environment is not None else None,
        protected_artifacts=row.protected_artifact_update,
    )


def to_created_workspace(row: wire.CreatedWorkspace, origin: Origin) -> Workspace:
    """Artifacts are not protected unless somebody has it so: that is the vendor's default."""
    return Workspace(
        key=origin.workspace(row.id),
        external_id=row.id,
        name=row.name or row.id,
        description=row.description or None,
        type=None if row.type is None else row.type.lower(),
        owner=row.owner,
        owner_name=row.owner_full_name or None,
        environment=origin.environment(row.environment_id) if row.environment_id else None,
        protected_artifacts=False,
        created_at=utc(row.create_date),
        updated_at=utc(row.update_date),
    )


def workspace_key(workspace: wire.WorkspaceInfo | None, origin: Origin) -> WorkspaceKey | None:
    """Of what lives in a workspace."""
    return None if workspace is None else origin.workspace(workspace.id)
