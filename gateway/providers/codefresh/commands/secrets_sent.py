"""Which texts of a body are secret, whoever wrote them: a command's, or those of a definition that is read to be put back."""

from collections.abc import Iterator

from gateway.domain.commands.merging import texts_in

_SECRET_MEMBERS = frozenset(("secret", "endpoint"))
"""Of triggers and events: whoever knows a webhook's address can call it."""


def secrets_in(body: object) -> Iterator[str]:
    """Values of encrypted variables, and addresses and secrets of webhooks, of any depth."""
    if isinstance(body, dict):
        if body.get("encrypted") is True:
            yield from texts_in(body.get("value"))
        for name, value in body.items():
            yield from texts_in(value) if name in _SECRET_MEMBERS else secrets_in(value)
    elif isinstance(body, list):
        for each in body:
            yield from secrets_in(each)
