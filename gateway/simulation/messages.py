"""Typed request and response values for simulator handlers, and their way from and to ASGI."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

import msgspec
from starlette.types import Receive, Scope, Send

JSON_UTF8 = "application/json; charset=utf-8"

_EMPTY: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Request:
    """A request as a handler sees it. Path parameters and query pairs are percent-decoded once."""

    method: str
    raw_path: str  # still percent-encoded, with the base path
    query_string: str  # still percent-encoded
    query: tuple[tuple[str, str], ...]  # in order, repeats kept, blank values kept
    headers: Mapping[str, str]  # lower-case names, repeats joined with ", "
    body: bytes = b""
    params: Mapping[str, str] = field(default_factory=dict)

    def values(self, name: str) -> list[str]:
        """Every value of a query parameter, in order."""
        return [value for key, value in self.query if key == name]

    def value(self, name: str) -> str | None:
        """The last value of a query parameter, as Rails and Express take it; None when absent."""
        found = self.values(name)
        return found[-1] if found else None


@dataclass(frozen=True, slots=True)
class Response:
    """`content_type` None leaves the header out. A body on 204 or 304, or to HEAD, is never sent."""

    status: int = 200
    body: bytes = b""
    content_type: str | None = JSON_UTF8
    headers: Mapping[str, str] = field(default_factory=lambda: _EMPTY)


def json_response(value: object, status: int = 200, headers: Mapping[str, str] = _EMPTY) -> Response:
    """Encodes any msgspec-encodable value."""
    return Response(status=status, body=msgspec.json.encode(value), headers=headers)


def join_rows(rows: Iterable[bytes]) -> bytes:
    """A JSON array from rows that are encoded already."""
    return b"[" + b",".join(rows) + b"]"


async def read_request(scope: Scope, receive: Receive, params: Mapping[str, str] = _EMPTY) -> Request:
    """Reads the body to its end. Uses the raw path, never the decoded one."""
    chunks: list[bytes] = []
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        chunks.append(message.get("body", b""))
        more = message.get("more_body", False)
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    query_string = scope["query_string"].decode("latin-1")
    return Request(
        method=scope["method"],
        raw_path=raw_path_of(scope),
        query_string=query_string,
        query=tuple(parse_qsl(query_string, keep_blank_values=True)) if query_string else (),
        headers=headers,
        body=b"".join(chunks),
        params=params,
    )


def raw_path_of(scope: Scope) -> str:
    """The path as the client sent it. Servers that give no raw path cannot host a simulator: KeyError."""
    raw: bytes = scope["raw_path"]
    return raw.decode("latin-1")


async def send_response(send: Send, response: Response, *, method: str) -> None:
    """A handler's own Content-Length wins, so that HEAD can announce a body that is not sent."""
    bodiless = method == "HEAD" or response.status in (204, 304)
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in response.headers.items()]
    if response.content_type is not None and response.status not in (204, 304):
        headers.append((b"content-type", response.content_type.encode("latin-1")))
    if response.status not in (204, 304) and all(name != b"content-length" for name, _ in headers):
        headers.append((b"content-length", str(len(response.body)).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if bodiless else response.body})
