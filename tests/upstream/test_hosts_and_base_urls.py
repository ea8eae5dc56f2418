"""Calls go to the configured host only."""

import httpx
import pytest

from gateway.domain.errors import InternalError
from gateway.upstream.base_url import BaseUrl
from gateway.upstream.host_check import HostCheck

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("ci.example.com", "https://"),
        ("ftp://ci.example.com", "https://"),
        ("http://ci.example.com", "plain http"),
        ("http://10.0.0.1", "plain http"),
        ("https://user:pw@ci.example.com", "no user"),
        ("https://ci.example.com/v2?x=1", "no user, query"),
        ("https://ci.example.com:port", "cannot be read"),
        ("", "https://"),
    ],
)
def test_what_cannot_be_a_base_url_is_refused(text, reason):
    with pytest.raises(ValueError, match=reason):
        BaseUrl(text)


def test_a_base_url_is_taken_apart():
    base = BaseUrl("https://CI.example.com:443/api/v2/")

    assert (base.text, base.netloc, base.is_loopback) == ("https://ci.example.com/api/v2", "ci.example.com", False)
    assert all(BaseUrl(f"http://{host}:80").is_loopback for host in ("localhost", "127.0.0.1", "127.8.9.1", "[::1]"))


@pytest.mark.parametrize(
    "url",
    ["https://evil.example/", "http://ci.example.com/", "https://ci.example.com:8443/", "https://ci.example.com.evil/"],
)
async def test_another_host_scheme_or_port_is_stopped(url):
    check = HostCheck(_answering(), BaseUrl("https://ci.example.com"), loopback_only=False)

    assert (await check.handle_async_request(httpx.Request("GET", "https://ci.example.com/x"))).status_code == 200
    with pytest.raises(InternalError, match="stopped"):
        await check.handle_async_request(httpx.Request("GET", url))


async def test_loopback_only_stops_every_other_host(connect):
    upstream = connect("https://ci.example.com", loopback_only=True)

    with pytest.raises(InternalError, match="not ci"):
        await upstream.read("/a")
    with pytest.raises(InternalError, match="not ci"):
        await upstream.write("/a", method="POST")


def _answering() -> httpx.AsyncBaseTransport:
    return httpx.MockTransport(lambda _: httpx.Response(200))
