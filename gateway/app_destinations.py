"""The part of the composition root that is about destinations."""

import asyncio
from collections.abc import Mapping, Sequence

from starlette.routing import BaseRoute

from gateway.destinations.deliverer import DelivererOptions
from gateway.destinations.destinations import Destinations, DestinationsOptions
from gateway.destinations.settings import Policy
from gateway.destinations.transforms.transforms import Transforms
from gateway.destinations.webhook.address import check_webhook_url
from gateway.destinations.webhook.webhooks import ResponseWebhooks
from gateway.domain.commands.command import Commands
from gateway.domain.errors import InvalidInputError
from gateway.domain.keys import DeliveryKey, DestinationKey, Key
from gateway.domain.provider import Provider
from gateway.http.records import RecordLimits, record_routes
from gateway.loaders.request_loaders import OwnGetter
from gateway.operations.mutations import Mutations
from gateway.settings import Settings
from gateway.store.store import Store

UNSIGNED = "this gateway has no secret to sign webhooks with. Its operator sets it by `[destinations] webhook_secret_env`."
WEBHOOK_GRACE_S = 3.0
"""For response webhooks that still wait when the process ends."""


class DestinationService:
    """Destinations with all that they need of the outside world."""

    def __init__(self, settings: Settings, store: Store, providers: Mapping[str, Provider], mutations: Mutations) -> None:
        own = settings.destinations
        self._max_queued = own.max_queued
        self._transforms = Transforms(own.transform_timeout_s)
        self._webhooks = ResponseWebhooks(
            own.webhook_secret, store.destinations.note_webhooks, allow_loopback=own.allow_loopback_webhooks
        )

        def check_webhook(url: str, field: str) -> None:
            if own.webhook_secret is None:
                raise InvalidInputError(f"`{field}`: {UNSIGNED}", field=field)
            check_webhook_url(url, field, allow_loopback=own.allow_loopback_webhooks)

        self.desk = Destinations(
            store.destinations,
            store.mutations,
            providers,
            mutations,
            Policy(transforms=self._transforms.names, check_webhook=check_webhook, max_queued=own.max_queued),
            self._transforms,
            self._webhooks,
            DestinationsOptions(
                delivery=DelivererOptions(
                    deadline_s=settings.server.request_deadline_s,
                    max_calls=settings.graphql.max_upstream_calls,
                    at_once=own.at_once,
                ),
                keep_days=own.keep_days,
                max_queued=own.max_queued,
            ),
        )
        self.getters: Mapping[type[Key], OwnGetter] = {
            DestinationKey: self.desk.get,
            DeliveryKey: self.desk.get_deliveries,
        }

    def commands(self, caller: str) -> Commands:
        return self.desk.commands(caller)

    def routes(self) -> Sequence[BaseRoute]:
        """Where records come in."""
        return record_routes(self.desk.store, self.desk.wake, RecordLimits(max_queued=self._max_queued))

    async def run(self) -> None:
        """Until cancelled, behind `close`."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.desk.run())
            tasks.create_task(self._webhooks.run())

    async def close(self) -> None:
        """Lets calls in flight come to their end, and be told."""
        await self.desk.close()

    async def let_go(self) -> None:
        """Once nothing runs any more."""
        await self._webhooks.close(WEBHOOK_GRACE_S)
        await self._transforms.close()
