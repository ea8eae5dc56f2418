"""How the gateway logs in: personal tokens as they are; tokens of service accounts fetched once, renewed and kept to itself."""

import asyncio
from collections.abc import AsyncIterator, Awaitable

import httpx
import pytest

from gateway.domain.budget import RequestBudget, request_budget
from gateway.domain.errors import (
    DeadlineExceededError,
    GatewayError,
    MalformedResponseError,
    RateLimitedError,
    UpstreamCredentialError,
    UpstreamTimeoutError,
    UpstreamUnavailableError,
)
from gateway.domain.provider import HealthStatus
from gateway.providers.talend.adapter import open_calls
from gateway.providers.talend.calls import TalendCalls
from gateway.providers.talend.service_login import basic_credential
from gateway.providers.talend.settings import ServiceAccount
from gateway.providers.talend.simulator.credentials import REVOKED_TOKEN, RUNNER_ACCOUNT, UNTRUSTED_ACCOUNT
from gateway.simulation.clock import ManualClock
from gateway.simulation.control import Fault
from gateway.simulation.server import RunningSimulator
from gateway.upstream.path import path
from tests.providers.talend.opened import NAME, app_of, paths, settings_of

pytestmark = pytest.mark.anyio

TOKEN = "/security/oauth/token"
ENVIRONMENTS = "/orchestration/environments"
SERVICE = {"client_id": RUNNER_ACCOUNT.client_id, "client_secret": RUNNER_ACCOUNT.secret}


@pytest.fixture
async def service(office: RunningSimulator) -> AsyncIterator[TalendCalls]:
    calls = open_calls(settings_of(office.base_url, SERVICE), loopback_only=True)
    yield calls
    await calls.close()


async def _failure(call: Awaitable[object]) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        await call
    return caught.value


def _ask(calls: TalendCalls) -> Awaitable[object]:
    return calls.read(path("orchestration", "environments"))


async def test_a_personal_token_is_sent_with_the_version_and_not_renewed(office: RunningSimulator) -> None:
    good = open_calls(settings_of(office.base_url, {"token": office.token}), loopback_only=True)
    bad = open_calls(settings_of(office.base_url, {"token": REVOKED_TOKEN.value}), loopback_only=True)

    await _ask(good)
    refused = await _failure(_ask(bad))

    not_written = await _failure(bad.write(path("orchestration", "environments"), method="POST", body={}))

    assert type(refused) is UpstreamCredentialError
    assert (type(not_written), not_written.sent) == (UpstreamCredentialError, True)
    assert paths(office) == [ENVIRONMENTS, ENVIRONMENTS, ENVIRONMENTS]
    assert office.control.calls[0].headers["talend-version"] == "2021-03"
    assert office.control.calls[0].headers["accept"] == "application/json"
    await good.close()
    await bad.close()


async def test_ten_calls_at_once_fetch_one_token(office: RunningSimulator, service: TalendCalls) -> None:
    office.control.set_latency(0.02, TOKEN)

    await asyncio.gather(*(_ask(service) for _ in range(10)))
    await _ask(service)

    assert paths(office).count(TOKEN) == 1
    assert paths(office).count(ENVIRONMENTS) == 11
    asked = office.control.calls[0]
    assert asked.body == f'{{"grant_type":"client_credentials","audience":"{office.base_url}/"}}'.encode()
    assert asked.headers["talend-version"] == "2021-03"


async def test_a_refused_token_is_fetched_anew_once_for_all(office: RunningSimulator, service: TalendCalls) -> None:
    await _ask(service)
    app_of(office).tokens.revoke_all()
    office.control.reset_calls()

    await asyncio.gather(*(_ask(service) for _ in range(10)))

    assert paths(office).count(TOKEN) == 1
    assert [call.status for call in office.control.calls].count(200) == 11


