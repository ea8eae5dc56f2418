"""A client that goes away takes its upstream calls with it, and disturbs nobody else."""

import asyncio
import contextlib
import json
import logging
from urllib.parse import urlsplit

import httpx
import pytest
from structlog.testing import capture_logs

from gateway.simulation.control import Fault
from tests.gateway_under_test import NAMES, GatewayUnderTest, serve

pytestmark = pytest.mark.anyio

WITHIN_S = 0.3
STEP_S = 0.005
QUERIES = {
    "builds of all": "{ builds(first: 20) { nodes { id } } }",
    "pipelines": "{ pipelines(first: 20, filter: {kinds: [KIND]}) { nodes { id } } }",
    "builds of one vendor": "{ builds(first: 100, filter: {kinds: [KIND]}) { nodes { id } } }",
    "several fields": "{ a: builds(first: 2, filter: {kinds: [KIND]}) { nodes { id } } b: workspaces { nodes { id } } c: pipelines { nodes { id } } }",
}  # fmt: skip
NESTED = "{ pipelines(first: 50, filter: {kinds: [KIND]}) { nodes { builds(first: 10) { nodes { id jobs(first: 2) { nodes { id } } } } } } }"
SHARED = "{ builds(first: 5, filter: {kinds: [KIND]}) { nodes { id } } pipelines { nodes { id } } workspaces { nodes { id } } }"
KINDS = tuple(NAMES)


async def until(condition, within_s=WITHIN_S):
    """Looks in small steps; whether it came true in time."""
    give_up_at = asyncio.get_running_loop().time() + within_s
    while not condition():
        if asyncio.get_running_loop().time() > give_up_at:
            return False
        await asyncio.sleep(STEP_S)
    return True


@pytest.fixture
def served(simulators):
    """(address of a gateway over a socket, its simulators)"""
    running = simulators()
    with serve(running, graphql={"patience_s": 20.0}) as url:
        yield url, running


@pytest.fixture
def quiet(caplog):
    """Fails a test during which anything was logged as a warning or worse."""
    caplog.set_level(logging.DEBUG)
    with capture_logs() as lines:
        yield
    assert not [line for line in lines if line["log_level"] in {"warning", "error", "critical"}]
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


class Client:
    """A request on a socket of its own, that can be dropped."""

    def __init__(self, url, query):
        self.address = urlsplit(url)
        self.body = json.dumps({"query": query}).encode()

    async def __aenter__(self):
        self.reader, self.writer = await asyncio.open_connection(self.address.hostname, self.address.port)
        head = f"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(self.body)}\r\n\r\n"
        self.writer.write(head.encode() + self.body)
        await self.writer.drain()
        return self

    async def __aexit__(self, *_):
        self.writer.close()
        with contextlib.suppress(OSError):
            await self.writer.wait_closed()


def hanging(running, kind, route=".*"):
    running[kind].control.add_fault(Fault(route=route, kind="hang"))
    return running[kind].control


async def settled(running):
    """Until the calls that a gateway makes by itself at its start are over."""
    assert await until(lambda: all(each.control.calls_total and not each.control.in_flight for each in running.values()), 2)
    for each in running.values():
        each.control.reset_calls()


