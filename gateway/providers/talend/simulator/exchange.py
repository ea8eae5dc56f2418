"""One authenticated request with what a handler needs, and the table entry of a route."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, TypeAlias, TypeVar

import msgspec

from gateway.providers.talend.simulator.credentials import Caller
from gateway.providers.talend.simulator.data import Document, Tenant
from gateway.providers.talend.simulator.errors import bad_request, refusal
from gateway.simulation.messages import Request, Response, json_response

T = TypeVar("T")

Name = Annotated[str, msgspec.Meta(min_length=1, pattern=r"\S")]
"""Of a new definition: not empty, not blank."""

MAX_LIMIT = 100
_MAX_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Exchange:
    """`request.params` holds what the path captured. Readers of the query raise the 400 that a bad value gets."""

    request: Request
    caller: Caller
    tenant: Tenant
    now: datetime

    def param(self, name: str) -> str:
        return self.request.params[name]

    def text(self, name: str) -> str | None:
        """A query parameter; None when it is absent or empty."""
        return self.request.value(name) or None

    def integer(self, name: str) -> int | None:
        text = self.request.value(name)
        if text is None:
            return None
        if not text.lstrip("-").isdecimal() or not text.isascii() or len(text) > _MAX_DIGITS:
            raise bad_request(f"{name} must be an integer")
        return int(text)

    def flag(self, name: str) -> bool | None:
        text = self.request.value(name)
        if text is None:
            return None
        if text not in ("true", "false"):
            raise bad_request(f"{name} must be true or false")
        return text == "true"

    def body(self, shape: type[T]) -> T:
        """The JSON body as a msgspec struct; 400 for anything that does not fit. Declare structs as subclasses of `Body`."""
        # ASSUMED: another content type is 415; disproved by an answer to a body without one.
        media_type = self.request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type != "application/json":
            raise refusal(415, "The body must be application/json")
        try:
            return msgspec.json.decode(self.request.body, type=shape)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise bad_request(f"The request body is not valid: {error}") from None

    def sees(self, document: Document) -> bool:
        """Whether the caller's permissions cover the document's workspace."""
        allowed = self.caller.environments
        return allowed is None or self.tenant.environment_of(document)["name"] in allowed

    def window(self) -> tuple[int, int]:
        """(offset, limit) of a paged list."""
        offset, limit = self.integer("offset"), self.integer("limit")
        return checked_window(offset, limit)


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel", omit_defaults=True):
    """A request body. Unknown members are refused, so that a misspelt one cannot pass unseen."""

    # ASSUMED: the vendor refuses unknown members; disproved by a 2xx answer to one. Stricter is safer here.


def checked_window(offset: int | None, limit: int | None, *, least: int = 1) -> tuple[int, int]:
    """400 for what is out of range; the defaults are 0 and 100."""
    first = 0 if offset is None else offset
    size = MAX_LIMIT if limit is None else limit
    if first < 0:
        raise bad_request("offset must not be negative")
    if not least <= size <= MAX_LIMIT:
        raise bad_request(f"limit must be {least} to {MAX_LIMIT}")
    return first, size


def page(rows: list[Document], offset: int, limit: int) -> Response:
    """`{"items": [...], "limit": 100, "offset": 0, "total": 6}`"""
    items = rows[offset : offset + limit]
    return json_response({"items": items, "limit": limit, "offset": offset, "total": len(rows)})


def no_content() -> Response:
    return Response(204, content_type=None)


Handler: TypeAlias = Callable[[Exchange], Response]

PAGING = frozenset({"offset", "limit"})


@dataclass(frozen=True, slots=True)
class Route:
    """`template` starts at the host: `/orchestration/...`. `query` names what the route takes; anything else is 400
    (`talendVersion` is taken everywhere). `permission` None: any valid credential will do."""

    method: str
    template: str
    handler: Handler
    query: frozenset[str] = frozenset()
    permission: frozenset[str] | None = None  # any one of these
    repeatable: frozenset[str] = frozenset()  # of `query`
    personal_only: bool = False  # refuses tokens of service accounts
