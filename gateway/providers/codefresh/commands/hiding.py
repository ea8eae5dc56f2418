"""Secrets of a command: should the vendor quote one in its refusal, it goes no further."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import msgspec

from gateway.domain.commands.command import Command, Variable
from gateway.domain.errors import FieldComplaint, GatewayError

HIDDEN = "[hidden]"
SHORTEST = 3
"""Shorter texts are in every sentence."""


@contextmanager
def hiding(secrets: Iterable[str]) -> Iterator[None]:
    """Errors raised inside are without these texts."""
    try:
        yield
    except GatewayError as error:
        longest_first = sorted({secret for secret in secrets if len(secret) >= SHORTEST}, key=len, reverse=True)
        error.message = _without(error.message, longest_first)
        error.args = (error.message,)
        error.complaints = tuple(FieldComplaint(each.field, _without(each.message, longest_first)) for each in error.complaints)
        raise


def secrets_of(command: Command) -> Iterator[str]:
    """Encrypted values, in lists of variables and in the vendor's own JSON."""
    for name in command.__struct_fields__:
        yield from _encrypted(getattr(command, name))


def texts_in(value: object) -> Iterator[str]:
    """All texts of a JSON value, whatever their depth."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from texts_in(inner)


def _encrypted(value: object) -> Iterator[str]:
    if isinstance(value, Variable):
        if value.encrypted:
            yield value.value
    elif isinstance(value, msgspec.Struct):
        return
    elif isinstance(value, dict):
        if value.get("encrypted") is True and isinstance(value.get("value"), str):
            yield value["value"]
        for inner in value.values():
            yield from _encrypted(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _encrypted(inner)


def _without(text: str, secrets: Iterable[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    return text
