"""Steps of a plan's run: what their list leaves out is read once, and whatever fails, fails alone."""

from datetime import UTC, datetime

import msgspec
import pytest

from gateway.domain.execution import Execution, ExecutionKind
from gateway.domain.execution_step import ExecutionStep
from gateway.domain.keys import ExecutionKey, ExecutionStepKey
from gateway.domain.run import RunStatus, RunTrigger, TriggerKind
from tests.schema.data_vendor import Port, ask, codes, data, down, id_of, key, vendor

pytestmark = pytest.mark.anyio

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)


def execution(name, kind=ExecutionKind.TASK):
    return Execution(
        key=key(ExecutionKey, kind.value, name),
        external_id=name,
        kind=kind,
        pipeline=None,
        status=RunStatus.RUNNING,
        native_status="executing",
        created_at=NINE,
        trigger=RunTrigger(TriggerKind.SCHEDULE),
    )


PLAN = execution("plan", ExecutionKind.PLAN)
LOAD, CLEAN = execution("load"), execution("clean")
GONE, DOWN = (key(ExecutionKey, "task", name) for name in ("gone", "down"))


def row(name, **more):
    return ExecutionStep(
        key=key(ExecutionStepKey, "plan", name, "step"),
        external_id=name,
        execution=PLAN.key,
        status=RunStatus.RUNNING,
        native_status="executing",
        started_at=NINE,
        **{"whole": False} | more,
    )


def whole(step, executions, planned=2, done=1):
    return msgspec.structs.replace(step, planned_count=planned, done_count=done, executions=executions, whole=True)


ONE, TWO = row("one"), row("two", finished_at=NINE.replace(minute=1))


def platform(*full, listed=(ONE, TWO), **answers):
    executions = Port("executions", [PLAN, LOAD, CLEAN])
    executions._values[DOWN] = down()
    steps = Port("execution_steps", full, list_execution_steps={PLAN.key: listed}, **answers)
    return vendor(executions=executions, execution_steps=steps), executions, steps


def steps_query(fields):
    return f'{{ node(id: "{id_of(PLAN)}") {{ ... on Execution {{ steps {{ {fields} }} }} }} }}'


async def test_what_the_list_shows_costs_no_further_call():
    provider, _, steps = platform()

    answer = await data(
        provider, steps_query("externalId status nativeStatus durationSeconds provider { name } execution { externalId }")
    )

    shown = {
        "status": "RUNNING",
        "nativeStatus": "executing",
        "provider": {"name": "acme-data"},
        "execution": {"externalId": "plan"},
    }
    assert answer["node"]["steps"] == [
        {"externalId": "one", "durationSeconds": None, **shown},
        {"externalId": "two", "durationSeconds": 60.0, **shown},
    ]
    assert [method for method, _ in steps.asked] == ["list_execution_steps"]


async def test_counts_and_executions_that_the_list_leaves_out_are_read_once_for_all_steps():
    provider, executions, steps = platform(whole(ONE, (LOAD.key, CLEAN.key)), whole(TWO, (LOAD.key,), planned=1, done=0))

    answer = await data(provider, steps_query("plannedCount doneCount executions { externalId }"))

    assert answer["node"]["steps"] == [
        {"plannedCount": 2, "doneCount": 1, "executions": [{"externalId": "load"}, {"externalId": "clean"}]},
        {"plannedCount": 1, "doneCount": 0, "executions": [{"externalId": "load"}]},
    ]
    assert steps.calls("get_execution_steps") == [(ONE.key, TWO.key)]
    assert executions.calls("get_executions") == [(PLAN.key,), (LOAD.key, CLEAN.key)]


async def test_a_step_that_is_whole_is_not_read_again():
    full = whole(ONE, (LOAD.key,))
    provider, _, steps = platform(listed=(full,))

    answer = await data(provider, steps_query("plannedCount executions { externalId }"))

    assert answer["node"]["steps"] == [{"plannedCount": 2, "executions": [{"externalId": "load"}]}]
    assert steps.calls("get_execution_steps") == []


async def test_an_execution_that_is_gone_is_null_and_one_that_fails_has_an_error_of_its_own():
    provider, _, _ = platform(listed=(whole(ONE, (LOAD.key, GONE, DOWN)),))

    answer = await ask(provider, steps_query("executions { externalId }"))

    assert answer.data["node"]["steps"] == [{"executions": [{"externalId": "load"}, None, None]}]
    path = ["node", "steps", 0, "executions", 2]
    assert codes(answer) == [(path, "UPSTREAM_UNAVAILABLE")]
    assert [(row["path"], row["code"]) for row in answer.extensions["outcomes"]] == [(path, "UPSTREAM_UNAVAILABLE")]


async def test_a_step_that_cannot_be_read_whole_harms_no_other():
    provider, _, steps = platform(whole(ONE, (LOAD.key,)))
    steps._values[TWO.key] = down()

    answer = await ask(provider, steps_query("externalId plannedCount executions { externalId }"))

    assert answer.data["node"]["steps"] == [
        {"externalId": "one", "plannedCount": 2, "executions": [{"externalId": "load"}]},
        {"externalId": "two", "plannedCount": None, "executions": None},
    ]
    assert sorted(codes(answer)) == [
        (["node", "steps", 1, "executions"], "UPSTREAM_UNAVAILABLE"),
        (["node", "steps", 1, "plannedCount"], "UPSTREAM_UNAVAILABLE"),
    ]


async def test_the_error_handlers_of_all_steps_are_read_in_one_go():
    handler = row("sad", whole=True, planned_count=1, executions=(CLEAN.key,))
    provider, _, steps = platform(get_error_handlers={ONE.key: None, TWO.key: handler})

    answer = await data(provider, steps_query("errorHandler { externalId executions { externalId } }"))

    assert answer["node"]["steps"] == [
        {"errorHandler": None},
        {"errorHandler": {"externalId": "sad", "executions": [{"externalId": "clean"}]}},
    ]
    assert steps.calls("get_error_handlers") == [(ONE.key, TWO.key)]


async def test_a_step_is_found_again_by_its_id():
    provider, _, _ = platform(whole(ONE, ()))

    answer = await data(
        provider, f'{{ node(id: "{id_of(ONE)}") {{ id ... on ExecutionStep {{ externalId executions {{ id }} }} }} }}'
    )

    assert answer["node"] == {"id": id_of(ONE), "externalId": "one", "executions": []}


async def test_a_provider_without_steps_gives_null_and_says_why():
    answer = await ask(vendor(executions=Port("executions", [PLAN])), steps_query("externalId"))

    assert not answer.errors
    assert answer.data["node"]["steps"] is None
    assert [row["code"] for row in answer.extensions["outcomes"]] == ["NOT_SUPPORTED"]
