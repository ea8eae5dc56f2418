"""Variables as the vendor keeps them."""

from collections.abc import Iterable

from gateway.domain.commands.command import JsonObject, Variable


def to_list(variables: Iterable[Variable]) -> list[JsonObject]:
    """`encrypted` is left out where it would be false, as the vendor does."""
    return [
        {"key": each.name, "value": each.value, "encrypted": True} if each.encrypted else {"key": each.name, "value": each.value}
        for each in variables
    ]
