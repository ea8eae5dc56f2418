"""How a GraphQL type is declared as a view of a domain value. The one place for casts and `Any`."""

import inspect
from collections.abc import Callable
from dataclasses import MISSING
from enum import Enum
from typing import Any, TypeVar, cast, dataclass_transform

import strawberry

C = TypeVar("C")
VIEWS: dict[type, type] = {}
"""Domain value -> the GraphQL type that shows it; a test compares each pair."""


def field(description: str, resolver: Callable[..., object] | None = None, **options: Any) -> Any:
    """A field that reads the attribute of its name, or calls a module function typed on the domain value."""
    return strawberry.field(cast(Any, resolver), description=description, **options)


@dataclass_transform(kw_only_default=True, field_specifiers=(field,))
def view(source: type, name: str | None = None) -> Callable[[type[C]], type[C]]:
    """Declares a GraphQL object type over `source`; its description is the class docstring."""

    def declare(cls: type[C]) -> type[C]:
        VIEWS[source] = cls
        cls.__source__ = source  # type: ignore[attr-defined]  # read by the test that compares views with values
        cls.is_type_of = staticmethod(lambda value, _info: type(value) is source)  # type: ignore[attr-defined]  # strawberry's hook
        return strawberry.type(cls, name=name, description=_text(cls))

    return declare


@dataclass_transform(kw_only_default=True, field_specifiers=(field,))
def interface(cls: type[C]) -> type[C]:
    """Declares a GraphQL interface. The type of a value is found by its class's name, which is also the domain's name."""
    cls.resolve_type = staticmethod(lambda value, _info, _type: type(value).__name__)  # type: ignore[attr-defined]  # strawberry's hook
    return strawberry.interface(cls, description=_text(cls))


def argument(description: str, *, default: Any = MISSING) -> Any:
    """A described field of an input type."""
    if default is MISSING:
        return strawberry.field(description=description)
    return strawberry.field(description=description, default=default)


def optional(description: str) -> Any:
    """A described field of an input that may be left out. Null is told from that."""
    return argument(description, default=strawberry.UNSET)


@dataclass_transform(kw_only_default=True, field_specifiers=(argument, optional))
def input_type(cls: type[C]) -> type[C]:
    """Declares a GraphQL input type; its description is the class docstring."""
    return strawberry.input(cls, description=_text(cls))


@dataclass_transform(kw_only_default=True, field_specifiers=(argument,))
def one_of(cls: type[C]) -> type[C]:
    """Declares a GraphQL input type of which exactly one field must be given."""
    return strawberry.input(cls, description=_text(cls), one_of=True)


def enum(source: type[Enum], **values: str) -> None:
    """Declares a domain enum as a GraphQL enum, with a description for each value. Missing and surplus words are errors."""
    strawberry.enum(source, description=_text(source))
    for value in cast(Any, source).__strawberry_definition__.values:
        value.description = values.pop(value.name)
    if values:
        raise TypeError(f"{source.__name__} has no {', '.join(values)}")


def _text(cls: type) -> str:
    return inspect.cleandoc(cls.__doc__ or "")
