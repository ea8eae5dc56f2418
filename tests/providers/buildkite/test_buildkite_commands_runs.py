"""Starting and ending builds: what is sent, and what is refused."""

import pytest

from gateway.domain import mutation_errors
from gateway.domain.commands.command import Pair, Variable
from gateway.domain.commands.pipelines import ArchivePipeline, UpdatePipeline
from gateway.domain.commands.runs import Author, CancelRun, PullRequestOf, RetryRun, RunPipeline
from gateway.domain.errors import ConflictError, InvalidInputError
from gateway.domain.keys import BuildKey, ExecutionKey, PipelineKey
from gateway.providers.buildkite.mapping import milliseconds
from gateway.simulation.control import Fault
from tests.contract.commands.examples.buildkite_ground import LONG_S, build_at, new_build, new_pipeline
from tests.providers.buildkite.commanded import BuildkiteStage

pytestmark = pytest.mark.anyio


async def test_every_field_has_its_place_in_the_body(stage: BuildkiteStage) -> None:
    command = RunPipeline(
        pipeline=await new_pipeline(stage),
        branch="main",
        commit="0123456",
        message="Two\nlines",
        author=Author("Sam Lee", "sam@example.com"),
        variables=(Variable("LEVEL", "high"), Variable("EMPTY", "")),
        metadata=(Pair("release", "1.4"),),
        pull_request=PullRequestOf(number=7, base_branch="main", repository="git@example.com:a.git", labels=("urgent",)),
        clean_checkout=True,
        ignore_branch_filters=False,
    )

    assert await stage.sent(command) == {
        "commit": "0123456",
        "branch": "main",
        "message": "Two\nlines",
        "author": {"name": "Sam Lee", "email": "sam@example.com"},
        "env": {"LEVEL": "high", "EMPTY": ""},
        "meta_data": {"release": "1.4"},
        "pull_request_id": 7,
        "pull_request_base_branch": "main",
        "pull_request_repository": "git@example.com:a.git",
        "pull_request_labels": ["urgent"],
        "clean_checkout": True,
        "ignore_pipeline_branch_filters": False,
    }


async def test_without_any_branch_one_must_be_given(stage: BuildkiteStage) -> None:
    pipeline = await new_pipeline(stage)
    await stage.done(UpdatePipeline(pipeline=pipeline, default_branch=None))

    assert await stage.invalid(RunPipeline(pipeline=pipeline), calls=1) == ("input", "branch")


async def test_a_tag_is_the_commit_that_is_built(stage: BuildkiteStage) -> None:
    pipeline = await new_pipeline(stage)

    assert (await stage.sent(RunPipeline(pipeline=pipeline, branch="main", tag="v1.4")))["commit"] == "v1.4"
    assert await stage.invalid(RunPipeline(pipeline=pipeline, branch="main", tag="v1.4", commit="abc")) == ("input", "tag")


async def test_a_secret_is_no_variable_of_a_build(stage: BuildkiteStage) -> None:
    variables = (Variable("A", "1"), Variable("TOKEN", "CANARY", encrypted=True))
    command = RunPipeline(pipeline=await new_pipeline(stage), branch="main", variables=variables)

    problem = await stage.refused(command, mutation_errors.NotSupportedError, calls=0)

    assert problem.path == ("input", "variables", "1", "encrypted")
    assert "CANARY" not in repr(problem)


async def test_what_cannot_be_sent_is_refused_by_name(stage: BuildkiteStage) -> None:
    pipeline = await new_pipeline(stage)
    nothing = RunPipeline(pipeline=pipeline, branch="main", pull_request=PullRequestOf(number=0))

    assert await stage.invalid(nothing) == ("input", "pullRequest", "number")
    assert await stage.invalid(RunPipeline(pipeline=pipeline, vendor_options={"x": 1})) == ("input", "vendorOptions")
    for given in ({"yaml": "steps: []"}, {"no_cache": True}, {"trigger": "x"}, {"only_steps": ("a",)}):
        await stage.refused(RunPipeline(pipeline=pipeline, **given), mutation_errors.NotSupportedError, calls=0)


