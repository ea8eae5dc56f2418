"""Headers and bodies as the provider gets them."""

import asyncio

import msgspec
import pytest

from gateway.domain.errors import InternalError
from tests.upstream.raw_server import CANARY, answer

pytestmark = pytest.mark.anyio


async def test_reads_and_writes_carry_the_same_headers(serve, connect):
    server = await serve(answer())
    upstream = connect(server, user_agent="gateway/9")

    await upstream.read("/a")
    await upstream.write("/a", method="DELETE")

    for request in server.received:
        assert request.headers["authorization"] == f"Bearer {CANARY}"
        assert request.headers["accept"] == "application/json"
        assert request.headers["accept-encoding"] == "gzip, deflate"
        assert request.headers["user-agent"] == "gateway/9"
        assert request.headers["host"] == f"127.0.0.1:{server.port}"
        assert "content-type" not in request.headers


@pytest.mark.parametrize("body", [{"a": 1}, [], "text", msgspec.Raw(b'{"raw":true}')])
async def test_bodies_are_json(serve, connect, body):
    server = await serve(answer())
    upstream = connect(server)

    await upstream.read("/search", method="POST", body=body)
    await upstream.write("/search", method="POST", body=body)

    for request in server.received:
        assert request.body == msgspec.json.encode(body)
        assert request.headers["content-type"] == "application/json"


async def test_a_write_without_a_body_says_so(serve, connect):
    server = await serve(answer())

    await connect(server).write("/rebuild", method="PUT")

    assert server.received[0].headers["content-length"] == "0"


async def test_a_callers_headers_replace_the_standard_ones(serve, connect):
    server = await serve(answer())
    upstream = connect(server)

    await upstream.read("/log", headers={"Accept": "text/plain", "Range": "bytes=-10"})
    await upstream.read("/log")

    assert server.received[0].headers["accept"] == "text/plain"
    assert server.received[0].headers["range"] == "bytes=-10"
    assert server.received[1].headers["accept"] == "application/json"
    assert "range" not in server.received[1].headers


async def test_cookies_of_one_answer_are_not_sent_with_the_next_request(serve, connect):
    server = await serve(answer(headers={"Set-Cookie": "session=1; Path=/"}))
    upstream = connect(server)

    await upstream.read("/a")
    await upstream.read("/a")

    assert all("cookie" not in request.headers for request in server.received)


async def test_a_credential_may_change_between_calls(serve, connect):
    server = await serve(answer())
    tokens = iter(["first-token", "second-token"])

    def put_token(headers):
        headers["x-token"] = next(tokens)

    upstream = connect(server, authorize=put_token)

    await upstream.read("/a")
    await upstream.read("/a")

    assert [request.headers["x-token"] for request in server.received] == ["first-token", "second-token"]


async def test_reads_share_connections_and_writes_do_not(serve, connect):
    server = await serve(answer())
    upstream = connect(server)

    for _ in range(3):
        await upstream.read("/a")
    assert server.connections_made == 1

    for _ in range(3):
        await upstream.write("/a", method="POST")
    assert server.connections_made == 4


async def test_no_more_calls_than_allowed_run_at_once(serve, connect):
    server = await serve(answer())
    upstream = connect(server, max_concurrent_calls=3)

    await asyncio.gather(*[upstream.read(f"/{number}") for number in range(20)])

    assert len(server.received) == 20
    assert server.connections_made <= 3


async def test_a_closed_upstream_makes_no_calls(serve, connect):
    server = await serve(answer())
    upstream = connect(server)
    await upstream.read("/a")

    await upstream.close()
    await upstream.close()

    for call in (upstream.read("/a"), upstream.write("/a", method="POST"), upstream.fetch_signed(server.url, max_bytes=9)):
        with pytest.raises(InternalError):
            await call
    assert len(server.received) == 1
