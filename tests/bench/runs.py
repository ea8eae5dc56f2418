"""`python -m tests.bench.runs`: the first page of `runs(first: 50)` over five vendors, with a ledger of home-made CI beside them."""

import argparse
import asyncio
import statistics
import time

import msgspec

from gateway.cli.home_made_ci import report_runs
from tests.bench.client import Connection, request_of
from tests.bench.cores import cpu_ms
from tests.bench.rig import ALL_NAMES, CI_KEY, Gateway, Vendor, gateways, vendors

QUERY = """
{ runs(first: 50) {
    nodes { id status createdAt startedAt finishedAt durationSeconds provider { name } pipeline { id name kind } }
    pageInfo { hasNextPage endCursor }
    outcomes { provider { name } status upstreamCalls } } }
"""
PLAIN = "{ runs(first: 50) { nodes { id status createdAt } outcomes { provider { name } status upstreamCalls } } }"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.runs", description=__doc__)
    parser.add_argument("--requests", type=int, default=50, help="how often each query is asked (default 50)")
    options = parser.parse_args()
    with vendors("uneven") as running:
        urls = {kind: "" if kind == "dx" else running[kind].base_url for kind in ALL_NAMES}  # nothing is passed on
        with gateways(running, [urls]) as (gateway,):
            asyncio.run(_measure(gateway, list(running.values()), options.requests))


async def _measure(gateway: Gateway, running: list[Vendor], requests: int) -> None:
    await report_runs(f"http://127.0.0.1:{gateway.port}", CI_KEY, seed=1)
    print("| query | upstream calls, first time | afterwards | by provider | p50 ms | CPU ms |\n|---|---|---|---|---|---|")
    async with Connection(gateway.port) as connection:
        for name, query in (("with pipelines", QUERY), ("runs alone", PLAIN)):
            body = request_of(query)
            before = sum(vendor.calls() for vendor in running)
            await connection.post(body)
            first = sum(vendor.calls() for vendor in running) - before
            times = []
            spent, before = cpu_ms(gateway.pid), sum(vendor.calls() for vendor in running)
            for _ in range(requests):
                began = time.perf_counter()
                answer = msgspec.json.decode(await connection.post(body))
                times.append((time.perf_counter() - began) * 1000)
            calls = (sum(vendor.calls() for vendor in running) - before) / requests
            cpu = (cpu_ms(gateway.pid) - spent) / requests
            runs = answer["data"]["runs"]
            assert "errors" not in answer, answer["errors"]
            assert len(runs["nodes"]) == 50
            by_provider = ", ".join(f"{each['provider']['name']} {each['upstreamCalls']}" for each in runs["outcomes"])
            print(f"| {name} | {first} | {calls:.1f} | {by_provider} | {statistics.median(times):.0f} | {cpu:.1f} |")


if __name__ == "__main__":
    main()
