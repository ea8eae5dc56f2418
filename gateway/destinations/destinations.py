"""Destinations of one process: what clients ask of them, and what goes on behind."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import msgspec
from msgspec import UnsetType

from gateway.destinations.carrier import Carrier, CodeTransforms
from gateway.destinations.deliverer import Deliverer, DelivererOptions
from gateway.destinations.intake.sending import send
from gateway.destinations.management import Management
from gateway.destinations.responses import without_secrets
from gateway.destinations.settings import Policy
from gateway.destinations.trials import Trial, Trials
from gateway.destinations.webhook.payload import CallReport
from gateway.domain.audit import MutationStore
from gateway.domain.call_log import Call
from gateway.domain.commands.command import Commands, JsonObject
from gateway.domain.destination import (
    Batch,
    CallEnd,
    Delivery,
    DeliveryPlace,
    DeliveryQuery,
    Destination,
    DestinationPlace,
    DestinationQuery,
)
from gateway.domain.destination_store import DestinationStore
from gateway.domain.destination_trial import Preview, Sent, Tested
from gateway.domain.errors import GatewayError, NotFoundError, StoreUnavailableError
from gateway.domain.keys import DeliveryKey, DestinationKey
from gateway.domain.provider import Provider
from gateway.operations.mutations import Mutations
from gateway.operations.problems import problems_of

log = logging.getLogger(__name__)

FORGET_EVERY_S = 600.0
FORGET_AT_ONCE = 5000


class Webhooks(Protocol):
    """Who tells others of calls."""

    def tell(self, key: DestinationKey, url: str, report: CallReport) -> None: ...


class DestinationsOptions(msgspec.Struct, frozen=True, kw_only=True):
    """`keep_days` is how long deliveries that went well are kept, `max_queued` how many records may wait in one destination."""

    delivery: DelivererOptions
    keep_days: float = 30.0
    max_queued: int = 1_000_000


class _SendRecords(msgspec.Struct):
    """What the paths of `sendRecords` lead through."""

    destination: DestinationKey
    records: tuple[Any, ...]


class Destinations:
    """One per process. Implements `DestinationDesk`; `run` goes on as long as the process does.

    `mutations` carries out what is delivered, and in turn finds the gateway's own commands here.
    """

    def __init__(
        self,
        store: DestinationStore,
        attempts: MutationStore,
        providers: Mapping[str, Provider],
        mutations: Mutations,
        policy: Policy,
        transforms: CodeTransforms,
        webhooks: Webhooks,
        options: DestinationsOptions,
    ) -> None:
        self.store = store
        self._webhooks = webhooks
        self._transforms = policy.transforms
        self._keep = timedelta(days=options.keep_days)
        self._max_queued = options.max_queued
        self._management = Management(store, providers, policy, self.wake)
        carrier = Carrier(providers, mutations, transforms)
        self._trials = Trials(store, self._management, carrier)
        self._deliverer = Deliverer(store, attempts, carrier, self._tell, tuple(providers), options.delivery)

    def wake(self) -> None:
        """There may be something to send."""
        self._deliverer.wake()

    def commands(self, caller: str) -> Commands:
        """What the gateway itself does about destinations in the name of this caller."""
        return self._management.commands(caller)

    async def run(self) -> None:
        """Delivers what is queued, and forgets what is old. Until `close`, or cancelled."""
        forgetting = asyncio.create_task(self._forget())
        try:
            await self._deliverer.run()
        finally:
            forgetting.cancel()
            await asyncio.gather(forgetting, return_exceptions=True)

    async def close(self) -> None:
        """Lets calls in flight come to their end."""
        await self._deliverer.close()

    async def get(self, keys: Sequence[DestinationKey]) -> Sequence[Destination | GatewayError]:
        """One answer per key, in order."""
        found = await self.store.get(keys)
        return [each or _absent(key, "destination") for each, key in zip(found, keys, strict=True)]

    async def get_deliveries(self, keys: Sequence[DeliveryKey]) -> Sequence[Delivery | GatewayError]:
        """One answer per key, in order."""
        found = await self.store.get_deliveries(keys)
        return [each or _absent(key, "delivery") for each, key in zip(found, keys, strict=True)]

    def transforms(self) -> Sequence[str]:
        return self._transforms()

    async def list(self, query: DestinationQuery, after: DestinationPlace | None, limit: int) -> Sequence[Destination]:
        return await self.store.list(query, after, limit)

    async def deliveries(self, query: DeliveryQuery, after: DeliveryPlace | None, limit: int) -> Sequence[tuple[int, Delivery]]:
        return await self.store.deliveries(query, after, limit)

    async def preview(self, command: Trial, records: Sequence[JsonObject]) -> Preview:
        return await self._trials.preview(command, records)

    async def test(
        self, key: DestinationKey, record: JsonObject | None, body: Any | UnsetType, confirm: bool, caller: str
    ) -> Tested:
        tested = await self._trials.test(key, record, body, confirm=confirm, caller=caller)
        calls = tuple(msgspec.structs.replace(call, response=without_secrets(call.response)) for call in tested.calls)
        return msgspec.structs.replace(tested, calls=calls)

    async def send(self, key: DestinationKey, records: Sequence[JsonObject], idempotency_key: str | None, caller: str) -> Sent:
        try:
            sent = await send(self.store, key, records, idempotency_key, caller, self._max_queued)
        except GatewayError as error:
            return Sent(errors=problems_of(error, _SendRecords))
        self.wake()
        return sent

    def _tell(self, destination: Destination, batch: Batch, end: CallEnd, calls: tuple[Call, ...]) -> None:
        """Of what never became a call there is nothing to tell but the deliveries."""
        webhook = destination.settings.response_webhook
        write = next((call for call in reversed(calls) if call.write), None)
        if webhook is None or write is None:
            return
        report = CallReport(
            number=batch.number,
            sent_at=write.at,
            method=write.method,
            url=write.url,
            record_count=len(batch.records),
            batch_index=batch.number - 1,
            attempt=batch.attempt,
            status=write.status,
            response=without_secrets(write.response),
            duration_s=end.duration_s if write.duration_s is None else write.duration_s,
            code=end.code,
            message=end.message,
        )
        self._webhooks.tell(destination.key, webhook.url, report)

    async def _forget(self) -> None:
        while True:
            try:
                while await self.store.forget(datetime.now(UTC) - self._keep, FORGET_AT_ONCE) >= FORGET_AT_ONCE:
                    pass
            except StoreUnavailableError:
                pass
            except Exception:  # nobody waits for this task: unsaid here, it would be said nowhere
                log.exception("old deliveries cannot be forgotten")
            await asyncio.sleep(FORGET_EVERY_S)


def _absent(key: DestinationKey | DeliveryKey, what: str) -> NotFoundError:
    return NotFoundError(f"{key.provider} has no such {what}.", provider=key.provider)
