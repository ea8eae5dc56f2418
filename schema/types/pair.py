"""Pair: a name with a text."""

from gateway.domain.commands import command as domain
from schema.types.view import field, view


@view(domain.Pair)
class Pair:
    """A name with a text."""

    name: str = field("The name.")
    value: str = field("The text.")
