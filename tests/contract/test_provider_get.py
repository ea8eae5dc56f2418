"""`get_*`: an answer for each key, in any order, at no more than one call each."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest

from gateway.domain.errors import InvalidInputError, NotFoundError
from gateway.domain.keys import BuildKey, ExecutionKey, JobKey, Key, PipelineKey
from gateway.domain.page import RowFault
from gateway.domain.provider import Provider
from gateway.simulation.server import RunningSimulator
from tests.contract.case import Case
from tests.contract.nouns import ALL, Noun, pipelines_of, runs_of
from tests.contract.runs import Runs

pytestmark = pytest.mark.anyio

Get = Callable[[Sequence[Any]], Awaitable[Sequence[Any]]]


@pytest.fixture
async def values(noun: Noun, provider: Provider, simulator: RunningSimulator) -> list[Any]:
    found = await noun.sample(provider)
    assert len(found) > 1 or noun.port == "workspaces", "the simulator has none: the suite would prove nothing"
    simulator.control.reset_calls()
    return found


@pytest.fixture
def get(noun: Noun, provider: Provider) -> Get:
    async def read(keys: Sequence[Any]) -> Sequence[Any]:
        found: Sequence[Any] = await getattr(getattr(provider, noun.port), noun.get)(keys, ALL)
        return found

    return read


async def test_listed_values_are_found_again_by_their_keys(values: list[Any], get: Get) -> None:
    found = await get([value.key for value in values])

    assert [value.key for value in found] == [value.key for value in values]
    assert [value.external_id for value in found] == [value.external_id for value in values]


async def test_answers_follow_the_keys_whatever_their_order(values: list[Any], get: Get) -> None:
    keys = [value.key for value in values[::-1]]

    assert [value.key for value in await get([*keys, *keys[:3]])] == [*keys, *keys[:3]]


async def test_many_keys_cost_at_most_one_call_each(values: list[Any], get: Get, simulator: RunningSimulator) -> None:
    keys = [value.key for value in values]

    await get([*keys, *keys])

    assert len(simulator.control.calls) <= len(keys)


async def test_one_key_costs_one_call(values: list[Any], get: Get, simulator: RunningSimulator) -> None:
    await get([values[0].key])

    assert len(simulator.control.calls) == 1


async def test_no_keys_cost_nothing(get: Get, simulator: RunningSimulator) -> None:
    assert list(await get([])) == []
    assert simulator.control.calls == []


async def test_an_absent_one_is_a_value_and_harms_no_other(case: Case, values: list[Any], get: Get) -> None:
    present = [value.key for value in values[:4]]
    absent = case.absent(present[0])

    found = await get([present[0], absent, *present[1:]])

    assert isinstance(found[1], NotFoundError), found[1]
    assert [value.key for value in (found[0], *found[2:])] == present


async def test_a_single_absent_one_is_a_value(case: Case, values: list[Any], get: Get) -> None:
    (found,) = await get([case.absent(values[0].key)])

    assert isinstance(found, NotFoundError)
    assert found.provider == values[0].key.provider


@pytest.mark.parametrize("others", [0, 5])
async def test_another_run_under_the_same_number_is_not_the_one_asked_for(case: Case, provider: Provider, others: int) -> None:
    if case.replaced is None:
        return  # a run stands by an id that no other ever has
    some = await runs_of(provider)
    keys: list[Key] = [case.replaced(some[0].key), *(run.key for run in some[1 : 1 + others])]

    found = await Runs(provider).get(keys)

    assert isinstance(found[0], NotFoundError)
    assert [getattr(run, "key", None) for run in found[1:]] == keys[1:]


def _damaged(key: Key) -> list[Key]:
    """Keys of the same type with another number of parts."""
    return [type(key)(key.provider, parts) for parts in ((), key.parts[1:], (*key.parts, "x"), (*key.parts, "", ""))]


def _assert_not_ours(error: object, key: Key) -> None:
    assert type(error) is InvalidInputError, error
    assert (error.field, error.provider) == ("id", key.provider)
    assert "is not an id of this gateway" in error.message


async def test_a_damaged_id_is_a_value_costs_nothing_and_harms_no_other(
    values: list[Any], get: Get, simulator: RunningSimulator
) -> None:
    key = values[0].key
    alone = await get(_damaged(key))
    assert simulator.control.calls == []

    among = await get([*_damaged(key), key, *_damaged(key)])

    assert among[4].key == key
    for found in (alone, among[:4], among[5:]):
        for error in found:
            _assert_not_ours(error, key)


@pytest.mark.needs("jobs")
async def test_a_damaged_id_has_no_jobs_below_it_either(provider: Provider, simulator: RunningSimulator) -> None:
    assert provider.jobs is not None
    build = (await runs_of(provider, 1))[0]
    job = (await provider.jobs.list_jobs(build.key, None, 1, ALL)).items
    key = job[0].key if job and not isinstance(job[0], RowFault) else JobKey(build.key.provider, (*build.key.parts, "x"))
    simulator.control.reset_calls()

    for damaged in _damaged(build.key):
        assert isinstance(damaged, BuildKey)
        listings = [provider.jobs.list_jobs, *(port.list_annotations for port in (provider.annotations,) if port is not None)]
        for listing in listings:
            with pytest.raises(InvalidInputError) as caught:
                await listing(damaged, None, 5, ALL)
            _assert_not_ours(caught.value, damaged)
    for broken in _damaged(key):
        assert isinstance(broken, JobKey)
        with pytest.raises(InvalidInputError) as caught:
            await provider.jobs.read_log(broken, 100)
        _assert_not_ours(caught.value, broken)

    assert simulator.control.calls == []


async def test_a_damaged_id_has_no_runs_below_it_either(provider: Provider, simulator: RunningSimulator) -> None:
    pipeline = (await pipelines_of(provider, 1))[0].key
    pipelines = [each for each in _damaged(pipeline) if isinstance(each, PipelineKey)]
    simulator.control.reset_calls()

    for error in await Runs(provider).newest(pipelines, Runs(provider).query(), 2):
        _assert_not_ours(error, pipeline)
    if provider.triggers is not None:
        for error in await provider.triggers.list_triggers(pipelines, ALL):
            _assert_not_ours(error, pipeline)
    for damaged in pipelines:
        with pytest.raises(InvalidInputError) as caught:
            await anext(Runs(provider).stream(Runs(provider).query(pipelines=(damaged,)), page_size=2))
        _assert_not_ours(caught.value, damaged)

    assert simulator.control.calls == []


@pytest.mark.needs("executions")
async def test_a_damaged_id_has_nothing_below_its_execution(provider: Provider, simulator: RunningSimulator) -> None:
    assert provider.executions is not None
    execution = (await runs_of(provider, 1))[0]
    simulator.control.reset_calls()

    for damaged in _damaged(execution.key):
        assert isinstance(damaged, ExecutionKey)
        with pytest.raises(InvalidInputError) as caught:
            await provider.executions.list_children(damaged, None, 5, ALL)
        _assert_not_ours(caught.value, damaged)
        if provider.execution_steps is not None:
            (found,) = await provider.execution_steps.list_execution_steps([damaged], ALL)
            _assert_not_ours(found, damaged)

    assert simulator.control.calls == []
