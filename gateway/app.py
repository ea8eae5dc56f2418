"""The composition root: settings -> providers -> schema -> ASGI application. The only wiring there is."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.types import ASGIApp

from gateway.context import RequestContext, RequestLimits
from gateway.domain.budget import RequestBudget, request_budget
from gateway.domain.errors import GatewayError
from gateway.domain.provider import Provider
from gateway.http.application import http_application
from gateway.http.limits import schema_extensions
from gateway.providers import connect_all
from gateway.settings import Settings
from schema import build_schema

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Gateway:
    """The assembled gateway: what a server runs, and the providers behind it, by name in configuration order."""

    application: ASGIApp
    providers: Mapping[str, Provider]

    async def close(self) -> None:
        """Closes the providers' connections. The application's own lifespan does it at shutdown."""
        await asyncio.gather(*(provider.close() for provider in self.providers.values()))


def create_app(settings: Settings) -> ASGIApp:
    """What a server runs."""
    return assemble(settings).application


def assemble(settings: Settings) -> Gateway:
    """Wires everything. No vendor is called before the first request, but for one background probe of each at start."""
    providers = {provider.name: provider for provider in connect_all(settings.providers)}
    limits = RequestLimits(settings.graphql.max_page_size, settings.graphql.patience_s, settings.graphql.max_nodes)
    schema = build_schema(schema_extensions(settings.graphql))

    def make_context(_: Request) -> RequestContext:
        budget = request_budget.get() or RequestBudget(settings.server.request_deadline_s, settings.graphql.max_upstream_calls)
        return RequestContext(providers, limits, budget)

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        probes = [asyncio.create_task(_probe(provider)) for provider in providers.values()]
        try:
            yield
        finally:
            for probe in probes:
                probe.cancel()
            await asyncio.gather(*probes, return_exceptions=True)
            await gateway.close()

    application = http_application(settings, schema, make_context, tuple(providers.values()), lifespan=lifespan)
    gateway = Gateway(application, providers)
    return gateway


async def _probe(provider: Provider) -> None:
    """One cheap call, so that health is known before the first query. A vendor that is down changes nothing but that."""
    try:
        await provider.probe()
    except GatewayError as error:
        log.warning("provider %s does not answer as it should: %s %s", provider.name, error.code, error.message)
