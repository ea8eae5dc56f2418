"""Codefresh: builds."""

from gateway.domain.build import Build
from gateway.domain.commands.command import Command, Variable
from gateway.domain.commands.performed import Performed
from gateway.domain.commands.runs import ApproveRun, CancelRun, DenyRun, RetryRun, RunMachine, RunPipeline
from gateway.domain.run import RunStatus
from tests.contract.commands.example import Example, Stage
from tests.contract.commands.examples.codefresh_made import (
    OVER_AFTER_S,
    finished_build,
    new_build,
    new_pipeline,
    no_build,
    no_pipeline,
    waiting_build,
)


async def run(stage: Stage) -> Command:
    return RunPipeline(
        pipeline=await new_pipeline(stage),
        branch="main",
        variables=(Variable("A", "1"), Variable("B", "hush", True)),
        contexts=("shared-config",),
        no_cache=True,
        skip_steps=("test",),
        machine=RunMachine(cpu="2"),
    )


async def it_is_queued(stage: Stage, performed: Performed) -> None:
    [key] = performed.keys
    build = await stage.read(key)
    assert isinstance(build, Build)
    assert build.status is RunStatus.QUEUED
    assert not build.provisional


async def cancel(stage: Stage) -> Command:
    return CancelRun(run=await new_build(stage))


async def it_is_being_ended(stage: Stage, performed: Performed) -> None:
    build = await stage.read(performed.keys[0])
    assert isinstance(build, Build)
    assert build.cancel_requested
    stage.clock.advance(OVER_AFTER_S)
    assert (await the_build(stage, performed)).status is RunStatus.CANCELED


async def the_build(stage: Stage, performed: Performed) -> Build:
    build = await stage.read(performed.keys[0])
    assert isinstance(build, Build)
    return build


async def retry(stage: Stage) -> Command:
    return RetryRun(run=await finished_build(stage))


async def approve(stage: Stage) -> Command:
    return ApproveRun(run=await waiting_build(stage))


async def deny(stage: Stage) -> Command:
    return DenyRun(run=await waiting_build(stage))


async def it_goes_on(stage: Stage, performed: Performed) -> None:
    assert (await the_build(stage, performed)).status is RunStatus.RUNNING


async def it_has_failed(stage: Stage, performed: Performed) -> None:
    assert (await the_build(stage, performed)).status is RunStatus.FAILED


async def run_absent(stage: Stage) -> Command:
    return RunPipeline(pipeline=no_pipeline(stage))


async def cancel_absent(stage: Stage) -> Command:
    return CancelRun(run=no_build(stage))


async def cancel_finished(stage: Stage) -> Command:
    return CancelRun(run=await finished_build(stage))


async def retry_absent(stage: Stage) -> Command:
    return RetryRun(run=no_build(stage))


async def approve_absent(stage: Stage) -> Command:
    return ApproveRun(run=no_build(stage))


async def deny_absent(stage: Stage) -> Command:
    return DenyRun(run=no_build(stage))


async def approve_running(stage: Stage) -> Command:
    key = await new_build(stage)
    stage.clock.advance(15)
    return ApproveRun(run=key)


async def deny_finished(stage: Stage) -> Command:
    return DenyRun(run=await finished_build(stage))


EXAMPLES = (
    Example(command=RunPipeline, make=run, seen=it_is_queued, method="POST", route="/pipelines/run/", missing=run_absent),
    Example(
        command=CancelRun,
        make=cancel,
        seen=it_is_being_ended,
        method="DELETE",
        route="/progress/",
        missing=cancel_absent,
        conflict=cancel_finished,
    ),
    Example(command=RetryRun, make=retry, seen=it_is_queued, method="GET", route="/builds/rebuild/", missing=retry_absent),
    Example(
        command=ApproveRun,
        make=approve,
        seen=it_goes_on,
        method="GET",
        route="/pending-approval/approve$",
        missing=approve_absent,
        conflict=approve_running,
    ),
    Example(
        command=DenyRun,
        make=deny,
        seen=it_has_failed,
        method="GET",
        route="/pending-approval/deny$",
        missing=deny_absent,
        conflict=deny_finished,
    ),
)
