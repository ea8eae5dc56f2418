"""Talend's workspaces."""

from gateway.domain.commands.command import Command
from gateway.domain.commands.performed import Performed
from gateway.domain.commands.places import (
    CreateWorkspace,
    DeleteWorkspace,
    UpdateWorkspace,
)
from gateway.domain.keys import EnvironmentKey, WorkspaceKey
from gateway.domain.workspace import Workspace
from tests.contract.commands.example import Example, Stage
from tests.contract.commands.examples import talend_ground as ground

WORKSPACES, WORKSPACE = r"^/orchestration/workspaces$", r"^/orchestration/workspaces/[^/]+$"


async def create_workspace(stage: Stage) -> Command:
    return CreateWorkspace(environment=await ground.new_environment(stage), name="Sales", owner="tokafor")


async def it_is_a_workspace(stage: Stage, performed: Performed) -> None:
    workspace = await ground.first(stage, performed)
    assert isinstance(workspace, Workspace)
    assert (workspace.name, workspace.owner, workspace.protected_artifacts) == ("Sales", "tokafor", False)


async def create_workspace_again(stage: Stage) -> Command:
    command = await create_workspace(stage)
    await stage.done(command)
    return command


async def create_workspace_nowhere(stage: Stage) -> Command:
    return CreateWorkspace(environment=EnvironmentKey(stage.provider.name, (ground.NOWHERE,)), name="Sales")


async def update_workspace(stage: Stage) -> Command:
    return UpdateWorkspace(workspace=await ground.new_workspace(stage, protected=True), name="Sales")


async def it_has_kept_its_protection(stage: Stage, performed: Performed) -> None:
    workspace = await ground.first(stage, performed)
    assert isinstance(workspace, Workspace)
    assert (workspace.name, workspace.protected_artifacts, workspace.owner) == ("Sales", True, "mreyes")


async def take_the_name_of_a_workspace(stage: Stage) -> Command:
    environment = await ground.new_environment(stage)
    return UpdateWorkspace(workspace=await ground.new_workspace(stage, environment), name="First")


async def update_absent_workspace(stage: Stage) -> Command:
    return UpdateWorkspace(workspace=WorkspaceKey(stage.provider.name, (ground.NOWHERE,)), name="x")


async def delete_workspace(stage: Stage) -> Command:
    return DeleteWorkspace(workspace=await ground.new_workspace(stage))


async def delete_a_workspace_that_another_uses(stage: Stage) -> Command:
    environment = await ground.new_environment(stage)
    workspace = await ground.new_workspace(stage, environment)
    ground.new_user(stage, ground.new_artifact(stage, workspace), await ground.new_workspace(stage, environment))
    return DeleteWorkspace(workspace=workspace)


async def delete_absent_workspace(stage: Stage) -> Command:
    return DeleteWorkspace(workspace=WorkspaceKey(stage.provider.name, (ground.NOWHERE,)))


EXAMPLES = (
    Example(
        command=CreateWorkspace,
        make=create_workspace,
        seen=it_is_a_workspace,
        method="POST",
        route=WORKSPACES,
        missing=create_workspace_nowhere,
        conflict=create_workspace_again,
    ),
    Example(
        command=UpdateWorkspace,
        make=update_workspace,
        seen=it_has_kept_its_protection,
        method="PUT",
        route=WORKSPACE,
        missing=update_absent_workspace,
        conflict=take_the_name_of_a_workspace,
        answers_nothing=True,
    ),
    Example(
        command=DeleteWorkspace,
        make=delete_workspace,
        seen=ground.it_is_gone,
        method="DELETE",
        route=WORKSPACE,
        missing=delete_absent_workspace,
        conflict=delete_a_workspace_that_another_uses,
        answers_nothing=True,
    ),
)
