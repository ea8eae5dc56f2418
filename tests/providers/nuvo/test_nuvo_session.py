"""One login for all, and one more when the token is refused."""

import asyncio
from collections import Counter
from unittest import mock

import msgspec
import pytest

from gateway.domain.budget import RequestBudget, request_budget
from gateway.domain.errors import (
    DeadlineExceededError,
    GatewayError,
    MalformedResponseError,
    RateLimitedError,
    UpstreamCredentialError,
    UpstreamUnavailableError,
)
from gateway.domain.execution import ExecutionQuery
from gateway.domain.keys import PipelineKey
from gateway.domain.provider import HealthStatus, Provider
from gateway.providers.nuvo import wire
from gateway.providers.nuvo.client import NuvoClient
from gateway.providers.nuvo.credential import AccessCredential, NoTokenError
from gateway.providers.nuvo.keys import Origin
from gateway.providers.nuvo.session import Session
from gateway.providers.nuvo.simulator.identities import EMEA, NEWCOMER, OTHER_LICENSE
from gateway.simulation.control import Fault
from gateway.simulation.server import RunningSimulator
from gateway.upstream.monitor import UpstreamMonitor
from gateway.upstream.transport import UpstreamOptions, build_upstream
from tests.providers.nuvo.dialect import app_of, clock_of
from tests.providers.nuvo.opened import (
    ALL,
    NAME,
    collect,
    executions_of,
    open_provider,
    pipelines_of,
    pipelines_port,
    settings_of,
)

pytestmark = pytest.mark.anyio

LOGIN = r"/auth/access-token$"


def logins(simulator: RunningSimulator) -> int:
    return sum(call.raw_path.endswith("/auth/access-token") for call in simulator.control.calls)


async def first_page(provider: Provider) -> object:
    return await anext(executions_of(provider).stream_executions(ExecutionQuery(), None, 5, ALL))  # type: ignore[arg-type]


async def test_connecting_makes_no_call_and_the_first_call_logs_in(provider: Provider, uneven: RunningSimulator) -> None:
    assert uneven.control.calls == []

    await pipelines_of(provider)

    first, second, *_ = uneven.control.calls
    assert (first.method, first.raw_path) == ("POST", "/dp/api/v1/auth/access-token")
    assert "authorization" not in first.headers
    assert (second.method, second.raw_path) == ("GET", "/dp/api/v1/pipeline")


async def test_calls_at_the_same_time_share_one_login(provider: Provider, uneven: RunningSimulator) -> None:
    uneven.control.set_latency(0.05, LOGIN)

    await asyncio.gather(*(pipelines_of(provider) for _ in range(10)))

    assert logins(uneven) == 1
    assert {call.status for call in uneven.control.calls} == {200}
    assert uneven.control.calls_total <= 1 + 10 * 2, "each may look once behind the page"


async def test_a_token_is_used_until_it_is_refused(own: RunningSimulator, own_provider: Provider) -> None:
    app_of(own).settings.token_lifetime_s = 60.0
    await pipelines_of(own_provider)  # with a look behind the page
    clock_of(own).advance(59)
    await pipelines_of(own_provider)
    before = logins(own)
    clock_of(own).advance(1)

    found = await pipelines_of(own_provider)

    assert (before, logins(own)) == (1, 2)
    assert len(found) == 12
    assert [call.status for call in own.control.calls if call.raw_path.endswith("/pipeline")] == [200, 200, 200, 401, 200]


async def test_calls_refused_at_the_same_time_share_one_login(provider: Provider, uneven: RunningSimulator) -> None:
    keys = [
        execution.key for execution in await collect(executions_of(provider).stream_executions(ExecutionQuery(), None, 12, ALL), 12)
    ][:12]
    app_of(uneven).tokens.revoke_all()
    uneven.control.reset_calls()

    found = await executions_of(provider).get_executions(keys, ALL)

    assert [getattr(execution, "key", None) for execution in found] == keys
    assert logins(uneven) == 1


async def test_calls_that_wait_for_their_turn_are_not_made_without_a_token(uneven: RunningSimulator) -> None:
    provider = open_provider(uneven, max_concurrent_calls=4)
    keys = [PipelineKey(NAME, (pipeline.id,)) for pipeline in app_of(uneven).world.pipelines[:30]] * 2
    await provider.probe()
    app_of(uneven).tokens.revoke_all()
    uneven.control.reset_calls()
    uneven.control.set_latency(0.01)

    found = await asyncio.gather(*(pipelines_port(provider).get_pipelines([key], ALL) for key in keys))

    assert [getattr(pipeline, "key", None) for (pipeline,) in found] == keys
    assert logins(uneven) == 1
    statuses = Counter(call.status for call in uneven.control.calls)
    assert statuses[200] == 1 + 60
    assert statuses[401] <= 4, "only those that were under way"
    assert provider.monitor.health().status is HealthStatus.USABLE
    await provider.close()


