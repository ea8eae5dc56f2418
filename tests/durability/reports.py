"""A stream of reports about made-up runs, sent over several connections, and what was acknowledged of it."""

import asyncio
from collections.abc import Sequence
from random import Random

import httpx

from tests.durability.gateway_process import CI_KEY

Report = dict[str, object]
CONNECTIONS = 16
START = 1_767_225_600
STATUSES = ("success", "failure", "cancelled")


def reports(count: int, seed: int) -> list[Report]:
    """About two for each run, in no order: a start and an end, now and then with other words about the same run."""
    random = Random(seed)
    made: list[Report] = []
    while len(made) < count:
        run = len(made)
        started = START + random.randrange(1_000_000)
        common: Report = {
            "pipeline_source": random.choice(("Jenkins", "Tekton")),
            "pipeline_name": f"pipeline-{random.randrange(20)}",
            "reference_id": f"run-{seed}-{run}",
            "repository": f"acme/repository-{random.randrange(9)}",
            "head_branch": random.choice(("main", "release")),
        }
        made.append(common | {"started_at": started, "status": "running"})
        end: Report = {"started_at": started + random.randrange(9), "finished_at": started + 60, "status": random.choice(STATUSES)}
        made.append(common | end)
    random.shuffle(made)
    return made[:count]


async def send(url: str, stream: Sequence[Report], kept: list[Report]) -> None:
    """Sends all until the gateway is gone, and puts into `kept` what it said it has kept."""
    waiting = list(reversed(stream))

    async def connection(client: httpx.AsyncClient) -> None:
        while waiting:
            report = waiting.pop()
            try:
                answer = await client.post("/api/pipelineRuns.sync", json=report)
            except httpx.TransportError:
                return
            if answer.status_code == 200 and answer.json() == {"ok": True}:
                kept.append(report)

    headers = {"Authorization": f"Bearer {CI_KEY}"}
    limits = httpx.Limits(max_connections=CONNECTIONS)
    async with httpx.AsyncClient(trust_env=False, base_url=url, headers=headers, limits=limits, timeout=20) as client:
        await asyncio.gather(*(connection(client) for _ in range(CONNECTIONS)))
