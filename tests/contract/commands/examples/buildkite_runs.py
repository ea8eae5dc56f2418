"""Buildkite: builds and their jobs."""

from gateway.domain.commands.command import Command, Pair, Variable
from gateway.domain.commands.performed import Performed
from gateway.domain.commands.runs import Author, CancelRun, PullRequestOf, RetryJob, RetryRun, RunPipeline, UnblockJob
from gateway.domain.job import Job, JobKind
from gateway.domain.keys import JobKey
from gateway.domain.run import RunStatus, TriggerKind
from tests.contract.commands.example import Example, Stage
from tests.contract.commands.examples import buildkite_ground as ground

BUILDS = r"/builds$"


async def run(stage: Stage) -> Command:
    return RunPipeline(
        pipeline=await ground.new_pipeline(stage),
        branch="feature/search",
        commit="0123456789abcdef0123456789abcdef01234567",
        message="By hand",
        author=Author("Sam Lee", "sam@example.com"),
        variables=(Variable("LEVEL", "high"),),
        metadata=(Pair("release", "1.4"),),
        pull_request=PullRequestOf(number=7, base_branch="main", labels=("urgent",)),
    )


async def it_is_queued_as_asked(stage: Stage, performed: Performed) -> None:
    build = await ground.build_at(stage, performed.keys[0])
    assert (build.status, build.trigger.kind) == (RunStatus.QUEUED, TriggerKind.API)
    assert (build.branch, build.commit, build.message) == (
        "feature/search",
        "0123456789abcdef0123456789abcdef01234567",
        "By hand",
    )
    assert build.author is not None
    assert build.author.email == "sam@example.com"
    assert build.pull_request is not None
    assert build.pull_request.external_id == "7"


async def run_plainly(stage: Stage) -> Command:
    return RunPipeline(pipeline=await ground.new_pipeline(stage))


async def it_is_of_the_default_branch(stage: Stage, performed: Performed) -> None:
    build = await ground.build_at(stage, performed.keys[0])
    assert (build.branch, build.commit) == ("main", "HEAD")


async def run_archived(stage: Stage) -> Command:
    from gateway.domain.commands.pipelines import ArchivePipeline

    pipeline = await ground.new_pipeline(stage)
    await ground.done(stage, ArchivePipeline(pipeline=pipeline))
    return RunPipeline(pipeline=pipeline, branch="main")


async def run_absent(stage: Stage) -> Command:
    return RunPipeline(pipeline=ground.absent_pipeline(stage), branch="main")


async def cancel(stage: Stage) -> Command:
    return CancelRun(run=await ground.new_build(stage))


async def it_is_canceled(stage: Stage, performed: Performed) -> None:
    assert (await ground.build_at(stage, performed.keys[0])).status is RunStatus.CANCELED


async def cancel_finished(stage: Stage) -> Command:
    return CancelRun(run=await ground.new_build(stage, after_s=ground.LONG_S))


async def cancel_absent(stage: Stage) -> Command:
    return CancelRun(run=await ground.absent_build(stage))


async def retry(stage: Stage) -> Command:
    return RetryRun(run=await ground.new_build(stage, after_s=ground.LONG_S))


async def it_is_another_build(stage: Stage, performed: Performed) -> None:
    build = await ground.build_at(stage, performed.keys[0])
    assert (build.status, build.trigger.kind, build.number) == (RunStatus.QUEUED, TriggerKind.RETRY, 2)
    assert build.retry_of is not None


async def retry_running(stage: Stage) -> Command:
    return RetryRun(run=await ground.new_build(stage))


async def retry_absent(stage: Stage) -> Command:
    return RetryRun(run=await ground.absent_build(stage))


async def retry_failed(stage: Stage) -> Command:
    failed = await ground.new_build(stage, after_s=ground.LONG_S, verdict="failed")
    return RetryRun(run=failed, failed_only=True, vendor_options={"states": "failed,timed_out"})


