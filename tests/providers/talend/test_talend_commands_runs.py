"""Runs started through the gateway: what is sent, what is refused before it, and the runs of services."""

import pytest

from gateway.domain import mutation_errors
from gateway.domain.commands.command import Variable
from gateway.domain.commands.runs import CancelRun, RunPipeline
from gateway.domain.errors import InvalidInputError, NotFoundError
from gateway.domain.execution import Execution
from gateway.domain.keys import ExecutionKey, PipelineKey
from gateway.domain.run import RunStatus
from gateway.providers.talend.simulator.credentials import READ_ONLY_TOKEN
from gateway.simulation.control import Fault
from tests.contract.commands.example import Stage
from tests.contract.commands.examples import talend_work as made
from tests.providers.talend.definitions_told import reads, refused, sent, writes
from tests.providers.talend.opened import open_provider

pytestmark = pytest.mark.anyio

START = "/processing/executions"
START_PLAN = "/processing/executions/plans"


async def service(stage: Stage, kind: str = "data_service") -> PipelineKey:
    task = await made.new_task(stage)
    tenant = made.app_of(stage).tenant
    tenant.artifacts[tenant.tasks[task.parts[1]]["artifact"]["id"]]["type"] = kind
    return task


async def read(stage: Stage, key: ExecutionKey) -> Execution:
    found = await stage.read(key)
    assert isinstance(found, Execution)
    return found


async def test_a_task_is_run_with_what_was_given_in_the_vendors_units(work: Stage) -> None:
    task = await made.new_task(work)
    variables = (Variable("run_date", "2026-02-03"), Variable("mode", ""))

    calls = await sent(work, RunPipeline(pipeline=task, variables=variables, log_level="OFF", timeout_s=61))

    parameters = {"run_date": "2026-02-03", "mode": ""}
    assert calls == [("POST", START, {"executable": task.parts[1], "parameters": parameters, "logLevel": "OFF", "timeout": 2})]


@pytest.mark.parametrize(("seconds", "minutes"), [(0.5, 1), (60, 1), (60.5, 2), (7200, 120)])
async def test_a_time_limit_is_rounded_up_to_minutes(work: Stage, seconds: float, minutes: int) -> None:
    [(_, _, body)] = await sent(work, RunPipeline(pipeline=await made.new_task(work), timeout_s=seconds))

    assert body["timeout"] == minutes


async def test_nothing_is_sent_that_was_not_given(work: Stage) -> None:
    task, plan = await made.new_task(work), await made.new_plan(work)

    assert await sent(work, RunPipeline(pipeline=task)) == [("POST", START, {"executable": task.parts[1]})]
    assert await sent(work, RunPipeline(pipeline=plan)) == [("POST", START_PLAN, {"executable": plan.parts[1]})]


@pytest.mark.parametrize(
    ("field", "value", "path"),
    [
        ("variables", (Variable("a", "b"),), ("input", "variables")),
        ("log_level", "INFO", ("input", "logLevel")),
        ("timeout_s", 60, ("input", "timeoutSeconds")),
    ],
)
async def test_a_plan_takes_none_of_what_a_task_takes(work: Stage, field: str, value: object, path: tuple[str, ...]) -> None:
    command = RunPipeline(pipeline=made.no_pipeline(work, "plan"), **{field: value})  # type: ignore[arg-type]  # one of them

    problem = await refused(work, command)

    assert (type(problem), problem.path) == (mutation_errors.NotSupportedError, path)
    assert work.simulator.control.calls_total == 0


@pytest.mark.parametrize(
    ("field", "value", "path"),
    [("log_level", "DEBUG", ("input", "logLevel")), ("timeout_s", 1e12, ("input", "timeoutSeconds"))],
)
async def test_what_the_vendor_would_refuse_is_refused_before_it_is_sent(
    work: Stage, field: str, value: object, path: tuple[str, ...]
) -> None:
    command = RunPipeline(pipeline=made.no_pipeline(work), **{field: value})  # type: ignore[arg-type]  # one of them

    problem = await refused(work, command)

    assert (type(problem), problem.path) == (mutation_errors.InvalidInputError, path)
    assert work.simulator.control.calls_total == 0


