"""Child fields. Each is one batch function over all parents of a level; its resolver is generated from it."""

import inspect
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any, cast

import msgspec
import strawberry

from gateway.context import Path, RequestContext
from gateway.domain.errors import GatewayError, NotFoundError, NotSupportedError
from gateway.domain.page import Page, Want
from schema.resolvers.info import Info
from schema.resolvers.selection import wanted_fields

BatchFunction = Callable[..., Awaitable[Sequence[object]]]
"""(parents, call, **arguments) -> for each parent a value, None, or a GatewayError."""


class Call(msgspec.Struct, frozen=True, eq=False):
    """What a batch function is told beside its parents and arguments."""

    context: RequestContext
    want: Want


class _Group:
    """Parents asked with equal arguments; found once per field, not once per parent."""

    __slots__ = ("arguments", "name", "want")

    def __init__(self, name: Hashable, arguments: Mapping[str, Any]) -> None:
        self.name = name
        self.arguments = arguments
        self.want: Want = frozenset()


def batched(parent: type) -> Callable[[BatchFunction], Callable[..., Any]]:
    """Makes a strawberry resolver of a batch function. `parent` is the domain value it hangs on, whose `key` identifies it.

    The arguments after `parents` and `call` become the GraphQL arguments. Equal arguments under several aliases share a
    load. NotFoundError is shown as null, and so is NotSupportedError, which `extensions.outcomes` then tells; any other
    GatewayError is this field's error. All of them concern this parent alone.
    """

    def declare(function: BatchFunction) -> Callable[..., Any]:
        parameters = list(inspect.signature(function).parameters.values())[2:]

        async def resolve(root: Any, info: Info, **arguments: Any) -> Any:
            context = info.context
            group = _group(function, info, arguments)

            async def load(parents: list[_Parent]) -> Sequence[Any]:
                call = Call(context, group.want)
                return await function([parent.value for parent in parents], call, **group.arguments)

            try:
                value = await context.loaders.batch(group.name, load).load(_Parent(root))
            except NotFoundError:
                return None
            except GatewayError as error:
                owner = getattr(root, "key", None)  # parts of a thing have none
                context.report_fault(info.path.as_list(), error, None if owner is None else owner.provider)
                if isinstance(error, NotSupportedError):
                    return None
                raise
            if type(value) is Page:
                context.deliver(info.path.as_list(), value)
            elif type(value) is list:
                _report_items(context, info.path.as_list(), value)
            return value

        resolve.__name__ = function.__name__
        resolve.__doc__ = function.__doc__
        resolve.__module__ = function.__module__
        root = inspect.Parameter("root", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=cast(Any, strawberry.Parent)[parent])
        info = inspect.Parameter("info", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Info)
        resolve.__signature__ = inspect.Signature([root, info, *parameters])  # type: ignore[attr-defined]  # what strawberry reads
        resolve.__annotations__ = {p.name: p.annotation for p in (root, info, *parameters)}
        resolve.batch_function = function  # type: ignore[attr-defined]  # for an executor that calls whole levels
        return resolve

    return declare


def _report_items(context: RequestContext, path: Path, values: list[object]) -> None:
    """Items that failed are null with an error each, which graphql-core makes of the exceptions it meets."""
    for place, item in enumerate(values):
        if isinstance(item, GatewayError):
            context.report_fault([*path, place], item)


class _Parent:
    """A loader key: equal for equal identity, so that one thing reached by two ways is loaded once."""

    __slots__ = ("_identity", "value")

    def __init__(self, value: Any) -> None:
        self.value = value
        self._identity = getattr(value, "key", value)

    def __hash__(self) -> int:
        return hash(self._identity)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Parent) and self._identity == other._identity


def _group(function: BatchFunction, info: Info, arguments: Mapping[str, Any]) -> _Group:
    raw = info._raw_info  # strawberry's own `selected_fields` costs ten times as much
    groups = info.context.groups
    place = tuple(map(id, raw.field_nodes))
    group: _Group | None = groups.get(place)
    if group is None:
        name = (function, frozen(arguments))
        group = groups[place] = groups.setdefault(name, _Group(name, arguments))
        group.want |= wanted_fields(raw)
    return group


def frozen(value: Any) -> Hashable:
    """A hashable likeness of an argument value."""
    if is_dataclass(value) and not isinstance(value, type):
        return type(value).__name__, tuple(frozen(getattr(value, each.name)) for each in fields(value))
    if isinstance(value, Mapping):
        return tuple((name, frozen(item)) for name, item in value.items())
    if isinstance(value, list | tuple):
        return tuple(frozen(item) for item in value)
    return value  # type: ignore[no-any-return]  # scalars and enums
