"""Destinations that take records, in a store."""

from datetime import UTC, datetime

import msgspec

from gateway.domain.destination import DeliveryQuery, Destination, DestinationSettings, DestinationState
from gateway.domain.keys import DestinationKey

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


async def make(store, name="builds", *, id=None, state=DestinationState.ACTIVE, provider="acme-buildkite", **settings):
    """Its key."""
    key = DestinationKey(provider, (id or f"id-of-{name}",))
    await store.create(
        Destination(
            key=key,
            name=name,
            settings=DestinationSettings(**settings),
            state=state,
            created_at=AT,
            updated_at=AT,
            activated_by="ada",
        )
    )
    return key


async def kept(store, key):
    """The records that are there, in the order in which they came."""
    found = await store.deliveries(DeliveryQuery(destinations=(key,)), None, 100_000)
    return [delivery.record for _, delivery in reversed(found)]


async def settle(store, key, **changes):
    """Other settings."""

    def change(destination):
        return msgspec.structs.replace(destination, settings=msgspec.structs.replace(destination.settings, **changes))

    await store.change(key, change)


async def put_into(store, key, state):
    await store.change(key, lambda destination: msgspec.structs.replace(destination, state=state))


class Failing:
    """A store whose `accept` fails from the given call on: `late` ones have committed by then."""

    def __init__(self, store, error, *, after=0, late=False):
        self._store = store
        self._error = error
        self._left = after
        self._late = late

    def __getattr__(self, name):
        return getattr(self._store, name)

    async def accept(self, *arguments, **keywords):
        self._left -= 1
        if self._left < 0:
            if self._late:
                await self._store.accept(*arguments, **keywords)
            raise self._error
        return await self._store.accept(*arguments, **keywords)


class Noting:
    """A store that notes the groups it is given: how many records, and whether they end their input."""

    def __init__(self, store):
        self._store = store
        self.groups = []

    def __getattr__(self, name):
        return getattr(self._store, name)

    async def accept(self, key, records, check, *, ends_input, step=None):
        self.groups.append((len(records), ends_input))
        return await self._store.accept(key, records, check, ends_input=ends_input, step=step)