async def test_an_account_that_is_refused_with_a_new_token_too_is_told_so(office: RunningSimulator, service: TalendCalls) -> None:
    office.control.add_fault(Fault(ENVIRONMENTS, status=401))

    failure = await _failure(_ask(service))

    assert type(failure) is UpstreamCredentialError
    assert paths(office) == [TOKEN, ENVIRONMENTS, TOKEN, ENVIRONMENTS]


async def test_an_expired_token_is_found_out_by_the_refusal(office: RunningSimulator, service: TalendCalls) -> None:
    await _ask(service)
    assert isinstance(office.clock, ManualClock)
    office.clock.advance(1_801)

    await _ask(service)

    assert paths(office) == [TOKEN, ENVIRONMENTS, ENVIRONMENTS, TOKEN, ENVIRONMENTS]


async def test_a_write_is_made_again_after_a_refused_token_only(office: RunningSimulator, service: TalendCalls) -> None:
    await _ask(service)
    app_of(office).tokens.revoke_all()
    task = next(iter(app_of(office).tenant.tasks))
    pause = path("orchestration", "executables", "tasks", task, "pause")
    office.control.reset_calls()

    await service.write(pause, method="PUT", body={"pause": True})

    assert [(call.method, call.status) for call in office.control.calls] == [("PUT", 401), ("POST", 200), ("PUT", 202)]

    office.control.add_fault(Fault("pause", status=500))
    office.control.reset_calls()
    failure = await _failure(service.write(pause, method="PUT", body={"pause": True}))
    assert (type(failure), failure.sent) == (UpstreamUnavailableError, True)
    assert len(office.control.calls) == 1


async def test_a_write_that_no_login_opened_was_surely_not_sent(office: RunningSimulator, service: TalendCalls) -> None:
    office.control.add_fault(Fault(TOKEN, status=500))

    failure = await _failure(service.write(path("orchestration", "environments"), method="POST", body={}))

    assert (type(failure), failure.sent) == (UpstreamUnavailableError, False)
    assert paths(office) == [TOKEN]


async def test_a_delete_accepts_whatever_it_is_answered(office: RunningSimulator) -> None:
    app_of(office).settings.delete_refuses_json = True
    calls = open_calls(settings_of(office.base_url, {"token": office.token}), loopback_only=True)
    task = next(iter(app_of(office).tenant.run_configs))

    answer = await calls.write(path("orchestration", "executables", "tasks", task, "run-config"), method="DELETE")

    assert answer.status == 204
    assert office.control.calls[0].headers["accept"] == "*/*"
    await calls.close()


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, UpstreamCredentialError),
        (401, UpstreamCredentialError),
        (403, UpstreamCredentialError),
        (404, UpstreamCredentialError),
        (408, UpstreamTimeoutError),
        (429, RateLimitedError),
        (500, UpstreamUnavailableError),
        (501, UpstreamUnavailableError),
    ],
)
async def test_a_login_that_fails_is_the_operators_or_the_vendors_to_mend(
    office: RunningSimulator, service: TalendCalls, status: int, kind: type[GatewayError]
) -> None:
    office.control.add_fault(Fault(TOKEN, status=status, body=f'{{"message":"{RUNNER_ACCOUNT.secret}"}}'))

    failures = [await _failure(call) for call in [_ask(service), _ask(service)]]

    assert [type(failure) for failure in failures] == [kind, kind]
    assert not any(RUNNER_ACCOUNT.secret in failure.message for failure in failures)
    assert paths(office) == [TOKEN, TOKEN]
    health = service.upstream.monitor.health()
    assert health.last_failure == failures[1].problem()
    assert health.status is not HealthStatus.USABLE


async def test_an_account_without_the_permission_is_told_which(office: RunningSimulator) -> None:
    secrets = {"client_id": UNTRUSTED_ACCOUNT.client_id, "client_secret": UNTRUSTED_ACCOUNT.secret}
    calls = open_calls(settings_of(office.base_url, secrets), loopback_only=True)

    failure = await _failure(_ask(calls))

    assert type(failure) is UpstreamCredentialError
    assert "TMC_SERVICE_ACCOUNT_MANAGEMENT" in failure.message
    assert service_health_is_down(calls)
    await calls.close()


