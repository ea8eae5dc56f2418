"""Storage URLs are fetched without the credential, and only where that is safe."""

import gzip
import socket
from ipaddress import ip_address

import pytest
from aiohttp.resolver import ThreadedResolver

from gateway.domain.errors import MalformedResponseError, NotFoundError, UpstreamUnavailableError
from gateway.domain.provider import HealthStatus
from gateway.upstream.signed_url import PublicResolver, is_public
from gateway.upstream.whole_body import ResponseTooLargeError
from tests.upstream.raw_server import CANARY, answer

pytestmark = pytest.mark.anyio

PUBLIC = "https://ci.example.com"


async def test_the_content_comes_without_the_credential_ever_leaving(serve, connect):
    storage = await serve(answer(200, b"log text", content_type="text/html"))
    upstream = connect("http://127.0.0.1:9")
    target = "/bucket/a%2Fb?X-Amz-Credential=AKIA/2026/s3&X-Amz-Signature=ab%3D+c"

    assert await upstream.fetch_signed(storage.url + target, max_bytes=100) == b"log text"

    assert storage.received[0].target == target
    assert storage.received[0].headers["host"] == f"127.0.0.1:{storage.port}"
    assert "authorization" not in storage.received[0].headers
    assert CANARY not in str(storage.received)


async def test_a_redirect_is_not_followed(serve, connect):
    storage = await serve(answer(302, b"", {"Location": "/elsewhere"}))

    with pytest.raises(MalformedResponseError):
        await connect(storage).fetch_signed(storage.url + "/x", max_bytes=100)

    assert len(storage.received) == 1


async def test_content_beyond_the_bound_is_refused(serve, connect):
    storage = await serve(answer(200, gzip.compress(b"x" * 1000), {"Content-Encoding": "gzip"}))
    upstream = connect(storage)

    assert len(await upstream.fetch_signed(storage.url + "/x", max_bytes=1000)) == 1000
    with pytest.raises(ResponseTooLargeError):
        await upstream.fetch_signed(storage.url + "/x", max_bytes=999)


@pytest.mark.parametrize(
    ("status", "expected"),
    [(400, UpstreamUnavailableError), (403, UpstreamUnavailableError), (404, NotFoundError)],
)
async def test_a_storages_refusal_is_not_the_credentials(serve, connect, status, expected):
    storage = await serve(answer(status, b"<Error><Code>AccessDenied</Code></Error>", content_type="application/xml"))
    upstream = connect(storage)

    with pytest.raises(expected, match="storage"):
        await upstream.fetch_signed(storage.url + "/x", max_bytes=100)

    assert upstream.monitor.health().status is HealthStatus.UNKNOWN


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://storage.example.com/x", "https"),
        ("ftp://storage.example.com/x", "https"),
        ("file:///etc/passwd", "https"),
        ("/relative", "https"),
        ("https:///x", "host"),
        ("https://user:pw@storage.example.com/x", "user"),
        ("https://127.0.0.1/x", "public"),
        ("https://localhost/x", "public"),
        ("https://127.1/x", "public"),
        ("https://2130706433/x", "public"),
        ("https://169.254.169.254/latest/meta-data", "public"),
        ("https://10.1.2.3/x", "public"),
        ("https://192.168.1.1./x", "public"),
        ("https://[::1]/x", "public"),
        ("https://[fe80::1]/x", "public"),
        ("https://[::ffff:10.0.0.1]/x", "public"),
        ("https://storage.example.com:port/x", "cannot be read"),
        ("https://exa\x00mple.com/x", "cannot be read"),
    ],
)
async def test_an_unsafe_url_is_refused_without_showing_it(connect, url, reason):
    with pytest.raises(MalformedResponseError, match=reason) as caught:
        await connect(PUBLIC).fetch_signed(url, max_bytes=100)

    assert caught.value.provider == "acme"
    assert url not in str(caught.value)


@pytest.mark.parametrize("anyio_backend", ["asyncio"])  # uvloop resolves names by itself: they cannot be patched
@pytest.mark.parametrize("host", ["rebound.example.com", "0x7f.1", "localhost."])
async def test_a_name_that_leads_inside_is_refused_at_the_connection(serve, connect, monkeypatch, host):
    inside = await serve(answer())

    def resolve(*_, **__):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", inside.port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)

    with pytest.raises(MalformedResponseError, match="public"):
        await connect(PUBLIC).fetch_signed(f"https://{host}:{inside.port}/x", max_bytes=100)

    assert inside.connections_made == 0


async def test_of_several_addresses_only_the_public_ones_are_connected_to(monkeypatch):
    async def resolve(*_):
        return [{"host": host} for host in ("10.0.0.1", "8.8.8.8", "fe80::1%eth0", "2606:4700::1111")]

    monkeypatch.setattr(ThreadedResolver, "resolve", resolve)
    resolver = PublicResolver()

    found = await resolver.resolve("storage.example.com", 443)
    await resolver.close()

    assert [address["host"] for address in found] == ["8.8.8.8", "2606:4700::1111"]


async def test_loopback_only_holds_for_storage_too(connect):
    upstream = connect("http://127.0.0.1:9", loopback_only=True)

    with pytest.raises(MalformedResponseError, match="this machine"):
        await upstream.fetch_signed("https://storage.example.com/x", max_bytes=100)


async def test_plain_http_is_for_this_machine_only(connect):
    upstream = connect("http://127.0.0.1:9")

    with pytest.raises(MalformedResponseError, match="https"):
        await upstream.fetch_signed("http://storage.example.com/x", max_bytes=100)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_public_addresses(address):
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        *("0.0.0.0", "10.0.0.1", "100.64.0.1", "127.0.0.1", "169.254.169.254", "172.16.0.1", "192.168.0.1"),  # noqa: S104
        *("224.0.0.1", "240.0.0.1", "255.255.255.255"),
        *("::", "::1", "fc00::1", "fe80::1", "ff02::1", "::ffff:127.0.0.1", "2002:7f00:1::"),
    ],
)
def test_addresses_that_are_not_public(address):
    assert not is_public(ip_address(address))
