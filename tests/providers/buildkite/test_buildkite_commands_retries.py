"""Repeating builds: what is sent, and what is refused."""

import pytest

from gateway.domain import mutation_errors
from gateway.domain.commands.pipelines import ArchivePipeline
from gateway.domain.commands.runs import RetryRun
from gateway.domain.keys import ExecutionStepKey, PipelineKey
from tests.contract.commands.examples.buildkite_ground import LONG_S, new_build
from tests.providers.buildkite.commanded import BuildkiteStage

pytestmark = pytest.mark.anyio


async def test_retrying_all_sends_no_states_and_retrying_what_failed_sends_the_given_ones(stage: BuildkiteStage) -> None:
    build = await new_build(stage, after_s=LONG_S, verdict="failed")

    assert await stage.sent(RetryRun(run=build)) == {}
    states = {"states": "failed, soft_failed"}
    assert await stage.sent(RetryRun(run=build, failed_only=True, vendor_options=states)) == states
    assert stage.app.writes()[-1].route.endswith("/retry_failed_jobs")
    stage.clock.advance(LONG_S)
    assert await stage.sent(RetryRun(run=build, failed_only=True)) == {}
    assert stage.app.writes()[-1].route.endswith("/retry_failed_jobs")


@pytest.mark.parametrize("states", ["", "failed,broken", ["failed"], 7, None])
async def test_states_must_be_words_that_the_vendor_knows(stage: BuildkiteStage, states: object) -> None:
    build = await new_build(stage)
    command = RetryRun(run=build, failed_only=True, vendor_options={"states": states})

    assert await stage.invalid(command) == ("input", "vendorOptions", "states")
    whole = RetryRun(run=build, vendor_options={"states": "failed"})
    assert await stage.invalid(whole) == ("input", "vendorOptions", "states")


async def test_no_step_to_begin_from(stage: BuildkiteStage) -> None:
    step = ExecutionStepKey(stage.provider.name, ("a",))

    problem = await stage.refused(RetryRun(run=await new_build(stage), from_step=step), mutation_errors.NotSupportedError, calls=0)

    assert problem.path == ("input", "fromStepId")


async def test_the_vendors_own_word_on_states_is_told_at_them(stage: BuildkiteStage) -> None:
    stage.answer("/retry_failed_jobs$", 400, "Invalid states: expired. Valid states are failed.")
    command = RetryRun(run=await new_build(stage), failed_only=True, vendor_options={"states": "expired"})

    assert await stage.invalid(command, calls=2) == ("input", "vendorOptions", "states")


@pytest.mark.parametrize("failed_only", [True, None])
async def test_nothing_is_retried_in_an_archived_pipeline(stage: BuildkiteStage, failed_only: bool | None) -> None:
    build = await new_build(stage, after_s=LONG_S)
    await stage.done(ArchivePipeline(pipeline=PipelineKey(build.provider, (*build.parts[:2], ""))))

    problem = await stage.refused(RetryRun(run=build, failed_only=failed_only), mutation_errors.ConflictError, calls=3)

    assert "archived" in problem.message