async def test_a_parameter_cannot_be_hidden_so_a_secret_one_is_not_sent(work: Stage) -> None:
    command = RunPipeline(pipeline=made.no_pipeline(work), variables=(Variable("password", "hush-hush", encrypted=True),))

    problem = await refused(work, command)

    assert (type(problem), problem.path) == (mutation_errors.NotSupportedError, ("input", "variables", "0", "encrypted"))
    assert "hush" not in repr(problem)
    assert work.simulator.control.calls_total == 0


@pytest.mark.parametrize(
    ("status", "phrase", "said"), [(405, "Method Not Allowed", "paused"), (501, "Not Implemented", "no run configuration")]
)
async def test_the_vendors_odd_statuses_are_conflicts_in_words_that_help(work: Stage, status: int, phrase: str, said: str) -> None:
    task = await made.new_task(work)
    work.simulator.control.add_fault(Fault(f"^{START}$", status=status, body=f'{{"status":{status},"message":"{phrase}"}}'))

    problem = await refused(work, RunPipeline(pipeline=task))

    assert isinstance(problem, mutation_errors.ConflictError)
    assert said in problem.message


async def test_a_missing_permission_is_named(work: Stage) -> None:
    task = await made.new_task(work)
    reader = open_provider(work.simulator, {"token": READ_ONLY_TOKEN.value})
    stage = Stage(provider=reader, simulator=work.simulator, clock=work.clock)

    problem = await refused(stage, RunPipeline(pipeline=task))

    assert isinstance(problem, mutation_errors.PermissionDeniedError)
    assert problem.missing_scope == "TMC_ENGINE_USE or TMC_OPERATOR"
    await reader.close()


async def test_a_run_that_is_found_at_once_is_told_whole_and_read_once(work: Stage) -> None:
    command = RunPipeline(pipeline=await made.new_task(work))
    work.simulator.control.reset_calls()

    changed = await work.provider.commands[RunPipeline].handle(command)

    [run] = changed.values
    assert (run.key, run.provisional, run.pipeline) == (changed.keys[0], False, command.pipeline)
    assert changed.stand_ins == ()
    assert reads(work) == [f"{START}/{run.external_id}"]
    assert run == await read(work, run.key)


async def test_the_run_of_a_service_is_provisional_until_it_is_found_under_its_own_id(work: Stage) -> None:
    task = await service(work)
    [stand_in] = (performed := await work.done(RunPipeline(pipeline=task))).stand_ins
    [key] = performed.keys
    assert isinstance(key, ExecutionKey)
    waiting = await read(work, key)
    assert (waiting.status, waiting.provisional, waiting.pipeline) == (RunStatus.QUEUED, True, task)
    assert (stand_in.key, stand_in.external_id) == (key, waiting.external_id)

    work.clock.advance(30)

    found = await read(work, key)
    assert (found.status, found.provisional, found.pipeline, found.key) == (RunStatus.RUNNING, False, task, key)
    assert found.external_id != waiting.external_id
    assert (await read(work, ExecutionKey(key.provider, ("task", found.external_id)))).started_at == found.started_at


async def test_a_run_that_never_appears_is_not_found_after_two_minutes(work: Stage) -> None:
    made.app_of(work).settings.receipt_delay_s = 1e6
    key = await made.new_run(work, await service(work))
    work.clock.advance(110)
    assert (await read(work, key)).provisional

    work.clock.advance(20)

    with pytest.raises(NotFoundError, match="acknowledged the start"):
        await work.read(key)


async def test_another_start_of_the_service_is_not_taken_for_it(work: Stage) -> None:
    task = await service(work, "route")
    made.app_of(work).runs.insert(task.parts[1])  # by its schedule
    made.app_of(work).tenant.run_configs[task.parts[1]]["parallelExecutionAllowed"] = True
    first = await made.new_run(work, task)
    made.app_of(work).runs.insert(task.parts[1])
    work.clock.advance(25)
    second = await made.new_run(work, task)
    made.app_of(work).runs.insert(task.parts[1])

    work.clock.advance(25)

    runs = [await read(work, key) for key in (first, second)]
    assert [run.trigger.native for run in runs] == ["MANUAL", "MANUAL"]
    assert (runs[1].created_at - runs[0].created_at).total_seconds() == 25


