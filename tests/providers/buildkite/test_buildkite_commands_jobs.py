"""Unblocking and retrying jobs: what is sent, and what is refused."""

import pytest

from gateway.domain import mutation_errors
from gateway.domain.commands.command import Pair
from gateway.domain.commands.runs import CancelRun, RetryJob, UnblockJob
from gateway.domain.job import JobKind
from gateway.domain.keys import JobKey
from gateway.domain.run import RunStatus
from tests.contract.commands.examples.buildkite_ground import GATED, LONG_S, NOWHERE, build_at, job_of, new_build
from tests.providers.buildkite.commanded import BuildkiteStage

pytestmark = pytest.mark.anyio


async def blocked_job(stage: BuildkiteStage) -> JobKey:
    build = await new_build(stage, GATED, after_s=LONG_S)
    return (await job_of(stage, build, JobKind.BLOCK)).key


async def test_fields_and_unblocker_are_sent_as_given(stage: BuildkiteStage) -> None:
    user = stage.app.world.organizations[1].users[3]
    command = UnblockJob(job=await blocked_job(stage), fields=(Pair("release-name", "Dolphin"),), unblocker=user.id)

    assert await stage.sent(command) == {"fields": {"release-name": "Dolphin"}, "unblocker": user.id}
    assert await stage.sent(UnblockJob(job=await blocked_job(stage))) == {}


async def test_the_build_goes_on(stage: BuildkiteStage) -> None:
    build = await new_build(stage, GATED, after_s=LONG_S)
    assert (await build_at(stage, build)).status is RunStatus.BLOCKED

    await stage.done(UnblockJob(job=(await job_of(stage, build, JobKind.BLOCK)).key))

    assert (await build_at(stage, build)).status is RunStatus.RUNNING


async def test_an_unblocker_is_a_user_of_the_organization(stage: BuildkiteStage) -> None:
    job = await blocked_job(stage)

    assert await stage.invalid(UnblockJob(job=job, unblocker="sam")) == ("input", "unblocker")
    assert await stage.invalid(UnblockJob(job=job, unblocker=NOWHERE), calls=1) == ("input", "unblocker")


async def test_only_a_block_step_can_be_unblocked(stage: BuildkiteStage) -> None:
    build = await new_build(stage, GATED, after_s=LONG_S)
    script = (await job_of(stage, build)).key

    assert await stage.invalid(UnblockJob(job=script), calls=1) == ("input", "jobId")


async def test_jobs_of_a_canceled_build_stay_as_they_are(stage: BuildkiteStage) -> None:
    build = await new_build(stage, GATED)
    await stage.done(CancelRun(run=build))

    for command in (
        UnblockJob(job=(await job_of(stage, build, JobKind.BLOCK)).key),
        RetryJob(job=(await job_of(stage, build)).key),
    ):
        problem = await stage.refused(command, mutation_errors.ConflictError, calls=1)
        assert "canceled builds" in problem.message


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (400, "Only failed, timed out or canceled jobs can be retried"),
        (422, "This job can't be retried because this build was triggered by a synchronous trigger step in a canceled build"),
        (422, "Something that nobody has documented"),
    ],
)
async def test_what_a_retry_is_refused_for_is_the_state(stage: BuildkiteStage, status: int, message: str) -> None:
    build = await new_build(stage)
    stage.answer("/retry$", status, message)

    problem = await stage.refused(RetryJob(job=(await job_of(stage, build)).key), mutation_errors.ConflictError)

    assert problem.message == message


async def test_a_job_is_retried_once_and_leads_to_the_new_one(stage: BuildkiteStage) -> None:
    build = await new_build(stage, after_s=LONG_S, verdict="failed")
    first = (await job_of(stage, build)).key

    changed = await stage.provider.commands[RetryJob].handle(RetryJob(job=first))

    [job] = changed.values
    assert changed.keys == (job.key,) != (first,)
    assert (job.status, job.attempt) == (RunStatus.QUEUED, 2)
    assert await stage.read(job.key) == job
    shown = await stage.read(first)
    assert getattr(shown, "retried_in", None) == job.key
    await stage.refused(RetryJob(job=first), mutation_errors.ConflictError)
