"""Slugs and numbers go over to others: what stands there now must not be changed in place of what the key is of."""

from collections.abc import Callable, Mapping

import msgspec
import pytest

from gateway.domain import mutation_errors
from gateway.domain.commands.annotations import CreateAnnotation
from gateway.domain.commands.command import Command
from gateway.domain.commands.pipelines import CreatePipeline, DeletePipeline
from gateway.domain.commands.runs import CancelRun, RetryRun, RunPipeline
from gateway.domain.keys import BuildKey, JobKey, PipelineKey, WorkspaceKey
from gateway.providers.buildkite.simulator.data import Pipeline
from gateway.simulation.control import Fault
from tests.contract.commands.examples.buildkite_ground import LONG_S, NOWHERE, YAML, job_of, new_build, new_pipeline
from tests.providers.buildkite.commanded import BuildkiteStage

pytestmark = pytest.mark.anyio

CommandOf = Callable[[BuildKey], Command]

ABOUT_BUILDS: Mapping[str, CommandOf] = {
    "cancelRun": lambda build: CancelRun(run=build),
    "retryRun": lambda build: RetryRun(run=build),
    "retryRun of what failed": lambda build: RetryRun(run=build, failed_only=True),
    "createAnnotation": lambda build: CreateAnnotation(build=build, body="x"),
}
about_builds = pytest.mark.parametrize("command_of", ABOUT_BUILDS.values(), ids=ABOUT_BUILDS.keys())


def pipeline_of(build: BuildKey, uuid: str = "") -> PipelineKey:
    return PipelineKey(build.provider, (*build.parts[:2], uuid))


def without_uuid(build: BuildKey) -> BuildKey:
    return BuildKey(build.provider, (*build.parts[:3], "", ""))


def at_the_vendor(stage: BuildkiteStage, build: BuildKey) -> Pipeline:
    organization = stage.app.world.organization(build.parts[0])
    assert organization is not None
    pipeline = organization.pipeline(build.parts[1])
    assert pipeline is not None
    return pipeline


async def made_anew(stage: BuildkiteStage, build: BuildKey) -> None:
    """Its pipeline under the same slug, with another build of the same number."""
    organization, slug = build.parts[:2]
    await stage.done(DeletePipeline(pipeline=pipeline_of(build)))
    workspace = WorkspaceKey(build.provider, (organization,))
    other = CreatePipeline(
        provider=build.provider, workspace=workspace, name=slug, slug=slug, repository="r", default_branch="main", yaml=YAML
    )
    await stage.done(other)
    [now] = (await stage.done(RunPipeline(pipeline=pipeline_of(build)))).keys
    assert now.parts[:3] == build.parts[:3]


async def methods(stage: BuildkiteStage, command: Command) -> list[str]:
    stage.simulator.control.reset_calls()
    await stage.done(command)
    return [call.method for call in stage.simulator.control.calls]


async def in_doubt(stage: BuildkiteStage, command: Command) -> mutation_errors.UnknownOutcomeError:
    performed = await stage.perform(command)
    [problem] = performed.errors
    assert isinstance(problem, mutation_errors.UnknownOutcomeError), problem
    return problem


@about_builds
async def test_a_build_of_the_same_number_is_left_alone(stage: BuildkiteStage, command_of: CommandOf) -> None:
    build = await new_build(stage, after_s=LONG_S, verdict="failed")
    await made_anew(stage, build)

    problem = await stage.refused(command_of(build), mutation_errors.NotFoundError, calls=1)

    assert "another one has its number now" in problem.message
    assert problem.path[0] == "input"
    [other] = at_the_vendor(stage, build).builds
    assert (other.progress(stage.clock.now()).state, dict(other.annotations)) == ("scheduled", {})


@pytest.mark.parametrize("branch", ["main", None])
async def test_a_pipeline_of_the_same_slug_is_not_run(stage: BuildkiteStage, branch: str | None) -> None:
    build = await new_build(stage)
    before = pipeline_of(build, at_the_vendor(stage, build).id)
    await made_anew(stage, build)

    problem = await stage.refused(RunPipeline(pipeline=before, branch=branch), mutation_errors.NotFoundError, calls=1)

    assert "another one has its slug now" in problem.message
    assert len(at_the_vendor(stage, build).builds) == 1


@about_builds
async def test_only_a_key_that_tells_its_build_costs_a_read(stage: BuildkiteStage, command_of: CommandOf) -> None:
    full = await new_build(stage)
    other = without_uuid(await new_build(stage))
    if command_of(full).mutation == "retryRun":
        stage.clock.advance(LONG_S)

    assert (await methods(stage, command_of(full)))[:-1] == ["GET"]
    assert (await methods(stage, command_of(other)))[:-1] == []


