"""One vendor fails: when does the other one's data arrive, and what does the answer say?"""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence

import msgspec

from tests.bench.client import Connection, request_of
from tests.bench.rig import NAMES, Gateway, Vendor, free_port, gateways

PATIENCE_S = 0.1
BUILDS = "builds(first: 20%s) { nodes { provider { name } status branch createdAt } outcomes { provider { name } status fault { code } } }"
PIPELINES = "pipelines(first: 100%s) { nodes { provider { name } name slug } outcomes { provider { name } status fault { code } } }"
LISTS = {"builds": BUILDS, "pipelines": PIPELINES}
FAILURES = ("refused", "html", "hang")


class FailingRow(msgspec.Struct):
    """Times are medians. `extra_ms` is what the failing vendor costs the other one."""

    failing: str
    how: str
    query: str
    alone_ms: float
    with_it_ms: float
    extra_ms: float
    items: int
    status: str
    code: str | None


async def measure_failing(
    running: Mapping[str, Vendor], kinds: Sequence[str], requests: int, progress: Callable[[str], None]
) -> list[FailingRow]:
    """Every vendor in turn refuses connections, answers with a web page, and hangs."""
    usual = {kind: running[kind].base_url for kind in kinds}
    refused = [usual | {kind: f"http://127.0.0.1:{free_port()}/closed"} for kind in kinds]
    rows = []
    with gateways(running, [usual, *refused], patience_s=PATIENCE_S) as (healthy, *broken):
        for failing, cut_off in zip(kinds, broken, strict=True):
            for how in FAILURES:
                progress(f"{failing}: {how}")
                rows += await _both_lists(cut_off if how == "refused" else healthy, running[failing], how, requests)
    return rows


async def _both_lists(gateway: Gateway, failing: Vendor, how: str, requests: int) -> list[FailingRow]:
    async with Connection(gateway.port) as connection:
        rows = []
        for name, query in LISTS.items():
            (healthy,) = set(gateway.kinds) - {failing.kind}
            alone = request_of("{ %s }" % (query % f", filter: {{kinds: [{healthy.upper()}]}}"))
            both = request_of("{ %s }" % (query % ""))
            alone_ms, _ = await _median_ms(connection, alone, requests)
            if how != "refused":
                failing.misbehave(how)
            try:
                with_it_ms, answer = await _median_ms(connection, both, requests)
            finally:
                failing.behave()
            rows.append(_row(failing.kind, how, name, alone_ms, with_it_ms, answer))
        return rows


async def _median_ms(connection: Connection, request: bytes, requests: int) -> tuple[float, bytes]:
    await connection.post(request)
    times = []
    answer = b""
    for _ in range(requests):
        began = time.perf_counter()
        answer = await connection.post(request)
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times), answer


def _row(failing: str, how: str, query: str, alone_ms: float, with_it_ms: float, answer: bytes) -> FailingRow:
    """RuntimeError when the other vendor's items are missing, or are not the other one's."""
    connection = msgspec.json.decode(answer)["data"][query]
    outcome = next(each for each in connection["outcomes"] if each["provider"]["name"] == NAMES[failing])
    names = {node["provider"]["name"] for node in connection["nodes"]}
    if len(names) != 1 or NAMES[failing] in names:
        raise RuntimeError(f"{failing} fails ({how}), and {query} has items of {sorted(names)}")
    return FailingRow(
        failing=failing,
        how=how,
        query=query,
        alone_ms=alone_ms,
        with_it_ms=with_it_ms,
        extra_ms=with_it_ms - alone_ms,
        items=len(connection["nodes"]),
        status=outcome["status"],
        code=outcome["fault"]["code"] if outcome["fault"] else None,
    )