async def test_a_login_does_not_wait_behind_the_calls_that_wait_for_it(uneven: RunningSimulator) -> None:
    provider = open_provider(uneven, max_concurrent_calls=1)
    key = PipelineKey(NAME, (app_of(uneven).world.pipelines[0].id,))
    await provider.probe()
    app_of(uneven).tokens.revoke_all()
    uneven.control.reset_calls()

    await asyncio.gather(*(pipelines_port(provider).get_pipelines([key], ALL) for _ in range(10)))

    assert [(call.method, call.status) for call in uneven.control.calls] == [("GET", 401), ("POST", 200), *[("GET", 200)] * 10]
    await provider.close()


async def test_refusals_without_end_cost_no_login_for_each_call(uneven: RunningSimulator) -> None:
    provider = open_provider(uneven, max_concurrent_calls=2)
    await provider.probe()
    uneven.control.reset_calls()
    uneven.control.add_fault(Fault(r"/pipeline/", status=401))
    keys = [PipelineKey(NAME, (pipeline.id,)) for pipeline in app_of(uneven).world.pipelines[:20]]

    found = await asyncio.gather(*(pipelines_port(provider).get_pipelines([key], ALL) for key in keys))

    assert {type(answer) for (answer,) in found} == {UpstreamCredentialError}
    assert logins(uneven) <= 2
    await provider.close()


async def test_how_a_login_ended_is_told_of_the_providers_health(provider: Provider, uneven: RunningSimulator) -> None:
    uneven.control.add_fault(Fault(LOGIN, status=503, times=1))
    with pytest.raises(UpstreamUnavailableError):
        await provider.probe()
    failed = provider.monitor.health()
    await provider.probe()

    assert (failed.status, failed.last_failure and failed.last_failure.code) == (HealthStatus.DOWN, "UPSTREAM_UNAVAILABLE")
    assert provider.monitor.health().status is HealthStatus.USABLE


@pytest.mark.parametrize(("silent_s", "status"), [(0.02, HealthStatus.DOWN), (5.0, HealthStatus.UNKNOWN)])
async def test_a_silent_login_that_was_given_up_is_told_of_health_too(
    uneven: RunningSimulator, silent_s: float, status: HealthStatus
) -> None:
    settings = settings_of(uneven)
    credential = AccessCredential(settings.license_key)
    options = UpstreamOptions(NAME, uneven.base_url, credential.for_logins, loopback_only=True)
    office, monitor = build_upstream(options), UpstreamMonitor()
    session = Session(office, credential, Origin(NAME, "", "USER", settings.identifier), monitor, silent_s)
    uneven.control.add_fault(Fault(LOGIN, kind="hang", times=1))
    waiting = asyncio.ensure_future(session.open())
    await asyncio.sleep(0.05)

    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await asyncio.sleep(0.01)

    assert monitor.health().status is status
    await session.close()


async def test_a_token_that_is_refused_twice_is_the_operators_matter(provider: Provider, uneven: RunningSimulator) -> None:
    uneven.control.add_fault(Fault(r"/execution$", status=401, body='{"message":"Not today"}'))

    with pytest.raises(UpstreamCredentialError, match="Not today"):
        await first_page(provider)

    assert Counter(call.raw_path.rpartition("/")[2] for call in uneven.control.calls) == {"access-token": 2, "execution": 2}
    assert provider.monitor.health().status is HealthStatus.DOWN


@pytest.mark.parametrize("shape", ["data", "bare"])
@pytest.mark.parametrize("error_body", ["message", "nested", "text", "empty"])
async def test_every_shape_of_answers_and_refusals_is_understood(
    provider: Provider, uneven: RunningSimulator, shape: str, error_body: str
) -> None:
    settings = app_of(uneven).settings
    settings.token_answer = "data" if shape == "data" else "bare"
    settings.error_body = error_body  # type: ignore[assignment]
    refused = open_provider(uneven, "not-the-license")

    assert len(await pipelines_of(provider)) == 36
    with pytest.raises(UpstreamCredentialError) as caught:
        await pipelines_of(refused)

    assert ("Invalid license key" in caught.value.message) is (error_body != "empty")
    await refused.close()


