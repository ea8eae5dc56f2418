"""Nothing but the open internet is called, whatever a name stands for."""

import asyncio
import socket

import httpx
import pytest

from gateway.destinations.webhook.guarded_transport import GuardedTransport, RefusedAddressError
from tests.destinations.webhook.conftest import Internet, Names
from tests.upstream.raw_server import DROP, HANG, Reply, answer, until

pytestmark = pytest.mark.anyio

PUBLIC, OTHER_PUBLIC = "93.184.215.14", "2606:2800:21f::1"


async def post(transport, url, body=b"{}"):
    answered = await transport.handle_async_request(httpx.Request("POST", url, content=body))
    return answered.status_code


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"], ["10.0.0.7"], ["169.254.169.254"], ["::1"], ["::ffff:10.0.0.7"], ["fe80::1%eth0"], ["64:ff9b::a00:7"], ["0.0.0.1"], ["::"],
        [PUBLIC, "10.0.0.7"], ["10.0.0.7", PUBLIC], [PUBLIC, OTHER_PUBLIC, "fd00::1"],
    ],
)  # fmt: skip
@pytest.mark.parametrize("allow_loopback", [False, True])
async def test_a_name_that_stands_for_anything_inside_is_not_called(transport, addresses, allow_loopback):
    internet = Internet(9)
    guarded = transport(allow_loopback=allow_loopback, resolve=Names(addresses), backend=internet)

    with pytest.raises(RefusedAddressError, match="public"):
        await post(guarded, "https://hooks.example.com/")

    assert internet.called == []


async def test_a_name_that_changes_what_it_stands_for(transport, tls_receiver):
    """Each connection has its own look-up, and is made to what that one found: there is no second one to be fooled by."""
    tls = await tls_receiver("hooks.example.com")
    names, internet = Names([PUBLIC], ["10.0.0.7"]), Internet(tls.port)
    guarded = transport(resolve=names, backend=internet, tls=tls.trust())

    assert await post(guarded, "https://hooks.example.com/a") == 204
    assert (names.asked, internet.called) == (["hooks.example.com"], [PUBLIC])

    with pytest.raises(RefusedAddressError):
        await post(guarded, "https://hooks.example.com/b")
    assert internet.called == [PUBLIC]
    assert tls.requests == [b"POST /a HTTP/1.1"]


async def test_tls_asks_for_the_name_and_verifies_it(transport, tls_receiver):
    tls = await tls_receiver("hooks.example.com")
    guarded = transport(resolve=Names([PUBLIC]), backend=Internet(tls.port), tls=tls.trust())

    assert await post(guarded, "https://hooks.example.com/a") == 204
    assert tls.names == ["hooks.example.com"]

    with pytest.raises(httpx.TransportError, match="certificate"):
        await post(guarded, "https://evil.example.com/a")
    assert tls.names == ["hooks.example.com", "evil.example.com"]
    assert len(tls.requests) == 1


async def test_a_certificate_that_nobody_vouches_for(transport, tls_receiver):
    tls = await tls_receiver("hooks.example.com")

    with pytest.raises(httpx.TransportError, match="certificate"):
        await post(transport(resolve=Names([PUBLIC]), backend=Internet(tls.port)), "https://hooks.example.com/a")

    assert tls.requests == []


async def test_a_connection_that_leads_elsewhere_is_not_used(transport, receiver):
    server = await receiver(answer())

    with pytest.raises(RefusedAddressError, match="another address"):
        await post(transport(resolve=Names([PUBLIC]), backend=Internet(server.port, honest=True)), "https://hooks.example.com/")

    await until(lambda: not server.open_connections)
    assert server.received == []


async def test_addresses_are_tried_in_turn(transport, tls_receiver):
    tls = await tls_receiver("hooks.example.com")
    internet = Internet(tls.port, dead=[OTHER_PUBLIC])
    guarded = transport(resolve=Names([OTHER_PUBLIC, PUBLIC]), backend=internet, tls=tls.trust())

    assert await post(guarded, "https://hooks.example.com/") == 204
    assert internet.called == [OTHER_PUBLIC, PUBLIC]