async def answers(url, query="{ builds(first: 5) { nodes { id } outcomes { status } } }"):
    async with httpx.AsyncClient(trust_env=False, timeout=5) as client:
        answer = (await client.post(f"{url}/graphql", json={"query": query})).json()
    assert "errors" not in answer
    assert [each["status"] for each in answer["data"]["builds"]["outcomes"]] == ["OK", "OK"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
async def test_the_upstream_sockets_of_a_client_that_left_are_closed_at_once(served, quiet, kind, query):
    url, running = served
    await settled(running)
    control = hanging(running, kind)

    async with Client(url, query.replace("KIND", kind.upper())):
        assert await until(lambda: control.in_flight > 0, 2)
        await asyncio.sleep(0.05)
        calls, sockets = control.in_flight, control.open_connections

    assert await until(lambda: control.open_connections <= sockets - calls), (control.open_connections, sockets, calls)
    assert control.in_flight == 0
    control.clear_faults()
    await answers(url)


@pytest.mark.parametrize("kind", KINDS)
async def test_so_are_those_of_a_level_further_down(served, quiet, kind):
    url, running = served
    await settled(running)
    control = hanging(running, kind, route="/builds|/workflow")

    async with Client(url, NESTED.replace("KIND", kind.upper())):
        assert await until(lambda: control.in_flight > 0, 2)
        await asyncio.sleep(0.05)
        calls, sockets = control.in_flight, control.open_connections

    assert await until(lambda: control.open_connections <= sockets - calls), (control.open_connections, sockets, calls)
    assert control.in_flight == 0
    control.clear_faults()
    await answers(url)


@pytest.mark.parametrize("kind", KINDS)
async def test_many_that_left_take_no_places_of_those_who_come(served, quiet, kind):
    """More of them than a provider has calls at a time."""
    url, running = served
    await settled(running)
    await answers(url)
    control = hanging(running, kind)
    query = QUERIES["builds of one vendor"].replace("KIND", kind.upper())

    async with contextlib.AsyncExitStack() as clients:
        for _ in range(40):
            await clients.enter_async_context(Client(url, query))
        assert await until(lambda: control.in_flight >= 16, 2), control.in_flight
        await asyncio.sleep(0.1)

    assert await until(lambda: control.in_flight == 0)
    control.clear_faults()
    await asyncio.gather(*(answers(url) for _ in range(20)))


@pytest.mark.parametrize("kind", KINDS)
async def test_one_that_left_does_not_take_the_answer_of_another_with_the_same_question(served, quiet, kind):
    url, running = served
    await settled(running)
    running[kind].control.set_latency(0.25)
    query = SHARED.replace("KIND", kind.upper())
    async with httpx.AsyncClient(trust_env=False, timeout=5) as client, Client(url, query) as first:
        await asyncio.sleep(0.02)
        second = asyncio.ensure_future(client.post(f"{url}/graphql", json={"query": query}))
        assert await until(lambda: running[kind].control.in_flight > 0, 2)
        await asyncio.sleep(0.08)
        first.writer.transport.abort()
        answer = (await second).json()

    assert "errors" not in answer
    assert len(answer["data"]["builds"]["nodes"]) == 5
    assert answer["data"]["pipelines"]["nodes"]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_request_that_is_cancelled_in_process_lets_go_as_well(simulators, quiet, kind):
    running = simulators()
    async with GatewayUnderTest(running, graphql={"patience_s": 20.0}) as gateway:
        await gateway.ask("{ builds(first: 5) { nodes { id } } }")
        control = hanging(running, kind)
        idle = control.open_connections
        task = asyncio.ensure_future(gateway.ask("{ builds(first: 20) { nodes { id } } pipelines { nodes { id } } }"))
        assert await until(lambda: control.in_flight > 0, 2)

        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

        assert await until(lambda: control.in_flight == 0 and control.open_connections <= idle)
        control.clear_faults()
        data = await gateway.data("{ builds(first: 5) { nodes { id } outcomes { status } } }")
        assert [each["status"] for each in data["builds"]["outcomes"]] == ["OK", "OK"]


async def test_a_client_that_left_is_no_error_in_the_log(served, caplog):
    caplog.set_level(logging.DEBUG)
    url, running = served
    await settled(running)
    control = hanging(running, "codefresh")

    with capture_logs() as lines:
        async with Client(url, QUERIES["builds of all"]):
            assert await until(lambda: control.in_flight > 0, 2)
            await asyncio.sleep(0.06)
        assert await until(lambda: any(line["event"] == "request" for line in lines))

    (line,) = [line for line in lines if line["event"] == "request"]
    assert (line["log_level"], line["status"]) == ("info", 499)
