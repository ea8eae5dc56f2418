"""Many orders under few keys, over two gateways and a vendor that fails in every way: never more than one run for a key."""

import asyncio
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import httpx
import msgspec

from gateway.domain.audit import AuditQuery
from gateway.providers.buildkite.simulator import SIMULATOR
from gateway.providers.buildkite.simulator.app import BuildkiteApp
from gateway.simulation.clock import SystemClock
from gateway.simulation.control import Fault
from gateway.simulation.server import RunningSimulator, start
from gateway.store import Store
from tests.durability.gateway_process import GatewayProcess

CONNECTIONS = 16
ROUTE = r"/pipelines/[^/]+/builds$"
FAULTS = (
    Fault(ROUTE, method="POST", status=500),
    Fault(ROUTE, method="POST", status=503, perform=True),
    Fault(ROUTE, method="POST", kind="hang"),
    Fault(ROUTE, method="POST", kind="hang", perform=True),
    Fault(ROUTE, method="POST", kind="drop_after_read"),
    Fault(ROUTE, method="POST", kind="cut"),
    Fault(ROUTE, method="POST", status=429, headers={"Retry-After": "0"}, body='{"message":"slow down"}'),
    Fault(ROUTE, method="POST", status=422, body='{"message":"Validation Failed"}'),
    Fault(ROUTE, method="POST", status=403, body='{"message":"Forbidden"}'),
)
PIPELINE = "{ pipelines(first: 1) { nodes { id } } }"
RUN = """mutation ($input: RunPipelineInput!) {
  runPipeline(input: $input) { ids replayed errors { __typename code } receipt { attempts } } }"""


class KeyedOutcome(msgspec.Struct, frozen=True):
    """What one round showed. `more_than_one` and `untold` must be 0, and `entries` all that was ordered.

    `with_run` keys have a run at the vendor, and `told` of them were answered with it; of the others `unknown` ones are said to be,
    and `freed` ones can be used again.
    """

    ordered: int
    keys: int
    with_run: int
    told: int
    more_than_one: int
    unknown: int
    freed: int
    untold: int
    entries: int
    entries_wanted: int
    replayed: int
    answers: dict[str, int]

    @property
    def good(self) -> bool:
        return not self.more_than_one and not self.untold and self.entries == self.entries_wanted


async def keyed_round(folder: Path, orders: int, keys: int, seed: int, database: str | None = None) -> KeyedOutcome:
    """Every key is used `orders / keys` times, at random, over both gateways."""
    random = Random(seed)
    names = [f"key-{seed}-{number % keys}" for number in range(orders)]
    random.shuffle(names)
    with start(SIMULATOR, clock=SystemClock()) as vendor:
        gateways = [gateway_before(vendor, folder, name, database=database) for name in ("one", "two")]
        await asyncio.gather(*(gateway.start() for gateway in gateways))
        try:
            pipeline = (await ask(gateways[0].url, PIPELINE))["pipelines"]["nodes"][0]["id"]
            _arm(vendor, random, keys)
            answers = await _order_all([gateway.url for gateway in gateways], pipeline, names)
        finally:
            for gateway in gateways:
                gateway.stop()
        runs = Counter(_messages(vendor))
    async with Store(database or folder / "data" / "gateway.sqlite3") as store:
        entries = await store.mutations.entries(AuditQuery(idempotency_keys=tuple(set(names))), None, orders * 2)
    return _judged(names, answers, runs, len(entries))


def gateway_before(
    vendor: RunningSimulator, folder: Path, name: str, *, database: str | None = None, deadline_s: int = 10, timeout_s: float = 0.4
) -> GatewayProcess:
    """A gateway with this vendor as its one account."""
    account = (
        f'[[providers]]\nname = "acme"\nkind = "buildkite"\nbase_url = "{vendor.base_url}"\n'
        f'token_env = "KILL_FORWARD_TOKEN"\ntimeout_s = {timeout_s}\n'
    )
    server = f"request_deadline_s = {deadline_s}"
    return GatewayProcess(folder, database=database, token=vendor.token, accounts=account, server=server, name=name)


def _arm(vendor: RunningSimulator, random: Random, keys: int) -> None:
    """About every second call fails, each in a way of its own."""
    for _ in range(keys * 2 // 3):
        fault = random.choice(FAULTS)
        vendor.control.add_fault(msgspec.structs.replace(fault, times=1, skip=random.randrange(keys)))


async def _order_all(urls: list[str], pipeline: str, names: list[str]) -> list[tuple[str, dict[str, Any]]]:
    waiting, answers = list(names), []

    async def connection(number: int) -> None:
        async with httpx.AsyncClient(trust_env=False, base_url=urls[number % len(urls)], timeout=30) as client:
            while waiting:
                name = waiting.pop()
                given = {"pipelineId": pipeline, "message": name, "branch": "main", "commit": "HEAD", "idempotencyKey": name}
                answer = await client.post("/graphql", json={"query": RUN, "variables": {"input": given}})
                answers.append((name, answer.json()))

    await asyncio.gather(*(connection(number) for number in range(CONNECTIONS)))
    return answers


async def ask(url: str, query: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
    async with httpx.AsyncClient(trust_env=False, base_url=url, timeout=30) as client:
        answer = await client.post("/graphql", json={"query": query, "variables": variables or {}})
        data: dict[str, Any] = answer.json()["data"]
        return data


def _messages(vendor: RunningSimulator) -> list[str]:
    """Of all builds that really came into being."""
    assert isinstance(vendor.app, BuildkiteApp)
    with vendor.app.world.lock:
        messages = [build.content.message for build in vendor.app.world.builds if build.content is not None]
    return [message for message in messages if message is not None and message.startswith("key-")]


def _judged(names: list[str], answers: list[tuple[str, dict[str, Any]]], runs: Counter[str], entries: int) -> KeyedOutcome:
    told: set[str] = set()
    unknown: set[str] = set()
    kinds: Counter[str] = Counter()
    replayed = 0
    for name, answer in answers:
        payload = (answer.get("data") or {}).get("runPipeline")
        if payload is None:
            kinds[answer["errors"][0]["extensions"]["code"]] += 1
            continue
        replayed += payload["replayed"]
        kinds[payload["errors"][0]["__typename"] if payload["errors"] else "DONE"] += 1
        if payload["ids"]:
            told.add(name)
        elif payload["errors"][0]["code"] == "UNKNOWN_OUTCOME":
            unknown.add(name)
    every = set(names)
    silent = every - told - unknown
    return KeyedOutcome(
        ordered=len(answers),
        keys=len(every),
        with_run=len(runs),
        told=len(told),
        more_than_one=sum(count > 1 for count in runs.values()),
        unknown=len(unknown),
        freed=len([name for name in silent if not runs[name]]),
        untold=len([name for name in silent if runs[name]]) + len([name for name in told if not runs[name]]),
        entries=entries,
        entries_wanted=len(names),
        replayed=replayed,
        answers=dict(kinds),
    )