async def it_goes_on(stage: Stage, performed: Performed) -> None:
    build = await ground.build_at(stage, performed.keys[0])
    assert (build.number, build.finished) == (1, False)


async def retry_failed_of_canceled(stage: Stage) -> Command:
    build = await ground.new_build(stage)
    await ground.done(stage, CancelRun(run=build))
    return RetryRun(run=build, failed_only=True)


async def retry_failed_absent(stage: Stage) -> Command:
    return RetryRun(run=await ground.absent_build(stage), failed_only=True)


async def unblock(stage: Stage) -> Command:
    build = await ground.new_build(stage, ground.GATED, after_s=ground.LONG_S)
    job = await ground.job_of(stage, build, JobKind.BLOCK)
    return UnblockJob(job=job.key, fields=(Pair("release-name", "Dolphin"),))


async def it_is_unblocked(stage: Stage, performed: Performed) -> None:
    job = await stage.read(performed.keys[0])
    assert isinstance(job, Job)
    assert (job.native_status, job.unblockable) == ("unblocked", False)


async def unblock_again(stage: Stage) -> Command:
    command = await unblock(stage)
    await ground.done(stage, command)
    return command


async def unblock_absent(stage: Stage) -> Command:
    return UnblockJob(job=await absent_job(stage))


async def absent_job(stage: Stage) -> JobKey:
    build = await ground.new_build(stage)
    return JobKey(build.provider, (*build.parts[:3], ground.NOWHERE))


async def retry_job(stage: Stage) -> Command:
    build = await ground.new_build(stage, after_s=ground.LONG_S, verdict="failed")
    return RetryJob(job=(await ground.job_of(stage, build)).key)


async def it_is_another_job(stage: Stage, performed: Performed) -> None:
    job = await stage.read(performed.keys[0])
    assert isinstance(job, Job)
    assert (job.status, job.attempt) == (RunStatus.QUEUED, 2)


async def retry_passed_job(stage: Stage) -> Command:
    build = await ground.new_build(stage, after_s=ground.LONG_S)
    return RetryJob(job=(await ground.job_of(stage, build)).key)


async def retry_absent_job(stage: Stage) -> Command:
    return RetryJob(job=await absent_job(stage))


EXAMPLES = (
    Example(
        command=RunPipeline,
        make=run,
        seen=it_is_queued_as_asked,
        method="POST",
        route=BUILDS,
        missing=run_absent,
        conflict=run_archived,
    ),
    Example(
        command=RunPipeline,
        name="runPipeline on the default branch",
        make=run_plainly,
        seen=it_is_of_the_default_branch,
        method="POST",
        route=BUILDS,
    ),
    Example(
        command=CancelRun,
        make=cancel,
        seen=it_is_canceled,
        method="PUT",
        route=r"/cancel$",
        missing=cancel_absent,
        conflict=cancel_finished,
        only_states=True,
    ),
    Example(
        command=RetryRun,
        make=retry,
        seen=it_is_another_build,
        method="PUT",
        route=r"/rebuild$",
        missing=retry_absent,
        conflict=retry_running,
        only_states=True,
    ),
    Example(
        command=RetryRun,
        name="retryRun of what failed",
        make=retry_failed,
        seen=it_goes_on,
        method="PUT",
        route=r"/retry_failed_jobs$",
        missing=retry_failed_absent,
        conflict=retry_failed_of_canceled,
        only_states=True,
    ),
    Example(
        command=UnblockJob,
        make=unblock,
        seen=it_is_unblocked,
        method="PUT",
        route=r"/unblock$",
        missing=unblock_absent,
        conflict=unblock_again,
    ),
    Example(
        command=RetryJob,
        make=retry_job,
        seen=it_is_another_job,
        method="PUT",
        route=r"/retry$",
        missing=retry_absent_job,
        conflict=retry_passed_job,
        only_states=True,
    ),
)
