"""Calls to a provider that no command stands for: an address of its own host, as an operator wrote it."""

from typing import Any, Protocol

import msgspec
from msgspec import UNSET, UnsetType

from gateway.domain.commands.command import Pair


class FreeCall(msgspec.Struct, frozen=True, kw_only=True):
    """`path` is the whole path on the host, percent-encoded as it is sent, `query` likewise and without its question mark. `body`
    is JSON; UNSET sends none. The provider's credential is added last.
    """

    method: str
    path: str
    query: str = ""
    headers: tuple[Pair, ...] = ()
    body: Any | UnsetType = UNSET


class FreeCalls(Protocol):
    """The provider's own host."""

    @property
    def base_url(self) -> str:
        """Its scheme and host are those that may be called."""
        ...

    async def send(self, call: FreeCall) -> None:
        """Sends it as a write: noted in the log of writes, sent again only if it surely had no effect. GatewayError as for all."""
        ...
