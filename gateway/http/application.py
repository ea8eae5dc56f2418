"""The routes and the layers around them, as one ASGI application."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp
from strawberry.schema import BaseSchema

from gateway.domain.provider import Provider
from gateway.http import ide
from gateway.http.access_log import AccessLogMiddleware
from gateway.http.answers import RefusedError
from gateway.http.graphql import GraphQLEndpoint, MakeContext
from gateway.http.health import health_routes
from gateway.http.request_id import RequestIdMiddleware
from gateway.settings import Settings

Lifespan = Callable[[Starlette], AbstractAsyncContextManager[None]]


def http_application(
    settings: Settings,
    schema: BaseSchema,
    make_context: MakeContext,
    providers: Sequence[Provider],
    *,
    lifespan: Lifespan | None = None,
    more_routes: Sequence[BaseRoute] = (),
) -> ASGIApp:
    """`schema` must have been built with `limits.schema_extensions(settings.graphql)`."""
    with_ide = settings.graphql.ide
    endpoint = GraphQLEndpoint(schema, make_context, settings, ide.page if with_ide else None)
    routes: list[BaseRoute] = [Route("/graphql", endpoint), *health_routes(providers), *more_routes]
    if with_ide:
        routes += ide.asset_routes()
    app = Starlette(
        routes=routes,
        lifespan=lifespan,
        exception_handlers={404: _not_found, 405: _wrong_method, Exception: _internal_error},
    )
    app.router.redirect_slashes = False
    return RequestIdMiddleware(AccessLogMiddleware(app))


def _not_found(_: Request, __: Exception) -> Response:
    return RefusedError(404, "Nothing is served at this path. GraphQL is at /graphql.", code="NOT_FOUND").response()


def _wrong_method(_: Request, error: Exception) -> Response:
    headers = getattr(error, "headers", None)
    return RefusedError(405, "This path does not serve that method.", headers=headers).response()


def _internal_error(_: Request, __: Exception) -> Response:
    """Sent before the exception reaches the access log, which has the details under the same X-Request-Id."""
    return RefusedError(
        500, "The gateway failed to answer. The X-Request-Id finds the cause in its log.", code="INTERNAL"
    ).response()
