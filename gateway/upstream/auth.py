"""The provider's credential: put on calls to the provider, kept out of everything that can be shown."""

from collections.abc import Callable
from typing import Protocol

import httpx

Authorize = Callable[[httpx.Headers], None]


class Secret(Protocol):
    """A value that hides itself, such as pydantic's SecretStr."""

    def get_secret_value(self) -> str: ...


class HeaderCredential:
    """`HeaderCredential("Authorization", token, prefix="Bearer ")`. Never shows the secret."""

    __slots__ = ("_header", "_value")

    def __init__(self, header: str, secret: Secret | str, *, prefix: str = "") -> None:
        plain = secret if isinstance(secret, str) else secret.get_secret_value()
        if not plain or not plain.isascii() or not plain.isprintable() or plain != plain.strip():
            raise ValueError(f"The credential for the header {header} is empty or holds characters no header can carry.")
        self._header = header
        self._value = prefix + plain

    def __call__(self, headers: httpx.Headers) -> None:
        headers[self._header] = self._value

    def __repr__(self) -> str:
        return f"HeaderCredential({self._header!r}, hidden)"


class Auth(httpx.AsyncBaseTransport):
    """Puts the credential on a request, as late as possible: no wrapper outside of this one has seen it."""

    def __init__(self, inner: httpx.AsyncBaseTransport, authorize: Authorize) -> None:
        self._inner = inner
        self._authorize = authorize

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._authorize(request.headers)
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()


def redact(text: str, authorize: Authorize) -> str:
    """The text without the credential, should a vendor have echoed it."""
    headers = httpx.Headers()
    authorize(headers)
    for value in headers.values():
        for secret in (value, *value.split()):
            if len(secret) > 6 or secret == value:
                text = text.replace(secret, "[hidden]")
    return text
