"""What Talend's examples make for themselves, in the vendor's data: definitions of every kind."""

from gateway.domain.commands.performed import Performed
from gateway.domain.commands.projects import CreateProject
from gateway.domain.errors import NotFoundError
from gateway.domain.keys import ArtifactKey, DataConnectionKey, EnvironmentKey, ProjectKey, WorkspaceKey
from gateway.providers.talend.simulator import TalendSimulator
from gateway.providers.talend.simulator.canary import CANARY
from gateway.providers.talend.simulator.data import Document, Tenant
from gateway.providers.talend.simulator.identifiers import iso
from gateway.providers.talend.simulator.records import (
    add_artifact,
    add_artifact_version,
    add_connection,
    add_environment,
    add_project,
    add_task,
    add_workspace,
)
from tests.contract.commands.example import Stage

NOWHERE = "0123456789abcdef01234567"
OLD, NEW = "0.1.0", "0.2.0.20260102030405"


def tenant_of(stage: Stage) -> Tenant:
    assert isinstance(stage.simulator.app, TalendSimulator)
    return stage.simulator.app.tenant


async def new_environment(stage: Stage) -> EnvironmentKey:
    """With one workspace."""
    tenant = tenant_of(stage)
    with tenant.lock:
        environment_id = tenant.new_id()
        add_environment(tenant, environment_id, stage.name("environment"), containers=2)
        add_workspace(tenant, tenant.new_id(), "First", environment_id, owner="mreyes", created=tenant.now())
    return EnvironmentKey(stage.provider.name, (environment_id,))


async def new_workspace(
    stage: Stage, environment: EnvironmentKey | None = None, name: str | None = None, *, protected: bool = False
) -> WorkspaceKey:
    home = environment or await new_environment(stage)
    tenant = tenant_of(stage)
    with tenant.lock:
        created, workspace_id = tenant.now(), tenant.new_id()
        named = name or stage.name("workspace")
        add_workspace(tenant, workspace_id, named, home.parts[0], owner="mreyes", created=created, protected=protected)
    return WorkspaceKey(stage.provider.name, (workspace_id,))


def project(stage: Stage) -> CreateProject:
    name = stage.name("project")
    return CreateProject(
        provider=stage.provider.name, name=name, owner="mreyes", repository_url=f"https://git.acme.example/{name}.git"
    )


async def new_project(stage: Stage) -> ProjectKey:
    tenant, wanted = tenant_of(stage), project(stage)
    with tenant.lock:
        project_id, url = tenant.new_id(), wanted.repository_url or ""
        created = tenant.now()
        add_project(tenant, project_id, wanted.name, owner="mreyes", author="mreyes", url=url, created=created, description=None)
    return ProjectKey(stage.provider.name, (project_id,))


async def new_connection(stage: Stage, workspace: WorkspaceKey | None = None, name: str | None = None) -> DataConnectionKey:
    """With a password."""
    home = workspace or await new_workspace(stage)
    tenant = tenant_of(stage)
    with tenant.lock:
        connection_id = tenant.new_id()
        parameters: list[Document] = [
            {"name": "host", "value": "db.acme.example", "encrypted": False},
            {"name": "password", "value": f"{{cipher}}{CANARY}", "encrypted": True},
        ]
        add_connection(tenant, connection_id, name or stage.name("connection"), "MySQL", home.parts[0], parameters, tenant.now())
    return DataConnectionKey(stage.provider.name, (connection_id,))


def new_artifact(stage: Stage, workspace: WorkspaceKey, name: str | None = None, newest: str = NEW) -> ArtifactKey:
    """They come from another program of the vendor's."""
    tenant = tenant_of(stage)
    with tenant.lock:
        artifact_id = tenant.new_id()
        add_artifact(tenant, artifact_id, name or stage.name("artifact"), "standard", workspace.parts[0])
        for version in (OLD, newest):
            facts = {"publisher": "mreyes", "publisherType": "HUMAN", "createDate": iso(tenant.now()), "parameters": []}
            add_artifact_version(tenant, artifact_id, version, facts)
    return ArtifactKey(stage.provider.name, (artifact_id,))


def new_user(stage: Stage, artifact: ArtifactKey, workspace: WorkspaceKey, connections: dict[str, str] | None = None) -> str:
    """A task that runs the artifact's newest version."""
    tenant = tenant_of(stage)
    with tenant.lock:
        task_id = tenant.new_id()
        newest = tenant.artifacts[artifact.parts[0]]["versions"][-1]
        facts = {"connections": connections or {}}
        add_task(tenant, task_id, stage.name("task"), workspace.parts[0], artifact.parts[0], newest, facts)
    return task_id


async def it_is_gone(stage: Stage, performed: Performed) -> None:
    try:
        await stage.read(performed.keys[0])
    except NotFoundError:
        return
    raise AssertionError("it is still there")


async def first(stage: Stage, performed: Performed) -> object:
    return await stage.read(performed.keys[0])
