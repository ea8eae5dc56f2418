"""Sends queries and reads the clocks."""

import asyncio
import math
import statistics
import time
from collections.abc import Callable, Sequence

import msgspec

from tests.bench.client import Connection
from tests.bench.cores import cpu_ms
from tests.bench.queries import Query, queries
from tests.bench.rig import Gateway, Vendor

CONCURRENT = 16
ROUNDS = 5


class Manner(msgspec.Struct):
    """One way of sending a query: what it cost per request. The CPU time is the median over the rounds."""

    cpu_ms: float | None
    p50_ms: float
    p99_ms: float


class Row(msgspec.Struct):
    """One query at one gateway."""

    providers: str
    query: str
    about: str
    calls: float
    bytes: int
    alone: Manner
    together: Manner


class _Tally:
    """What one manner has shown so far."""

    def __init__(self) -> None:
        self.times_ms: list[float] = []
        self.cpu_ms: list[float] = []

    def manner(self) -> Manner:
        times = sorted(self.times_ms)
        cpu = statistics.median(self.cpu_ms) if self.cpu_ms else None
        return Manner(cpu, _quantile(times, 0.5), _quantile(times, 0.99))


class _Measured:
    """A query with its tallies."""

    def __init__(self, query: Query) -> None:
        self.query = query
        self.alone, self.together = _Tally(), _Tally()
        self.calls = 0
        self.requests = 0
        self.bytes = 0


async def measure(gateway: Gateway, vendors: Sequence[Vendor], requests: int, progress: Callable[[str], None]) -> list[Row]:
    """Every query, in turns, so that what else the machine does falls on all of them."""
    label = " + ".join(gateway.kinds)
    async with Connection(gateway.port) as first:
        connections = [first, *[await Connection(gateway.port).__aenter__() for _ in range(CONCURRENT - 1)]]
        try:
            found = [_Measured(query) for query in await queries(first, gateway.kinds)]
            for each in found:
                progress(f"{label}: warming up {each.query.name}")
                await _warm_up(connections, each.query, requests)
            rounds = min(ROUNDS, requests)
            for turn in range(rounds):
                progress(f"{label}: round {turn + 1} of {rounds}")
                for each in found:
                    await _round(gateway, vendors, connections, each, math.ceil(requests / rounds))
        finally:
            for connection in connections[1:]:
                await connection.__aexit__(None, None, None)
    return [
        Row(
            providers=label,
            query=each.query.name,
            about=each.query.about,
            calls=each.calls / each.requests,
            bytes=each.bytes,
            alone=each.alone.manner(),
            together=each.together.manner(),
        )
        for each in found
    ]


async def _warm_up(connections: Sequence[Connection], query: Query, requests: int) -> None:
    for _ in range(min(20, requests)):
        query.check(await connections[0].post(query.request))
    if requests >= CONCURRENT:
        await asyncio.gather(*(connection.post(query.request) for connection in connections))


async def _round(
    gateway: Gateway, vendors: Sequence[Vendor], connections: Sequence[Connection], measured: _Measured, requests: int
) -> None:
    calls = sum(vendor.calls() for vendor in vendors)
    for tally, workers in ((measured.alone, connections[:1]), (measured.together, connections)):
        before = cpu_ms(gateway.pid)
        answers = await _send(workers, measured.query, requests, tally)
        after = cpu_ms(gateway.pid)
        if before is not None and after is not None:
            tally.cpu_ms.append((after - before) / requests)
        for answer in answers:
            measured.query.check(answer)
        measured.bytes = len(answers[0])
    measured.calls += sum(vendor.calls() for vendor in vendors) - calls
    measured.requests += 2 * requests


async def _send(connections: Sequence[Connection], query: Query, requests: int, tally: _Tally) -> list[bytes]:
    left = iter(range(requests))
    answers: list[bytes] = []

    async def work(connection: Connection) -> None:
        for _ in left:
            began = time.perf_counter()
            answers.append(await connection.post(query.request))
            tally.times_ms.append((time.perf_counter() - began) * 1000)

    await asyncio.gather(*(work(connection) for connection in connections))
    return answers


def _quantile(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, math.ceil(share * len(ordered)) - 1)]
