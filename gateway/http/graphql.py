"""GraphQL over HTTP (draft of 2025): media types, statuses, refusals, deadline. One class for /graphql.

It calls `Schema.execute` itself. strawberry's own view answers 53 of the 61 audits of graphql-http, and mending it
replaces every step between the request and that call; what would be left of it is its name.
"""

import asyncio
from collections.abc import Callable
from typing import Protocol

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from strawberry.http import GraphQLRequestData
from strawberry.schema import BaseSchema
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType

from gateway.domain.budget import RequestBudget, request_budget
from gateway.http.answers import RefusedError, json_response
from gateway.http.disconnect import DisconnectWatch
from gateway.http.media_types import GRAPHQL_RESPONSE, HTML, JSON, is_utf8_json, preferred
from gateway.http.operation import OperationFacts, operation_facts
from gateway.http.request_body import from_body, from_query_string, read_body
from gateway.settings import Settings

# Upstream calls give up at the deadline by themselves and leave a partial answer; this is for what does not.
DEADLINE_GRACE_S = 1.0

STATUS_WITHOUT_DATA = {"UNAUTHENTICATED": 401, "FORBIDDEN": 403, "INTERNAL": 500, "DEADLINE_EXCEEDED": 504}
CLIENT_GONE = 499  # nginx's word for it; only the access log sees it


class RequestContext(Protocol):
    """What resolvers find as `info.context`. Closed when the answer is made or nobody wants it any more."""

    def close(self) -> None: ...


MakeContext = Callable[[Request], RequestContext]


class GraphQLEndpoint:
    """An ASGI application. `make_context` runs once per request, `request_budget` being set by then.

    `ide_page` answers browsers; None switches it off.
    """

    def __init__(
        self,
        schema: BaseSchema,
        make_context: MakeContext,
        settings: Settings,
        ide_page: Callable[[], Response] | None = None,
    ) -> None:
        self._schema = schema
        self._make_context = make_context
        self._limits = settings.graphql
        self._deadline_s = settings.server.request_deadline_s
        self._ide_page = ide_page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        facts = operation_facts.get() or OperationFacts()
        facts_token = operation_facts.set(facts)
        budget_token = request_budget.set(RequestBudget(self._deadline_s, self._limits.max_upstream_calls))
        try:
            response = await self._respond(Request(scope, receive), facts)
        finally:
            request_budget.reset(budget_token)
            operation_facts.reset(facts_token)
        await response(scope, receive, send)

    async def _respond(self, request: Request, facts: OperationFacts) -> Response:
        watch = DisconnectWatch(request.receive, may_cancel=lambda: facts.kind == OperationType.QUERY.value)
        media_type = JSON
        try:
            media_type = self._admit(request)
            if media_type == HTML and self._ide_page is not None:
                return self._ide_page()
            async with asyncio.timeout(self._deadline_s + DEADLINE_GRACE_S):
                operation = await self._read(request)
                async with watch:
                    result = await self._execute(request, operation)
            return _answer(result, media_type)
        except RefusedError as refusal:
            return refusal.response(media_type)
        except TimeoutError:
            message = "The request reached its deadline. If it was a mutation, its outcome is unknown."
            return RefusedError(504, message, code="DEADLINE_EXCEEDED").response(media_type)
        except ClientDisconnect:
            return Response(status_code=CLIENT_GONE)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if not watch.disconnected or task is None:
                raise
            task.uncancel()
            return Response(status_code=CLIENT_GONE)

    def _admit(self, request: Request) -> str:
        """The media type of the answer. Whatever must not run is refused here, before the body is read."""
        if request.method not in {"GET", "POST"}:
            raise RefusedError(405, "GraphQL is served by GET and POST only.", headers={"allow": "GET, POST"})
        offers = [JSON, GRAPHQL_RESPONSE]
        if request.method == "GET" and self._ide_page is not None and "query" not in request.query_params:
            offers.append(HTML)
        media_type = preferred(request.headers.get("accept", ""), offers)
        if media_type is None:
            raise RefusedError(406, f"Answers are {GRAPHQL_RESPONSE} or {JSON}; the Accept header allows neither.")
        if request.method == "POST" and not is_utf8_json(request.headers.get("content-type", "")):
            # a browser sends forms and plain text to any site without asking that site first
            raise RefusedError(415, f"The Content-Type must be {JSON} in UTF-8.", headers={"accept-post": JSON})
        return media_type

    async def _read(self, request: Request) -> GraphQLRequestData:
        if request.method == "GET":
            return from_query_string(request.query_params)
        return from_body(await read_body(request, self._limits.max_body_bytes))

    async def _execute(self, request: Request, operation: GraphQLRequestData) -> ExecutionResult:
        may_change = request.method == "POST" and self._limits.mutations
        allowed = {OperationType.QUERY, OperationType.MUTATION} if may_change else {OperationType.QUERY}
        context = self._make_context(request)
        try:
            return await self._schema.execute(
                operation.query,
                variable_values=operation.variables,
                context_value=context,
                operation_name=operation.operation_name,
                allowed_operation_types=allowed,
                operation_extensions=operation.extensions,
            )
        except CannotGetOperationTypeError as error:
            name = error.operation_name
            message = "The document holds no operation." if name is None else f"There is no operation named {name!r}."
            raise RefusedError(400, message) from None
        except InvalidOperationTypeError as error:
            if error.operation_type is not OperationType.MUTATION:
                raise RefusedError(400, "Subscriptions are not served over this transport.") from None
            if not self._limits.mutations:
                raise RefusedError(403, "Mutations are switched off here.", code="FORBIDDEN") from None
            raise RefusedError(405, "Mutations are served by POST only.", headers={"allow": "POST"}) from None
        finally:
            context.close()


def _answer(result: ExecutionResult, media_type: str) -> Response:
    """`data` is left out when execution never began: then no error has a field's path."""
    errors = result.errors or []
    answer: dict[str, object] = {}
    if errors:
        answer["errors"] = [error.formatted for error in errors]
    if result.data is not None or any(error.path for error in errors):
        answer["data"] = result.data
    if result.extensions:
        answer["extensions"] = result.extensions
    status = 200 if "data" in answer else _status([(error.extensions or {}).get("code") for error in errors], media_type)
    return json_response(answer, status, media_type, {"vary": "accept"})


def _status(codes: list[object], media_type: str) -> int:
    """Of an answer without `data`. Under application/json a well-formed request gets 200 whatever became of it."""
    if media_type == JSON:
        return 400 if "BAD_REQUEST" in codes else 200
    return next((status for code, status in STATUS_WITHOUT_DATA.items() if code in codes), 400)
