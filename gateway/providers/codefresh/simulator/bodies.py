"""Request bodies, read strictly: JSON that is said to be JSON, in the expected form."""

from collections.abc import Callable
from typing import TypeAlias, TypeVar

import msgspec

from gateway.providers.codefresh.simulator.documents import Document
from gateway.providers.codefresh.simulator.endpoint import Asked
from gateway.providers.codefresh.simulator.errors import VendorError, bad_request

T = TypeVar("T")

Refusal: TypeAlias = Callable[[str], VendorError]

_JSON = "application/json"


def read_body(asked: Asked, kind: type[T], refuse: Refusal = bad_request) -> T:
    """A body of another form or content type is what `refuse` makes of the reason."""
    # ASSUMED: JSON under another content type is not read; disproved by an account that takes it.
    if not asked.headers.get("content-type", "").startswith(_JSON):
        raise refuse(f"the body must be {_JSON}")
    try:
        return msgspec.json.decode(asked.body, type=kind)
    except msgspec.DecodeError as error:
        raise refuse(str(error)) from None


def read_object(asked: Asked, refuse: Refusal = bad_request) -> Document:
    return read_body(asked, dict[str, object], refuse)


def check_form(value: object, kind: type[T]) -> T:
    """A value that was decoded already, as the given kind; 400 if it has another form."""
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise bad_request(str(error)) from None


def as_object(value: object) -> Document:
    """Empty for anything else."""
    return value if isinstance(value, dict) else {}


def as_objects(value: object) -> list[Document]:
    """The objects of a list; empty for anything else."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
