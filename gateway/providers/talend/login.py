"""Who the gateway is at Talend: what the calls need of a credential, and the simpler kind of it."""

from typing import Protocol

import httpx

from gateway.upstream.auth import HeaderCredential, Secret

VERSION = {"talend-version": "2021-03"}
"""Sent with every call, the login's own too."""


class Token:
    """What a service account got. Times are those of the login's clock; they are moved when the vendor refuses it."""

    __slots__ = ("credential", "expires_at", "renew_at")

    def __init__(self, credential: HeaderCredential, renew_at: float, expires_at: float) -> None:
        self.credential = credential
        self.renew_at = renew_at
        self.expires_at = expires_at


class Login(Protocol):
    """`authorize` goes into the transport stack. Before a call comes `ready`, and after a refusal `renew` with what `ready`
    gave: True when there is another credential, with which the call can be made once more."""

    def authorize(self, headers: httpx.Headers) -> None: ...
    async def ready(self) -> Token | None: ...
    async def renew(self, refused: Token | None) -> bool: ...
    async def close(self) -> None: ...


class PersonalLogin:
    """A personal access token. It is not renewed: a refusal is final."""

    def __init__(self, token: Secret) -> None:
        self._credential = HeaderCredential("Authorization", token, prefix="Bearer ")

    def authorize(self, headers: httpx.Headers) -> None:
        self._credential(headers)

    async def ready(self) -> Token | None:
        return None

    async def renew(self, refused: Token | None) -> bool:
        return False

    async def close(self) -> None:
        return None
