"""What Talend's examples make for themselves: definitions of every kind."""

from gateway.domain.commands.command import Variable
from gateway.domain.commands.data_connections import CreateDataConnection
from gateway.domain.commands.performed import Performed
from gateway.domain.commands.places import (
    CreateEnvironment,
    CreateWorkspace,
)
from gateway.domain.commands.projects import CreateProject
from gateway.domain.errors import NotFoundError
from gateway.domain.keys import ArtifactKey, DataConnectionKey, EnvironmentKey, ProjectKey, WorkspaceKey
from gateway.providers.talend.simulator import TalendSimulator
from gateway.providers.talend.simulator.data import Tenant
from gateway.providers.talend.simulator.identifiers import iso
from gateway.providers.talend.simulator.records import add_artifact, add_artifact_version, add_task
from tests.contract.commands.example import Stage

NOWHERE = "0123456789abcdef01234567"
OLD, NEW = "0.1.0", "0.2.0.20260102030405"


def tenant_of(stage: Stage) -> Tenant:
    assert isinstance(stage.simulator.app, TalendSimulator)
    return stage.simulator.app.tenant


async def new_environment(stage: Stage) -> EnvironmentKey:
    name = stage.name("environment")
    performed = await stage.done(CreateEnvironment(provider=stage.provider.name, name=name, workspace_name="First"))
    [key] = performed.keys
    assert isinstance(key, EnvironmentKey)
    return key


async def new_workspace(stage: Stage, environment: EnvironmentKey | None = None, name: str | None = None) -> WorkspaceKey:
    home = environment or await new_environment(stage)
    performed = await stage.done(CreateWorkspace(environment=home, name=name or stage.name("workspace")))
    [key] = performed.keys
    assert isinstance(key, WorkspaceKey)
    return key


def project(stage: Stage) -> CreateProject:
    name = stage.name("project")
    return CreateProject(
        provider=stage.provider.name, name=name, owner="mreyes", repository_url=f"https://git.acme.example/{name}.git"
    )


async def new_project(stage: Stage) -> ProjectKey:
    performed = await stage.done(project(stage))
    [key] = performed.keys
    assert isinstance(key, ProjectKey)
    return key


async def new_connection(stage: Stage, workspace: WorkspaceKey | None = None, name: str | None = None) -> DataConnectionKey:
    parameters = (Variable("host", "db.acme.example"), Variable("password", "hush", encrypted=True))
    home = workspace or await new_workspace(stage)
    command = CreateDataConnection(workspace=home, name=name or stage.name("connection"), app="MySQL", parameters=parameters)
    [key] = (await stage.done(command)).keys
    assert isinstance(key, DataConnectionKey)
    return key


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
