"""What is not a time-out is never called one, and a write that failed says whether it left us."""

import socket
import time

import pytest

from gateway.domain.errors import GatewayError, MalformedResponseError, UpstreamTimeoutError, UpstreamUnavailableError
from gateway.upstream.delivery import was_sent
from tests.upstream.raw_server import DROP, HANG, Reply, answer

pytestmark = pytest.mark.anyio

both = pytest.mark.parametrize("effect", ["read", "write"])

CUT = Reply(b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"a":', then="close")
CUT_CHUNKED = Reply(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"a":\r\n', then="close")
CUT_HEADERS = Reply(b"HTTP/1.1 200 OK\r\nContent-Le", then="close")


def call(upstream, effect):
    return upstream.read("/a") if effect == "read" else upstream.write("/a", method="POST", body={})


@pytest.fixture
def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@both
async def test_a_refused_connection_is_unavailable_at_once_and_nothing_was_sent(connect, free_port, effect):
    upstream = connect(f"http://127.0.0.1:{free_port}")
    started_at = time.monotonic()

    with pytest.raises(UpstreamUnavailableError) as caught:
        await call(upstream, effect)

    assert time.monotonic() - started_at < 0.2
    assert was_sent(caught.value) is (False if effect == "write" else None)


@pytest.mark.parametrize("anyio_backend", ["asyncio"])  # uvloop resolves names by itself: they cannot be patched
@both
async def test_an_unknown_host_is_unavailable_and_nothing_was_sent(connect, monkeypatch, effect):
    def unknown(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)

    with pytest.raises(UpstreamUnavailableError) as caught:
        await call(connect("https://nowhere.invalid"), effect)

    assert was_sent(caught.value) is (False if effect == "write" else None)


@both
async def test_failed_tls_is_unavailable_and_nothing_was_sent(serve, connect, effect):
    server = await serve(answer())

    with pytest.raises(UpstreamUnavailableError) as caught:
        await call(connect(f"https://127.0.0.1:{server.port}"), effect)

    assert was_sent(caught.value) is (False if effect == "write" else None)
    assert server.received == []


@both
async def test_a_connection_dropped_after_sending_is_unavailable_and_may_have_arrived(serve, connect, effect):
    server = await serve(DROP)

    with pytest.raises(UpstreamUnavailableError) as caught:
        await call(connect(server), effect)

    assert was_sent(caught.value) is None
    assert len(server.received) == (1 if effect == "write" else 2)  # aiohttp asks a second time: for reads only


@both
@pytest.mark.parametrize("reply", [CUT, CUT_CHUNKED], ids=["length", "chunked"])
async def test_a_cut_body_broke_off(serve, connect, effect, reply):
    server = await serve(reply)

    with pytest.raises(UpstreamUnavailableError, match="broke off") as caught:
        await call(connect(server), effect)

    assert len(server.received) == 1
    assert was_sent(caught.value) is (True if effect == "write" else None)


@both
async def test_cut_headers_broke_off(serve, connect, effect):
    with pytest.raises(UpstreamUnavailableError, match="broke off") as caught:
        await call(connect(await serve(CUT_HEADERS)), effect)

    assert was_sent(caught.value) is None


async def test_an_answer_that_is_not_http_is_malformed(serve, connect):
    upstream = connect(await serve(Reply(b"SSH-2.0-OpenSSH_9.6\r\n\r\n", then="close")))

    with pytest.raises(MalformedResponseError):
        await upstream.read("/a")
    with pytest.raises(UpstreamUnavailableError) as caught:
        await upstream.write("/a", method="POST")
    assert was_sent(caught.value) is None


async def test_a_write_that_timed_out_may_have_arrived(serve, connect):
    upstream = connect(await serve(HANG), timeout_s=0.05)

    with pytest.raises(UpstreamTimeoutError) as caught:
        await upstream.write("/a", method="POST")

    assert was_sent(caught.value) is None


@pytest.mark.parametrize("status", [400, 409, 429, 500, 503])
async def test_a_write_that_was_refused_has_arrived(serve, connect, status):
    upstream = connect(await serve(answer(status)))

    with pytest.raises(GatewayError) as caught:
        await upstream.write("/a", method="POST")

    assert was_sent(caught.value) is True


async def test_a_kept_connection_that_died_does_not_fail_the_next_read(serve, connect):
    server = await serve(Reply(answer().data, then="close"))
    upstream = connect(server)

    for _ in range(5):
        assert (await upstream.read("/a")).status == 200

    assert len(server.received) == 5
