"""Commands: what is to be changed, as a value; and what came of it.

A command goes to one provider, whose table (`Provider.commands`) has a `Handling` for each kind of command that the vendor
knows. What is not in the table is not supported, and asking costs no call. The field names of a command are those of the
mutation's input in snake case; a field that holds a key is the input's field with `Id` at the end.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, ClassVar, TypeVar

import msgspec

from gateway.domain.keys import Key
from gateway.domain.promotion_report import PromotionReport

JsonObject = dict[str, Any]
"""What a client wrote as JSON, for the vendor."""


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all commands.

    `mutation` is the schema's word for it. `subject_field` names the field that holds the key of what is changed, or under
    which something is created; "" for what is created at the top, which has a field `provider` instead. `destroys` when the
    caller must repeat the subject's name. Of the fields in `exactly_one` one must be given, and no other.

    A field that was not given has its default: None, an empty tuple, or UNSET in commands that update. There, None empties.
    """

    mutation: ClassVar[str]
    subject_field: ClassVar[str] = ""
    destroys: ClassVar[bool] = False
    exactly_one: ClassVar[tuple[str, ...]] = ()

    def __repr__(self) -> str:
        """Nothing of what was given: it may be secret, and a repr gets into logs."""
        return f"{self.mutation}({self.subject or self.provider_name})"

    @property
    def subject(self) -> Key | None:
        """What is changed, or what something is created in."""
        key: Key | None = getattr(self, self.subject_field) if self.subject_field else None
        return key

    @property
    def provider_name(self) -> str:
        """To whom the command goes."""
        subject = self.subject
        name: str = self.provider if subject is None else subject.provider  # type: ignore[attr-defined]  # see `subject_field`
        return name

    def given(self) -> dict[str, Any]:
        """The optional fields that were given, by name."""
        described = msgspec.structs.fields(type(self))
        values = {field.name: (getattr(self, field.name), field.default) for field in described if not field.required}
        return {name: value for name, (value, default) in values.items() if value != default}


class Variable(msgspec.Struct, frozen=True):
    """A named value for a run or a definition. The value of an `encrypted` one is kept hidden by the vendor."""

    name: str
    value: str
    encrypted: bool = False

    def __repr__(self) -> str:
        return f"Variable({self.name!r})"


class Pair(msgspec.Struct, frozen=True):
    """A name with a text."""

    name: str
    value: str


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one part of a command that the vendor only knows as several: `done`, or not, and then why."""

    key: Key
    done: bool
    message: str | None = None


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a command that went well.

    `keys` are what was created, started or changed, in order; of what was deleted, its former key. `values` are those of them
    that the vendor's answer told whole: they are shown without another read. `stand_ins` are shown as long as the vendor does
    not find the thing yet (`provisional` runs). `parts` where the vendor has no call for the whole; `report` of an analysis.
    """

    keys: tuple[Key, ...] = ()
    values: tuple[Any, ...] = ()
    stand_ins: tuple[Any, ...] = ()
    parts: tuple[Part, ...] = ()
    report: PromotionReport | None = None


C = TypeVar("C", bound=Command)


class Handling(msgspec.Struct, frozen=True, eq=False):
    """How a provider carries out one kind of command.

    `handle` raises a GatewayError when it cannot; its `field` is a path in the command (`task.artifact`). It reads as little as it
    must, and does not read what it has changed: whoever wants to see it does. `takes` names the optional fields that mean
    something here: others are refused by name, before any call. `options` are the names that `vendor_options` may hold. `fields`
    leads from the vendor's words for fields, in its complaints, to paths in the command.
    """

    handle: Callable[[Any], Awaitable[Changed]]
    takes: frozenset[str] = frozenset()
    options: frozenset[str] = frozenset()
    fields: Mapping[str, str] = {}


Commands = Mapping[type[Command], Handling]
"""What a provider can be told to do."""


def handling(
    command: type[C],
    handle: Callable[[C], Awaitable[Changed]],
    *,
    takes: Iterable[str] = (),
    options: Iterable[str] = (),
    fields: Mapping[str, str] | None = None,
) -> tuple[type[Command], Handling]:
    """An entry of `Commands`. ValueError for a field that the command does not have."""
    names = frozenset(takes)
    optional = {field.name for field in msgspec.structs.fields(command) if not field.required}
    if unknown := names - optional:
        raise ValueError(f"{command.__name__} has no optional {', '.join(sorted(unknown))}")
    allowed = frozenset(options)
    if allowed and "vendor_options" not in optional:
        raise ValueError(f"{command.__name__} takes no options of a vendor")
    return command, Handling(handle, names, allowed, fields or {})
