"""A CI system of the demonstration that nobody can be asked about: it reports its runs to the gateway, as curl could."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import NamedTuple

import httpx


class _Pipeline(NamedTuple):
    source: str
    name: str
    repository: str
    minutes: int
    every_hours: int


PIPELINES = (
    _Pipeline("Jenkins", "nightly-backup", "acme/operations", 42, 24),
    _Pipeline("Jenkins", "mobile-app", "acme/mobile", 11, 5),
    _Pipeline("Tekton", "deploy-edge", "acme/edge", 4, 7),
    _Pipeline("Makefile", "docs", "acme/handbook", 2, 9),
)
PEOPLE = ("ada@example.com", "grace@example.com", "linus@example.com")
HOURS = 72
OUTCOMES = ("success", "success", "success", "success", "failure", "cancelled")


async def report_runs(url: str, key: str, seed: int) -> int:
    """Reports the runs of the last three days to the gateway at `url`, and says how many they were."""
    async with httpx.AsyncClient(trust_env=False, base_url=url) as client:
        return await report_runs_by(client, key, seed, datetime.now(UTC))


async def report_runs_by(client: httpx.AsyncClient, key: str, seed: int, now: datetime) -> int:
    """The same by a client that knows the gateway: two reports for each run, one while it is not over."""
    runs = 0
    for reports in _runs(Random(seed), now.replace(microsecond=0)):  # whole seconds: durations do not depend on the moment
        for report in reports:
            answer = await client.post("/api/pipelineRuns.sync", json=report, headers={"Authorization": f"Bearer {key}"})
            answer.raise_for_status()
        runs += 1
    return runs


def _runs(random: Random, now: datetime) -> Iterator[list[dict[str, object]]]:
    """Each run as its reports: at the start, and at the end if it has come."""
    for pipeline in PIPELINES:
        for hours in range(1, HOURS, pipeline.every_hours):
            started = now - timedelta(hours=hours, minutes=random.randrange(50))
            finished = started + timedelta(minutes=pipeline.minutes * random.uniform(0.7, 1.6))
            known: dict[str, object] = {
                "pipeline_source": pipeline.source,
                "pipeline_name": pipeline.name,
                "reference_id": f"{pipeline.source.lower()}-{pipeline.name}-{started:%Y%m%d%H%M}",
                "started_at": str(int(started.timestamp())),
                "repository": pipeline.repository,
                "commit_sha": f"{random.getrandbits(160):040x}",
                "head_branch": random.choice(("main", "main", "release", "fix/flaky-login")),
                "email": random.choice(PEOPLE),
            }
            reports = [known | {"status": "running"}]
            if finished < now:
                end = {"status": random.choice(OUTCOMES), "finished_at": str(int(finished.timestamp()))}
                reports.append(known | end)
            yield reports
