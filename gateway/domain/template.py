"""Templates of destinations: how a record becomes a command to one provider."""

from collections.abc import Awaitable, Callable, Mapping

import msgspec

from gateway.domain.commands.command import Command, JsonObject


class TemplateParameter(msgspec.Struct, frozen=True, kw_only=True):
    """What a template must be told beside the record. Its value is a constant, or an attribute of the record by name."""

    name: str
    description: str
    example: str
    required: bool = True


class Filled(msgspec.Struct, frozen=True, kw_only=True):
    """One record, ready to become a command.

    `parameters` have their values for this record; those that are not required may be missing. `record` is what is left of it after
    exclusion. `used` are its attributes that were read for a parameter or as the record's key: they need mean nothing to the
    command.
    """

    parameters: Mapping[str, str]
    record: JsonObject
    used: frozenset[str] = frozenset()


class Template(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """One sort of call that a provider offers to destinations.

    `name` is what settings refer to, in kebab case. `command` is what `make` makes; it may read at the vendor, to find by name what
    commands know by key, and raises a GatewayError (InvalidInputError with `field` "parameters.NAME" or "record.ATTRIBUTE") for
    what cannot be meant. `takes_record` is false where the record is not part of the call. `destroys` when settings must confirm
    that.
    """

    name: str
    title: str
    description: str
    command: type[Command]
    make: Callable[[Filled], Awaitable[Command]]
    parameters: tuple[TemplateParameter, ...] = ()
    example: JsonObject = {}
    takes_record: bool = True
    destroys: bool = False


Templates = Mapping[str, Template]
"""By name, in the order in which they are shown."""
