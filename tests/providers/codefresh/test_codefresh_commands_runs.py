"""Builds are started and moved on: what is sent, what comes back, and what is refused before it is sent."""

import msgspec
import pytest

from gateway.domain import mutation_errors
from gateway.domain.build import Build
from gateway.domain.commands.command import Command, Variable
from gateway.domain.commands.runs import ApproveRun, CancelRun, DenyRun, RetryRun, RunMachine, RunPipeline
from gateway.domain.keys import BuildKey, ExecutionKey, PipelineKey
from gateway.domain.run import RunStatus, TriggerKind
from gateway.simulation.control import Fault
from tests.contract.commands.example import Stage
from tests.contract.commands.examples.codefresh_made import (
    NOWHERE,
    OVER_AFTER_S,
    finished_build,
    new_build,
    new_pipeline,
    waiting_build,
)
from tests.providers.codefresh.opened import NAME, app_of
from tests.providers.codefresh.written import refused, refused_unasked, routes, sent

pytestmark = pytest.mark.anyio


async def test_every_option_of_a_run_stands_where_the_vendor_has_it(stage: Stage) -> None:
    pipeline = await new_pipeline(stage)
    stage.simulator.control.reset_calls()

    await stage.done(
        RunPipeline(
            pipeline=pipeline,
            branch="main",
            commit="0f3d5b7a",
            variables=(Variable("A", "1"), Variable("B", "2")),
            contexts=("shared-config",),
            yaml="steps:\n  one:\n    image: alpine\n",
            no_cache=True,
            no_vendor_cache=False,
            reset_volume=True,
            enable_notifications=False,
            skip_steps=("lint",),
            only_steps=("one",),
            machine=RunMachine(cpu="2", memory="4Gi", disk="10", runtime="prod/codefresh", pack="large"),
            vendor_options={"annotations": {"why": "release"}},
        )
    )

    assert sent(stage, "POST") == {
        "branch": "main",
        "sha": "0f3d5b7a",
        "variables": {"A": "1", "B": "2"},
        "contexts": ["shared-config"],
        "userYamlDescriptor": "steps:\n  one:\n    image: alpine\n",
        "options": {
            "noCache": True,
            "noCfCache": False,
            "resetVolume": True,
            "enableNotifications": False,
            "skip": ["lint"],
            "only": ["one"],
        },
        "userMachineConfig": {"cpu": "2", "memory": "4Gi", "disk": "10", "runtimeName": "prod/codefresh", "packName": "large"},
        "annotations": {"why": "release"},
    }
    assert routes(stage) == [f"POST /pipelines/run/{pipeline.parts[0]}"]


async def test_an_encrypted_variable_makes_the_list_of_them(stage: Stage) -> None:
    pipeline = await new_pipeline(stage)
    stage.simulator.control.reset_calls()

    await stage.done(RunPipeline(pipeline=pipeline, variables=(Variable("A", "1"), Variable("B", "hush", True))))

    assert sent(stage, "POST") == {"variables": [{"key": "A", "value": "1"}, {"key": "B", "value": "hush", "encrypted": True}]}


@pytest.mark.parametrize("quoted", [True, False])
async def test_the_new_builds_id_comes_as_a_json_string_or_as_plain_text(stage: Stage, quoted: bool) -> None:
    pipeline = await new_pipeline(stage)
    body = f'"{NOWHERE}"' if quoted else f"{NOWHERE}\n"
    stage.simulator.control.add_fault(Fault("/pipelines/run/", status=200, body=body))

    performed = await stage.done(RunPipeline(pipeline=pipeline))

    assert performed.keys == (BuildKey(NAME, (NOWHERE, pipeline.parts[0])),)


