"""The raw path and query that arrive are those that were sent, on both transports."""

import httpx
import pytest

from gateway.domain.errors import InvalidInputError
from gateway.upstream.delivery import was_sent
from gateway.upstream.path import path, twice
from gateway.upstream.read_transport import ReadTransport
from tests.upstream.raw_server import answer

pytestmark = pytest.mark.anyio

TARGETS = [
    "/v2/pipelines/shop%2Fdeploy",
    "/v2/pipelines/shop%2fdeploy",
    "/hermes/triggers/registry%253Aacme%252Fweb",
    "/builds?state%5B%5D=running&state%5B%5D=failed",
    "/builds?state[]=running&state[]=failed",
    "/search?q=a+b&r=a%2Bb&s=a%20b",
    "/search?q=*&r=%2A&t=~'()!",
    "/search?q=%C3%A9%F0%9F%9A%80",
    "/search?empty=&novalue&x==y",
    "/search?filter=%7B%22a%22%3A%22b%22%7D",
    "/fiql?query=name==a*;status!=b,(x=gt=1)",
    "/a;b=c/d:e@f/g,h",
    "/a%2E%2E/b",
    "/trailing/",
]


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("effect", ["read", "write"])
async def test_both_transports_send_a_target_untouched(serve, target, effect):
    server = await serve(answer())
    tls = httpx.create_ssl_context()
    transport = ReadTransport(tls, 1.0) if effect == "read" else httpx.AsyncHTTPTransport(verify=tls)

    async with transport:
        response = await transport.handle_async_request(httpx.Request("GET", server.url + target))
        await response.aread()
        await response.aclose()

    assert [request.target for request in server.received] == [target]


@pytest.mark.parametrize(
    ("segments", "expected"),
    [
        (("pipelines", "shop/deploy"), "/base/pipelines/shop%2Fdeploy"),
        (("triggers", twice("a:b/c")), "/base/triggers/a%253Ab%252Fc"),
        (("é", "日本", "a b", "100%", "..."), "/base/%C3%A9/%E6%97%A5%E6%9C%AC/a%20b/100%25/..."),
        (("*", "+", "[]", "a;b", "%2e%2e"), "/base/%2A/%2B/%5B%5D/a%3Bb/%252e%252e"),
    ],
)
async def test_what_path_built_arrives_behind_the_base_url(serve, connect, segments, expected):
    server = await serve(answer())
    upstream = connect(server.url + "/base/")

    await upstream.read(path(*segments))
    await upstream.write(path(*segments), method="PUT")

    assert [request.target for request in server.received] == [expected, expected]


async def test_query_values_arrive_in_a_form_that_reads_in_one_way_only(serve, connect):
    server = await serve(answer())
    query = [("state[]", "a"), ("state[]", "b"), ("q", "x+y z&*=é/#?"), ("empty", "")]
    expected = "/b?state%5B%5D=a&state%5B%5D=b&q=x%2By%20z%26%2A%3D%C3%A9%2F%23%3F&empty="
    upstream = connect(server)

    await upstream.read("/b", query=query)
    await upstream.write("/b", method="POST", query=query)

    assert [request.target for request in server.received] == [expected, expected]


@pytest.mark.parametrize("unsafe", ["no-slash", "/a?b=c", "/a#b", "/../a", "/a/./b", "/a/..", "//..", "/a b", "/é", "/a\n"])
async def test_paths_that_path_did_not_build_are_a_programming_error(connect, unsafe):
    with pytest.raises(ValueError, match=r"path\(\)"):
        await connect("http://127.0.0.1:9").read(unsafe)


async def test_values_that_cannot_travel_are_refused_before_any_call(connect):
    upstream = connect("http://127.0.0.1:9")

    with pytest.raises(InvalidInputError):
        await upstream.read("/a", query=[("q", "\ud800")])
    with pytest.raises(InvalidInputError):
        await upstream.read("/a", headers={"x-note": "a\r\nx-evil: b"})
    with pytest.raises(InvalidInputError) as caught:
        await upstream.write("/a", method="POST", headers={"x-note": "é"})
    assert was_sent(caught.value) is False
