"""The address a provider is configured with, taken apart once."""

from ipaddress import ip_address

import httpx


class BaseUrl:
    """`text` is what paths are appended to, without a slash at the end. Refuses what cannot be a base with ValueError."""

    __slots__ = ("host", "is_loopback", "netloc", "port", "scheme", "text")

    def __init__(self, text: str) -> None:
        try:
            url = httpx.URL(text)
        except httpx.InvalidURL as error:
            raise ValueError(f"The base URL cannot be read: {error}.") from None
        if url.scheme not in ("http", "https") or not url.host:
            raise ValueError("A base URL starts with https:// and a host.")
        if url.userinfo or url.query or url.fragment:
            raise ValueError("A base URL has no user, query or fragment.")
        self.is_loopback = is_loopback(url.host)
        if url.scheme == "http" and not self.is_loopback:
            raise ValueError("A base URL with plain http is allowed only on this machine; use https.")
        self.scheme = url.scheme
        self.host = url.host
        self.port = url.port
        self.netloc = url.netloc.decode("ascii")
        self.text = f"{self.scheme}://{self.netloc}{url.raw_path.decode('ascii')}".rstrip("/")


def is_loopback(host: str) -> bool:
    """Whether a host, as written, is this machine. Names other than `localhost` are not looked up."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