@pytest.mark.parametrize("body", ['{"id":"x"}', '"not an id"', "", "12"])
async def test_an_answer_without_an_id_leaves_it_open_what_was_started(stage: Stage, body: str) -> None:
    pipeline = await new_pipeline(stage)
    stage.simulator.control.add_fault(Fault("/pipelines/run/", status=200, body=body))

    problem = await refused(stage, RunPipeline(pipeline=pipeline), mutation_errors.UnknownOutcomeError)

    assert problem.cause == "UPSTREAM_MALFORMED"


async def test_a_build_that_is_not_found_yet_has_a_stand_in(stage: Stage) -> None:
    app_of(stage.simulator).settings.new_build_hidden_s = 5
    pipeline = await new_pipeline(stage)

    performed = await stage.done(RunPipeline(pipeline=pipeline))

    [build] = performed.stand_ins
    assert isinstance(build, Build)
    assert (build.key, build.pipeline, build.status, build.provisional) == (performed.keys[0], pipeline, RunStatus.QUEUED, True)
    assert build.trigger.kind is TriggerKind.API
    assert build.url == f"https://g.codefresh.io/build/{build.external_id}"
    stage.clock.advance(6)
    found = await stage.read(performed.keys[0])
    assert isinstance(found, Build)
    assert not found.provisional
    assert abs((found.created_at - build.created_at).total_seconds()) < 2


@pytest.mark.parametrize(
    ("command", "path"),
    [
        ({"branch": "two words"}, ("input", "branch")),
        ({"commit": "HEAD~1"}, ("input", "commit")),
        ({"trigger": "never-heard-of"}, ("input", "trigger")),
        ({"contexts": ("never-heard-of",)}, ("input", "contexts")),
        ({"yaml": "stages: [a]"}, ("input", "yaml")),
    ],
)
async def test_what_the_vendor_complains_about_is_told_by_our_names(stage: Stage, command: dict[str, object], path: object) -> None:
    pipeline = await new_pipeline(stage)

    problem = await refused(
        stage, msgspec.structs.replace(RunPipeline(pipeline=pipeline), **command), mutation_errors.InvalidInputError
    )

    assert problem.path == path


@pytest.mark.parametrize("field", ["tag", "message", "metadata", "clean_checkout", "log_level", "timeout_s"])
async def test_options_of_other_vendors_are_refused_by_name(stage: Stage, field: str) -> None:
    values = {"metadata": (), "clean_checkout": True, "timeout_s": 5.0}
    from gateway.domain.commands.command import Pair

    values["metadata"] = (Pair("a", "b"),)
    command = RunPipeline(pipeline=PipelineKey(NAME, (NOWHERE,)), **{field: values.get(field, "x")})

    problem = await refused_unasked(stage, command, mutation_errors.NotSupportedError)

    assert len(problem.path) == 2


async def test_a_retry_is_a_new_build_of_the_same_pipeline(stage: Stage) -> None:
    old = await finished_build(stage)
    stage.simulator.control.reset_calls()

    performed = await stage.done(RetryRun(run=old))

    [key] = performed.keys
    assert key.parts[0] != old.parts[0]
    assert key.parts[1] == old.parts[1]
    assert routes(stage) == [f"GET /builds/{old.parts[0]}", f"GET /builds/rebuild/{old.parts[0]}"]
    [stand_in] = performed.stand_ins
    assert (stand_in.retry_of, stand_in.trigger.kind) == (old, TriggerKind.RETRY)
    assert len(app_of(stage.simulator).journal.of("build.rebuild", old.parts[0])) == 1


async def test_a_retry_goes_over_the_whole_build(stage: Stage) -> None:
    build = BuildKey(NAME, (NOWHERE, NOWHERE))

    problem = await refused_unasked(stage, RetryRun(run=build, failed_only=True), mutation_errors.NotSupportedError)

    assert problem.path == ("input", "failedOnly")


async def test_a_build_is_ended_by_its_progress(stage: Stage) -> None:
    build = await new_build(stage)
    app_of(stage.simulator).settings.terminate_by_build_id = False
    stage.simulator.control.reset_calls()

    await stage.done(CancelRun(run=build))

    asked, ended = routes(stage)
    assert asked == f"GET /builds/{build.parts[0]}"
    assert ended.startswith("DELETE /progress/")
    assert build.parts[0] not in ended


