"""The Node interface and what resolves global ids."""

from typing import Any

import strawberry

from gateway.domain.global_id import encode_id
from gateway.domain.keys import Key
from schema.types.view import field, interface


def global_id(root: strawberry.Parent[Any]) -> strawberry.ID:
    return key_id(root.key)


def key_id(key: Key) -> strawberry.ID:
    """The global id of a key."""
    return strawberry.ID(encode_id(key))


@interface
class Node:
    """Anything that can be found again by its id."""

    id: strawberry.ID = field("Opaque, URL-safe, and the same for the same thing for ever.", global_id)
