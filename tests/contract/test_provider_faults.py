"""Every kind of failure has its exact class, and carries the provider and the vendor's request id."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from gateway.domain.errors import (
    ConflictError,
    GatewayError,
    InternalError,
    InvalidInputError,
    MalformedResponseError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitedError,
    UpstreamCredentialError,
    UpstreamTimeoutError,
    UpstreamUnavailableError,
)
from gateway.domain.page import Chunk, RowFault
from gateway.domain.pipeline import PipelineQuery
from gateway.domain.provider import HealthStatus, Provider
from gateway.simulation.control import Fault
from gateway.simulation.server import RunningSimulator
from tests.contract.case import Case, name_of
from tests.contract.nouns import ALL, pipelines_of, runs_of
from tests.contract.runs import Runs

pytestmark = pytest.mark.anyio

STATUSES: tuple[tuple[int, type[GatewayError]], ...] = (
    (400, InvalidInputError),
    (401, UpstreamCredentialError),
    (403, PermissionDeniedError),
    (404, NotFoundError),
    (409, ConflictError),
    (422, InvalidInputError),
    (429, RateLimitedError),
    (500, UpstreamUnavailableError),
    (502, UpstreamUnavailableError),
    (503, UpstreamUnavailableError),
    (418, MalformedResponseError),
)
Read = Callable[[Provider], Awaitable[object]]


async def _list_pipelines(provider: Provider) -> object:
    assert provider.pipelines is not None
    return await anext(provider.pipelines.stream_pipelines(PipelineQuery(), None, 10, ALL))


async def _list_runs(provider: Provider) -> object:
    return await anext(Runs(provider).stream(page_size=10))


READS: dict[str, Read] = {"pipelines": _list_pipelines, "runs": _list_runs}


def _route(case: Case, what: str) -> str:
    return case.pipelines_route if what == "pipelines" else case.runs_route


async def _failure(read: Read, provider: Provider) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        await read(provider)
    return caught.value


@pytest.mark.parametrize("what", READS)
@pytest.mark.parametrize(("status", "error"), STATUSES, ids=[str(status) for status, _ in STATUSES])
async def test_a_status_becomes_its_class(
    case: Case, provider: Provider, simulator: RunningSimulator, what: str, status: int, error: type[GatewayError]
) -> None:
    headers = {case.request_id_header: "request-4711"}
    simulator.control.add_fault(Fault(_route(case, what), status=status, headers=headers, body='{"message":"Not like this"}'))

    found = await _failure(READS[what], provider)

    assert type(found) is error
    assert found.provider == name_of(case.kind)
    assert found.request_id == "request-4711"
    assert "Not like this" in found.message


async def test_an_error_without_a_readable_body_still_has_its_class(
    case: Case, provider: Provider, simulator: RunningSimulator
) -> None:
    for body in (None, "", "<html>Bad gateway</html>", '{"message":', "[]", '{"message":{"text":1},"errors":"x"}'):
        simulator.control.clear_faults()
        simulator.control.add_fault(Fault(case.runs_route, status=503, body=body))

        assert type(await _failure(_list_runs, provider)) is UpstreamUnavailableError


async def test_429_says_how_long_to_wait_if_the_vendor_does(case: Case, provider: Provider, simulator: RunningSimulator) -> None:
    simulator.control.add_fault(Fault(case.runs_route, status=429, headers={"Retry-After": "17"}, times=1))

    found = await _failure(_list_runs, provider)

    assert type(found) is RateLimitedError
    assert found.retryable
    assert found.retry_after_s == 17


async def test_429_without_a_hint_invents_no_time(case: Case, own_provider: Provider, own_simulator: RunningSimulator) -> None:
    own_simulator.control.add_fault(Fault(case.runs_route, status=429))

    found = await _failure(_list_runs, own_provider)

    assert type(found) is RateLimitedError
    assert found.retry_after_s is None


@pytest.mark.parametrize("what", READS)
async def test_a_web_page_is_not_an_answer(case: Case, provider: Provider, simulator: RunningSimulator, what: str) -> None:
    simulator.control.add_fault(Fault(_route(case, what), kind="html"))

    assert type(await _failure(READS[what], provider)) is MalformedResponseError


@pytest.mark.parametrize("kind", ["cut", "drop_after_read"])
async def test_an_answer_that_breaks_off_is_unavailability(
    case: Case, provider: Provider, simulator: RunningSimulator, kind: str
) -> None:
    simulator.control.add_fault(Fault(case.runs_route, kind=kind))  # type: ignore[arg-type]  # one of FaultKind

    assert type(await _failure(_list_runs, provider)) is UpstreamUnavailableError


@pytest.fixture
async def hasty_provider(case: Case, simulator: RunningSimulator) -> AsyncIterator[Provider]:
    """Waits 0.2 s for an answer."""
    opened = case.connect(simulator.base_url, simulator.token, 0.2)
    yield opened
    await opened.close()


async def test_silence_is_a_timeout(case: Case, hasty_provider: Provider, simulator: RunningSimulator) -> None:
    simulator.control.add_fault(Fault(case.runs_route, kind="hang"))

    found = await _failure(_list_runs, hasty_provider)

    assert type(found) is UpstreamTimeoutError
    assert found.retryable


async def test_a_wrong_credential_is_the_operators_matter(case: Case, simulator: RunningSimulator) -> None:
    opened = case.connect(simulator.base_url, "not-the-token", 5.0)
    try:
        for read in READS.values():
            assert type(await _failure(read, opened)) is UpstreamCredentialError
        with pytest.raises(UpstreamCredentialError):
            await opened.probe()
        assert opened.monitor.health().status is HealthStatus.DOWN
    finally:
        await opened.close()


async def test_a_vendor_that_is_not_there_is_unavailable(case: Case) -> None:
    opened = case.connect("http://127.0.0.1:9" + case.simulator.base_path, "token-of-nobody", 2.0)
    try:
        assert type(await _failure(_list_runs, opened)) is UpstreamUnavailableError
    finally:
        await opened.close()


async def test_only_this_machine_may_be_called_in_tests(case: Case) -> None:
    opened = case.connect("https://ci.example.com" + case.simulator.base_path, "token-of-nobody", 2.0)
    try:
        with pytest.raises(InternalError):
            await opened.probe()
    finally:
        await opened.close()


async def test_a_bad_row_fails_alone(case: Case, provider: Provider, simulator: RunningSimulator) -> None:
    good = await runs_of(provider, 60)
    route = case.bad_row_route or case.runs_route
    simulator.control.add_fault(Fault(route, kind="wrong_types", row=3, fields=(case.required_run_field,)))

    chunk = await anext(Runs(provider).stream(page_size=10))

    faults = [item for item in chunk.items if isinstance(item, RowFault)]
    others = [item.external_id for item in chunk.items if not isinstance(item, RowFault)]
    assert len(faults) == 1
    assert isinstance(faults[0].error, MalformedResponseError)
    assert faults[0].error.provider == name_of(case.kind)
    spoiled = next(run for run in good if run.external_id == faults[0].id)
    assert faults[0].created_at == spoiled.created_at
    assert others == [run.external_id for run in good if run is not spoiled][: len(others)]


async def test_rows_of_which_nothing_can_be_read_are_faults_not_a_crash(
    case: Case, provider: Provider, simulator: RunningSimulator
) -> None:
    simulator.control.add_fault(Fault(case.runs_route, kind="wrong_types"))
    simulator.control.add_fault(Fault(case.pipelines_route, kind="wrong_types"))

    for read in READS.values():
        try:
            chunk = await read(provider)
        except MalformedResponseError:
            continue  # the frame of the list is spoiled too
        assert isinstance(chunk, Chunk)
        assert chunk.items
        assert all(isinstance(item, RowFault) for item in chunk.items)
        assert len({item.id for item in chunk.items}) == len(chunk.items)


async def test_in_a_batch_each_pipeline_fails_for_itself(case: Case, provider: Provider, simulator: RunningSimulator) -> None:
    keys = [pipeline.key for pipeline in await pipelines_of(provider)][:4]
    simulator.control.add_fault(Fault(case.runs_route, status=500))

    found = await Runs(provider).newest(keys, Runs(provider).query(), 2)

    assert [type(answer) for answer in found] == [UpstreamUnavailableError] * 4


@pytest.mark.parametrize("what", READS)
@pytest.mark.parametrize("body", ['"a text"', "[1", '{"message":"who knows"}', ""], ids=["text", "cut", "object", "empty"])
async def test_answers_that_cannot_be_read_show_in_health(
    case: Case, own_simulator: RunningSimulator, own_provider: Provider, what: str, body: str
) -> None:
    fault = Fault(_route(case, what), status=200, body=body)
    own_simulator.control.add_fault(fault)
    never = await _failure(READS[what], own_provider)
    down = own_provider.monitor.health()
    own_simulator.control.clear_faults()
    await READS[what](own_provider)
    usable = own_provider.monitor.health()
    own_simulator.control.add_fault(fault)
    await _failure(READS[what], own_provider)
    degraded = own_provider.monitor.health()

    assert type(never) is MalformedResponseError
    assert never.provider == name_of(case.kind)
    assert down.last_failure == never.problem()
    assert down.status in {HealthStatus.DOWN, HealthStatus.DEGRADED}, "DEGRADED when another call came before"
    assert usable.status is HealthStatus.USABLE
    assert degraded.status is HealthStatus.DEGRADED
    assert degraded.last_success_at == usable.last_success_at, "an answer that cannot be read is no success"


async def test_a_list_of_which_no_row_can_be_read_shows_in_health(
    case: Case, provider: Provider, simulator: RunningSimulator
) -> None:
    await _list_runs(provider)
    simulator.control.add_fault(Fault(case.runs_route, kind="wrong_types", fields=(case.required_run_field,)))

    await _list_runs(provider)

    assert provider.monitor.health().status is HealthStatus.DEGRADED
    fault = provider.monitor.health().last_failure
    assert fault is not None
    assert fault.code == "UPSTREAM_MALFORMED"


async def test_a_bad_row_is_no_word_on_the_providers_health(case: Case, provider: Provider, simulator: RunningSimulator) -> None:
    simulator.control.add_fault(Fault(case.runs_route, kind="wrong_types", row=3, fields=(case.required_run_field,)))

    chunk = await _list_runs(provider)

    assert isinstance(chunk, Chunk)
    assert any(isinstance(item, RowFault) for item in chunk.items)
    assert provider.monitor.health().status is HealthStatus.USABLE
    assert provider.monitor.health().last_failure is None


async def test_failures_and_recovery_show_in_health(case: Case, provider: Provider, simulator: RunningSimulator) -> None:
    simulator.control.add_fault(Fault(case.runs_route, status=500, times=1))
    await asyncio.gather(_list_runs(provider), return_exceptions=True)
    failed = provider.monitor.health()

    await _list_runs(provider)

    assert failed.last_failure is not None
    assert failed.last_failure.code == "UPSTREAM_UNAVAILABLE"
    assert provider.monitor.health().status is HealthStatus.USABLE
