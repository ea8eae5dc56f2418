"""How long a token of a service account is used, and when there is a new one."""

import asyncio
from collections.abc import AsyncIterator, Awaitable

import httpx
import pytest

from gateway.domain.budget import RequestBudget, request_budget
from gateway.domain.errors import (
    GatewayError,
    MalformedResponseError,
    RateLimitedError,
    UpstreamCredentialError,
    UpstreamUnavailableError,
)
from gateway.providers.talend.service_login import PATIENCE_S, ServiceLogin, basic_credential, explain_login
from gateway.providers.talend.settings import ServiceAccount
from gateway.simulation.control import Fault
from gateway.simulation.server import RunningSimulator
from gateway.upstream.transport import UpstreamOptions, build_upstream
from tests.providers.talend.opened import NAME, app_of, paths, settings_of
from tests.providers.talend.test_talend_login import SERVICE, TOKEN

pytestmark = pytest.mark.anyio


async def _failure(call: Awaitable[object]) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        await call
    return caught.value


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def login(office: RunningSimulator, clock: Clock) -> AsyncIterator[ServiceLogin]:
    account = settings_of(office.base_url, SERVICE).credential
    assert isinstance(account, ServiceAccount)
    calls = build_upstream(
        UpstreamOptions(NAME, office.base_url, basic_credential(account), explain=explain_login, loopback_only=True)
    )
    login = ServiceLogin(calls, f"{office.base_url}/", clock)
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
    office: RunningSimulator, login: ServiceLogin, clock: Clock, form: str, life_s: int
) -> None:
    settings = app_of(office).settings
    settings.token_lifetime_s, settings.expires_in = life_s, form  # type: ignore[assignment]  # one of its words
    assert _header(login) is None

    await login.ready()
    first = _header(login)
    clock.now += 0.79 * life_s
    await login.ready()
    assert paths(office) == [TOKEN]
    clock.now += 0.02 * life_s
    await login.ready()

    assert paths(office) == [TOKEN, TOKEN]
    assert first != _header(login)
    assert first is not None
    assert first.startswith("Bearer eyJ")


@pytest.mark.parametrize(
    "told",
    ['"soon"', "-5", "0", '""', '"nan"', '"inf"', "1e400", "1" * 400, f'"{"1" * 400}"', "1" * 5_000, "[600]", "true", '"-0.5"'],
)
async def test_a_life_that_is_none_counts_as_half_an_hour(
    office: RunningSimulator, login: ServiceLogin, clock: Clock, told: str
) -> None:
    office.control.add_fault(Fault(TOKEN, status=200, body=f'{{"access_token":"eyJ","expires_in":{told}}}'))

    await login.ready()
    clock.now += 0.79 * 1_800
    await login.ready()
    assert len(paths(office)) == 1
    clock.now += 0.02 * 1_800
    await login.ready()

    assert len(paths(office)) == 2


@pytest.mark.parametrize("told", ["600", '"600"', "600.0", '"600.0"', "6e2", '"6e2"'])
async def test_a_life_is_told_in_any_way_of_writing_a_number(
    office: RunningSimulator, login: ServiceLogin, clock: Clock, told: str
) -> None:
    office.control.add_fault(Fault(TOKEN, status=200, body=f'{{"access_token":"eyJ","expires_in":{told}}}'))

    token = await login.ready()

    assert (token.renew_at, token.expires_at) == (clock.now + 480, clock.now + 600)


async def test_an_ageing_token_is_used_on_while_the_vendor_gives_no_new_one(
    office: RunningSimulator, login: ServiceLogin, clock: Clock
) -> None:
    token = await login.ready()
    office.control.add_fault(Fault(TOKEN, status=503))

    clock.now += 1_500
    assert await login.ready() is token
    clock.now += 10
    assert await login.ready() is token
    assert paths(office) == [TOKEN, TOKEN]
    clock.now += 30
    assert await login.ready() is token
    assert paths(office) == [TOKEN, TOKEN, TOKEN]
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
    office: RunningSimulator, login: ServiceLogin, clock: Clock, fault: Fault, kind: type[GatewayError]
) -> None:
    told: list[GatewayError] = []
    login.on_failure = told.append
    token = await login.ready()
    office.control.add_fault(fault)

    clock.now += 1_500
    assert await login.ready() is token
    assert [type(failure) for failure in told] == [kind]
    clock.now += 301

    assert type(await _failure(login.ready())) is kind


async def test_a_token_that_the_vendor_refuses_is_not_used_on(office: RunningSimulator, login: ServiceLogin) -> None:
    token = await login.ready()
    office.control.add_fault(Fault(TOKEN, status=401))

    assert type(await _failure(login.renew(token))) is UpstreamCredentialError
    assert type(await _failure(login.ready())) is UpstreamCredentialError


async def test_a_token_that_ends_while_its_renewal_fails_is_not_used_on(
    office: RunningSimulator, login: ServiceLogin, clock: Clock
) -> None:
    await login.ready()
    office.control.add_fault(Fault(TOKEN, status=503))
    clock.now += 1_799
    login.on_failure = lambda _: setattr(clock, "now", clock.now + 2)

    assert type(await _failure(login.ready())) is UpstreamUnavailableError


async def test_patience_counts_from_the_failure(office: RunningSimulator, login: ServiceLogin, clock: Clock) -> None:
    token = await login.ready()
    office.control.add_fault(Fault(TOKEN, status=503))
    clock.now += 1_450
    login.on_failure = lambda _: setattr(clock, "now", clock.now + 20)

    await login.ready()

    assert token.renew_at == clock.now + PATIENCE_S


async def test_a_request_that_cannot_wait_for_the_renewal_has_the_good_token(
    office: RunningSimulator, login: ServiceLogin, clock: Clock
) -> None:
    token = await login.ready()
    office.control.set_latency(0.2, TOKEN)
    clock.now += 1_500

    async def hurried() -> object:
        request_budget.set(RequestBudget(0.02, 10))
        return await login.ready()

    assert await asyncio.create_task(hurried()) is token
