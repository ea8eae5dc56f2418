"""How the gateway logs in: personal tokens as they are; tokens of service accounts fetched once, renewed and kept to itself."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Iterator
from datetime import UTC, datetime

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
from gateway.providers.talend.service_login import PATIENCE_S, ServiceLogin, basic_credential, explain_login
from gateway.providers.talend.settings import ServiceAccount
from gateway.providers.talend.simulator import SIMULATOR
from gateway.providers.talend.simulator.credentials import REVOKED_TOKEN, RUNNER_ACCOUNT, UNTRUSTED_ACCOUNT
from gateway.simulation.clock import ManualClock
from gateway.simulation.control import Fault
from gateway.simulation.server import RunningSimulator, start
from gateway.upstream.path import path
from gateway.upstream.transport import UpstreamOptions, build_upstream
from tests.providers.talend.opened import NAME, app_of, paths, settings_of

pytestmark = pytest.mark.anyio

TOKEN = "/security/oauth/token"
ENVIRONMENTS = "/orchestration/environments"
SERVICE = {"client_id": RUNNER_ACCOUNT.client_id, "client_secret": RUNNER_ACCOUNT.secret}


@pytest.fixture(scope="module")
def server() -> Iterator[RunningSimulator]:
    with start(SIMULATOR, profile="even", clock=ManualClock(datetime(2026, 3, 2, 12, 0, tzinfo=UTC))) as running:
        yield running


@pytest.fixture
def own(server: RunningSimulator) -> Iterator[RunningSimulator]:
    """One for all tests of this file, with no token given out and the switches as they were."""
    app = app_of(server)
    app.tokens.revoke_all()
    server.control.reset_calls()
    yield server
    server.control.clear_faults()
    server.control.set_latency(0, TOKEN)
    app.settings.delete_refuses_json, app.settings.token_lifetime_s, app.settings.expires_in = False, 1_800, "string"


@pytest.fixture
async def service(own: RunningSimulator) -> AsyncIterator[TalendCalls]:
    calls = open_calls(settings_of(own.base_url, SERVICE), loopback_only=True)
    yield calls
    await calls.close()


async def _failure(call: Awaitable[object]) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        await call
    return caught.value


def _ask(calls: TalendCalls) -> Awaitable[object]:
    return calls.read(path("orchestration", "environments"))


async def test_a_personal_token_is_sent_with_the_version_and_not_renewed(own: RunningSimulator) -> None:
    good = open_calls(settings_of(own.base_url, {"token": own.token}), loopback_only=True)
    bad = open_calls(settings_of(own.base_url, {"token": REVOKED_TOKEN.value}), loopback_only=True)

    await _ask(good)
    refused = await _failure(_ask(bad))

    not_written = await _failure(bad.write(path("orchestration", "environments"), method="POST", body={}))

    assert type(refused) is UpstreamCredentialError
    assert (type(not_written), not_written.sent) == (UpstreamCredentialError, True)
    assert paths(own) == [ENVIRONMENTS, ENVIRONMENTS, ENVIRONMENTS]
    assert own.control.calls[0].headers["talend-version"] == "2021-03"
    assert own.control.calls[0].headers["accept"] == "application/json"
    await good.close()
    await bad.close()


async def test_ten_calls_at_once_fetch_one_token(own: RunningSimulator, service: TalendCalls) -> None:
    own.control.set_latency(0.02, TOKEN)

    await asyncio.gather(*(_ask(service) for _ in range(10)))
    await _ask(service)

    assert paths(own).count(TOKEN) == 1
    assert paths(own).count(ENVIRONMENTS) == 11
    asked = own.control.calls[0]
    assert asked.body == f'{{"grant_type":"client_credentials","audience":"{own.base_url}/"}}'.encode()
    assert asked.headers["talend-version"] == "2021-03"


async def test_a_refused_token_is_fetched_anew_once_for_all(own: RunningSimulator, service: TalendCalls) -> None:
    await _ask(service)
    app_of(own).tokens.revoke_all()
    own.control.reset_calls()

    await asyncio.gather(*(_ask(service) for _ in range(10)))

    assert paths(own).count(TOKEN) == 1
    assert [call.status for call in own.control.calls].count(200) == 11


async def test_an_account_that_is_refused_with_a_new_token_too_is_told_so(own: RunningSimulator, service: TalendCalls) -> None:
    own.control.add_fault(Fault(ENVIRONMENTS, status=401))

    failure = await _failure(_ask(service))

    assert type(failure) is UpstreamCredentialError
    assert paths(own) == [TOKEN, ENVIRONMENTS, TOKEN, ENVIRONMENTS]


async def test_an_expired_token_is_found_out_by_the_refusal(own: RunningSimulator, service: TalendCalls) -> None:
    await _ask(service)
    assert isinstance(own.clock, ManualClock)
    own.clock.advance(1_801)

    await _ask(service)

    assert paths(own) == [TOKEN, ENVIRONMENTS, ENVIRONMENTS, TOKEN, ENVIRONMENTS]


async def test_a_write_is_made_again_after_a_refused_token_only(own: RunningSimulator, service: TalendCalls) -> None:
    await _ask(service)
    app_of(own).tokens.revoke_all()
    task = next(iter(app_of(own).tenant.tasks))
    pause = path("orchestration", "executables", "tasks", task, "pause")
    own.control.reset_calls()

    await service.write(pause, method="PUT", body={"pause": True})

    assert [(call.method, call.status) for call in own.control.calls] == [("PUT", 401), ("POST", 200), ("PUT", 202)]

    own.control.add_fault(Fault("pause", status=500))
    own.control.reset_calls()
    failure = await _failure(service.write(pause, method="PUT", body={"pause": True}))
    assert (type(failure), failure.sent) == (UpstreamUnavailableError, True)
    assert len(own.control.calls) == 1


async def test_a_write_that_no_login_opened_was_surely_not_sent(own: RunningSimulator, service: TalendCalls) -> None:
    own.control.add_fault(Fault(TOKEN, status=500))

    failure = await _failure(service.write(path("orchestration", "environments"), method="POST", body={}))

    assert (type(failure), failure.sent) == (UpstreamUnavailableError, False)
    assert paths(own) == [TOKEN]


async def test_a_delete_accepts_whatever_it_is_answered(own: RunningSimulator) -> None:
    app_of(own).settings.delete_refuses_json = True
    calls = open_calls(settings_of(own.base_url, {"token": own.token}), loopback_only=True)
    task = next(iter(app_of(own).tenant.run_configs))

    answer = await calls.write(path("orchestration", "executables", "tasks", task, "run-config"), method="DELETE")

    assert answer.status == 204
    assert own.control.calls[0].headers["accept"] == "*/*"
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
    own: RunningSimulator, service: TalendCalls, status: int, kind: type[GatewayError]
) -> None:
    own.control.add_fault(Fault(TOKEN, status=status, body=f'{{"message":"{RUNNER_ACCOUNT.secret}"}}'))

    failures = [await _failure(call) for call in [_ask(service), _ask(service)]]

    assert [type(failure) for failure in failures] == [kind, kind]
    assert not any(RUNNER_ACCOUNT.secret in failure.message for failure in failures)
    assert paths(own) == [TOKEN, TOKEN]
    health = service.upstream.monitor.health()
    assert health.last_failure == failures[1].problem()
    assert health.status is not HealthStatus.USABLE


async def test_an_account_without_the_permission_is_told_which(own: RunningSimulator) -> None:
    secrets = {"client_id": UNTRUSTED_ACCOUNT.client_id, "client_secret": UNTRUSTED_ACCOUNT.secret}
    calls = open_calls(settings_of(own.base_url, secrets), loopback_only=True)

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
async def test_an_answer_without_a_token_is_malformed(own: RunningSimulator, service: TalendCalls, body: str) -> None:
    own.control.add_fault(Fault(TOKEN, status=200, body=body))

    failure = await _failure(_ask(service))

    assert type(failure) is MalformedResponseError
    assert paths(own) == [TOKEN]


async def test_a_login_has_the_requests_deadline_for_those_who_wait_only(own: RunningSimulator, service: TalendCalls) -> None:
    own.control.set_latency(0.15, TOKEN)
    patient = asyncio.ensure_future(_ask(service))
    await asyncio.sleep(0)

    async def hurried() -> GatewayError:
        request_budget.set(RequestBudget(0.03, 10))
        return await _failure(_ask(service))

    failure = await asyncio.create_task(hurried())

    assert (type(failure), failure.provider) == (DeadlineExceededError, NAME)
    await patient
    assert paths(own).count(TOKEN) == 1


async def test_a_token_costs_no_request_a_call(service: TalendCalls) -> None:
    async def ask() -> int:
        budget = RequestBudget(5.0, 1)
        request_budget.set(budget)
        await _ask(service)
        return budget.calls

    assert await asyncio.create_task(ask()) == 1


async def test_a_login_ends_with_the_last_who_waits(own: RunningSimulator, service: TalendCalls) -> None:
    own.control.set_latency(0.2, TOKEN)
    first, second = asyncio.ensure_future(_ask(service)), asyncio.ensure_future(_ask(service))
    await asyncio.sleep(0.05)

    first.cancel()
    await asyncio.sleep(0.01)
    assert own.control.in_flight == 1
    second.cancel()
    await asyncio.gather(first, second, return_exceptions=True)
    own.control.set_latency(0, TOKEN)

    await _ask(service)


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def login(own: RunningSimulator, clock: Clock) -> AsyncIterator[ServiceLogin]:
    account = settings_of(own.base_url, SERVICE).credential
    assert isinstance(account, ServiceAccount)
    office = build_upstream(
        UpstreamOptions(NAME, own.base_url, basic_credential(account), explain=explain_login, loopback_only=True)
    )
    login = ServiceLogin(office, f"{own.base_url}/", clock)
    yield login
    await login.close()


def _header(login: ServiceLogin) -> str | None:
    headers = httpx.Headers()
    login.authorize(headers)
    found: str | None = headers.get("authorization")
    return found


@pytest.mark.parametrize(
    ("form", "life_s"), [("string", 1_800), ("number", 1_800), ("absent", 1_800), ("string", 100), ("number", 100)]
)
async def test_a_token_is_renewed_at_four_fifths_of_its_life(
    own: RunningSimulator, login: ServiceLogin, clock: Clock, form: str, life_s: int
) -> None:
    settings = app_of(own).settings
    settings.token_lifetime_s, settings.expires_in = life_s, form  # type: ignore[assignment]  # one of its words
    assert _header(login) is None

    await login.ready()
    first = _header(login)
    clock.now += 0.79 * life_s
    await login.ready()
    assert paths(own) == [TOKEN]
    clock.now += 0.02 * life_s
    await login.ready()

    assert paths(own) == [TOKEN, TOKEN]
    assert first != _header(login)
    assert first is not None
    assert first.startswith("Bearer eyJ")


@pytest.mark.parametrize(
    "told",
    ['"soon"', "-5", "0", '""', '"nan"', '"inf"', "1e400", "1" * 400, f'"{"1" * 400}"', "1" * 5_000, "[600]", "true", '"-0.5"'],
)
async def test_a_life_that_is_none_counts_as_half_an_hour(
    own: RunningSimulator, login: ServiceLogin, clock: Clock, told: str
) -> None:
    own.control.add_fault(Fault(TOKEN, status=200, body=f'{{"access_token":"eyJ","expires_in":{told}}}'))

    await login.ready()
    clock.now += 0.79 * 1_800
    await login.ready()
    assert len(paths(own)) == 1
    clock.now += 0.02 * 1_800
    await login.ready()

    assert len(paths(own)) == 2


@pytest.mark.parametrize("told", ["600", '"600"', "600.0", '"600.0"', "6e2", '"6e2"'])
async def test_a_life_is_told_in_any_way_of_writing_a_number(
    own: RunningSimulator, login: ServiceLogin, clock: Clock, told: str
) -> None:
    own.control.add_fault(Fault(TOKEN, status=200, body=f'{{"access_token":"eyJ","expires_in":{told}}}'))

    token = await login.ready()

    assert (token.renew_at, token.expires_at) == (clock.now + 480, clock.now + 600)


async def test_an_ageing_token_is_used_on_while_the_vendor_gives_no_new_one(
    own: RunningSimulator, login: ServiceLogin, clock: Clock
) -> None:
    token = await login.ready()
    own.control.add_fault(Fault(TOKEN, status=503))

    clock.now += 1_500
    assert await login.ready() is token
    clock.now += 10
    assert await login.ready() is token
    assert paths(own) == [TOKEN, TOKEN]
    clock.now += 30
    assert await login.ready() is token
    assert paths(own) == [TOKEN, TOKEN, TOKEN]
    clock.now += 300

    assert type(await _failure(login.ready())) is UpstreamUnavailableError


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault(TOKEN, status=400), UpstreamCredentialError),
        (Fault(TOKEN, status=401), UpstreamCredentialError),
        (Fault(TOKEN, status=429), RateLimitedError),
        (Fault(TOKEN, kind="html"), MalformedResponseError),
        (Fault(TOKEN, status=200, body="{}"), MalformedResponseError),
        (Fault(TOKEN, kind="cut"), UpstreamUnavailableError),
    ],
)
async def test_a_good_token_is_used_until_it_ends_whatever_is_wrong_with_the_login(
    own: RunningSimulator, login: ServiceLogin, clock: Clock, fault: Fault, kind: type[GatewayError]
) -> None:
    told: list[GatewayError] = []
    login.on_failure = told.append
    token = await login.ready()
    own.control.add_fault(fault)

    clock.now += 1_500
    assert await login.ready() is token
    assert [type(failure) for failure in told] == [kind]
    clock.now += 301

    assert type(await _failure(login.ready())) is kind


async def test_a_token_that_the_vendor_refuses_is_not_used_on(own: RunningSimulator, login: ServiceLogin) -> None:
    token = await login.ready()
    own.control.add_fault(Fault(TOKEN, status=401))

    assert type(await _failure(login.renew(token))) is UpstreamCredentialError
    assert type(await _failure(login.ready())) is UpstreamCredentialError


async def test_a_token_that_ends_while_its_renewal_fails_is_not_used_on(
    own: RunningSimulator, login: ServiceLogin, clock: Clock
) -> None:
    await login.ready()
    own.control.add_fault(Fault(TOKEN, status=503))
    clock.now += 1_799
    login.on_failure = lambda _: setattr(clock, "now", clock.now + 2)

    assert type(await _failure(login.ready())) is UpstreamUnavailableError


async def test_patience_counts_from_the_failure(own: RunningSimulator, login: ServiceLogin, clock: Clock) -> None:
    token = await login.ready()
    own.control.add_fault(Fault(TOKEN, status=503))
    clock.now += 1_450
    login.on_failure = lambda _: setattr(clock, "now", clock.now + 20)

    await login.ready()

    assert token.renew_at == clock.now + PATIENCE_S


async def test_a_request_that_cannot_wait_for_the_renewal_has_the_good_token(
    own: RunningSimulator, login: ServiceLogin, clock: Clock
) -> None:
    token = await login.ready()
    own.control.set_latency(0.2, TOKEN)
    clock.now += 1_500

    async def hurried() -> object:
        request_budget.set(RequestBudget(0.02, 10))
        return await login.ready()

    assert await asyncio.create_task(hurried()) is token


async def test_nothing_of_a_login_is_shown(own: RunningSimulator, service: TalendCalls, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    await _ask(service)
    token = next(iter(app_of(own).tokens._live))
    own.control.add_fault(Fault(ENVIRONMENTS, status=400, body=f'{{"message":"no, {token}"}}'))

    failure = await _failure(_ask(service))

    shown = [failure.message, repr(failure), repr(service), repr(vars(service)), repr(vars(service._login)), caplog.text]
    for text in shown:
        assert token not in text
        assert RUNNER_ACCOUNT.secret not in text
        assert basic_value() not in text
    assert "[hidden]" in failure.message


async def test_the_token_before_is_hidden_too(own: RunningSimulator, service: TalendCalls) -> None:
    await _ask(service)
    first = next(iter(app_of(own).tokens._live))
    app_of(own).tokens.revoke_all()
    await _ask(service)
    second = next(iter(app_of(own).tokens._live))
    own.control.add_fault(Fault(ENVIRONMENTS, status=400, body=f'{{"message":"not {first}, and not {second}"}}'))

    failure = await _failure(_ask(service))

    assert "not [hidden], and not [hidden]" in failure.message
    assert first not in repr(vars(service._login))


def basic_value() -> str:
    account = settings_of("http://127.0.0.1:1", SERVICE).credential
    assert isinstance(account, ServiceAccount)
    headers = httpx.Headers()
    basic_credential(account)(headers)
    return str(headers["authorization"]).removeprefix("Basic ")
