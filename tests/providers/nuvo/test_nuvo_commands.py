"""What is sent to nuvo to change something, and what its answers come to. The rest is in tests/contract/commands."""

import json

import pytest

from gateway.domain import mutation_errors
from gateway.domain.commands.pipelines import DeletePipeline, PausePipeline, ReplacePipeline, UpdatePipeline
from gateway.domain.commands.runs import RunPipeline
from gateway.domain.keys import PipelineKey
from gateway.domain.provider import ProviderKind
from gateway.providers.nuvo.simulator import SIMULATOR, NuvoSimulator
from gateway.simulation.clock import ManualClock
from gateway.simulation.control import Fault
from gateway.simulation.server import start
from tests.contract.commands.conftest import case_of
from tests.contract.commands.example import Stage
from tests.contract.conftest import NOW

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def simulator():
    with start(SIMULATOR, clock=ManualClock(NOW)) as running:
        yield running


@pytest.fixture
async def stage(simulator):
    simulator.control.clear_faults()
    provider = case_of(ProviderKind.NUVO).connect(simulator.base_url, simulator.token, 2.0)
    simulator.control.reset_calls()
    yield Stage(provider=provider, simulator=simulator, clock=simulator.clock)
    await provider.close()


@pytest.fixture
def app(simulator) -> NuvoSimulator:
    return simulator.app


@pytest.fixture
def made(app):
    """A pipeline at the vendor, switched on, whose source holds one file."""
    pipeline = app.world.pipelines[0]
    pipeline.active, pipeline.script.files = True, 1
    return pipeline


def key(stage, pipeline) -> PipelineKey:
    return PipelineKey(stage.provider.name, (pipeline.id,))


def sent(stage, method):
    return [
        json.loads(call.body or b"null")
        for call in stage.simulator.control.calls
        if call.method == method and "auth" not in call.raw_path
    ]


@pytest.mark.parametrize("files", [0, 1, 3])
async def test_a_run_is_as_many_executions_as_there_are_files(stage, made, files):
    made.script.files = files

    performed = await stage.done(RunPipeline(pipeline=key(stage, made)))

    assert len(performed.keys) == files
    assert len(set(performed.keys)) == files
    assert sent(stage, "POST") == [{"pipeline_id": made.id}]


async def test_an_answer_with_one_object_instead_of_a_list_is_one_execution(stage, app, made):
    app.settings.create_shape = "object"
    try:
        performed = await stage.done(RunPipeline(pipeline=key(stage, made)))
    finally:
        app.settings.create_shape = "list"

    assert len(performed.keys) == 1


async def test_a_pipeline_that_is_switched_off_is_refused_in_the_vendors_words(stage, made):
    made.active = False

    (problem,) = (await stage.perform(RunPipeline(pipeline=key(stage, made)))).errors

    assert isinstance(problem, mutation_errors.InvalidInputError)
    assert "not active" in problem.message


async def test_a_token_that_is_refused_is_renewed_and_the_write_is_made_once(stage, app, made):
    await stage.done(RunPipeline(pipeline=key(stage, made)))
    before = len(app.world.executions)
    stage.simulator.control.add_fault(Fault(r"/execution/$", method="POST", status=401, times=1))

    performed = await stage.done(RunPipeline(pipeline=key(stage, made)))

    assert performed.receipt.status == 201
    assert len(app.world.executions) == before + 1


async def test_a_changed_name_keeps_all_that_the_definition_holds(stage, made):
    made.frequency, made.error_threshold, made.developer_mode = "DAILY", 7, True

    await stage.done(UpdatePipeline(pipeline=key(stage, made), name="Orders, renamed"))

    (body,) = sent(stage, "PUT")
    configuration = body["configuration"]
    assert body["name"] == "Orders, renamed"
    assert configuration["error_config"] == {"error_threshold": 7}
    assert configuration["schedule_config"] == {"frequency": "DAILY", "interval": 1}
    assert configuration["mapping_config"]["mappings"]
    assert {"id", "created_at", "updated_by"}.isdisjoint(body)


async def test_members_of_a_spec_replace_those_of_the_definition_one_by_one(stage, made):
    made.error_threshold = 7
    patch = {"configuration": {"error_config": {"error_threshold": 3}, "tdm": None}}

    await stage.done(UpdatePipeline(pipeline=key(stage, made), spec=patch))

    (body,) = sent(stage, "PUT")
    assert body["configuration"]["error_config"] == {"error_threshold": 3}
    assert "tdm" not in body["configuration"]
    assert body["configuration"]["input_connectors"]


async def test_a_replacement_is_sent_as_it_was_given(stage, made):
    spec = {"configuration": {"developer_mode": False}}

    await stage.done(ReplacePipeline(pipeline=key(stage, made), name="New", spec=spec))

    assert sent(stage, "PUT") == [{"name": "New", **spec}]


async def test_a_replacement_needs_a_definition(stage, made):
    (problem,) = (await stage.perform(ReplacePipeline(pipeline=key(stage, made), name="New"))).errors

    assert problem.path == ("input", "spec")
    assert stage.simulator.control.calls_total == 0


async def test_pausing_what_is_paused_sends_nothing(stage, made):
    made.active = False

    performed = await stage.done(PausePipeline(pipeline=key(stage, made)))

    assert performed.receipt is None
    assert sent(stage, "PUT") == []


async def test_a_reason_for_a_pause_is_nothing_that_can_be_kept(stage, made):
    (problem,) = (await stage.perform(PausePipeline(pipeline=key(stage, made), reason="freeze"))).errors

    assert isinstance(problem, mutation_errors.NotSupportedError)
    assert problem.path == ("input", "reason")


async def test_a_deleted_pipeline_answers_empty_or_with_a_word(stage, app):
    for answer, pipeline in zip(("message", "empty"), app.world.pipelines[-2:], strict=True):
        app.settings.delete_answer = answer
        performed = await stage.done(DeletePipeline(pipeline=key(stage, pipeline)))
        assert performed.receipt.status in (200, 204)
