"""Fields that many types have: whose a thing is, and what it refers to."""

from collections.abc import Callable, Sequence
from typing import Any

import strawberry

from gateway.domain.errors import GatewayError
from gateway.domain.keys import Key
from gateway.domain.provider import Provider
from schema.resolvers.batched import Call, batched
from schema.resolvers.info import Info


def owning_provider(root: strawberry.Parent[Any], info: Info) -> Provider:
    """The provider named in the value's key."""
    return info.context.providers[root.key.provider]


def reference(parent: type, attribute: str) -> Callable[..., Any]:
    """A field that loads the value whose key lies in `attribute`; null when there is none, or it is gone."""

    async def load(parents: Sequence[Any], call: Call) -> list[object]:
        loads = [_load(getattr(each, attribute), call) for each in parents]
        return [await load for load in loads]

    load.__name__ = f"load_{attribute}"
    return batched(parent)(load)


def _load(key: Key | None, call: Call) -> Any:
    """Starts the load at once, so that all parents share a batch; a failure is a value."""
    if key is None:
        return _value(None)
    return settled(call.context.loaders.row(key, call.want))


async def _value(value: object) -> object:
    return value


async def settled(load: Any) -> object:
    """The value of a load, or its failure as a value."""
    try:
        return await load
    except GatewayError as error:
        return error