async def test_only_a_key_that_tells_its_pipeline_or_a_missing_branch_costs_a_read(stage: BuildkiteStage) -> None:
    pipeline = await new_pipeline(stage)
    reference = PipelineKey(pipeline.provider, (*pipeline.parts[:2], ""))

    assert await methods(stage, RunPipeline(pipeline=pipeline, branch="side")) == ["GET", "POST"]
    assert await methods(stage, RunPipeline(pipeline=pipeline)) == ["GET", "POST"]
    assert await methods(stage, RunPipeline(pipeline=reference)) == ["GET", "POST"]
    assert await methods(stage, RunPipeline(pipeline=reference, branch="side")) == ["POST"]
    assert await stage.sent(RunPipeline(pipeline=pipeline)) == {"commit": "HEAD", "branch": "main"}


async def test_a_note_on_a_job_needs_no_read(stage: BuildkiteStage) -> None:
    build = await new_build(stage)
    job = (await job_of(stage, build)).key

    assert await methods(stage, CreateAnnotation(build=build, body="x", job=job)) == ["POST"]
    await made_anew(stage, build)
    problem = await stage.refused(CreateAnnotation(build=build, body="x", job=job), mutation_errors.NotFoundError, calls=1)
    assert problem.path == ("input", "jobId")
    assert isinstance(job, JobKey)


async def test_a_reference_without_a_uuid_is_enough_and_the_answer_has_the_full_key(stage: BuildkiteStage) -> None:
    build = await new_build(stage)

    performed = await stage.done(CancelRun(run=without_uuid(build)))

    assert performed.keys == (build,)


@about_builds
async def test_what_cannot_be_read_first_is_not_written(stage: BuildkiteStage, command_of: CommandOf) -> None:
    build = await new_build(stage, after_s=LONG_S)
    nameless = {"number": 1, "url": "https://example.com", "created_at": "2026-03-02T10:00:00Z"}
    for status, body in ((500, {}), (200, nameless)):
        fault = Fault(r"/builds/\d+$", status=status, method="GET", body=msgspec.json.encode(body).decode())
        stage.simulator.control.add_fault(fault)

        await stage.refused(command_of(build), mutation_errors.ProviderError)
        assert {call.method for call in stage.simulator.control.calls} == {"GET"}
        stage.simulator.control.clear_faults()


def answered(stage: BuildkiteStage, build: BuildKey, route: str, method: str = "PUT", **members: object) -> None:
    """The next such write is answered with this build."""
    address = "https://api.buildkite.com/v2/organizations/{}/pipelines/{}/builds/{}".format(*build.parts[:3])
    row = {"id": build.parts[3], "number": int(build.parts[2]), "url": address, "created_at": "2026-03-02T10:00:00.000Z"}
    body = msgspec.json.encode(row | members).decode()
    stage.simulator.control.add_fault(Fault(route, status=200, method=method, body=body, times=1))


async def test_what_was_replaced_between_read_and_write_is_told(stage: BuildkiteStage) -> None:
    build = await new_build(stage, after_s=LONG_S)
    pipeline = pipeline_of(build, at_the_vendor(stage, build).id)
    for route, command in (
        ("/cancel$", CancelRun(run=build)),
        ("/retry_failed_jobs$", RetryRun(run=build, failed_only=True)),
    ):
        answered(stage, build, route, id=NOWHERE)
        assert "another one has its number now" in (await in_doubt(stage, command)).message

    answered(stage, build, "/rebuild$", rebuilt_from={"id": NOWHERE})
    assert "another one has its number now" in (await in_doubt(stage, RetryRun(run=build))).message
    answered(stage, build, "/builds$", "POST", pipeline={"id": NOWHERE})
    problem = await in_doubt(stage, RunPipeline(pipeline=pipeline))
    assert "accepted POST" in problem.message
    assert "another one has its slug now" in problem.message


async def test_a_writes_answer_that_leaves_the_uuid_out_takes_nothing_back(stage: BuildkiteStage) -> None:
    build = await new_build(stage, after_s=LONG_S)
    pipeline = pipeline_of(build, at_the_vendor(stage, build).id)

    answered(stage, build, "/rebuild$")
    await stage.done(RetryRun(run=build))
    answered(stage, build, "/builds$", "POST")
    await stage.done(RunPipeline(pipeline=pipeline))
