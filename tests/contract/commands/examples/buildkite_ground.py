"""What Buildkite's examples are tried on: pipelines of the smaller organization, agents and queues of the larger one."""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Literal

from gateway.domain.build import Build
from gateway.domain.commands.command import Command
from gateway.domain.commands.performed import Performed
from gateway.domain.commands.pipelines import CreatePipeline
from gateway.domain.commands.runs import RunPipeline
from gateway.domain.errors import NotFoundError
from gateway.domain.job import Job, JobKind
from gateway.domain.keys import AgentKey, BuildKey, Key, PipelineKey, QueueKey, WorkspaceKey
from gateway.domain.page import RowFault
from gateway.providers.buildkite.simulator import BuildkiteApp
from gateway.providers.buildkite.simulator.resources import Queue
from tests.contract.cases.buildkite import open_provider
from tests.contract.commands.example import Stage

ORGANIZATION = "beta-labs"
YAML = "steps:\n  - command: make\n"
GATED = "steps:\n  - command: make\n  - block: Deploy?\n  - command: make deploy\n"
NOWHERE = "00000000-0000-4000-8000-000000000000"
LONG_S = 900
"""Until every build is at its end, in whole minutes: windows of rate limits end with minutes."""


def app_of(stage: Stage) -> BuildkiteApp:
    assert isinstance(stage.simulator.app, BuildkiteApp)
    return stage.simulator.app


@asynccontextmanager
async def patient(stage: Stage) -> AsyncIterator[Stage]:
    """The same simulator without the haste that tests of failures need: on a busy machine a preparation may take longer."""
    provider = open_provider(stage.simulator.base_url, stage.simulator.token, 10.0)
    yield Stage(provider=provider, simulator=stage.simulator, clock=stage.clock)
    await provider.close()


async def done(stage: Stage, command: Command) -> Performed:
    """What must go well before the example begins."""
    async with patient(stage) as ready:
        return await ready.done(command)


async def new_pipeline(stage: Stage, yaml: str = YAML) -> PipelineKey:
    performed = await done(
        stage,
        CreatePipeline(
            provider=stage.provider.name,
            workspace=WorkspaceKey(stage.provider.name, (ORGANIZATION,)),
            name=stage.name("p"),
            repository="git@github.com:beta/p.git",
            default_branch="main",
            yaml=yaml,
        ),
    )
    key = performed.keys[0]
    assert isinstance(key, PipelineKey)
    return key


async def new_build(
    stage: Stage, yaml: str = YAML, *, after_s: float = 0, verdict: Literal["passed", "failed"] = "passed"
) -> BuildKey:
    pipeline = await new_pipeline(stage, yaml)
    app_of(stage).decide(*pipeline.parts[:2], verdict)
    performed = await done(stage, RunPipeline(pipeline=pipeline, branch="main"))
    app_of(stage).decide(*pipeline.parts[:2], "passed")
    stage.clock.advance(after_s)
    key = performed.keys[0]
    assert isinstance(key, BuildKey)
    return key


async def job_of(stage: Stage, build: BuildKey, kind: JobKind = JobKind.COMMAND) -> Job:
    """Its first job of that kind."""
    async with patient(stage) as ready:
        assert ready.provider.jobs is not None
        chunk = await ready.provider.jobs.list_jobs(build, None, 20, frozenset())
    return next(job for job in chunk.items if not isinstance(job, RowFault) and job.kind is kind)


def new_agent(stage: Stage) -> AgentKey:
    """One that is connected, and has no job."""
    app = app_of(stage)
    with app.world.lock:
        acme = app.world.organizations[0]
        agent = replace(acme.agents[0], id=str(uuid.uuid4()), name=stage.name("agent"), busy=False, pause=None, stops_at=None)
        acme.agents.append(agent)
    return AgentKey(stage.provider.name, ("acme", agent.id))


def new_queue(stage: Stage) -> QueueKey:
    app = app_of(stage)
    with app.world.lock:
        cluster = app.world.organizations[0].clusters[0]
        queue = Queue(str(uuid.uuid4()), stage.name("q"), None, stage.clock.now())
        cluster.queues.append(queue)
    return QueueKey(stage.provider.name, ("acme", cluster.id, queue.id))


def absent_pipeline(stage: Stage) -> PipelineKey:
    return PipelineKey(stage.provider.name, (ORGANIZATION, "no-such-pipeline", NOWHERE))


async def absent_build(stage: Stage) -> BuildKey:
    organization, slug, _ = (await new_pipeline(stage)).parts
    return BuildKey(stage.provider.name, (organization, slug, "999999", NOWHERE, "1"))


async def build_at(stage: Stage, key: Key) -> Build:
    value = await stage.read(key)
    assert isinstance(value, Build)
    return value


async def is_gone(stage: Stage, key: Key) -> None:
    try:
        await stage.read(key)
    except NotFoundError:
        return
    raise AssertionError("it is still there")
