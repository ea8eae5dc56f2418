"""The canary: wherever a call ends, the token is in nothing that can be shown."""

import gc
import logging
import socket
import traceback

import httpx
import msgspec
import pytest

from gateway.domain.errors import GatewayError
from gateway.upstream.auth import HeaderCredential
from gateway.upstream.transport import Explanation, UpstreamOptions
from tests.upstream.raw_server import CANARY, DROP, HANG, Reply, answer

pytestmark = pytest.mark.anyio


class Hidden:
    def get_secret_value(self):
        return CANARY


def chain(error):
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def shown(error):
    """Everything that a log, a debugger or a client could make of an exception."""
    texts = traceback.format_exception(error)
    for part in chain(error):
        texts += [repr(part), str(part), repr(part.args), repr(part.__dict__), *getattr(part, "__notes__", [])]
    if isinstance(error, GatewayError):
        texts.append(repr(error.problem()))
    return "\n".join(texts)


def echo(status, headers, body):
    return Explanation(message=body.decode())


ECHOED = f"Bearer {CANARY} is wrong, {CANARY}!".encode()
REPLIES = {
    "dropped": DROP,
    "silent": HANG,
    "not http": Reply(b"nonsense\r\n\r\n", then="close"),
    "cut": Reply(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", then="close"),
    "redirect": answer(302, b"", {"Location": "https://elsewhere.example/"}),
    "bad packing": answer(200, b"no gzip", {"Content-Encoding": "gzip"}),
    "web page": answer(200, b"<html>" + ECHOED, content_type="text/html"),
    "too large": answer(200, b"x" * 2000),
    **{f"echo {status}": answer(status, ECHOED) for status in (400, 401, 403, 404, 409, 429, 500)},
}


@pytest.mark.parametrize("reply", REPLIES.values(), ids=REPLIES.keys())
@pytest.mark.parametrize("effect", ["read", "write"])
async def test_no_failure_shows_the_token(serve, connect, caplog, reply, effect):
    caplog.set_level(logging.DEBUG)
    server = await serve(reply)
    upstream = connect(server, timeout_s=0.05, explain=echo, max_response_bytes=1000)

    with pytest.raises(GatewayError) as caught:
        await (upstream.read("/a") if effect == "read" else upstream.write("/a", method="POST", body={}))

    assert server.received[0].headers["authorization"] == f"Bearer {CANARY}"
    assert CANARY not in shown(caught.value)
    assert CANARY not in "".join(str(record.__dict__) + record.getMessage() for record in caplog.records)
    assert CANARY not in repr(upstream.monitor.health())


async def test_refused_unknown_and_tls_failures_do_not_show_it_either(serve, connect, monkeypatch):
    server = await serve(answer())
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        closed = probe.getsockname()[1]

    for base_url in (f"http://127.0.0.1:{closed}", f"https://127.0.0.1:{server.port}"):
        upstream = connect(base_url)
        for call in (upstream.read("/a"), upstream.write("/a", method="POST")):
            with pytest.raises(GatewayError) as caught:
                await call
            assert CANARY not in shown(caught.value)


async def test_no_object_of_the_stack_shows_it(serve, connect):
    upstream = connect(await serve(answer(200, msgspec.json.encode({"echo": CANARY}))))
    found = await upstream.read("/a")
    options = UpstreamOptions("acme", "https://ci.example.com", HeaderCredential("Authorization", Hidden()))

    for thing in (upstream, found, options, upstream.monitor, upstream.monitor.health(), options.authorize):
        assert CANARY not in repr(thing) + str(thing)
    for thing in gc.get_objects():
        if str(type(thing).__module__).startswith("gateway.upstream"):
            assert CANARY not in repr(thing)


async def test_a_secret_that_hides_itself_is_opened_only_for_the_header():
    headers = httpx.Headers()

    HeaderCredential("X-Key", Hidden(), prefix="Key ")(headers)

    assert headers["x-key"] == f"Key {CANARY}"


@pytest.mark.parametrize("bad", ["", " ", "a\nb", "é", " padded "])
def test_a_credential_that_no_header_can_carry_is_refused_without_showing_it(bad):
    with pytest.raises(ValueError, match="X-Key") as caught:
        HeaderCredential("X-Key", bad)

    assert not bad.strip() or bad not in str(caught.value)
