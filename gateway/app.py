"""The composition root: settings -> store -> providers -> schema -> ASGI application. The only wiring there is."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Mapping

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.types import ASGIApp

from gateway.app_destinations import DestinationService
from gateway.context import RequestContext, RequestLimits
from gateway.domain.budget import RequestBudget, request_budget
from gateway.domain.commands.command import Commands
from gateway.domain.errors import GatewayError
from gateway.domain.provider import Provider
from gateway.domain.services import Services
from gateway.http.application import http_application
from gateway.http.limits import schema_extensions
from gateway.http.pipeline_runs import pipeline_run_routes
from gateway.loaders.request_loaders import NOTHING_OWN
from gateway.operations.mutations import Mutations
from gateway.providers import connect_all
from gateway.settings import Settings
from gateway.store.opened import OpenedStore
from gateway.store.store import Store
from schema import build_schema

log = logging.getLogger(__name__)


class Gateway:
    """The assembled gateway: what a server runs, and the providers behind it, by name in configuration order."""

    def __init__(self, settings: Settings) -> None:
        store = Store(settings.store.address)
        services = Services(ledger=store.ledger)
        self.providers: Mapping[str, Provider] = {provider.name: provider for provider in connect_all(settings.providers, services)}
        self._writes = settings.graphql.mutations
        needs_store = self._writes or any(provider.ingest is not None for provider in self.providers.values())
        self._store = OpenedStore(store) if needs_store else None
        self._records = store.mutations
        self._mutations = Mutations(store.mutations, settings.server.request_deadline_s, own=self._own_commands)
        self._destinations = DestinationService(settings, store, self.providers, self._mutations)
        self._background: list[asyncio.Task[None]] = []
        self.application = self._application(settings)

    async def open(self, store_wait_s: float | None = None) -> None:
        """Opens the store, if anything needs it, and starts what goes on as long as the gateway does. Calls no vendor.

        A store that is not open within `store_wait_s` (a second unless told) is opened in the background.
        """
        if self._store is not None:
            await self._store.open(store_wait_s)
        for provider in self.providers.values():
            if provider.background is not None:
                self._background.append(asyncio.create_task(provider.background()))
        if self._writes:
            self._background.append(asyncio.create_task(self._destinations.run()))

    async def close(self) -> None:
        """Lets mutations come to their end, ends what `open` began, and closes the providers' connections."""
        await self._destinations.close()
        await self._mutations.close()
        for task in self._background:
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)
        self._background.clear()
        await self._destinations.let_go()
        await asyncio.gather(*(provider.close() for provider in self.providers.values()))
        if self._store is not None:
            await self._store.close()

    def _own_commands(self, caller: str) -> Commands:
        return self._destinations.commands(caller)

    def _application(self, settings: Settings) -> ASGIApp:
        limits = RequestLimits(settings.graphql.max_page_size, settings.graphql.patience_s, settings.graphql.max_nodes)
        schema = build_schema(schema_extensions(settings.graphql))

        def make_context(_: Request) -> RequestContext:
            budget = request_budget.get() or RequestBudget(settings.server.request_deadline_s, settings.graphql.max_upstream_calls)
            return RequestContext(
                self.providers,
                limits,
                budget,
                mutations=self._mutations,
                audit=self._records,
                destinations=self._destinations.desk if self._writes else None,
                own=self._destinations.getters if self._writes else NOTHING_OWN,
            )

        providers = tuple(self.providers.values())
        return http_application(
            settings,
            schema,
            make_context,
            providers,
            lifespan=self._lifespan,
            more_routes=(*pipeline_run_routes(providers), *(self._destinations.routes() if self._writes else ())),
        )

    @contextlib.asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        await self.open()
        probes = [asyncio.create_task(_probe(provider)) for provider in self.providers.values()]
        try:
            yield
        finally:
            for probe in probes:
                probe.cancel()
            await asyncio.gather(*probes, return_exceptions=True)
            await self.close()


def create_app(settings: Settings) -> ASGIApp:
    """What a server runs."""
    return assemble(settings).application


def assemble(settings: Settings) -> Gateway:
    """Wires everything. No vendor is called before the first request, but for one background probe of each at start."""
    return Gateway(settings)


async def _probe(provider: Provider) -> None:
    """One cheap call, so that health is known before the first query. A vendor that is down changes nothing but that."""
    try:
        await provider.probe()
    except GatewayError as error:
        log.warning("provider %s does not answer as it should: %s %s", provider.name, error.code, error.message)
