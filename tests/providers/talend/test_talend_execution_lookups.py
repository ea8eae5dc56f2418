"""Executions by key and by id, and the oddities of tenants that answer otherwise than documented."""

import dataclasses
from collections.abc import Iterator

import msgspec
import pytest

from gateway.domain.errors import (
    GatewayError,
    InvalidInputError,
    NotFoundError,
    RateLimitedError,
)
from gateway.domain.execution import Execution, ExecutionKind
from gateway.domain.keys import ExecutionKey, PipelineKey, WorkspaceKey
from gateway.domain.provider import Provider
from gateway.domain.run import RunStatus
from gateway.providers.talend.simulator.runs.statuses import TASK_STATUS
from gateway.providers.talend.simulator.settings import SimulatorSettings
from gateway.simulation.control import Fault
from gateway.simulation.server import RunningSimulator
from tests.providers.talend.conftest import NOW
from tests.providers.talend.execution_queries import (
    SINCE,
    executions_of,
    listed_tasks,
    stream,
    task,
)
from tests.providers.talend.opened import ALL, NAME, app_of, collect, ids, open_calls_of, paths

pytestmark = pytest.mark.anyio


@pytest.fixture
def switched(uneven: RunningSimulator) -> Iterator[SimulatorSettings]:
    """The switches of the lived-in tenant, put back afterwards."""
    settings = app_of(uneven).settings
    before = {each.name: getattr(settings, each.name) for each in dataclasses.fields(settings)}
    yield settings
    for name, value in before.items():
        setattr(settings, name, value)


async def test_runs_by_key_are_whole_and_cost_a_call_each(provider: Provider, uneven: RunningSimulator) -> None:
    app = app_of(uneven)
    task_run = next(
        run
        for run in app.runs.tasks
        if run.ending.processed_rows is not None and TASK_STATUS[run.state_at(NOW).status] == "execution_successful"
    )
    plan_run = next(iter(app.runs.plans))
    keys = [
        ExecutionKey(NAME, ("task", task_run.id)),
        ExecutionKey(NAME, ("plan", plan_run.id)),
        ExecutionKey(NAME, ("promotion", app.runs.promotions.past[0])),
        ExecutionKey(NAME, ("task", "00000000-0000-4000-8000-000000000000")),
        ExecutionKey(NAME, ("plan", task_run.id)),
    ]

    found = await executions_of(provider).get_executions([*keys, *keys[:2]], ALL)

    assert [each.key for each in found[:3] if isinstance(each, Execution)] == keys[:3]
    assert [type(each) for each in found[3:5]] == [NotFoundError, NotFoundError]
    assert found[5:] == found[:2]
    assert uneven.control.calls_total == 5
    first = found[0]
    assert isinstance(first, Execution)
    assert first.whole
    assert first.metrics is not None
    assert first.metrics.total_rows == task_run.ending.processed_rows
    assert first.workspace == WorkspaceKey(NAME, (task_run.task.workspace_id,))


async def test_an_id_of_another_gateway_is_refused_without_a_call(provider: Provider, uneven: RunningSimulator) -> None:
    damaged = [ExecutionKey(NAME, parts) for parts in ((), ("task",), ("job", "x"), ("task", "x", "y"))]

    found = await executions_of(provider).get_executions(damaged, ALL)

    assert [type(each) for each in found] == [InvalidInputError] * 4
    with pytest.raises(InvalidInputError):
        await anext(stream(provider, pipelines=(PipelineKey(NAME, ("job", "x")),)))
    assert paths(uneven) == []


async def test_a_run_is_found_by_its_id_in_three_calls_at_most(provider: Provider, uneven: RunningSimulator) -> None:
    app = app_of(uneven)
    task_run, plan_run, promotion_run = next(iter(app.runs.tasks)).id, next(iter(app.runs.plans)).id, app.runs.promotions.past[0]
    costs = []
    for wanted in (task_run, plan_run, promotion_run, "00000000-0000-4000-8000-000000000000"):
        uneven.control.reset_calls()
        (found,) = await executions_of(provider).find_executions_by_external_id([wanted], ALL)
        costs.append(uneven.control.calls_total)
        assert isinstance(found, NotFoundError) if wanted.startswith("0000") else found.external_id == wanted

    assert costs == [1, 2, 3, 3]


async def test_ids_that_cannot_be_are_told_apart_without_a_call(provider: Provider, uneven: RunningSimulator) -> None:
    found = await executions_of(provider).find_executions_by_external_id(["..", "no such id!", ""], ALL)

    assert [type(each) for each in found] == [InvalidInputError, NotFoundError, InvalidInputError]
    assert paths(uneven) == []


