"""Rows of lists where little is wanted of many tasks and plans."""

from typing import Any

import pytest

from gateway.domain.errors import InvalidInputError, MalformedResponseError, NotFoundError, UpstreamUnavailableError
from gateway.domain.keys import PipelineKey
from gateway.domain.pipeline import ROW_FIELDS, Pipeline
from gateway.domain.provider import Provider
from gateway.simulation.control import Fault
from gateway.simulation.server import RunningSimulator
from tests.providers.talend.opened import NAME, ids, paths
from tests.providers.talend.test_talend_pipelines import PLANS, TASKS, get, plans_of, tasks_of

pytestmark = pytest.mark.anyio


async def rows_of(provider: Provider, *parts: tuple[str, ...]) -> list[Any]:
    assert provider.pipeline_rows is not None
    return list(await provider.pipeline_rows.get_pipeline_rows([PipelineKey(NAME, each) for each in parts], ROW_FIELDS))


async def test_all_of_both_kinds_cost_two_calls(provider: Provider, uneven: RunningSimulator) -> None:
    parts = [("plan", each) for each in plans_of(uneven)] + [("task", each) for each in tasks_of(uneven)]

    found = await rows_of(provider, *parts, *parts)

    assert [each.key.parts for each in found] == [*parts, *parts]
    assert sorted(paths(uneven)) == [PLANS, TASKS]


async def test_they_show_what_rows_must_show(provider: Provider, uneven: RunningSimulator) -> None:
    parts = [("plan", plans_of(uneven)[0])] + [("task", each) for each in tasks_of(uneven)[:3]]

    rows, whole = await rows_of(provider, *parts), await get(provider, *parts)

    for row, pipeline in zip(rows, whole, strict=True):
        for name in ROW_FIELDS - {"id", "provider", "__typename"} | {"key"}:
            assert getattr(row, name) == getattr(pipeline, name)


async def test_one_of_a_kind_is_asked_for_alone(provider: Provider, uneven: RunningSimulator) -> None:
    plan = plans_of(uneven)[0]

    found = await rows_of(provider, ("plan", plan), *(("task", each) for each in tasks_of(uneven)[:2]))

    assert [type(each) for each in found] == [Pipeline] * 3
    assert sorted(paths(uneven)) == [f"{PLANS}/{plan}", TASKS]


async def test_few_are_asked_for_one_by_one(provider: Provider, uneven: RunningSimulator) -> None:
    tasks = tasks_of(uneven)[:2]

    found = await rows_of(provider, *(("task", each) for each in [*tasks, *tasks]))

    assert ids(found) == [*tasks, *tasks]
    assert all(each.whole for each in found)
    assert sorted(paths(uneven)) == sorted(f"{TASKS}/{each}" for each in tasks)


async def test_what_is_absent_or_damaged_costs_its_neighbours_nothing(provider: Provider, uneven: RunningSimulator) -> None:
    tasks = tasks_of(uneven)[:3]
    uneven.control.add_fault(Fault(f"{TASKS}$", kind="wrong_types", fields=("name",), row=1))

    found = await rows_of(provider, *(("task", each) for each in tasks), ("task", "f" * 24), ("task",), ("plan", "no such id!"))

    assert [type(each) for each in found] == [
        Pipeline, MalformedResponseError, Pipeline, NotFoundError, InvalidInputError, NotFoundError,
    ]  # fmt: skip
    assert paths(uneven) == [TASKS]


async def test_a_list_that_fails_leaves_what_can_be_asked_one_by_one(provider: Provider, uneven: RunningSimulator) -> None:
    tasks = tasks_of(uneven)[:4]
    uneven.control.add_fault(Fault(f"{TASKS}$", status=503))

    assert ids(await rows_of(provider, *(("task", each) for each in tasks))) == tasks


async def test_a_vendor_that_is_down_is_not_called_for_each(provider: Provider, uneven: RunningSimulator) -> None:
    uneven.control.add_fault(Fault("executables", status=503))

    found = await rows_of(provider, *(("task", each) for each in tasks_of(uneven)))

    assert {type(each) for each in found} == {UpstreamUnavailableError}
    assert len(paths(uneven)) == 2