@pytest.mark.parametrize("answered", [socket.gaierror(-2, "Name or service not known"), []])
async def test_a_name_that_stands_for_nothing(transport, answered):
    with pytest.raises(httpx.TransportError) as failed:
        await post(transport(resolve=Names(answered)), "https://hooks.example.com/")

    assert not isinstance(failed.value, RefusedAddressError)


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.com/",
        "https://127.0.0.1/",
        "https://10.0.0.1/",
        "https://localhost/",
        "https://[::1]/",
        "https://127.1/",
    ],
)
async def test_a_url_that_was_allowed_once_is_checked_again(transport, url):
    names, internet = Names([PUBLIC]), Internet(9)

    with pytest.raises(RefusedAddressError):
        await post(transport(resolve=names, backend=internet), url)

    assert names.asked == internet.called == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_this_machine_where_that_is_allowed(transport, receiver, host):
    server = await receiver(answer(200, b"x" * 1000))
    guarded = transport(allow_loopback=True)

    assert await post(guarded, f"http://{host}:{server.port}/in?a=%2F", b'{"a":1}') == 200
    assert await post(guarded, f"http://{host}:{server.port}/in") == 200

    first = server.received[0]
    assert (first.method, first.target, first.body) == ("POST", "/in?a=%2F", b'{"a":1}')
    assert first.headers["host"] == f"{host}:{server.port}"
    assert server.connections_made == 1


async def test_this_machine_over_tls(transport, tls_receiver):
    tls = await tls_receiver("localhost")

    assert await post(transport(allow_loopback=True, tls=tls.trust()), f"https://localhost:{tls.port}/") == 204
    assert tls.names == ["localhost"]


async def test_localhost_that_stands_for_something_else(transport):
    with pytest.raises(RefusedAddressError):
        await post(transport(allow_loopback=True, resolve=Names(["127.0.0.1", PUBLIC])), "http://localhost:1/")


async def test_redirects_are_not_followed(transport, receiver):
    target = await receiver(answer())
    server = await receiver(answer(307, b"", {"Location": f"{target.url}/secret", "Set-Cookie": "a=b"}))
    guarded = transport(allow_loopback=True)

    assert await post(guarded, server.url) == 307
    assert await post(guarded, server.url) == 307

    assert target.received == []
    assert "cookie" not in server.received[1].headers


async def test_no_proxy_is_taken_from_the_environment(transport, receiver, monkeypatch):
    server, proxy = await receiver(answer()), await receiver(answer(502))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, proxy.url)

    assert await post(transport(allow_loopback=True), server.url) == 200
    assert proxy.received == []


async def test_an_answer_without_end_is_left(transport, receiver):
    endless = Reply(b"HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n" + b"x" * 200_000, then="keep")
    server = await receiver(endless)

    async with asyncio.timeout(0.3):
        assert await post(transport(allow_loopback=True), server.url) == 200
    await until(lambda: not server.open_connections)


async def test_an_answer_that_breaks_off_has_its_status(transport, receiver):
    server = await receiver(Reply(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nx", then="close"))

    assert await post(transport(allow_loopback=True), server.url) == 200


@pytest.mark.parametrize("reply", [DROP, Reply(b"SMTP ready\r\n\r\n", then="close")])
async def test_what_is_no_answer(transport, receiver, reply):
    server = await receiver(reply)

    with pytest.raises(httpx.TransportError, match=r"RemoteProtocolError|ReadError"):
        await post(transport(allow_loopback=True), server.url)


async def test_waiting_can_be_given_up(transport, receiver):
    server = await receiver(HANG)

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await post(transport(allow_loopback=True), server.url)
    await until(lambda: not server.open_connections)


async def test_the_systems_own_names(monkeypatch):
    asked = []

    def getaddrinfo(host, port, **_):
        asked.append((host, port))
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.7", port))]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    guarded = GuardedTransport(allow_loopback=False)

    with pytest.raises(RefusedAddressError):
        await post(guarded, "https://hooks.example.com/")
    await guarded.aclose()

    assert asked == [("hooks.example.com", 443)]