@pytest.mark.parametrize("branch", ["main", None])
@pytest.mark.parametrize("full", [True, False])
async def test_an_archived_pipeline_is_a_conflict_not_a_missing_permission(
    stage: BuildkiteStage, branch: str | None, full: bool
) -> None:
    key = await new_pipeline(stage)
    pipeline = key if full else PipelineKey(key.provider, (*key.parts[:2], ""))
    await stage.done(ArchivePipeline(pipeline=pipeline))

    command = RunPipeline(pipeline=pipeline, branch=branch)
    problem = await stage.refused(command, mutation_errors.ConflictError, calls=2 if branch and not full else 1)

    assert "archived" in problem.message


async def test_a_refusal_that_cannot_be_explained_stays_what_it_is(stage: BuildkiteStage) -> None:
    key = await new_pipeline(stage)
    pipeline = PipelineKey(key.provider, (*key.parts[:2], ""))
    await stage.done(ArchivePipeline(pipeline=pipeline))
    stage.simulator.control.add_fault(Fault(r"/pipelines/[^/]+$", status=500))

    await stage.refused(RunPipeline(pipeline=pipeline, branch="main"), mutation_errors.PermissionDeniedError)


async def test_a_branch_that_is_filtered_away_is_told_at_the_branch(stage: BuildkiteStage) -> None:
    pipeline = await new_pipeline(stage)
    await stage.done(UpdatePipeline(pipeline=pipeline, branch_filter="main"))

    assert await stage.invalid(RunPipeline(pipeline=pipeline, branch="side"), calls=2) == ("input", "branch")
    assert await stage.sent(RunPipeline(pipeline=pipeline, branch="side", ignore_branch_filters=True))


async def test_all_complaints_of_the_vendor_are_told_each_at_its_field(stage: BuildkiteStage) -> None:
    errors = [{"field": "commit", "code": "missing"}, {"field": "env", "code": "is too long"}, {"field": "pull_request_id"}]
    stage.answer("/builds$", 422, "Validation Failed", method="POST", errors=errors)

    performed = await stage.perform(RunPipeline(pipeline=await new_pipeline(stage), branch="main", commit="x"))

    assert [(problem.path, problem.message) for problem in performed.errors] == [
        (("input", "commit"), "commit: missing"),
        (("input", "variables"), "env: is too long"),
        (("input", "pullRequest", "number"), "pull_request_id: is not valid"),
    ]


async def test_the_answer_is_the_whole_build_under_its_full_key(stage: BuildkiteStage) -> None:
    pipeline = await new_pipeline(stage)

    changed = await stage.provider.commands[RunPipeline].handle(RunPipeline(pipeline=pipeline, branch="main"))

    [build] = changed.values
    assert changed.keys == (build.key,)
    assert build.key.parts[3:] == (build.external_id, str(milliseconds(build.created_at)))
    assert build.pipeline == pipeline
    shown = await build_at(stage, build.key)
    assert (shown.key, shown.status, shown.created_at) == (build.key, build.status, build.created_at)


async def test_a_finished_build_cannot_be_canceled_in_the_vendors_words(stage: BuildkiteStage) -> None:
    build = await new_build(stage, after_s=LONG_S)

    problem = await stage.refused(CancelRun(run=build), mutation_errors.ConflictError, calls=2)

    assert problem.message == "Build can't be canceled because it's already finished."
    stage.answer("/cancel$", 422, "A reason that nobody has documented")
    await stage.refused(CancelRun(run=build), mutation_errors.ConflictError, calls=2)


async def test_a_run_of_another_kind_is_a_damaged_id(stage: BuildkiteStage) -> None:
    for command in (CancelRun, RetryRun):
        execution = ExecutionKey(stage.provider.name, ("a", "b", "1", "", ""))

        assert await stage.invalid(command(run=execution)) == ("input", "runId")


async def test_handlers_raise_typed_errors(stage: BuildkiteStage) -> None:
    build = await new_build(stage, after_s=LONG_S)

    with pytest.raises(ConflictError) as caught:
        await stage.provider.commands[CancelRun].handle(CancelRun(run=build))
    assert (caught.value.provider, caught.value.sent) == (stage.provider.name, True)
    assert caught.value.request_id
    with pytest.raises(InvalidInputError):
        await stage.provider.commands[CancelRun].handle(CancelRun(run=BuildKey(stage.provider.name, ("a",))))
