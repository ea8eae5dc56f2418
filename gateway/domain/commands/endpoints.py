"""The command behind a manual endpoint: a call that no other command stands for."""

from typing import Any, ClassVar

from msgspec import UNSET, UnsetType

from gateway.domain.commands.command import Command, Pair


class CallEndpoint(Command, frozen=True, kw_only=True):
    """Sends `body` (JSON) to an address of the provider's own host. Destinations give it; the audit log knows it by its name."""

    mutation: ClassVar[str] = "callEndpoint"

    provider: str
    method: str
    url: str
    headers: tuple[Pair, ...] = ()
    body: Any | UnsetType = UNSET
