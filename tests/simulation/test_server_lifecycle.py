import asyncio
import socket
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime

import httpx
import pytest

from gateway.simulation.clock import ManualClock
from gateway.simulation.control import Fault
from gateway.simulation.server import RunningSimulator, serve_forever, start
from tests.simulation.echo_vendor import ECHO

START = datetime(2026, 3, 2, tzinfo=UTC)


def test_stopping_is_quick_even_with_a_hanging_and_a_slow_request() -> None:
    running = start(ECHO, clock=ManualClock(START))
    running.control.add_fault(Fault("/rows", "hang"))
    running.control.set_latency(60, "/things/")

    def call(path: str) -> None:
        with pytest.raises(httpx.HTTPError):
            httpx.get(running.base_url + path, timeout=10, trust_env=False)

    threads = [threading.Thread(target=call, args=(path,)) for path in ("/rows", "/things/a")]
    for thread in threads:
        thread.start()
    while running.control.in_flight < 2:
        time.sleep(0.001)
    started = time.monotonic()
    running.stop()
    running.stop()
    for thread in threads:
        thread.join()

    assert time.monotonic() - started < 1
    assert running.control.in_flight == 0


def test_the_port_can_be_chosen_and_is_free_again_after_stop() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    for _ in range(2):
        with start(ECHO, port=port, clock=ManualClock(START)) as running:
            assert (running.port, running.base_url) == (port, f"http://127.0.0.1:{port}/v1")
            assert httpx.get(f"{running.base_url}/rows", trust_env=False).status_code == 200


def test_a_taken_port_and_an_unknown_profile_are_errors() -> None:
    with start(ECHO, clock=ManualClock(START)) as running:
        with pytest.raises(OSError, match="in use"):
            start(ECHO, port=running.port)
        with pytest.raises(ValueError, match="unknown profile"):
            start(ECHO, profile="odd")


def test_many_simulators_share_one_event_loop_and_clock() -> None:
    async def scenario() -> None:
        accepted: asyncio.Future[Sequence[RunningSimulator]] = asyncio.get_running_loop().create_future()
        clock = ManualClock(START)
        serving = asyncio.create_task(serve_forever([ECHO, ECHO], clock=clock, ready=accepted.set_result))
        runnings = await accepted
        async with httpx.AsyncClient(trust_env=False) as client:
            answers = [await client.get(f"{running.base_url}/rows") for running in runnings]
        serving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await serving

        assert [answer.status_code for answer in answers] == [200, 200]
        assert len({running.port for running in runnings}) == 2
        assert all(running.clock is clock for running in runnings)

    asyncio.run(scenario())