async def test_a_finished_build_is_a_conflict_and_nothing_is_sent(stage: Stage) -> None:
    build = await finished_build(stage)
    stage.simulator.control.reset_calls()

    await refused(stage, CancelRun(run=build), mutation_errors.ConflictError)

    assert routes(stage) == [f"GET /builds/{build.parts[0]}"]


async def test_a_build_that_is_being_ended_is_left_alone(stage: Stage) -> None:
    build = await new_build(stage)
    await stage.done(CancelRun(run=build))
    stage.simulator.control.reset_calls()

    performed = await stage.done(CancelRun(run=build))

    assert performed.keys == (build,)
    assert routes(stage) == [f"GET /builds/{build.parts[0]}"]


async def test_a_build_without_a_progress_cannot_be_ended_yet(stage: Stage) -> None:
    build = await new_build(stage)
    held = app_of(stage.simulator).world.builds.get(build.parts[0])
    assert held is not None
    held.facts = {name: value for name, value in held.facts.items() if name != "progress"}
    held.reschedule(held.phases)

    problem = await refused(stage, CancelRun(run=build), mutation_errors.ConflictError)

    assert "no progress yet" in problem.message


async def test_a_build_that_ends_meanwhile_is_a_conflict_too(stage: Stage) -> None:
    build = await new_build(stage)
    stage.simulator.control.add_fault(Fault("/progress/", status=400, body='{"status":400,"message":"The build is over already"}'))

    problem = await refused(stage, CancelRun(run=build), mutation_errors.ConflictError)

    assert problem.message == "The build is over already"


async def test_a_progress_that_is_gone_is_a_conflict_because_the_build_was_there(stage: Stage) -> None:
    build = await new_build(stage)
    body = '{"status":404,"message":"Could not find progress: x"}'
    stage.simulator.control.add_fault(Fault("/progress/", method="DELETE", status=404, body=body))

    problem = await refused(stage, CancelRun(run=build), mutation_errors.ConflictError)

    assert problem.message.endswith("Could not find progress: x")


async def test_an_end_that_came_by_itself_meanwhile_is_told_as_done(stage: Stage) -> None:
    """The vendor is taken to say nothing of it: the note says so."""
    build = await new_build(stage)
    stage.simulator.control.add_fault(Fault("/progress/", method="DELETE", status=200, body="{}"))

    await stage.done(CancelRun(run=build))


@pytest.mark.parametrize("said", ["Could not find it", "failed: context not found"])
async def test_a_run_that_was_started_before_a_500_is_never_sent_twice(stage: Stage, said: str) -> None:
    """Whatever the 500 says."""
    pipeline = await new_pipeline(stage)
    body = f'{{"status":500,"message":"{said}","error":"{said}"}}'
    stage.simulator.control.add_fault(Fault("/pipelines/run/", status=500, body=body, perform=True))

    performed = [await stage.perform(RunPipeline(pipeline=pipeline), key=pipeline.parts[0]) for _ in range(2)]

    for each in performed:
        [problem] = each.errors
        assert isinstance(problem, mutation_errors.UnknownOutcomeError)
        assert problem.cause == "UPSTREAM_UNAVAILABLE"
    assert len(app_of(stage.simulator).journal.of("pipeline.run", pipeline.parts[0])) == 1
    assert stage.provider.monitor.health().last_failure is not None


