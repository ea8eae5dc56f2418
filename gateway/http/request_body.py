"""Reading one GraphQL request, from a body or from a query string, into the values a schema executes."""

from typing import TypeVar

import msgspec
from starlette.datastructures import QueryParams
from starlette.requests import Request
from strawberry.http import GraphQLRequestData

from gateway.http.answers import RefusedError

Json = dict[str, object]
T = TypeVar("T")


class Operation(msgspec.Struct, rename={"operation_name": "operationName"}):
    """The parameters of GraphQL over HTTP; other keys are ignored, as the specification asks."""

    query: str
    operation_name: str | None = None
    variables: Json | None = None
    extensions: Json | None = None

    def request_data(self) -> GraphQLRequestData:
        if not self.query.strip():
            raise RefusedError(400, "The parameter `query` is empty.")
        return GraphQLRequestData(self.query, self.variables, self.operation_name, self.extensions)


async def read_body(request: Request, max_bytes: int) -> bytes:
    """The whole body. More than `max_bytes` is refused as soon as it is known, not after it was read."""
    too_large = RefusedError(413, f"The body is greater than {max_bytes} bytes.", headers={"connection": "close"})
    declared = request.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and int(declared) > max_bytes:
        raise too_large
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > max_bytes:
            raise too_large
        chunks.append(chunk)
    return b"".join(chunks)


def from_body(body: bytes) -> GraphQLRequestData:
    if body[:1] in b" \t\r\n" and not body.strip():
        raise RefusedError(400, "The body is empty; a JSON object with a `query` is expected.")
    return _decode(body, Operation, "The body").request_data()


def from_query_string(parameters: QueryParams) -> GraphQLRequestData:
    query = parameters.get("query")
    if query is None:
        raise RefusedError(400, "The parameter `query` is missing.")
    return Operation(
        query,
        parameters.get("operationName") or None,
        _json_parameter(parameters, "variables"),
        _json_parameter(parameters, "extensions"),
    ).request_data()


def _json_parameter(parameters: QueryParams, name: str) -> Json | None:
    text = parameters.get(name, "").strip()
    if not text or text == "null":
        return None
    return _decode(text.encode("utf-8", "surrogatepass"), Json, f"The parameter `{name}`")


def _decode(data: bytes, into: type[T], what: str) -> T:
    try:
        return msgspec.json.decode(data, type=into)
    except msgspec.ValidationError as error:
        raise RefusedError(400, f"{what} cannot be used: {_plain(str(error))}.") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise RefusedError(400, f"{what} is not valid JSON in UTF-8.") from None
    except RecursionError:
        raise RefusedError(400, f"{what} is nested too deeply.") from None


def _plain(message: str) -> str:
    """msgspec names places as `$.variables`; a client knows them as `variables`."""
    return message.replace("`$.", "`").rstrip(".")