async def test_a_tenant_that_takes_no_times_still_shows_the_run_of_a_service(work: Stage) -> None:
    key = await made.new_run(work, await service(work))
    work.clock.advance(30)
    made.app_of(work).settings.refuse_from_and_limit = True

    found = await read(work, key)

    made.app_of(work).settings.refuse_from_and_limit = False
    assert not found.provisional


async def test_a_run_was_started_even_when_it_cannot_be_read(work: Stage) -> None:
    task = await made.new_task(work)
    work.simulator.control.add_fault(Fault(f"^{START}/[^/]+$", method="GET", status=500, times=1))

    performed = await work.done(RunPipeline(pipeline=task))

    [key] = performed.keys
    assert isinstance(key, ExecutionKey)
    found = await read(work, key)
    assert (found.key, found.provisional, found.external_id) == (key, False, key.parts[1])


async def test_the_run_of_a_service_is_ended_by_the_key_that_its_start_gave(work: Stage) -> None:
    key = await made.new_run(work, await service(work))
    early = await refused(work, CancelRun(run=key))
    assert isinstance(early, mutation_errors.ConflictError)
    assert writes(work) == []
    work.clock.advance(30)
    run = await read(work, key)

    calls = await sent(work, CancelRun(run=key))

    assert calls == [("DELETE", f"{START}/{run.external_id}", None)]
    work.clock.advance(5)
    assert (await read(work, key)).finished
    assert isinstance(await refused(work, CancelRun(run=key)), mutation_errors.ConflictError)


async def test_on_a_cluster_the_runs_on_all_engines_are_ended(work: Stage) -> None:
    task = await service(work)
    tenant = made.app_of(work).tenant
    cluster = next(key for key, found in tenant.clusters.items() if len(found["engines"]) > 1)
    tenant.run_configs[task.parts[1]]["runtime"] = {"type": "REMOTE_ENGINE_CLUSTER", "id": cluster}
    key = await made.new_run(work, task)
    work.clock.advance(30)

    performed = await work.done(CancelRun(run=key))

    assert performed.keys == (key,)
    assert len(performed.parts) == len(tenant.clusters[cluster]["engines"])
    assert all(part.done for part in performed.parts)
    work.clock.advance(5)
    for part in performed.parts:
        assert isinstance(part.key, ExecutionKey)
        assert (await read(work, part.key)).finished


@pytest.mark.parametrize(
    "parts",
    [
        ("receipt", "a", "b"),
        ("receipt", "a", "b", "soon"),
        ("receipt", "a", "b", "-1"),
        ("receipt", "a", "b", "9" * 14),
        ("receipt", "a/b", "b", "1"),
        ("receipt", "a", "", "1"),
    ],
)
async def test_a_damaged_receipt_is_no_id_of_this_gateway(work: Stage, parts: tuple[str, ...]) -> None:
    with pytest.raises(InvalidInputError):
        await work.read(ExecutionKey(work.provider.name, parts))

    assert work.simulator.control.calls_total == 0


async def test_steps_and_children_of_a_receipt_cost_nothing(work: Stage) -> None:
    key = await made.new_run(work, await service(work))
    assert work.provider.executions is not None
    assert work.provider.execution_steps is not None
    work.simulator.control.reset_calls()

    children = await work.provider.executions.list_children(key, None, 10, frozenset())
    [steps] = await work.provider.execution_steps.list_execution_steps([key], frozenset())

    assert (children.items, steps, work.simulator.control.calls_total) == ((), (), 0)


async def test_a_secret_parameter_is_not_told_when_the_vendor_repeats_it(work: Stage) -> None:
    command = RunPipeline(pipeline=await made.new_task(work), variables=(Variable("db_password", "hush-hush"),))
    work.simulator.control.add_fault(Fault(f"^{START}$", status=400, body='{"message":"bad value: hush-hush"}'))

    problem = await refused(work, command)

    assert isinstance(problem, mutation_errors.InvalidInputError)
    assert "hush" not in repr(problem)