def service_health_is_down(calls: TalendCalls) -> bool:
    return calls.upstream.monitor.health().status is HealthStatus.DOWN


@pytest.mark.parametrize(
    "body", ["", "[]", "{}", "<html></html>", '{"access_token":7}', '{"access_token":""}', '{"access_token":"a\\nb"}']
)
async def test_an_answer_without_a_token_is_malformed(office: RunningSimulator, service: TalendCalls, body: str) -> None:
    office.control.add_fault(Fault(TOKEN, status=200, body=body))

    failure = await _failure(_ask(service))

    assert type(failure) is MalformedResponseError
    assert paths(office) == [TOKEN]


async def test_a_login_has_the_requests_deadline_for_those_who_wait_only(office: RunningSimulator, service: TalendCalls) -> None:
    office.control.set_latency(0.15, TOKEN)
    patient = asyncio.ensure_future(_ask(service))
    await asyncio.sleep(0)

    async def hurried() -> GatewayError:
        request_budget.set(RequestBudget(0.03, 10))
        return await _failure(_ask(service))

    failure = await asyncio.create_task(hurried())

    assert (type(failure), failure.provider) == (DeadlineExceededError, NAME)
    await patient
    assert paths(office).count(TOKEN) == 1


async def test_a_token_costs_no_request_a_call(service: TalendCalls) -> None:
    async def ask() -> int:
        budget = RequestBudget(5.0, 1)
        request_budget.set(budget)
        await _ask(service)
        return budget.calls

    assert await asyncio.create_task(ask()) == 1


async def test_a_login_ends_with_the_last_who_waits(office: RunningSimulator, service: TalendCalls) -> None:
    office.control.set_latency(0.2, TOKEN)
    first, second = asyncio.ensure_future(_ask(service)), asyncio.ensure_future(_ask(service))
    await asyncio.sleep(0.05)

    first.cancel()
    await asyncio.sleep(0.01)
    assert office.control.in_flight == 1
    second.cancel()
    await asyncio.gather(first, second, return_exceptions=True)
    office.control.set_latency(0, TOKEN)

    await _ask(service)


async def test_nothing_of_a_login_is_shown(
    office: RunningSimulator, service: TalendCalls, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    await _ask(service)
    token = next(iter(app_of(office).tokens._live))
    office.control.add_fault(Fault(ENVIRONMENTS, status=400, body=f'{{"message":"no, {token}"}}'))

    failure = await _failure(_ask(service))

    shown = [failure.message, repr(failure), repr(service), repr(vars(service)), repr(vars(service._login)), caplog.text]
    for text in shown:
        assert token not in text
        assert RUNNER_ACCOUNT.secret not in text
        assert basic_value() not in text
    assert "[hidden]" in failure.message


async def test_the_token_before_is_hidden_too(office: RunningSimulator, service: TalendCalls) -> None:
    await _ask(service)
    first = next(iter(app_of(office).tokens._live))
    app_of(office).tokens.revoke_all()
    await _ask(service)
    second = next(iter(app_of(office).tokens._live))
    office.control.add_fault(Fault(ENVIRONMENTS, status=400, body=f'{{"message":"not {first}, and not {second}"}}'))

    failure = await _failure(_ask(service))

    assert "not [hidden], and not [hidden]" in failure.message
    assert first not in repr(vars(service._login))


def basic_value() -> str:
    account = settings_of("http://127.0.0.1:1", SERVICE).credential
    assert isinstance(account, ServiceAccount)
    headers = httpx.Headers()
    basic_credential(account)(headers)
    return str(headers["authorization"]).removeprefix("Basic ")
