"""Codefresh: projects and contexts."""

from gateway.domain.commands.command import Command, Variable
from gateway.domain.commands.integration_contexts import (
    CreateIntegrationContext,
    DeleteIntegrationContext,
    UpdateIntegrationContext,
)
from gateway.domain.commands.performed import Performed
from gateway.domain.commands.projects import CreateProject, DeleteProject, UpdateProject
from gateway.domain.integration_context import IntegrationContext
from gateway.domain.keys import Key
from gateway.domain.pipeline import Pipeline
from gateway.domain.project import Project
from tests.contract.commands.example import Example, Stage
from tests.contract.commands.examples.codefresh_made import (
    CONTEXT,
    PROJECT,
    app_of,
    it_is_gone,
    new_context,
    new_pipeline,
    new_project,
    no_context,
    no_project,
)


async def create_project(stage: Stage) -> Command:
    return CreateProject(
        provider=stage.provider.name, name=stage.name("project"), tags=("tier-1",), variables=(Variable("T", "hush", True),)
    )


async def it_is_tagged(stage: Stage, performed: Performed) -> None:
    project = await stage.read(performed.keys[0])
    assert isinstance(project, Project)
    assert project.tags == ("tier-1",)


async def update_project(stage: Stage) -> Command:
    return UpdateProject(project=await new_project(stage), name=stage.name("renamed"))


async def it_is_renamed(stage: Stage, performed: Performed) -> None:
    project = await stage.read(performed.keys[0])
    assert isinstance(project, Project)
    assert project.name.startswith("renamed-")
    assert project.tags == ("tier-1",)


async def delete_project(stage: Stage) -> Command:
    return DeleteProject(project=await new_project(stage))


async def create_project_twice(stage: Stage) -> Command:
    project = await stage.read(await new_project(stage))
    assert isinstance(project, Project)
    return CreateProject(provider=stage.provider.name, name=project.name)


async def update_absent_project(stage: Stage) -> Command:
    return UpdateProject(project=no_project(stage), tags=())


async def delete_absent_project(stage: Stage) -> Command:
    return DeleteProject(project=no_project(stage))


async def delete_full_project(stage: Stage) -> Command:
    pipeline = await stage.read(await new_pipeline(stage))
    assert isinstance(pipeline, Pipeline)
    assert pipeline.project is not None
    return DeleteProject(project=pipeline.project)


async def create_context(stage: Stage) -> Command:
    return CreateIntegrationContext(
        provider=stage.provider.name, name=stage.name("secrets"), type="secret", data={"PASSWORD": "hush-hush"}
    )


async def it_is_secret(stage: Stage, performed: Performed) -> None:
    context = await stage.read(performed.keys[0])
    assert isinstance(context, IntegrationContext)
    assert context.type == "secret"


async def update_context(stage: Stage) -> Command:
    return UpdateIntegrationContext(integration_context=await new_context(stage), data={"LEVEL": None, "ZONE": "b"})


async def the_rest_stays(stage: Stage, performed: Performed) -> None:
    assert context_data(stage, performed.keys[0]) == {"REGION": "eu-west-1", "ZONE": "b"}


async def replace_context(stage: Stage) -> Command:
    key = await new_context(stage, "secret")
    return UpdateIntegrationContext(integration_context=key, data={"ZONE": "b"}, replace_data=True)


async def the_rest_is_gone(stage: Stage, performed: Performed) -> None:
    assert context_data(stage, performed.keys[0]) == {"ZONE": "b"}


def context_data(stage: Stage, key: Key) -> object:
    spec = app_of(stage).world.contexts[key.parts[0]].document["spec"]
    assert isinstance(spec, dict)
    return spec["data"]


async def delete_context(stage: Stage) -> Command:
    return DeleteIntegrationContext(integration_context=await new_context(stage))


async def create_context_twice(stage: Stage) -> Command:
    key = await new_context(stage)
    return CreateIntegrationContext(provider=stage.provider.name, name=key.parts[0], type="yaml", data={})


async def update_absent_context(stage: Stage) -> Command:
    return UpdateIntegrationContext(integration_context=no_context(stage), data={"A": "b"})


async def delete_absent_context(stage: Stage) -> Command:
    return DeleteIntegrationContext(integration_context=no_context(stage))


EXAMPLES = (
    Example(
        command=CreateProject,
        make=create_project,
        seen=it_is_tagged,
        method="POST",
        route="/projects$",
        conflict=create_project_twice,
    ),
    Example(
        command=UpdateProject,
        make=update_project,
        seen=it_is_renamed,
        method="PATCH",
        route=PROJECT,
        missing=update_absent_project,
    ),
    Example(
        command=DeleteProject,
        make=delete_project,
        seen=it_is_gone,
        method="DELETE",
        route=PROJECT,
        missing=delete_absent_project,
        conflict=delete_full_project,
        answers_nothing=True,
    ),
    Example(
        command=CreateIntegrationContext,
        make=create_context,
        seen=it_is_secret,
        method="POST",
        route="/contexts$",
        conflict=create_context_twice,
    ),
    Example(
        command=UpdateIntegrationContext,
        make=update_context,
        seen=the_rest_stays,
        method="PUT",
        route=CONTEXT,
        missing=update_absent_context,
    ),
    Example(
        command=UpdateIntegrationContext,
        name="updateIntegrationContext of all its data",
        make=replace_context,
        seen=the_rest_is_gone,
        method="PUT",
        route=CONTEXT,
    ),
    Example(
        command=DeleteIntegrationContext,
        make=delete_context,
        seen=it_is_gone,
        method="DELETE",
        route=CONTEXT,
        missing=delete_absent_context,
        answers_nothing=True,
    ),
)
