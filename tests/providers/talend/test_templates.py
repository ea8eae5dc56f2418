"""Records made into commands by the templates of destinations, and what the vendor then has."""

from typing import Any

import pytest

from gateway.domain.commands.command import Changed, Command
from gateway.domain.commands.runs import RunPipeline
from gateway.domain.errors import ConflictError, InvalidInputError, NotFoundError
from gateway.domain.keys import PipelineKey
from gateway.domain.template import Filled
from gateway.operations.checks import check_supported, check_values
from gateway.providers.talend.keys import is_uuid
from tests.contract.commands.example import Stage
from tests.contract.commands.examples import talend_work as ground
from tests.providers.talend.definitions_told import NOWHERE, reads, writes
from tests.providers.talend.opened import NAME

pytestmark = pytest.mark.anyio

PARAMETERS = {"run-task": "task", "run-plan": "plan", "pause-pipeline": "pipeline", "resume-pipeline": "pipeline"}
START, START_PLAN = "/processing/executions", "/processing/executions/plans"
UUID = "0f8fad5b-d9cb-469f-a165-70867728950e"


async def made(stage: Stage, name: str, pipeline: str, record: Any = None, used: tuple[str, ...] = ()) -> Command:
    """Without a record, of the template's example."""
    template = stage.provider.templates[name]
    content = template.example if record is None else record
    parameters = {PARAMETERS[name]: pipeline}
    stage.simulator.control.reset_calls()
    command = await template.make(Filled(parameters=parameters, record=content, used=frozenset(used)))
    assert isinstance(command, template.command)
    return command


async def carried_out(stage: Stage, command: Command) -> Changed:
    handling = stage.provider.commands[type(command)]
    check_values(command)
    check_supported(command, handling, NAME)
    return await handling.handle(command)


async def wrong(stage: Stage, name: str, record: Any, used: tuple[str, ...] = ()) -> InvalidInputError:
    """What is said of a record for a plan or task that is not there; it names the place."""
    with pytest.raises(InvalidInputError) as caught:
        await made(stage, name, NOWHERE, record, used)
    assert stage.simulator.control.calls_total == 0
    assert caught.value.field is not None
    assert f"`{caught.value.field.removeprefix('record.')}`" in caught.value.message
    return caught.value


async def test_the_vendors_calls_are_offered_each_with_what_it_must_be_told(work: Stage) -> None:
    templates = work.provider.templates

    assert [(name, template.name) for name, template in templates.items()] == [(name, name) for name in PARAMETERS]
    assert [template.title for template in templates.values()] == ["Run Task", "Run Plan", "Pause Pipeline", "Resume Pipeline"]
    assert [name for name, template in templates.items() if not template.takes_record] == ["run-plan"]
    assert not any(template.destroys for template in templates.values())
    for name, template in templates.items():
        [parameter] = template.parameters
        assert (parameter.name, parameter.required) == (PARAMETERS[name], True)
        assert parameter.description
        assert parameter.example
        assert bool(template.example) == template.takes_record


async def test_a_record_starts_a_task_in_the_vendors_words(work: Stage) -> None:
    task = await ground.new_task(work)

    command = await made(work, "run-task", task.parts[1])
    assert work.simulator.control.calls_total == 0
    changed = await carried_out(work, command)

    example = work.provider.templates["run-task"].example
    assert writes(work) == [("POST", START, {"executable": task.parts[1], **example})]
    run = await ground.execution(work, changed.keys[0])
    assert run.pipeline == task


async def test_the_mutations_words_mean_the_same(work: Stage) -> None:
    task = await ground.new_task(work)
    record = {"variables": [{"name": "size", "value": 500}], "logLevel": "OFF", "timeoutSeconds": 61}

    await carried_out(work, await made(work, "run-task", task.parts[1], record))

    body = {"executable": task.parts[1], "parameters": {"size": "500"}, "logLevel": "OFF", "timeout": 2}
    assert writes(work) == [("POST", START, body)]


async def test_the_vendors_whole_body_starts_the_task_that_it_names(work: Stage) -> None:
    task = await ground.new_task(work)
    body = {"executable": task.parts[1], "parameters": {"mode": "full"}, "timeout": 5}

    await carried_out(work, await made(work, "run-task", task.parts[1], body, ("executable",)))

    assert writes(work) == [("POST", START, body)]


async def test_nulls_are_as_if_not_given(work: Stage) -> None:
    task = await ground.new_task(work)
    record = {"parameters": None, "logLevel": None, "timeout": None}

    assert await made(work, "run-task", task.parts[1], record) == RunPipeline(pipeline=task)


async def test_a_plan_is_started(work: Stage) -> None:
    plan = await ground.new_plan(work)

    command = await made(work, "run-plan", plan.parts[1])
    assert work.simulator.control.calls_total == 0
    changed = await carried_out(work, command)

    assert writes(work) == [("POST", START_PLAN, {"executable": plan.parts[1]})]
    run = await ground.execution(work, changed.keys[0])
    assert run.pipeline == plan