async def test_the_bare_token_is_not_what_is_sent(provider: Provider, uneven: RunningSimulator) -> None:
    app_of(uneven).settings.authorization = ("bearer",)

    assert len(await pipelines_of(provider)) == 36


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422])
async def test_a_login_that_is_refused_is_the_operators_matter(provider: Provider, uneven: RunningSimulator, status: int) -> None:
    uneven.control.add_fault(Fault(LOGIN, status=status, body='{"message":"Who is that?"}', headers={"x-request-id": "r-1"}))

    with pytest.raises(UpstreamCredentialError, match=r"Who is that\?") as caught:
        await first_page(provider)

    assert (caught.value.provider, caught.value.request_id) == ("imports", "r-1")
    assert logins(uneven) == uneven.control.calls_total == 1
    assert provider.monitor.health().status is HealthStatus.DOWN


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(LOGIN, status=503), UpstreamUnavailableError),
        (Fault(LOGIN, status=429, headers={"Retry-After": "7"}), RateLimitedError),
        (Fault(LOGIN, kind="html"), MalformedResponseError),
        (Fault(LOGIN, kind="cut"), UpstreamUnavailableError),
        (Fault(LOGIN, status=200, body='{"data":{}}'), MalformedResponseError),
        (Fault(LOGIN, status=200, body='{"message":"hello"}'), MalformedResponseError),
        (Fault(LOGIN, status=200, body='{"access_token":"not\\nfor a header"}'), MalformedResponseError),
        (Fault(LOGIN, status=200, body='{"access_token":""}'), MalformedResponseError),
    ],
)
async def test_a_login_that_fails_fails_as_what_it_is_and_can_succeed_later(
    provider: Provider, uneven: RunningSimulator, fault: Fault, error: type[GatewayError]
) -> None:
    uneven.control.add_fault(msgspec.structs.replace(fault, times=1))

    with pytest.raises(GatewayError) as caught:
        await first_page(provider)

    assert type(caught.value) is error
    assert len(await pipelines_of(provider)) == 36


async def test_a_reader_who_gives_up_does_not_disturb_the_others(provider: Provider, uneven: RunningSimulator) -> None:
    uneven.control.set_latency(0.1, LOGIN)
    impatient = asyncio.ensure_future(pipelines_of(provider))
    patient = asyncio.ensure_future(pipelines_of(provider))
    await asyncio.sleep(0.03)
    impatient.cancel()

    assert len(await patient) == 36
    assert logins(uneven) == 1
    with pytest.raises(asyncio.CancelledError):
        await impatient


async def test_a_login_nobody_waits_for_is_given_up(provider: Provider, uneven: RunningSimulator) -> None:
    uneven.control.add_fault(Fault(LOGIN, kind="hang", times=1))
    reading = asyncio.ensure_future(pipelines_of(provider))
    while uneven.control.in_flight == 0:  # noqa: ASYNC110  it is in another thread
        await asyncio.sleep(0.005)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading

    assert len(await pipelines_of(provider)) == 36


async def test_one_requests_deadline_is_not_anothers(provider: Provider, uneven: RunningSimulator) -> None:
    uneven.control.set_latency(0.15, LOGIN)

    async def hurried() -> object:
        request_budget.set(RequestBudget(0.05, max_calls=10))
        return await pipelines_of(provider)

    hurrying = asyncio.ensure_future(hurried())
    await asyncio.sleep(0.01)
    found = await pipelines_of(provider)

    assert len(found) == 36
    with pytest.raises(DeadlineExceededError):
        await hurrying
    assert logins(uneven) == 1


async def test_the_probe_logs_in_and_later_asks_for_the_smallest_list(provider: Provider, uneven: RunningSimulator) -> None:
    await provider.probe()
    first = [call.raw_path for call in uneven.control.calls]
    await provider.probe()

    assert first == ["/dp/api/v1/auth/access-token"]
    assert [call.raw_path for call in uneven.control.calls[1:]] == ["/dp/api/v1/pipeline"]


async def test_an_identity_sees_its_own(uneven: RunningSimulator) -> None:
    emea = open_provider(uneven, identifier=EMEA.identifier, identity="SUB_ORG")
    newcomer = open_provider(uneven, OTHER_LICENSE.key, identifier=NEWCOMER.identifier)
    stranger = open_provider(uneven, identifier=EMEA.identifier)

    assert [pipeline.name for pipeline in await pipelines_of(emea)] == ["Inventory sync EMEA", "Warehouse returns"]
    assert await pipelines_of(newcomer) == []
    with pytest.raises(UpstreamCredentialError):
        await pipelines_of(stranger)
    for opened in (emea, newcomer, stranger):
        await opened.close()


class Refusing:
    """An Upstream without a token, for so many calls."""

    def __init__(self, times: int) -> None:
        self.left = times

    async def read(self, *_: object, **__: object) -> object:
        self.left -= 1
        if self.left >= 0:
            raise NoTokenError
        return Body()


class Body:
    def decode(self, _: object) -> object:
        return mock.Mock(data=wire.Pipeline("p", "Orders"))


async def test_a_call_whose_turn_comes_without_a_token_more_than_once_waits_as_often() -> None:
    session = mock.Mock(open=mock.AsyncMock(return_value=1), renew=mock.AsyncMock())
    upstream = Refusing(times=3)

    found = await NuvoClient(upstream, session, "brackets").get_pipeline("p")  # type: ignore[arg-type]

    assert found.name == "Orders"
    assert (session.renew.await_count, session.open.await_count, upstream.left) == (1, 3, -1)
