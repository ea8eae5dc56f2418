"""What destinations cost: `python -m tests.bench.destinations`.

A gateway in a process of its own, its resident memory read from the system; an upstream that answers after 20 ms, in another. Records
per second without and with batching; memory while a million records come in to a paused destination, and while 100,000 go out in
batches of 100. SQLite, and PostgreSQL with `--database` (the address of an empty one).
"""

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx

from gateway.providers.buildkite.simulator import SIMULATOR
from gateway.simulation.clock import SystemClock
from gateway.simulation.control import Fault
from gateway.simulation.server import RunningSimulator, start
from tests.durability.destination_round import ACCOUNT
from tests.durability.gateway_process import GatewayProcess

LATENCY_S = 0.02
CHUNK = 500
CREATE = """mutation ($input: CreateDestinationInput!) {
  createDestination(input: $input) { destination { id state } errors { message } } }"""
ACTIVATE = "mutation ($id: ID!) { activateDestination(input: {destinationId: $id}) { errors { message } } }"
COUNTERS = (
    "query ($id: ID!) { node(id: $id) { ... on Destination { state counters { queued running succeeded failed unknown } } } }"
)


class Rig:
    """A gateway over one simulated vendor."""

    def __init__(self, gateway: GatewayProcess, vendor: RunningSimulator, client: httpx.AsyncClient) -> None:
        self._gateway = gateway
        self.vendor = vendor
        self._client = client

    async def ask(self, query: str, variables: dict[str, object]) -> dict:
        answer = (await self._client.post(f"{self._gateway.url}/graphql", json={"query": query, "variables": variables})).json()
        assert "errors" not in answer, answer
        return answer["data"]

    async def made(self, *, active: bool, **settings: object) -> str:
        given = {"provider": "acme-buildkite", "name": "Bench", **settings}
        created = (await self.ask(CREATE, {"input": given}))["createDestination"]
        assert not created["errors"], created
        identity: str = created["destination"]["id"]
        if active:
            await self.ask(ACTIVATE, {"id": identity})
        return identity

    async def send(self, identity: str, count: int, record: Callable[[int], dict[str, object]]) -> float:
        """Seconds until all are acknowledged."""

        async def body() -> AsyncIterator[bytes]:
            for first in range(0, count, CHUNK):
                lines = (json.dumps(record(number)) for number in range(first, min(first + CHUNK, count)))
                yield ("\n".join(lines) + "\n").encode()

        began = time.perf_counter()
        answer = await self._client.post(
            f"{self._gateway.url}/destinations/{identity}/records", content=body(), headers={"content-type": "application/x-ndjson"}
        )
        assert answer.json().get("accepted") == count, answer.text[:500]
        return time.perf_counter() - began

    async def delivered(self, identity: str, count: int) -> None:
        while True:
            counters = (await self.ask(COUNTERS, {"id": identity}))["node"]["counters"]
            assert not counters["failed"] and not counters["unknown"], counters
            if counters["succeeded"] == count:
                return
            await asyncio.sleep(0.05)

    def resident_mb(self) -> float:
        status = Path(f"/proc/{self._gateway.pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024

    async def most_resident_mb(self, work: "asyncio.Task[object]") -> float:
        most = self.resident_mb()
        while not work.done():
            await asyncio.wait([work], timeout=0.05)
            most = max(most, self.resident_mb())
        work.result()
        return most


def template() -> dict[str, object]:
    return {"template": {"name": "create-build", "parameters": [{"name": "pipeline", "value": "service-00"}]}}


def manual(vendor: RunningSimulator, size: int | None) -> dict[str, object]:
    """An address that is made to take anything: the vendor has none for several objects, and what counts here is the call."""
    url = f"{vendor.base_url}/organizations/acme/pipelines/service-00"
    settings: dict[str, object] = {"manual": {"method": "PATCH", "url": url}}
    if size is not None:
        settings["batching"] = {"size": size, "property": {"name": "builds"}}
    return settings


async def measure(folder: Path, database: str | None, records: int, million: int, out: int) -> None:
    with start(SIMULATOR, profile="even", clock=SystemClock()) as vendor:
        gateway = GatewayProcess(folder, database=database, token=vendor.token, accounts=ACCOUNT.format(base_url=vendor.base_url))
        await gateway.start()
        async with httpx.AsyncClient(trust_env=False, timeout=600) as client:
            rig = Rig(gateway, vendor, client)
            idle = rig.resident_mb()
            vendor.control.set_latency(LATENCY_S)
            vendor.control.add_fault(Fault("/pipelines/service-00$", method="PATCH", status=200, body="{}"))
            for name, settings, count in (
                ("template, one call each", template(), records),
                ("manual, one call each", manual(vendor, None), records),
                ("manual, 10 in a call", manual(vendor, 10), records * 5),
                ("manual, 100 in a call", manual(vendor, 100), records * 20),
            ):
                identity = await rig.made(active=True, **settings)
                began = time.perf_counter()
                await rig.send(identity, count, _build)
                await rig.delivered(identity, count)
                print(f"{name}: {count / (time.perf_counter() - began):.0f} records/s", flush=True)
            vendor.control.set_latency(0)
            paused = await rig.made(active=False, queueWhilePaused=True, maxQueued=million, **template())
            before = rig.resident_mb()
            taking = asyncio.ensure_future(rig.send(paused, million, _build))
            most = await rig.most_resident_mb(taking)
            print(
                f"{million} records taken in: {taking.result():.0f} s, resident {idle:.0f} MB at start, {before:.0f} MB before, "
                f"{most:.0f} MB at most",
                flush=True,
            )
            leaving = await rig.made(active=False, queueWhilePaused=True, maxQueued=out, **manual(vendor, 100))
            await rig.send(leaving, out, _build)
            before, began = rig.resident_mb(), time.perf_counter()
            await rig.ask(ACTIVATE, {"id": leaving})
            most = await rig.most_resident_mb(asyncio.ensure_future(rig.delivered(leaving, out)))
            took = time.perf_counter() - began
            print(
                f"{out} records delivered, 100 in a call: {took:.0f} s, {out / took:.0f} records/s, resident {before:.0f} MB before, "
                f"{most:.0f} MB at most",
                flush=True,
            )
        gateway.stop()


def _build(number: int) -> dict[str, object]:
    return {"branch": "main", "commit": "HEAD", "message": f"bench {number}"}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.destinations", description=__doc__)
    parser.add_argument("--database", default=None, help="address of an empty PostgreSQL database; default: a new SQLite file")
    parser.add_argument("--records", type=int, default=500, help="records of the rates (default 500)")
    parser.add_argument("--taken", type=int, default=1_000_000, help="records taken in while paused (default 1,000,000)")
    parser.add_argument("--delivered", type=int, default=100_000, help="records delivered in batches of 100 (default 100,000)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(Path(folder), options.database, options.records, options.taken, options.delivered))


if __name__ == "__main__":
    main()
