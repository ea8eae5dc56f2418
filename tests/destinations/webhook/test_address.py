"""Which addresses a webhook may have."""

from ipaddress import ip_address

import pytest

from gateway.destinations.webhook.address import check_webhook_url, is_public
from gateway.domain.errors import InvalidInputError


def check(url, *, allow_loopback=False):
    check_webhook_url(url, "responseWebhook.url", allow_loopback=allow_loopback)


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.example.com/a?api_key=x",
        "https://hooks.example.com:8443",
        "HTTPS://Hooks.Example.COM/",
        "https://a_b.example/",
        "https://xn--bcher-kva.example/",
        "https://intranet/",
        "https://93.184.215.14/x",
        "https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]:8443/",
        "https://[::ffff:93.184.215.14]/",
        "https://[64:ff9b::5db8:d70e]/",
        "https://localhost.example.com/",
        "https://127.example/",
        "https://a.example/@me",
        "https://a.example/?to=me@b.example",
    ],
)
def test_what_may_be_public(url):
    check(url)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "100.127.255.255", "0.0.0.1", "[::ffff:0.0.0.0]", "255.255.255.255", "224.0.0.1", "239.1.1.1", "240.0.0.1", "192.0.2.1", "198.51.100.1",
        "203.0.113.1", "198.18.0.1", "192.0.0.8", "192.88.99.1",
        "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::ffff:10.0.0.1]", "[::127.0.0.1]", "[2002:7f00:1::]",
        "[2002:a00:1::1]", "[2001:0:4136:e378:8000:63bf:3fff:fdd2]", "[64:ff9b::7f00:1]", "[64:ff9b::10.0.0.1]", "[64:ff9b:1::1]",
        "[fe80::1]", "[fc00::1]", "[fd12:3456::1]", "[fec0::1]", "[ff02::1]", "[2001:db8::1]", "[3fff::1]", "[100::1]", "[5f00::1]",
        "localhost", "LOCALHOST", "a.localhost", "a.LocalHost",
    ],
)  # fmt: skip
def test_what_is_known_not_to_be_public(host):
    for url in (f"https://{host}/x", f"https://{host}:8443/x"):
        with pytest.raises(InvalidInputError, match="must have a public address") as refused:
            check(url)
        assert refused.value.field == "responseWebhook.url"


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://a.example/hook/***", "stands for what is not shown"),
        ("https://2130706433/", "usual form"),
        ("https://0x7f000001/", "usual form"),
        ("https://0x7f.1/", "usual form"),
        ("https://0x7f.0x0.0x0.0x1/", "usual form"),
        ("https://0177.0.0.1/", "is no URL"),
        ("https://017700000001/", "usual form"),
        ("https://127.1/", "usual form"),
        ("https://127.0.0.01/", "is no URL"),
        ("https://1.2.3.4.5/", "usual form"),
        ("https://999.1.1.1/", "is no URL"),
        ("https://127.0.0.1./", "without a dot at its end"),
        ("https://localhost./", "without a dot at its end"),
        ("https://hooks.example.com./", "without a dot at its end"),
        ("https://[fe80::1%25eth0]/", "public address"),
        ("https://[fe80::1%eth0]/", "no URL has"),
        ("https://%31%32%37.0.0.1/", "usual form"),
        ("https://hooks%2eexample.com/", "must have a host name"),
        ("https://a..b/", "must have a host name"),
        ("https://-a.example/", "must have a host name"),
        ("https://a-.example/", "must have a host name"),
        ("https://" + "a" * 64 + ".example/", "must have a host name"),
        ("https://xn--a/", "is no URL"),
        ("https://[v1.a]/", "is no URL"),
        ("https://[1:2]/", "is no URL"),
        ("https://[2606:2800::1]x/", "is no URL"),
        ("http://hooks.example.com/", "https://"),
        ("http://93.184.215.14/", "https://"),
        ("http://127.0.0.1/", "https://"),
        ("ftp://hooks.example.com/", "https://"),
        ("file:///etc/passwd", "https://"),
        ("hooks.example.com/x", "https://"),
        ("//hooks.example.com/x", "https://"),
        ("", "https://"),
        ("https://", "must have a host"),
        ("https:///x", "must have a host"),
        ("https:hooks.example.com", "must have a host"),
        ("https://:443/", "must have a host"),
        ("https://user@hooks.example.com/", "must not name a user"),
        ("https://user:pw@hooks.example.com/", "must not name a user"),
        ("https://@hooks.example.com/", "must not name a user"),
        ("https://hooks.example.com@127.0.0.1/", "must not name a user"),
        ("https://hooks.example.com/#a", "fragment"),
        ("https://127.0.0.1#@hooks.example.com/", "fragment"),
        ("https://hooks.example.com\\@127.0.0.1/", "no URL has"),
        ("https://hooks.example.com /", "no URL has"),
        (" https://hooks.example.com/", "no URL has"),
        ("https://hooks.example.com/\r\nX: y", "no URL has"),
        ("https://hooks.example.com/\n", "no URL has"),
        ("https://hooks.example.com/%zz", "no URL has"),
        ("https://hooks.example.com/{id}", "no URL has"),
        ("https://bücher.example/", "no URL has"),
        ("https://127。0。0。1/", "no URL has"),
        ("https://①②⑦.0.0.1/", "no URL has"),
        ("https://hooks.example.com:0/", "port"),
        ("https://hooks.example.com:65536/", "port"),
        ("https://hooks.example.com:99999/", "port"),
        ("https://hooks.example.com:x/", "is no URL"),
        ("https://hooks.example.com:-1/", "port"),
        ("https://hooks.example.com/" + "a" * 2023, "at most 2048"),
    ],
)
@pytest.mark.parametrize("allow_loopback", [False, True])
def test_what_is_refused(url, why, allow_loopback):
    if allow_loopback and url == "http://127.0.0.1/":
        return check(url, allow_loopback=True)

    with pytest.raises(InvalidInputError, match=r"^`responseWebhook\.url` ") as refused:
        check(url, allow_loopback=allow_loopback)

    assert why in refused.value.message
    return None


def test_the_longest():
    check("https://hooks.example.com/" + "a" * 2022)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8080", "localhost", "localhost:1", "[::1]", "[::1]:8080", "127.8.8.8"])
def test_this_machine_where_that_is_allowed(host):
    for scheme in ("http", "https"):
        check(f"{scheme}://{host}/x", allow_loopback=True)
        with pytest.raises(InvalidInputError):
            check(f"{scheme}://{host}/x")


@pytest.mark.parametrize(
    "url",
    [
        "https://10.0.0.1/", "https://a.localhost/", "https://localhost./", "http://a.localhost/", "https://[::ffff:127.0.0.1]/",
        "https://0.0.0.0/", "https://[::]/", "https://169.254.169.254/", "http://hooks.example.com/", "https://127.1/",
    ],
)  # fmt: skip
def test_nothing_else_is_allowed_with_it(url):
    with pytest.raises(InvalidInputError):
        check(url, allow_loopback=True)


@pytest.mark.parametrize(
    ("address", "public"),
    [("93.184.215.14", True), ("2606:2800:21f::1", True), ("2001:4860:4860::8888", True), ("2606:2800:21f::1%eth0", False)],
)
def test_addresses_as_they_come_from_a_name_server(address, public):
    assert is_public(ip_address(address)) is public
