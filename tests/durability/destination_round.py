"""One round: records stream into a destination, the gateway is killed, a new one goes on. None may be missing, and none sent twice."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

import httpx
import msgspec

from gateway.providers.buildkite.simulator import SIMULATOR
from gateway.providers.buildkite.simulator.app import BuildkiteApp
from gateway.simulation.clock import SystemClock
from gateway.simulation.server import RunningSimulator, start
from tests.durability.gateway_process import GatewayProcess

ACCOUNT = """
[[providers]]
name = "acme-buildkite"
kind = "buildkite"
base_url = "{base_url}"
organizations = ["acme"]
token_env = "KILL_FORWARD_TOKEN"
"""
SERVER = "request_deadline_s = 1.0"
SETTLED_S = 180.0
POLL_S = 0.2
PAGE = 100
CREATE = """mutation ($pipeline: String!) { createDestination(input: {provider: "acme-buildkite", name: "Nightly",
    template: {name: "create-build", parameters: [{name: "pipeline", value: $pipeline}]}}) { destination { id } errors { message } } }"""
ACTIVATE = "mutation ($id: ID!) { activateDestination(input: {destinationId: $id}) { errors { message } } }"
RESEND = "mutation ($id: ID!) { resendDeliveries(input: {destinationId: $id, status: UNKNOWN}) { errors { message } } }"
COUNTERS = """query ($id: ID!) { node(id: $id) { ... on Destination { state
    counters { accepted queued running succeeded failed unknown } } } }"""
UNKNOWN = """query ($id: ID!, $after: String) { deliveries(first: 100, after: $after, filter: {destinationIds: [$id], statuses: [UNKNOWN]}) {
    nodes { record } pageInfo { hasNextPage endCursor } } }"""


class DestinationOutcome(msgspec.Struct, frozen=True):
    """What one round showed. `lost` were acknowledged and have no fate; `sent_twice` were never listed as UNKNOWN; `wrong` went well
    by what the gateway says and are not at the vendor, or the other way round. All three must be 0.
    """

    records: int
    kills: int
    acknowledged: int
    succeeded: int
    unknown: int
    sent_again_by_hand: int
    lost: int
    sent_twice: int
    wrong: int

    @property
    def good(self) -> bool:
        return not (self.lost or self.sent_twice or self.wrong) and self.acknowledged == self.records


async def destination_round(folder: Path, count: int, seed: int, database: str | None = None, kills: int = 1) -> DestinationOutcome:
    """Kills at random moments while records come in and go out, and sends what is UNKNOWN then again, as a person would."""
    random = Random(seed)
    with start(SIMULATOR, profile="even", clock=SystemClock()) as vendor:
        gateway = GatewayProcess(
            folder, database=database, token=vendor.token, accounts=ACCOUNT.format(base_url=vendor.base_url), server=SERVER
        )
        await gateway.start()
        async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
            pipeline = await _first_pipeline(client, vendor)
            round_ = _Round(client, gateway, f"round-{seed}", count)
            await round_.make(pipeline)
            intake = asyncio.create_task(round_.send_all())
            for moment in sorted(random.randrange(count) for _ in range(kills)):
                await _until_sent(vendor, moment)
                gateway.kill()
                await asyncio.sleep(random.uniform(0.0, 0.3))
                await gateway.start()
            acknowledged = await intake
            counters = await round_.settled()
            unknown = await round_.unknown()
            before = _builds(vendor, round_.name)
            await round_.ask(RESEND)
            await round_.settled()
        gateway.stop()
        after = _builds(vendor, round_.name)
    fates = counters["succeeded"] + counters["failed"] + counters["unknown"]
    twice = {record for record, builds in before.items() if builds > 1}
    again = {record for record, builds in after.items() if builds > 1} - unknown
    wrong = sum(before[number] != 1 for number in range(count) if number not in unknown)
    return DestinationOutcome(
        records=count,
        kills=kills,
        acknowledged=acknowledged,
        succeeded=counters["succeeded"],
        unknown=len(unknown),
        sent_again_by_hand=len(unknown),
        lost=acknowledged - fates,
        sent_twice=len(twice | again),
        wrong=wrong,
    )


class _Round:
    """A destination and the stream that goes into it."""

    def __init__(self, client: httpx.AsyncClient, gateway: GatewayProcess, name: str, count: int) -> None:
        self._client = client
        self._gateway = gateway
        self.name = name
        self._count = count
        self._id = ""

    async def make(self, pipeline: str) -> None:
        made = await self.ask(CREATE, pipeline=pipeline)
        self._id = made["createDestination"]["destination"]["id"]
        await self.ask(ACTIVATE)

    async def ask(self, query: str, **variables: object) -> dict[str, dict]:
        while True:
            try:
                answer = await self._client.post(
                    f"{self._gateway.url}/graphql", json={"query": query, "variables": {"id": self._id, **variables}}
                )
            except httpx.TransportError:
                await asyncio.sleep(POLL_S)
                continue
            told = answer.json()
            assert "errors" not in told, told
            return told["data"]

    async def send_all(self) -> int:
        """The whole input, from the beginning each time: what was taken is passed over there. Gives how many are acknowledged."""
        url = f"{self._gateway.url}/destinations/{self._id}/records"
        while True:
            try:
                answer = await self._client.post(
                    url,
                    params={"intake": self.name},
                    content=self._lines(),
                    headers={"content-type": "application/x-ndjson"},
                )
            except httpx.TransportError:
                await asyncio.sleep(POLL_S)
                continue
            if answer.status_code == 200:
                told = await self._client.get(url, params={"intake": self.name})
                return int(told.json()["accepted"])
            assert answer.status_code == 503, answer.text

    async def _lines(self) -> AsyncIterator[bytes]:
        for number in range(self._count):
            yield json.dumps({"branch": "main", "commit": "HEAD", "message": f"{self.name} {number}"}).encode() + b"\n"
            if number % 20 == 0:
                await asyncio.sleep(0.01)

    async def settled(self) -> dict[str, int]:
        async with asyncio.timeout(SETTLED_S):
            while True:
                node = (await self.ask(COUNTERS))["node"]
                counters: dict[str, int] = node["counters"]
                if not counters["queued"] and not counters["running"]:
                    return counters
                assert node["state"] == "ACTIVE", node
                await asyncio.sleep(POLL_S)

    async def unknown(self) -> set[int]:
        found: set[int] = set()
        after = None
        while True:
            page = (await self.ask(UNKNOWN, after=after))["deliveries"]
            found |= {int(node["record"]["message"].rpartition(" ")[2]) for node in page["nodes"]}
            if not page["pageInfo"]["hasNextPage"]:
                return found
            after = page["pageInfo"]["endCursor"]


async def _first_pipeline(client: httpx.AsyncClient, vendor: RunningSimulator) -> str:
    listed = await client.get(
        f"{vendor.base_url}/organizations/acme/pipelines", headers={"authorization": f"Bearer {vendor.token}"}
    )
    return str(listed.json()[0]["slug"])


async def _until_sent(vendor: RunningSimulator, moment: int) -> None:
    while vendor.control.calls_total < moment:  # noqa: ASYNC110 it runs in a thread of its own
        await asyncio.sleep(0.002)


def _builds(vendor: RunningSimulator, name: str) -> Counter[int]:
    """How many builds the vendor has of each record."""
    assert isinstance(vendor.app, BuildkiteApp)
    with vendor.app.world.lock:
        messages = [build.content.message or "" for build in vendor.app.world.builds if build.content is not None]
    return Counter(int(message.rpartition(" ")[2]) for message in messages if message.startswith(f"{name} "))
