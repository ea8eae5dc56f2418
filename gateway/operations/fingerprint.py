"""What an order asks for, in one definite form: two uses of an idempotency key are for the same if these are equal."""

from enum import Enum
from typing import Any

import msgspec

from gateway.domain.commands.command import Command
from gateway.domain.global_id import encode_id
from gateway.domain.keys import Key


def fingerprint(command: Command, confirm_name: str | None) -> bytes:
    """What was not given is not in it: so fields that a later version adds change nothing for those who do not use them."""
    return msgspec.json.encode([command.mutation, _plain(command), confirm_name], order="deterministic")


def _plain(value: Any) -> Any:
    if isinstance(value, Key):
        return encode_id(value)
    if isinstance(value, msgspec.Struct):
        described = msgspec.structs.fields(type(value))
        told = {field.name: (getattr(value, field.name), field) for field in described}
        return {name: _plain(each) for name, (each, field) in told.items() if field.required or each != field.default}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value.name if isinstance(value, Enum) else value
