"""Destinations over a real store, sending to a vendor of the test's own making."""

import asyncio
from collections.abc import Sequence
from typing import Any

from gateway.destinations.carrier import Carrier, Errand
from gateway.destinations.deliverer import DelivererOptions
from gateway.destinations.destinations import Destinations, DestinationsOptions
from gateway.destinations.trials import Trial
from gateway.domain.budget import RequestBudget, request_budget
from gateway.domain.commands.command import Command, Commands, JsonObject, Pair
from gateway.domain.commands.destinations import ActivateDestination, CreateDestination, PauseDestination
from gateway.domain.commands.performed import Performed
from gateway.domain.destination import (
    CallMethod,
    Delivery,
    DeliveryQuery,
    DeliveryStatus,
    Destination,
    ManualEndpoint,
    TemplateUse,
)
from gateway.domain.destination_trial import Preview
from gateway.domain.keys import DestinationKey
from gateway.loaders.request_loaders import RequestLoaders
from gateway.operations.mutations import Mutations
from gateway.operations.order import Order
from gateway.store.store import Store
from tests.destinations.vendor import BASE_URL, Vendor, policy

RUN = TemplateUse(name="run-pipeline", parameters=(Pair("pipeline", "web"),))
DELETE = TemplateUse(name="delete-pipeline", parameters=(Pair("pipeline", "{{pipeline}}"),))
BUILDS = ManualEndpoint(method=CallMethod.POST, url=f"{BASE_URL}/pipelines/web/builds")
OVER = (DeliveryStatus.SUCCEEDED, DeliveryStatus.FAILED, DeliveryStatus.UNKNOWN, DeliveryStatus.CANCELED)


class Told(list):
    """A receiver of response webhooks."""

    def tell(self, key, url, report):  # noqa: ARG002 the receiver is the same for all
        self.append(report)


class Wrapping:
    """A registry of one transform."""

    def names(self):
        return ("wrap_by_id",)

    async def apply(self, name, records):  # noqa: ARG002 there is one
        return {str(record["id"]): record for record in records}


class Process:
    """What one gateway process has of destinations. Several may share a store."""

    def __init__(self, store: Store, vendor: Vendor, **options: Any) -> None:
        self.store = store
        self.vendor = vendor
        self.webhooks = Told()
        self.providers = {vendor.name: vendor.provider}
        wanted: dict[str, Any] = {"deadline_s": 1.0, "max_calls": 50, "poll_s": 0.05} | options
        self.mutations = Mutations(store.mutations, wanted["deadline_s"], own=self._own)
        self.desk = Destinations(
            store.destinations,
            store.mutations,
            self.providers,
            self.mutations,
            policy("wrap_by_id"),
            Wrapping(),
            self.webhooks,
            DestinationsOptions(delivery=DelivererOptions(**wanted)),
        )
        self._running: asyncio.Task[None] | None = None

    def _own(self, caller: str) -> Commands:
        return self.desk.commands(caller)

    async def __aenter__(self) -> "Process":
        self._running = asyncio.create_task(self.desk.run())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.desk.close()
        await self.mutations.close()
        if self._running is not None:
            await self._running

    async def previewed(self, trial: Trial, records: Sequence[JsonObject]) -> Preview:
        """Within the budget of a request."""
        token = request_budget.set(RequestBudget(5, 100))
        try:
            return await self.desk.preview(trial, records)
        finally:
            request_budget.reset(token)

    async def perform(self, command: Command, key: str | None = None, caller: str = "ann") -> Performed:
        token = request_budget.set(RequestBudget(5, 100))
        try:
            order = Order(
                command=command,
                caller=caller,
                providers=self.providers,
                loaders=RequestLoaders(self.providers),
                idempotency_key=key,
            )
            return await self.mutations.perform(order)
        finally:
            request_budget.reset(token)

    async def done(self, command: Command, caller: str = "ann") -> Performed:
        """It has gone well, or the test ends here."""
        performed = await self.perform(command, caller=caller)
        assert not performed.errors, performed.errors
        return performed

    async def made(self, *, active: bool = True, **settings: object) -> DestinationKey:
        """A destination, active unless told otherwise."""
        command = CreateDestination(provider=self.vendor.name, name="Nightly", **settings)  # type: ignore[arg-type]  # as the test says
        (key,) = (await self.done(command)).keys
        assert isinstance(key, DestinationKey)
        if active:
            await self.done(ActivateDestination(destination=key))
        return key

    async def send(self, key: DestinationKey, records: Sequence[JsonObject], idempotency_key: str | None = None) -> None:
        sent = await self.desk.send(key, records, idempotency_key, "ann")
        assert not sent.errors, sent.errors

    async def carried(self, key: DestinationKey, records: Sequence[JsonObject], attempt_id: str) -> Performed:
        """What its carrier answers, whatever the queue says."""
        carrier = Carrier(self.providers, self.mutations, Wrapping())
        errand = Errand(
            destination=await self.destination(key),
            caller="ann",
            budget=RequestBudget(1, 50),
            records=records,
            attempt_id=attempt_id,
        )
        return (await carrier.carry(errand)).performed

    async def pause(self, key: DestinationKey) -> None:
        await self.done(PauseDestination(destination=key))

    async def destination(self, key: DestinationKey) -> Destination:
        (found,) = await self.store.destinations.get([key])
        assert found is not None
        return found

    async def deliveries(self, key: DestinationKey) -> list[Delivery]:
        """Oldest first."""
        query = DeliveryQuery(destinations=(key,))
        return [delivery for _, delivery in reversed(await self.store.destinations.deliveries(query, None, 5000))]

    async def statuses(self, key: DestinationKey) -> list[str]:
        return [delivery.status.name for delivery in await self.deliveries(key)]

    async def settled(self, key: DestinationKey, within_s: float = 5.0) -> list[str]:
        """The fates of all records, once each has one."""
        async with asyncio.timeout(within_s):
            while True:
                deliveries = await self.deliveries(key)
                if deliveries and all(delivery.status in OVER for delivery in deliveries):
                    return [delivery.status.name for delivery in deliveries]
                await asyncio.sleep(0.02)

    async def until(self, condition, within_s: float = 5.0) -> None:
        async with asyncio.timeout(within_s):
            while not await condition():  # noqa: ASYNC110 it is a database that is asked
                await asyncio.sleep(0.02)