async def test_too_many_reads_of_runs_are_told_as_such(
    provider: Provider, uneven: RunningSimulator, switched: SimulatorSettings
) -> None:
    switched.run_status_limit = 0
    uneven.control.rate_limit_enabled = True
    keys = [ExecutionKey(NAME, ("task", run.id)) for run in list(app_of(uneven).runs.tasks)[:4]]

    found = await executions_of(provider).get_executions(keys, ALL)

    assert [type(each) for each in found] == [RateLimitedError] * 4
    assert all(isinstance(each, GatewayError) and each.retry_after_s is not None for each in found)


async def test_a_services_receipt_is_absent_and_its_run_comes_under_another_id(
    own_provider: Provider, own: RunningSimulator
) -> None:
    app = app_of(own)
    service = next(task_id for task_id in app.tenant.tasks if app.tenant.artifact_type(task_id) == "data_service")
    before = ids(await collect(stream(own_provider, pipelines=(task(service),))))
    receipt = await _run(own, service)

    (found,) = await executions_of(own_provider).find_executions_by_external_id([receipt], ALL)
    own.clock.advance(30)  # type: ignore[attr-defined]
    after = ids(await collect(stream(own_provider, pipelines=(task(service),))))

    assert isinstance(found, NotFoundError)
    assert "within a minute" in found.message
    assert receipt not in after
    assert len(after) == len(before) + 1


async def test_a_tenant_that_refuses_times_is_still_listed(
    provider: Provider, uneven: RunningSimulator, switched: SimulatorSettings
) -> None:
    switched.refuse_from_and_limit = True
    busiest = max(app_of(uneven).tenant.tasks, key=lambda each: len(list(app_of(uneven).runs.tasks.of(each))))
    expected = listed_tasks(uneven, lambda run: run.plan_run_id is None and run.executable_id == busiest)
    assert len(expected) > 200

    found = await collect(stream(provider, pipelines=(task(busiest),)))

    assert ids(found) == expected


async def test_runs_without_a_user_are_runs(provider: Provider, uneven: RunningSimulator, switched: SimulatorSettings) -> None:
    switched.omit_required_fields = True

    found = await collect(stream(provider), 21)

    assert {run.actor for run in found} == {None}


async def test_a_time_limit_told_in_the_simple_word_alone_is_seen(
    provider: Provider, uneven: RunningSimulator, switched: SimulatorSettings
) -> None:
    switched.sub_status_as_terminated = True

    found = await collect(stream(provider, include_children=True, statuses=(RunStatus.CANCELED,)))

    assert {"TIMEOUT", "SHUTDOWN"} <= {run.failure.kind for run in found if run.failure is not None}


async def test_the_order_of_the_vendors_lists_does_not_matter(
    provider: Provider, uneven: RunningSimulator, switched: SimulatorSettings
) -> None:
    switched.run_list_order = "none"

    found = await collect(stream(provider, created_from=SINCE, execution_kinds=(ExecutionKind.TASK,)))

    assert ids(found) == listed_tasks(uneven, lambda run: run.plan_run_id is None and run.request.at >= SINCE)


async def test_a_plan_run_that_ends_after_all_times_still_has_its_children(provider: Provider, uneven: RunningSimulator) -> None:
    assert provider.executions is not None
    body = (
        '{"executionId":"%s","executionStatus":"EXECUTION_FAILED","startTimestamp":"2026-03-01T00:00:00Z",'
        '"triggerTimestamp":"0001-01-01T00:00:00+01:00","finishTimestamp":"9999-12-31T23:59:59-01:00"}'
    )
    some_id = "00000000-0000-4000-8000-000000000000"
    uneven.control.add_fault(Fault(f"plans/{some_id}$", status=200, body=body % some_id))

    chunk = await provider.executions.list_children(ExecutionKey(NAME, ("plan", some_id)), None, 20, ALL)

    assert chunk.items == ()
    assert len(uneven.control.calls) > 1
    assert all(call.status == 200 for call in uneven.control.calls)


async def _run(simulator: RunningSimulator, task_id: str) -> str:
    """Starts a task, as a client of the vendor's."""
    calls = open_calls_of(simulator)
    answer = await calls.write("/processing/executions", method="POST", body={"executable": task_id})
    await calls.close()
    receipt: str = msgspec.json.decode(answer.body)["executionId"]
    return receipt
