"""Codefresh: what examples need, made by commands; and keys of what is not there."""

from gateway.domain.commands.command import Variable
from gateway.domain.commands.integration_contexts import (
    CreateIntegrationContext,
)
from gateway.domain.commands.performed import Performed
from gateway.domain.commands.pipelines import CreatePipeline
from gateway.domain.commands.projects import CreateProject
from gateway.domain.commands.runs import RunPipeline
from gateway.domain.errors import NotFoundError
from gateway.domain.keys import BuildKey, IntegrationContextKey, PipelineKey, ProjectKey
from gateway.providers.codefresh.simulator import CodefreshSimulator
from tests.contract.commands.example import Stage

NOWHERE = "0123456789abcdef01234567"
YAML = 'version: "1.0"\nstages: [build]\nsteps:\n  build:\n    title: Build\n    image: alpine\n'
ASKING = 'version: "1.0"\nsteps:\n  ask:\n    type: pending-approval\n    title: Go on?\n'
PIPELINE = r"^/api/pipelines/[0-9a-f]{24}$"
PROJECT = r"^/api/projects/[0-9a-f]{24}$"
CONTEXT = r"^/api/contexts/[^/]+$"
ASKS_AFTER_S = 45
"""Then a build that asks for approval does ask."""
OVER_AFTER_S = 600


def app_of(stage: Stage) -> CodefreshSimulator:
    assert isinstance(stage.simulator.app, CodefreshSimulator)
    return stage.simulator.app


async def new_project(stage: Stage) -> ProjectKey:
    [key] = (await stage.done(CreateProject(provider=stage.provider.name, name=stage.name("project"), tags=("tier-1",)))).keys
    assert isinstance(key, ProjectKey)
    return key


async def new_pipeline(stage: Stage, yaml: str = YAML) -> PipelineKey:
    project = await new_project(stage)
    [key] = (
        await stage.done(
            CreatePipeline(
                provider=stage.provider.name,
                project=project,
                name="deploy",
                yaml=yaml,
                variables=(Variable("TOKEN", "hush-hush", True),),
            )
        )
    ).keys
    assert isinstance(key, PipelineKey)
    return key


async def new_build(stage: Stage, yaml: str = YAML) -> BuildKey:
    [key] = (await stage.done(RunPipeline(pipeline=await new_pipeline(stage, yaml)))).keys
    assert isinstance(key, BuildKey)
    return key


async def waiting_build(stage: Stage) -> BuildKey:
    key = await new_build(stage, ASKING)
    stage.clock.advance(ASKS_AFTER_S)
    return key


async def finished_build(stage: Stage) -> BuildKey:
    key = await new_build(stage)
    stage.clock.advance(OVER_AFTER_S)
    return key


async def new_context(stage: Stage, kind: str = "config") -> IntegrationContextKey:
    command = CreateIntegrationContext(
        provider=stage.provider.name, name=stage.name("a context/"), type=kind, data={"REGION": "eu-west-1", "LEVEL": "info"}
    )
    [key] = (await stage.done(command)).keys
    assert isinstance(key, IntegrationContextKey)
    return key


def no_pipeline(stage: Stage) -> PipelineKey:
    return PipelineKey(stage.provider.name, (NOWHERE,))


def no_build(stage: Stage) -> BuildKey:
    return BuildKey(stage.provider.name, (NOWHERE, NOWHERE))


def no_project(stage: Stage) -> ProjectKey:
    return ProjectKey(stage.provider.name, (NOWHERE,))


def no_context(stage: Stage) -> IntegrationContextKey:
    return IntegrationContextKey(stage.provider.name, ("never-heard-of",))


async def it_is_gone(stage: Stage, performed: Performed) -> None:
    try:
        await stage.read(performed.keys[0])
    except NotFoundError:
        return
    raise AssertionError("it is still there")
