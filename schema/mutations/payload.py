"""What all payloads have in common, and how their objects are shown: read anew, so that a client sees what is there now."""

import inspect
from collections.abc import Callable
from typing import Any, TypeVar, dataclass_transform

import strawberry

from gateway.domain.commands import command as domain
from gateway.domain.commands.performed import Performed
from gateway.domain.errors import GatewayError, NotFoundError
from gateway.domain.keys import Key
from schema.resolvers.info import Info
from schema.types.mutation_error import MutationError
from schema.types.node import key_id
from schema.types.receipt import Receipt
from schema.types.view import field, view

P = TypeVar("P")
Root = strawberry.Parent[Performed]


def ids(root: Root) -> list[strawberry.ID]:
    return [key_id(key) for key in root.keys]


class Payload:
    """The fields of every payload."""

    ids: list[strawberry.ID] = field(
        "Global ids of what was created, started, changed or deleted; known even when it cannot be read at the moment.", ids
    )
    errors: list[MutationError] = field("Why it was not done, or not surely; empty when all went well.")
    receipt: Receipt | None = field("How the vendor was told; null when nothing was sent to it.")
    replayed: bool = field("This answer was remembered under the idempotency key: nothing was sent for this request.")


@dataclass_transform(kw_only_default=True, field_specifiers=(field,))
def payload(cls: type[P]) -> type[P]:
    """Declares a payload type; its description is the class docstring. The fields of `Payload` come behind its own."""
    own = dict(cls.__annotations__)
    cls.__annotations__ = {**own, **Payload.__annotations__}
    for name in Payload.__annotations__:
        setattr(cls, name, getattr(Payload, name))
    cls.is_type_of = staticmethod(lambda _value, _info: True)  # type: ignore[attr-defined]  # strawberry's hook
    return strawberry.type(cls, description=inspect.cleandoc(cls.__doc__ or ""))


def changed(*kinds: type[Key]) -> Callable[..., Any]:
    """A field that shows the first thing of these types that was created or changed; null when there is none, or it is gone."""

    async def show_changed(root: Root, info: Info) -> Any:
        key = next((key for key in root.keys if type(key) in kinds), None)
        if key is None:
            return None
        found = await _shown(root, key, info)
        if isinstance(found, GatewayError) and not isinstance(found, NotFoundError):
            raise found
        return None if isinstance(found, GatewayError) else found

    return show_changed


def all_changed(*kinds: type[Key]) -> Callable[..., Any]:
    """A field that shows everything of these types that was started. What cannot be read is null, with an error of its own."""

    async def show_all_changed(root: Root, info: Info) -> Any:
        return [await _shown(root, key, info) for key in root.keys if type(key) in kinds]

    return show_all_changed


def changed_parts(root: Root) -> list[domain.Part]:
    """What became of each part."""
    return list(root.parts)


def deleted_id(root: Root) -> strawberry.ID | None:
    """The id that the deleted thing had."""
    return key_id(root.keys[0]) if root.keys else None


async def _shown(root: Performed, key: Key, info: Info) -> Any:
    """The thing, else what stands for it, else the failure."""
    try:
        return await info.context.loaders.node(key)
    except GatewayError as error:
        stand_in = next((each for each in root.stand_ins if each.key == key), None)
        if stand_in is None:
            info.context.report_fault(info.path.as_list(), error)
            return error
        if not isinstance(error, NotFoundError):
            info.context.report_fault(info.path.as_list(), error)
        return stand_in


def part_id(root: strawberry.Parent[domain.Part]) -> strawberry.ID:
    return key_id(root.key)


@view(domain.Part, name="MutationPart")
class Part:
    """What became of one part of what was asked, where the vendor has no call for the whole."""

    id: strawberry.ID = field("Global id of the part.", part_id)
    done: bool = field("Whether it was done.")
    message: str | None = field("Why not, or what else there is to know.")
