"""Records made into commands by the template of destinations, and what the vendor then has."""

from typing import Any

import msgspec
import pytest

from gateway.domain.commands.runs import RunPipeline
from gateway.domain.errors import InvalidInputError, NotFoundError
from gateway.domain.keys import PipelineKey
from gateway.domain.provider import Provider
from gateway.domain.template import Filled
from gateway.operations.checks import check_supported, check_values
from gateway.simulation.server import RunningSimulator
from tests.providers.nuvo.dialect import app_of
from tests.providers.nuvo.opened import NAME

pytestmark = pytest.mark.anyio

ID = "65f0c2d3e4b5a69788000001"


async def made(provider: Provider, pipeline: str, record: Any = None, used: tuple[str, ...] = ()) -> RunPipeline:
    template = provider.templates["create-execution"]
    content = template.example if record is None else record
    command = await template.make(Filled(parameters={"pipeline": pipeline}, record=content, used=frozenset(used)))
    assert isinstance(command, RunPipeline)
    return command


async def test_the_one_call_that_starts_something_is_offered(own_provider: Provider) -> None:
    [(name, template)] = own_provider.templates.items()

    assert (name, template.name, template.title) == ("create-execution", "create-execution", "Create Execution")
    assert (template.command, template.takes_record, template.destroys) == (RunPipeline, False, False)
    [parameter] = template.parameters
    assert (parameter.name, parameter.required) == ("pipeline", True)


async def test_a_pipeline_is_started_without_being_read(own: RunningSimulator, own_provider: Provider) -> None:
    world = app_of(own).world
    pipeline = world.pipelines[0]
    pipeline.active, pipeline.script.files = True, 2
    before = len(world.executions)

    command = await made(own_provider, pipeline.id)
    assert own.control.calls_total == 0
    handling = own_provider.commands[RunPipeline]
    check_values(command)
    check_supported(command, handling, NAME)
    changed = await handling.handle(command)

    new = world.executions[before:]
    assert [key.parts for key in changed.keys] == [(execution.id,) for execution in new]
    assert {execution.pipeline_id for execution in new} == {pipeline.id}
    bodies = [msgspec.json.decode(call.body) for call in own.control.calls if call.raw_path.endswith("/execution/")]
    assert bodies == [{"pipeline_id": pipeline.id}]


async def test_a_pipeline_that_is_not_there_is_not_found_when_the_command_is_carried_out(own_provider: Provider) -> None:
    command = await made(own_provider, ID)

    with pytest.raises(NotFoundError):
        await own_provider.commands[RunPipeline].handle(command)


async def test_a_record_is_no_part_of_the_call(provider: Provider, uneven: RunningSimulator) -> None:
    for record in ({"pipeline_id": ID, "branch": "main"}, {"colour": "red"}):
        name = [*record][-1]
        with pytest.raises(InvalidInputError, match=f"`{name}`.*excludeAttributes") as caught:
            await made(provider, ID, record, ("pipeline_id",))
        assert caught.value.field == f"record.{name}"

    used = await made(provider, ID, {"pipeline_id": ID}, ("pipeline_id",))
    assert used == RunPipeline(pipeline=PipelineKey(NAME, (ID,)))
    assert uneven.control.calls_total == 0


@pytest.mark.parametrize("text", ["", "..", ".", "a/../b", "a\nb", "a\x00", "\ud800"])
async def test_no_parameter_is_text_that_no_id_can_be(provider: Provider, text: str) -> None:
    with pytest.raises(InvalidInputError, match=r"`parameters\.pipeline`") as caught:
        await made(provider, text)

    assert caught.value.field == "parameters.pipeline"
