"""Counters are what a count of the records would say, whatever happens in whatever order."""

import random

import pytest

from gateway.domain.destination import DeliveryStatus, DestinationState
from gateway.store import Store
from tests.store.destinations import LEASE_S, Clock, Queue, destination, ended, keyed, opened, plain

pytestmark = pytest.mark.anyio
ENDS = [DeliveryStatus.SUCCEEDED] * 4 + [DeliveryStatus.QUEUED] * 2 + [DeliveryStatus.FAILED, DeliveryStatus.UNKNOWN]
STATES = [DestinationState.ACTIVE] * 4 + [DestinationState.PAUSED, DestinationState.ERROR]
STEPS = 80


class Walk:
    """Random steps of two workers, each of which may vanish at any time; then another comes in its place."""

    def __init__(self, seed, queues, clock):
        self.random = random.Random(seed)
        self.queues = queues
        self.clock = clock
        self.running = {}
        self.sent = []
        self.forgotten = 0

    async def step(self):
        queue = self.random.choice(self.queues)
        names = [
            "accept",
            "accept",
            "end_input",
            "work",
            "work",
            "work",
            "work",
            "vanish",
            "wait",
            "state",
            "size",
            "requeue",
            "forget",
        ]
        await getattr(self, self.random.choice(names))(queue)

    async def accept(self, queue):
        keys = [self.random.choice([None, f"k{self.random.randrange(30)}"]) for _ in range(self.random.randrange(6))]
        given = [keyed((key, self.random.randrange(2)))[0] if key else plain(0)[0] for key in keys]
        await queue.accept(given, ends_input=self.random.random() < 0.5)

    async def end_input(self, queue):
        await queue.accept([])

    async def work(self, queue):
        if not await queue.store.keep(queue.key, queue.worker, LEASE_S):
            self.running.pop(queue.worker, None)
            if not await queue.lease():
                return
            self.running[queue.worker] = await queue.store.unfinished(queue.key, queue.worker)
        batch = self.running.get(queue.worker)
        turn = await queue.turn(None if batch is None else self._end(batch))
        assert turn.destination is not None
        self.running[queue.worker] = turn.batch

    def _end(self, batch):
        status = self.random.choice(ENDS)
        if status is DeliveryStatus.SUCCEEDED:
            self.sent += [each.number for each in batch.records]
        again = {"retry_in_s": self.random.choice([0, 3])} if status is DeliveryStatus.QUEUED else {}
        failed = status is DeliveryStatus.FAILED
        return ended(batch, status=status, stop=self.random.random() < 0.1, counts_as_failure=failed, **again)

    async def vanish(self, queue):
        self.running.pop(queue.worker, None)
        queue.worker += "+"
        self.clock.pass_s(LEASE_S + 1)

    async def wait(self, _queue):
        self.clock.pass_s(self.random.choice([1, 5]))

    async def state(self, queue):
        await queue.change(state=self.random.choice(STATES))

    async def size(self, queue):
        await queue.change(settings=destination(size=self.random.choice([None, 1, 2, 4])).settings)

    async def requeue(self, queue):
        status = self.random.choice([None, DeliveryStatus.FAILED, DeliveryStatus.UNKNOWN])
        await queue.store.requeue(queue.key, None, status, self.random.choice([1, 2, 9]))

    async def forget(self, queue):
        self.forgotten += await queue.store.forget(self.clock.now, self.random.choice([1, 5]))


@pytest.mark.parametrize("seed", range(4))
async def test_counters_never_drift(address, seed):
    clock = Clock()
    async with opened(address, clock, destination(size=3)) as [one], Store(address, now=clock) as second:
        walk = Walk(seed, [one, Queue(second, clock, one.key, worker="other")], clock)
        for _ in range(STEPS):
            await walk.step()
            await one.check_counters(walk.forgotten)
        assert walk.sent, "nothing was sent at all"
        assert len(set(walk.sent)) == len(walk.sent), "a record went well twice"
        await one.change(state=DestinationState.DELETED)
        await one.check_counters(walk.forgotten)
