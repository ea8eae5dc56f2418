"""Annotations, agents and queues: what is sent, and what is refused."""

import pytest

from gateway.domain import mutation_errors
from gateway.domain.build_content import Annotation
from gateway.domain.commands.agents import PauseAgent, PauseQueue, ResumeAgent, ResumeQueue, StopAgent
from gateway.domain.commands.annotations import CreateAnnotation, DeleteAnnotation
from gateway.domain.commands.command import Command
from gateway.domain.errors import NotFoundError
from gateway.domain.keys import AnnotationKey, JobKey
from gateway.simulation.control import Fault
from tests.contract.commands.examples.buildkite_ground import NOWHERE, job_of, new_agent, new_build, new_queue
from tests.providers.buildkite.commanded import BuildkiteStage

pytestmark = pytest.mark.anyio


async def test_an_annotation_is_sent_with_what_is_given(stage: BuildkiteStage) -> None:
    build = await new_build(stage)
    job = (await job_of(stage, build)).key
    whole = CreateAnnotation(build=build, body="*Hi*", context="a/b", style="warning", priority=10, append=False)

    assert await stage.sent(whole) == {
        "body": "*Hi*",
        "context": "a/b",
        "style": "warning",
        "priority": 10,
        "append": False,
    }
    assert "/jobs/" not in stage.app.writes()[-1].raw_path
    assert await stage.sent(CreateAnnotation(build=build, body="Hi", job=job)) == {"body": "Hi"}
    assert stage.app.writes()[-1].raw_path.endswith(f"/jobs/{job.parts[3]}/annotations")


async def test_styles_and_priorities_are_those_of_the_vendor(stage: BuildkiteStage) -> None:
    build = await new_build(stage)

    for style in ("default", "Info", "fatal"):
        assert await stage.invalid(CreateAnnotation(build=build, body="x", style=style)) == ("input", "style")
    for priority in (0, 11):
        assert await stage.invalid(CreateAnnotation(build=build, body="x", priority=priority)) == ("input", "priority")


async def test_the_job_must_be_of_the_build(stage: BuildkiteStage) -> None:
    build, other = await new_build(stage), await new_build(stage)
    elsewhere = (await job_of(stage, other)).key
    absent = JobKey(build.provider, (*build.parts[:3], NOWHERE))

    foreign, damaged = JobKey("another", absent.parts), JobKey(build.provider, build.parts[:3])

    for job in (elsewhere, foreign, damaged):
        assert await stage.invalid(CreateAnnotation(build=build, body="x", job=job)) == ("input", "jobId")
    problem = await stage.refused(CreateAnnotation(build=build, body="x", job=absent), mutation_errors.NotFoundError, calls=1)
    assert problem.path == ("input", "jobId")


async def test_the_answer_is_the_whole_annotation(stage: BuildkiteStage) -> None:
    build = await new_build(stage)
    job = (await job_of(stage, build)).key

    changed = await stage.provider.commands[CreateAnnotation].handle(CreateAnnotation(build=build, body="x", job=job))

    [written] = changed.values
    assert (changed.keys, written.build, written.job, written.scope) == ((written.key,), build, job, "job")
    shown = await stage.read(written.key)
    assert isinstance(shown, Annotation)
    assert (shown.body_html, shown.created_at) == (written.body_html, written.created_at)


async def test_without_a_context_the_second_note_replaces_the_first(stage: BuildkiteStage) -> None:
    build = await new_build(stage)
    [first] = (await stage.done(CreateAnnotation(build=build, body="One"))).keys

    [second] = (await stage.done(CreateAnnotation(build=build, body="Two"))).keys

    shown = await stage.read(second)
    assert isinstance(shown, Annotation)
    assert (first, shown.context, shown.body_html) == (second, "default", "<p>Two</p>\n")
    notes = {capability.name: capability.note or "" for capability in stage.provider.capabilities}
    assert "Without `context` a second note replaces the first" in notes["createAnnotation"]


async def test_an_answer_that_leaves_the_job_out_is_still_of_the_job(stage: BuildkiteStage) -> None:
    build = await new_build(stage)
    job = (await job_of(stage, build)).key
    documented = '{"id":"a7c5b1d2-4f3e-4a1b-9c8d-6e2f1a3b4c5d","context":"default","style":null,"scope":"job"}'
    stage.simulator.control.add_fault(Fault("/annotations$", status=201, method="POST", body=documented, times=1))

    changed = await stage.provider.commands[CreateAnnotation].handle(CreateAnnotation(build=build, body="x", job=job))

    assert changed.values[0].job == job


async def test_complaints_about_an_annotation_are_told_at_its_fields(stage: BuildkiteStage) -> None:
    stage.answer("/annotations$", 422, "Validation Failed", method="POST", errors=[{"field": "body", "code": "is too long"}])

    assert await stage.invalid(CreateAnnotation(build=await new_build(stage), body="x"), calls=None) == ("input", "body")


