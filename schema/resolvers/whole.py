"""Fields that a row of a vendor's list may leave out: they are read from the thing itself, found by its key."""

from collections.abc import Callable, Sequence
from typing import Any

from gateway.domain.errors import GatewayError, NotFoundError, PermissionDeniedError
from schema.resolvers.batched import Call, batched
from schema.resolvers.references import settled


def whole_field(parent: type, attribute: str) -> Callable[..., Any]:
    """A field that shows `attribute` of a value whose `whole` tells whether it has it.

    Costs nothing for whole values; the others of a level are read together by key, and once for all such fields of a request.
    """

    async def load(parents: Sequence[Any], call: Call) -> list[object]:
        loads = [None if each.whole else call.context.loaders.node(each.key) for each in parents]
        return [
            getattr(each, attribute) if load is None else await _attribute(load, attribute)
            for each, load in zip(parents, loads, strict=True)
        ]

    load.__name__ = f"whole_{attribute}"
    return batched(parent)(load)


def whole_reference(parent: type, attribute: str) -> Callable[..., Any]:
    """A reference, as `reference` makes one, whose key a row of a list may leave out."""

    async def load(parents: Sequence[Any], call: Call) -> list[object]:
        loads = [
            None if each.whole or getattr(each, attribute) is not None else call.context.loaders.node(each.key) for each in parents
        ]
        keys: list[Any] = [
            getattr(each, attribute) if load is None else await _attribute(load, attribute)
            for each, load in zip(parents, loads, strict=True)
        ]
        found = [key if key is None or isinstance(key, GatewayError) else call.context.loaders.node(key) for key in keys]
        return [each if each is None or isinstance(each, GatewayError) else await settled(each) for each in found]

    load.__name__ = f"whole_{attribute}"
    return batched(parent)(load)


async def _attribute(load: Any, attribute: str) -> object:
    try:
        return getattr(await load, attribute)
    except NotFoundError as error:
        # Null would say that the thing has none of this. It is there: a list has shown it.
        message = "It is in a list, but cannot be read by itself: it went meanwhile, or the provider's credential may not read it."
        return PermissionDeniedError(message, provider=error.provider, request_id=error.request_id)
    except GatewayError as error:
        return error
