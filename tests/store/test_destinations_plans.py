"""Which way the databases take to a queue and to deliveries: one stretch of an index, before anything was counted."""

import re

import pytest
from sqlalchemy import event

from gateway.domain.destination import DeliveryPlace, DeliveryQuery, DeliveryStatus, DestinationState
from tests.store.destinations import Clock, destination, failed, keyed, opened, plain, succeeded

pytestmark = pytest.mark.anyio


@pytest.fixture
async def queue(address):
    async with opened(address, Clock(), destination(size=2)) as [one]:
        for number in range(10):
            await one.accept(plain(*range(100)))
            await one.accept(keyed(*((f"{number}-{each}", each) for each in range(100))))
        await one.lease()
        yield one


class Plans:
    """Of the statements about records that are executed inside the block."""

    def __init__(self, queue):
        self._database = queue.store._database
        self.found = []

    async def __aenter__(self):
        # Statements are asked about as they are, with their parameters: a plan may depend on them.
        self._engines = [getattr(each, "sync_engine", each) for each in self._pools()]
        for engine in self._engines:
            event.listen(engine, "before_cursor_execute", self._explain)
        return self

    async def __aexit__(self, *_failed):
        for engine in self._engines:
            event.remove(engine, "before_cursor_execute", self._explain)

    def _pools(self):
        names = ("_readers", "_writers") if self._database.dialect.shares_writing else ("_readers", "_writer")
        return [getattr(self._database, name) for name in names]

    def _explain(self, connection, _cursor, statement, parameters, _context, executemany):
        if executemany or "destination_records" not in statement or statement.startswith(("EXPLAIN", "INSERT")):
            return
        prefix = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
        cursor = connection.connection.cursor()
        cursor.execute(f"{prefix} {statement}", parameters)
        self.found.append("\n".join(str(row[-1]) for row in cursor.fetchall()))
        cursor.close()

    def check(self, index, *, sorts=False):
        [plan] = self.found
        assert f"ix_destination_records_{index}" in plan, plan
        assert "Seq Scan on destination_records" not in plan, plan
        assert "SCAN destination_records" not in plan.replace("SCAN destination_records USING", ""), plan
        if not sorts:
            assert "TEMP B-TREE" not in plan, plan


async def test_a_turn_reads_and_writes_one_stretch_of_the_queue(queue):
    async with Plans(queue) as plans:
        batch = await queue.batch()
        await queue.batch(succeeded(batch))

    assert len(plans.found) == 5
    for plan in plans.found:
        assert "ix_destination_records_queue" in plan, plan
        assert re.search(r"place\s*>=.*AND.*place\s*<=|place>\? AND place<\?", plan), plan


async def test_keys_are_looked_up_one_by_one(queue):
    async with Plans(queue) as plans:
        await queue.accept(keyed(*((f"new-{each}", each) for each in range(500))))

    plans.check("key")


@pytest.mark.parametrize("after", [None, DeliveryPlace(500)])
async def test_a_page_of_deliveries_is_one_stretch(queue, after):
    async with Plans(queue) as plans:
        await queue.store.deliveries(DeliveryQuery(destinations=(queue.key,)), after, 50)

    plans.check("newest", sorts=True)


async def test_dead_letters_have_an_index_of_their_own(queue):
    await queue.turn(failed(await queue.batch()))
    async with Plans(queue) as plans:
        await queue.store.deliveries(DeliveryQuery(destinations=(queue.key,), statuses=(DeliveryStatus.FAILED,)), None, 50)
    plans.check("dead", sorts=True)

    async with Plans(queue) as plans:
        await queue.store.requeue(queue.key, None, DeliveryStatus.FAILED, 1)
    assert "ix_destination_records_dead" in plans.found[0]


async def test_what_can_be_forgotten_is_found_by_its_time(queue):
    async with Plans(queue) as plans:
        await queue.store.forget(queue.clock.now, 10)

    plans.check("succeeded", sorts=True)


async def test_what_is_queued_is_canceled_along_the_queue(queue):
    async with Plans(queue) as plans:
        await queue.change(state=DestinationState.DELETED)

    for plan in plans.found:
        assert "ix_destination_records_queue" in plan, plan
