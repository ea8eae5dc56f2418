"""Each kind of refusal is its own type, with what the vendor tells about it."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import msgspec
import pytest

from gateway.domain import errors
from gateway.domain.provider import RateLimit
from gateway.upstream.retry_after import retry_after_s
from gateway.upstream.transport import Explanation
from tests.upstream.raw_server import CANARY, answer

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Body(msgspec.Struct):
    message: str
    scope: str | None = None


def explain(status, headers, body):
    told = msgspec.json.decode(body, type=Body)
    return Explanation(told.message, errors.ConflictError if status == 405 else None, told.scope)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, errors.InvalidInputError),
        (401, errors.UpstreamCredentialError),
        (403, errors.PermissionDeniedError),
        (404, errors.NotFoundError),
        (408, errors.UpstreamTimeoutError),
        (409, errors.ConflictError),
        (410, errors.NotFoundError),
        (422, errors.InvalidInputError),
        (429, errors.RateLimitedError),
        (500, errors.UpstreamUnavailableError),
        (502, errors.UpstreamUnavailableError),
        (503, errors.UpstreamUnavailableError),
        (301, errors.MalformedResponseError),
        (302, errors.MalformedResponseError),
        (304, errors.MalformedResponseError),
        (405, errors.MalformedResponseError),
        (418, errors.MalformedResponseError),
        (599, errors.UpstreamUnavailableError),
    ],
)
@pytest.mark.parametrize("effect", ["read", "write"])
async def test_a_status_has_one_error_class(serve, connect, status, expected, effect):
    server = await serve(answer(status, b"" if status == 304 else b"{}", {"X-Request-Id": "req-1", "Location": "/b"}))
    upstream = connect(server)

    with pytest.raises(errors.GatewayError) as caught:
        await (upstream.read("/a") if effect == "read" else upstream.write("/a", method="POST"))

    assert type(caught.value) is expected
    assert str(status) in caught.value.message
    assert caught.value.provider == "acme"
    assert caught.value.request_id == "req-1"
    assert len(server.received) == 1


async def test_the_vendor_explains_and_may_override_the_class(serve, connect):
    server = await serve(lambda request: answer(int(request.target[1:]), b'{"message":"because","scope":"write_x"}'))
    upstream = connect(server, explain=explain)

    with pytest.raises(errors.PermissionDeniedError, match="because") as denied:
        await upstream.read("/403")
    with pytest.raises(errors.ConflictError, match="because"):
        await upstream.read("/405")

    assert denied.value.missing_scope == "write_x"


@pytest.mark.parametrize("body", [b"<html>Bad Gateway</html>", b"", b'{"message":', b'{"message":7}', b"\xff\xfe"])
async def test_a_body_that_the_vendors_hook_cannot_read_leaves_the_status(serve, connect, body):
    upstream = connect(await serve(answer(502, body, content_type="text/html")), explain=explain)

    with pytest.raises(errors.UpstreamUnavailableError, match="502 Bad Gateway"):
        await upstream.read("/a")


async def test_a_vendors_words_become_one_short_clean_line(serve, connect):
    told = f"Bad\r\n\x1b[31mthing\u2028 with {CANARY} inside " + "x" * 5000
    upstream = connect(await serve(answer(422, msgspec.json.encode(Body(told)))), explain=explain)

    with pytest.raises(errors.InvalidInputError) as caught:
        await upstream.read("/a")

    assert caught.value.message.startswith("Bad [31mthing with [hidden] inside xxx")
    assert len(caught.value.message) == 500


async def test_a_redirect_is_an_answer_only_where_the_caller_says_so(serve, connect):
    server = await serve(answer(302, b'{"url":"https://storage.example/x"}', {"Location": "https://storage.example/x"}))

    found = await connect(server).read("/download", accept_redirect=True)

    assert (found.status, found.headers["location"]) == (302, "https://storage.example/x")
    assert len(server.received) == 1


async def test_a_web_page_is_not_an_answer_unless_it_was_asked_for(serve, connect):
    upstream = connect(await serve(answer(200, b"\n<!doctype html>sign in", content_type="text/html; charset=utf-8")))

    with pytest.raises(errors.MalformedResponseError, match="web page"):
        await upstream.read("/a")
    assert (await upstream.read("/log", headers={"Accept": "text/html"})).body == b"\n<!doctype html>sign in"


async def test_an_empty_page_is_an_answer(serve, connect):
    upstream = connect(await serve(answer(201, b"", content_type="text/html")))

    assert (await upstream.write("/webhook", method="POST")).status == 201


@pytest.mark.parametrize(
    ("headers", "expected_s"),
    [({"Retry-After": "12"}, 12.0), ({"Retry-After": "soon"}, 30.0), ({}, 30.0)],
    ids=["told", "nonsense", "from the limits"],
)
async def test_a_spent_rate_limit_says_how_long_to_wait(serve, connect, headers, expected_s):
    def rate_limits(_headers, now):
        resets_at = now + timedelta(seconds=30)
        return (RateLimit("rest", 200, 0, resets_at), RateLimit("user", 50, 9, resets_at + timedelta(hours=1)))

    upstream = connect(await serve(answer(429, headers=headers)), rate_limits=rate_limits)

    with pytest.raises(errors.RateLimitedError) as caught:
        await upstream.read("/a")

    assert caught.value.retry_after_s == pytest.approx(expected_s, abs=0.5)
    assert len(upstream.monitor.rate_limits()) == 2


@pytest.mark.parametrize(
    ("headers", "expected_s"),
    [
        ({"retry-after": "0"}, 0.0),
        ({"retry-after": format_datetime(NOW + timedelta(seconds=90), usegmt=True)}, 90.0),
        ({"retry-after": format_datetime(NOW - timedelta(seconds=90), usegmt=True)}, 0.0),
        # The vendor's clock is an hour ahead: what counts is its own Date.
        (
            {
                "retry-after": format_datetime(NOW + timedelta(seconds=3605), usegmt=True),
                "date": format_datetime(NOW + timedelta(seconds=3600), usegmt=True),
            },
            5.0,
        ),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "٣"}, None),
        ({}, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(headers, expected_s):
    assert retry_after_s(headers, (), NOW) == expected_s


async def test_an_unavailable_provider_may_say_when_to_come_back(serve, connect):
    upstream = connect(await serve(answer(503, headers={"Retry-After": "7"})))

    with pytest.raises(errors.UpstreamUnavailableError) as caught:
        await upstream.read("/a")

    assert caught.value.retry_after_s == 7.0
