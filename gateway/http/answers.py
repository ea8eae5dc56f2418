"""Answers that are not a GraphQL result: refusals of the HTTP request itself, in the same shape as GraphQL errors."""

from collections.abc import Mapping

import msgspec
from starlette.responses import Response

from gateway.http.media_types import JSON


class RefusedError(Exception):
    """The HTTP request is answered without reaching the schema."""

    def __init__(self, status: int, message: str, *, code: str = "BAD_REQUEST", headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.headers = headers

    def response(self, media_type: str = JSON) -> Response:
        body = {"errors": [{"message": self.message, "extensions": {"code": self.code}}]}
        return json_response(body, self.status, media_type, self.headers)


def json_response(content: object, status: int = 200, media_type: str = JSON, headers: Mapping[str, str] | None = None) -> Response:
    """Never stored by caches: answers depend on the moment, and one day on the caller."""
    body = msgspec.json.encode(content)
    return Response(body, status, {"cache-control": "no-store", **(headers or {})}, f"{media_type}; charset=utf-8")