@pytest.mark.parametrize("status", [400, 404])
@pytest.mark.parametrize(
    ("said", "path"),
    [
        ("Could not find trigger: nope", ("input", "trigger")),
        ("Could not find context: nope", ("input", "contexts")),
        ("Could not find branch nope", ("input", "branch")),
    ],
)
async def test_what_the_body_names_and_is_not_there_is_bad_input(
    stage: Stage, status: int, said: str, path: tuple[str, ...]
) -> None:
    pipeline = await new_pipeline(stage)
    body = f'{{"status":{status},"message":"{said}"}}'
    stage.simulator.control.add_fault(Fault("/pipelines/run/", status=status, body=body))

    problem = await refused(stage, RunPipeline(pipeline=pipeline, trigger="nope"), mutation_errors.InvalidInputError)

    assert problem.path == path


async def test_the_pipeline_itself_is_not_found_by_a_400_too(stage: Stage) -> None:
    body = '{"status":400,"message":"Could not find pipeline: x"}'
    stage.simulator.control.add_fault(Fault("/pipelines/run/", status=400, body=body))

    problem = await refused(stage, RunPipeline(pipeline=await new_pipeline(stage)), mutation_errors.NotFoundError)

    assert problem.path == ("input", "pipelineId")


async def test_a_machine_of_nothing_is_left_out(stage: Stage) -> None:
    pipeline = await new_pipeline(stage)
    stage.simulator.control.reset_calls()

    await stage.done(RunPipeline(pipeline=pipeline, machine=RunMachine()))

    assert sent(stage, "POST") == {}


async def test_stars_are_no_value_of_a_run(stage: Stage) -> None:
    command = RunPipeline(pipeline=PipelineKey(NAME, (NOWHERE,)), variables=(Variable("TOKEN", "*****", True),))

    problem = await refused_unasked(stage, command, mutation_errors.InvalidInputError)

    assert problem.path == ("input", "variables")


@pytest.mark.parametrize("answer", [ApproveRun, DenyRun])
async def test_an_approval_is_one_state_changing_get_behind_a_look(stage: Stage, answer: type[ApproveRun | DenyRun]) -> None:
    build = await waiting_build(stage)
    stage.simulator.control.reset_calls()

    await stage.done(answer(run=build))

    word = "approve" if answer is ApproveRun else "deny"
    assert routes(stage) == [f"GET /builds/{build.parts[0]}", f"GET /workflow/{build.parts[0]}/pending-approval/{word}"]
    assert len(app_of(stage.simulator).journal.of(f"build.{word}", build.parts[0])) == 1


async def test_who_answers_twice_is_told_so(stage: Stage) -> None:
    build = await waiting_build(stage)
    await stage.done(ApproveRun(run=build))

    problem = await refused(stage, ApproveRun(run=build), mutation_errors.ConflictError)

    assert "not pending approval" in problem.message


@pytest.mark.parametrize("command", [CancelRun, RetryRun, ApproveRun, DenyRun])
async def test_the_build_of_another_pipeline_is_not_the_one_meant(stage: Stage, command: type[CancelRun]) -> None:
    build = await new_build(stage)
    other = BuildKey(NAME, (build.parts[0], NOWHERE))

    stage.simulator.control.reset_calls()

    problem = await refused(stage, command(run=other), mutation_errors.NotFoundError)

    assert problem.path == ("input", "runId")
    assert routes(stage) == [f"GET /builds/{build.parts[0]}"]


@pytest.mark.parametrize("command", [CancelRun, RetryRun, ApproveRun, DenyRun])
async def test_executions_are_nothing_of_this_vendor(stage: Stage, command: type[CancelRun]) -> None:
    about: Command = command(run=ExecutionKey(NAME, ("a", "b")))

    await refused_unasked(stage, about, mutation_errors.InvalidInputError)


async def test_a_build_of_a_pipeline_that_is_gone_cannot_be_repeated(stage: Stage) -> None:
    build = await new_build(stage)
    stage.clock.advance(OVER_AFTER_S)
    from gateway.domain.commands.pipelines import DeletePipeline

    await stage.done(DeletePipeline(pipeline=PipelineKey(NAME, (build.parts[1],))))

    problem = await refused(stage, RetryRun(run=build), mutation_errors.NotFoundError)

    assert "pipeline" in problem.message