@pytest.mark.parametrize(("which", "calls"), [("task", 1), ("new plan", 1), ("old plan", 2)])
async def test_a_pipeline_is_paused_and_resumed_whichever_it_is(work: Stage, which: str, calls: int) -> None:
    pipeline = await {"task": ground.new_task, "new plan": ground.new_plan, "old plan": old_plan}[which](work)

    pausing = await made(work, "pause-pipeline", pipeline.parts[1])
    assert (work.simulator.control.calls_total, len(reads(work))) == (calls, calls)
    await carried_out(work, pausing)
    paused = await ground.pipeline(work, pipeline)
    await carried_out(work, await made(work, "resume-pipeline", pipeline.parts[1]))
    resumed = await ground.pipeline(work, pipeline)

    assert pausing.subject == pipeline
    assert (paused.paused, paused.pause and paused.pause.reason) == (True, "The warehouse is closed")
    assert resumed.paused is False


async def old_plan(stage: Stage) -> PipelineKey:
    """Its id is like a task's."""
    plans = ground.app_of(stage).tenant.plans
    return PipelineKey(NAME, ("plan", next(each for each in plans if not is_uuid(each))))


async def test_a_pause_needs_no_reason_and_takes_the_vendors_word_for_one(work: Stage) -> None:
    task = await ground.new_task(work)

    await carried_out(work, await made(work, "pause-pipeline", task.parts[1], {}))
    bare = writes(work)
    await carried_out(work, await made(work, "resume-pipeline", task.parts[1], {"pauseContext": "done"}))

    assert [body for *_, body in (*bare, *writes(work))] == [{"pause": True}, {"pause": False, "pauseContext": "done"}]


@pytest.mark.parametrize("name", ["pause-pipeline", "resume-pipeline"])
async def test_what_is_neither_task_nor_plan_is_not_found(work: Stage, name: str) -> None:
    for wanted, calls in ((NOWHERE, 2), (UUID, 2), ("no id", 0)):
        with pytest.raises(NotFoundError) as caught:
            await made(work, name, wanted)
        assert caught.value.field == "parameters.pipeline"
        assert work.simulator.control.calls_total == calls


@pytest.mark.parametrize("name", ["run-task", "run-plan"])
async def test_a_task_or_plan_that_is_not_there_is_not_found(work: Stage, name: str) -> None:
    with pytest.raises(NotFoundError) as caught:
        await made(work, name, "no id")
    assert caught.value.field == f"parameters.{PARAMETERS[name]}"

    command = await made(work, name, NOWHERE)
    with pytest.raises(NotFoundError):
        await carried_out(work, command)


async def test_a_plan_is_no_task(work: Stage) -> None:
    plan = await ground.new_plan(work)

    command = await made(work, "run-task", plan.parts[1])

    assert command.subject == PipelineKey(NAME, ("task", plan.parts[1]))
    with pytest.raises((NotFoundError, ConflictError)):
        await carried_out(work, command)


@pytest.mark.parametrize("text", ["", "..", ".", "a/../b", "a\\..", "a\nb", "a\x00", "\ud800"])
@pytest.mark.parametrize("name", PARAMETERS)
async def test_no_parameter_leaves_its_place_in_the_address(work: Stage, name: str, text: str) -> None:
    with pytest.raises(InvalidInputError, match=f"`parameters.{PARAMETERS[name]}`") as caught:
        await made(work, name, text)

    assert caught.value.field == f"parameters.{PARAMETERS[name]}"
    assert work.simulator.control.calls_total == 0


@pytest.mark.parametrize("name", PARAMETERS)
async def test_an_attribute_that_means_nothing_is_named(work: Stage, name: str) -> None:
    record = {**work.provider.templates[name].example, "executable": NOWHERE, "colour": "red"}

    problem = await wrong(work, name, record, ("executable",))

    assert problem.field == "record.colour"
    assert "excludeAttributes" in problem.message
    assert "`executable`" not in problem.message


async def test_a_plan_takes_nothing_of_a_record(work: Stage) -> None:
    for given in ({"parameters": {"a": "b"}}, {"logLevel": "OFF"}, {"branch": "main"}):
        assert (await wrong(work, "run-plan", given)).field == f"record.{next(iter(given))}"


@pytest.mark.parametrize(
    ("record", "field"),
    [
        ({"parameters": "a=b"}, "parameters"),
        ({"parameters": {"a": [1]}}, "parameters.a"),
        ({"parameters": {"a": "1"}, "variables": {"a": "1"}}, "variables"),
        ({"logLevel": 3}, "logLevel"),
        ({"timeout": "30"}, "timeout"),
        ({"timeout": True}, "timeout"),
        ({"timeout": 10**400}, "timeout"),
        ({"timeout": 1, "timeoutSeconds": 60}, "timeoutSeconds"),
        ({"pipelineId": "x"}, "pipelineId"),
    ],
)
async def test_what_a_record_cannot_mean_is_told_by_its_own_name(work: Stage, record: dict[str, Any], field: str) -> None:
    assert (await wrong(work, "run-task", record)).field == f"record.{field}"


@pytest.mark.parametrize("minutes", [0, -1, 1e300])
async def test_a_time_limit_that_cannot_be_is_refused_before_anything_is_sent(work: Stage, minutes: float) -> None:
    command = await made(work, "run-task", NOWHERE, {"timeout": minutes})

    with pytest.raises(InvalidInputError) as caught:
        await carried_out(work, command)
    assert caught.value.field == "timeout_s"
    assert work.simulator.control.calls_total == 0
