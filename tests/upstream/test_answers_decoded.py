"""Bodies: decompressed, bounded, and decoded without quoting what they hold."""

import enum
import gzip
import traceback
import zlib

import msgspec
import pytest

from gateway.domain.errors import MalformedResponseError
from gateway.upstream.delivery import was_sent
from gateway.upstream.whole_body import ResponseTooLargeError
from tests.upstream.raw_server import Reply, answer, until

pytestmark = pytest.mark.anyio

both = pytest.mark.parametrize("effect", ["read", "write"])


class State(enum.Enum):
    PASSED = "passed"


class Build(msgspec.Struct):
    number: int
    state: State | None = None


PLAIN = b'[{"number":1}]'
BUILDS = msgspec.json.Decoder(list[Build])


def call(upstream, effect):
    return upstream.read("/a") if effect == "read" else upstream.write("/a", method="POST")


async def test_an_answer_is_decoded_to_the_callers_type(serve, connect):
    upstream = connect(await serve(answer(200, b'[{"number":1,"more":[]}]', {"X-Request-Id": "r"})))

    found = await upstream.read("/a")

    assert found.decode(BUILDS) == [Build(1)]
    assert (found.status, found.request_id, found.headers["CONTENT-TYPE"]) == (200, "r", "application/json")


@pytest.mark.parametrize(
    ("body", "content_type", "where"),
    [
        (b'[{"number":"secret-word"}]', "application/json", r"`\$\[0\]\.number`"),
        (b'[{"number":1,"state":"secret-word"}]', "application/json", r"`\$\[0\]\.state`"),
        (b'[{"state":"passed"}]', "application/json", "`number`"),
        (b'{"secret-word":1}', "application/json", r"`\$`"),
        (b'[{"number":1', "application/json", "not JSON"),
        (b"secret-word", "text/plain", "not JSON"),
        (b'[{"number":1,"state":"\xff secret-word"}]', "application/json", "cannot be read"),
        (b" ", "application/json", "empty"),
        (b"secret-word", "text/html", "web page"),
    ],
)
async def test_anything_else_says_where_and_never_what(serve, connect, body, content_type, where):
    upstream = connect(await serve(answer(200, body, {"X-Request-Id": "r"}, content_type=content_type)))
    found = await upstream.read("/a")

    with pytest.raises(MalformedResponseError, match=where) as caught:
        found.decode(BUILDS)

    error = caught.value
    assert (error.provider, error.request_id, was_sent(error)) == ("acme", "r", True)
    assert error.__cause__ is None
    assert error.__context__ is None
    assert "secret-word" not in "".join(traceback.format_exception(error)) + repr(found)


@both
async def test_an_answer_that_cannot_be_read_counts_against_the_providers_health(serve, connect, effect):
    bodies = iter([b"[1", b"[1", PLAIN, b"[1"])
    upstream = connect(await serve(lambda _: answer(200, next(bodies))))
    seen = []

    for _ in range(4):
        found = await call(upstream, effect)
        try:
            found.decode(BUILDS)
        except MalformedResponseError as error:
            assert upstream.monitor.health().last_failure == error.problem()
        seen.append(upstream.monitor.health())

    assert [health.status.value for health in seen] == ["down", "down", "usable", "degraded"]
    assert seen[1].last_success_at is None
    assert seen[3].last_success_at == seen[2].last_success_at


async def test_a_part_that_cannot_be_read_does_not(serve, connect):
    upstream = connect(await serve(answer(200, PLAIN)))
    found = await upstream.read("/a")

    with pytest.raises(MalformedResponseError) as caught:
        found.part(b"[1").decode(BUILDS)

    assert caught.value.provider == "acme"
    assert upstream.monitor.health().status.value == "usable"


@both
@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(PLAIN)),
        ("GZip", gzip.compress(PLAIN[:5]) + gzip.compress(PLAIN[5:])),
        ("deflate", zlib.compress(PLAIN)),
        ("deflate", zlib.compress(PLAIN, wbits=-zlib.MAX_WBITS)),
        ("identity", PLAIN),
    ],
    ids=["gzip", "gzip in two parts", "deflate", "bare deflate", "identity"],
)
async def test_compressed_answers_are_unpacked(serve, connect, effect, encoding, packed):
    upstream = connect(await serve(answer(200, packed, {"Content-Encoding": encoding})))

    found = await call(upstream, effect)

    assert found.body == PLAIN
    assert "content-encoding" not in found.headers


@both
@pytest.mark.parametrize(
    ("encoding", "packed"),
    [("gzip", b"not gzip"), ("gzip", gzip.compress(PLAIN)[:-9]), ("deflate", b"\xff\xff"), ("br", PLAIN)],
    ids=["nonsense", "cut short", "bad deflate", "another one"],
)
async def test_a_damaged_packing_is_malformed(serve, connect, effect, encoding, packed):
    upstream = connect(await serve(answer(200, packed, {"Content-Encoding": encoding})))

    with pytest.raises(MalformedResponseError, match=r"decompressed|packed"):
        await call(upstream, effect)


@both
async def test_an_empty_body_needs_no_unpacking(serve, connect, effect):
    upstream = connect(await serve(answer(200, b"", {"Content-Encoding": "gzip"})))

    assert (await call(upstream, effect)).body == b""


@both
async def test_a_chunked_body_arrives_whole(serve, connect, effect):
    reply = Reply(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n[{\r\nc\r\n"number":2}]\r\n0\r\n\r\n')
    upstream = connect(await serve(reply))

    assert (await call(upstream, effect)).decode(BUILDS) == [Build(2)]


@both
@pytest.mark.parametrize(
    ("body", "headers"),
    [(b"x" * 1001, {}), (gzip.compress(b"x" * 5_000_000), {"Content-Encoding": "gzip"})],
    ids=["plain", "packed"],
)
async def test_an_answer_beyond_the_bound_is_refused(serve, connect, effect, body, headers):
    upstream = connect(await serve(answer(200, body, headers)), max_response_bytes=1000)

    with pytest.raises(ResponseTooLargeError):
        await call(upstream, effect)


async def test_an_endless_answer_is_stopped(serve, connect):
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    server = await serve(Reply(head + (b"1000\r\n" + b"x" * 4096 + b"\r\n") * 200, then="hang"))
    upstream = connect(server, max_response_bytes=100_000)

    with pytest.raises(ResponseTooLargeError):
        await upstream.read("/a")

    await until(lambda: server.open_connections == 0, within_s=0.1)


async def test_an_answer_of_exactly_the_bound_passes(serve, connect):
    upstream = connect(await serve(answer(200, b"x" * 1000)), max_response_bytes=1000)

    assert len((await upstream.read("/a")).body) == 1000