async def test_one_that_only_its_job_knows_is_deleted_there(stage: BuildkiteStage) -> None:
    build = await new_build(stage)
    job = (await job_of(stage, build)).key
    [key] = (await stage.done(CreateAnnotation(build=build, body="x", job=job))).keys
    assert isinstance(key, AnnotationKey)
    stage.answer(r"/builds/\d+/annotations/", 404, "No annotation found", method="DELETE")

    await stage.done(DeleteAnnotation(annotation=key))

    assert stage.app.writes()[-1].raw_path.endswith(f"/jobs/{job.parts[3]}/annotations/{key.parts[3]}")
    with pytest.raises(NotFoundError):
        await stage.read(key)


async def test_one_that_is_nowhere_is_not_found_and_nothing_is_written(stage: BuildkiteStage) -> None:
    build = await new_build(stage)
    absent = AnnotationKey(build.provider, (*build.parts[:3], NOWHERE))

    problem = await stage.refused(DeleteAnnotation(annotation=absent), mutation_errors.NotFoundError, calls=2)

    assert problem.path == ("input", "annotationId")


async def test_a_stop_is_as_hard_as_the_vendor_makes_it_unless_told(stage: BuildkiteStage) -> None:
    assert await stage.sent(StopAgent(agent=new_agent(stage))) == {}
    assert await stage.sent(StopAgent(agent=new_agent(stage), force=False)) == {"force": False}
    assert await stage.sent(StopAgent(agent=new_agent(stage), force=True)) == {"force": True}


@pytest.mark.parametrize(("seconds", "minutes"), [(1, 1), (60, 1), (60.5, 2), (3600.0, 60)])
async def test_a_pause_is_never_shorter_than_was_asked_for(stage: BuildkiteStage, seconds: float, minutes: int) -> None:
    assert await stage.sent(PauseAgent(agent=new_agent(stage), timeout_s=seconds)) == {"timeout_in_minutes": minutes}


async def test_a_pause_without_a_time_leaves_it_to_the_vendor(stage: BuildkiteStage) -> None:
    assert await stage.sent(PauseAgent(agent=new_agent(stage), note="Disk check")) == {"note": "Disk check"}


@pytest.mark.parametrize("seconds", [float("inf"), float("nan"), 1e300, 0, -5])
async def test_a_pause_that_no_clock_counts_is_refused(stage: BuildkiteStage, seconds: float) -> None:
    assert await stage.invalid(PauseAgent(agent=new_agent(stage), timeout_s=seconds)) == ("input", "timeoutSeconds")


async def test_a_pause_that_is_too_long_for_the_vendor_is_told_at_its_field(stage: BuildkiteStage) -> None:
    command = PauseAgent(agent=new_agent(stage), timeout_s=7 * 86_400)

    assert await stage.invalid(command, calls=1) == ("input", "timeoutSeconds")


async def test_a_queues_note_has_the_name_of_the_examples(stage: BuildkiteStage) -> None:
    queue = new_queue(stage)

    assert await stage.sent(PauseQueue(queue=queue, note="Freeze")) == {"dispatch_paused_note": "Freeze"}
    assert await stage.sent(ResumeQueue(queue=queue)) == {}
    changed = await stage.provider.commands[PauseQueue].handle(PauseQueue(queue=queue))
    assert (changed.keys, changed.values[0].paused) == ((queue,), True)
    assert await stage.read(queue) == changed.values[0]


STATES = [
    (StopAgent, 400, "Can only stop connected agents"),
    (PauseAgent, 422, "Agent is already paused"),
    (PauseAgent, 422, "Only connected agents may be paused"),
    (ResumeAgent, 422, "Agent is not paused"),
    (PauseQueue, 422, "Cluster queue is already paused"),
    (ResumeQueue, 422, "Cluster queue is not paused"),
]


@pytest.mark.parametrize(("command", "status", "message"), STATES)
async def test_wrong_states_are_conflicts(stage: BuildkiteStage, command: type[Command], status: int, message: str) -> None:
    stage.answer("/(stop|pause|resume)", status, message, method="POST" if "Queue" in command.__name__ else "PUT")
    subject = new_queue(stage) if command.subject_field == "queue" else new_agent(stage)

    problem = await stage.refused(command(**{command.subject_field: subject}), mutation_errors.ConflictError, calls=1)

    assert problem.message == message


async def test_what_the_vendor_does_not_validate_is_no_state(stage: BuildkiteStage) -> None:
    for command in (PauseQueue(queue=new_queue(stage), note="x"), ResumeQueue(queue=new_queue(stage))):
        stage.answer("_dispatch$", 422, "Validation failed: Note is too long", method="POST")

        await stage.refused(command, mutation_errors.InvalidInputError, calls=1)
