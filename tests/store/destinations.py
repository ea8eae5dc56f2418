"""A destination in a store, with a clock that is moved by hand."""

import itertools
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import msgspec
from sqlalchemy import func, select

from gateway.domain.destination import (
    Batching,
    CallEnd,
    CallMethod,
    DeliveryQuery,
    DeliveryStatus,
    Destination,
    DestinationSettings,
    DestinationState,
    ManualEndpoint,
    Record,
    TemplateUse,
)
from gateway.domain.keys import DestinationKey
from gateway.store import Store
from gateway.store.destinations.tables import calls, destinations, records

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
LEASE_S = 30
ENDPOINT = ManualEndpoint(method=CallMethod.POST, url="https://acme.test/x")
STATUSES = ("queued", "running", "succeeded", "failed", "unknown", "canceled")


class Clock:
    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now

    def pass_s(self, seconds):
        self.now += timedelta(seconds=seconds)


def destination(own_id="d", *, size=None, flush_s=5.0, state=DestinationState.ACTIVE, **fields):
    """A template's, or, with a size of batches, one of a manual endpoint."""
    if size is None:
        settings = DestinationSettings(template=TemplateUse(name="run-pipeline"))
    else:
        settings = DestinationSettings(manual=ENDPOINT, batching=Batching(size=size, flush_interval_s=flush_s))
    known = {"settings": settings, "state": state, "created_at": NOW, "updated_at": NOW, "name": own_id} | fields
    return Destination(key=DestinationKey("acme", (own_id,)), **known)


def content(number):
    return msgspec.json.encode({"n": number})


def plain(*numbers):
    return [Record(content=content(number)) for number in numbers]


def keyed(*pairs):
    """(key, number) each."""
    return [Record(content=content(number), key=key) for key, number in pairs]


def numbers(batch):
    return [each.number for each in batch.records]


def ended(batch, **fields):
    return CallEnd(number=batch.number, attempt_id=batch.attempt_id, **fields)


def succeeded(batch, **fields):
    return ended(batch, status=DeliveryStatus.SUCCEEDED, **fields)


def failed(batch, **fields):
    return ended(batch, **({"status": DeliveryStatus.FAILED, "code": "CONFLICT", "message": "no"} | fields))


def back(batch, retry_in_s, **fields):
    known = {"code": "RATE_LIMITED", "message": "wait"} | fields
    return ended(batch, status=DeliveryStatus.QUEUED, retry_in_s=retry_in_s, **known)


class Queue:
    """One destination, seen from one process."""

    def __init__(self, store, clock, key, worker="w"):
        self.store = store.destinations
        self.clock = clock
        self.key = key
        self.worker = worker
        self._attempts = itertools.count(1)

    async def accept(self, given, *, ends_input=True, step=None):
        return await self.store.accept(self.key, given, lambda _destination: None, ends_input=ends_input, step=step)

    async def lease(self, limit=10):
        return await self.store.lease(self.worker, LEASE_S, limit, ["acme"])

    async def turn(self, ended=None, attempt_id=None):
        given = attempt_id or f"{self.worker}-{next(self._attempts)}"
        return await self.store.turn(self.key, self.worker, LEASE_S, given, ended)

    async def batch(self, ended=None):
        """Of the next turn."""
        return (await self.turn(ended)).batch

    async def change(self, **fields):
        return await self.store.change(self.key, lambda before: msgspec.structs.replace(before, **fields))

    async def get(self):
        [found] = await self.store.get([self.key])
        return found

    async def statuses(self):
        """By number, oldest first."""
        found = await self.store.deliveries(DeliveryQuery(destinations=(self.key,)), None, 1000)
        return {int(each.key.parts[1]): each.status.value for _, each in reversed(found)}

    async def check_counters(self, forgotten=0):
        """That they tell what is in the tables."""

        def read(connection):
            own = records.c.destination_id == self.key.parts[0]
            statuses = select(records.c.status, func.count()).where(own).group_by(records.c.status)
            counted = dict(map(tuple, connection.execute(statuses)))
            placed = connection.execute(select(func.count()).where(own, records.c.place.is_not(None))).scalar_one()
            named = select(records.c.call, func.count()).where(own, records.c.call.is_not(None)).group_by(records.c.call)
            known = select(calls.c.number, calls.c.records).where(calls.c.destination_id == self.key.parts[0])
            row = connection.execute(select(destinations).where(destinations.c.id == self.key.parts[0])).mappings().one()
            return (
                counted,
                placed,
                sorted(map(tuple, connection.execute(named))),
                sorted(map(tuple, connection.execute(known))),
                row,
            )

        counted, placed, named, known, row = await self.store._database.read(read)
        counted["succeeded"] = counted.get("succeeded", 0) + forgotten
        assert {name: row[name] for name in STATUSES} == {name: counted.get(name, 0) for name in STATUSES}
        assert row["accepted"] == sum(counted.values())
        assert placed == row["queued"] + row["running"]
        assert named == known, "calls that nobody names, or that are named and not there"


@asynccontextmanager
async def opened(address, clock, *made):
    """Queues of new destinations."""
    async with Store(address, now=clock) as store:
        for each in made:
            await store.destinations.create(each)
        yield [Queue(store, clock, each.key) for each in made]
