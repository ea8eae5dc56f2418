"""Talend's projects."""

from gateway.domain.commands.command import Command
from gateway.domain.commands.performed import Performed
from gateway.domain.commands.projects import CreateProject, DeleteProject, UpdateProject
from gateway.domain.keys import ProjectKey
from gateway.domain.project import Project
from tests.contract.commands.example import Example, Stage
from tests.contract.commands.examples import talend_ground as ground

PROJECTS, PROJECT = r"^/orchestration/projects$", r"^/orchestration/projects/[^/]+$"


async def create_project(stage: Stage) -> Command:
    return ground.project(stage)


async def it_is_a_project(stage: Stage, performed: Performed) -> None:
    project = await ground.first(stage, performed)
    assert isinstance(project, Project)
    assert (project.owner, project.name.startswith("project")) == ("mreyes", True)


async def create_project_again(stage: Stage) -> Command:
    command = await create_project(stage)
    await stage.done(command)
    return command


async def update_project(stage: Stage) -> Command:
    return UpdateProject(project=await ground.new_project(stage), description="Sales of all shops")


async def it_is_described_and_has_its_owner(stage: Stage, performed: Performed) -> None:
    project = await ground.first(stage, performed)
    assert isinstance(project, Project)
    assert (project.description, project.owner) == ("Sales of all shops", "mreyes")
    assert project.repository_url is not None


async def take_a_repository(stage: Stage) -> Command:
    taken = ground.project(stage)
    await stage.done(taken)
    assert taken.repository_url is not None
    return UpdateProject(project=await ground.new_project(stage), repository_url=taken.repository_url)


async def update_absent_project(stage: Stage) -> Command:
    return UpdateProject(project=ProjectKey(stage.provider.name, (ground.NOWHERE,)), description="x")


async def delete_project(stage: Stage) -> Command:
    return DeleteProject(project=await ground.new_project(stage))


async def delete_absent_project(stage: Stage) -> Command:
    return DeleteProject(project=ProjectKey(stage.provider.name, (ground.NOWHERE,)))


EXAMPLES = (
    Example(
        command=CreateProject,
        make=create_project,
        seen=it_is_a_project,
        method="POST",
        route=PROJECTS,
        conflict=create_project_again,
    ),
    Example(
        command=UpdateProject,
        make=update_project,
        seen=it_is_described_and_has_its_owner,
        method="PUT",
        route=PROJECT,
        missing=update_absent_project,
        conflict=take_a_repository,
    ),
    Example(
        command=DeleteProject,
        make=delete_project,
        seen=ground.it_is_gone,
        method="DELETE",
        route=PROJECT,
        missing=delete_absent_project,
        answers_nothing=True,
    ),
)
