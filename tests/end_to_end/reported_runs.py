"""Runs of home-made CI: what is reported to the gateway, and the ledgers that come of it through the gateway's own route."""

import asyncio
import shutil
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import NamedTuple

from gateway.domain.cursor import micros
from tests.gateway_under_test import CI_KEY, GatewayUnderTest, settings_for

ROUTE = "/api/pipelineRuns.sync"
SENDER = {"Authorization": f"Bearer {CI_KEY}"}
PEOPLE = ("ada@example.com", "grace@example.com", "linus@example.com")
ENDINGS = ("success", "success", "success", "failure", "cancelled")
AT_ONCE = 50
"""Reports sent at a time: those that arrive together are stored together."""


class ReportedRun(NamedTuple):
    """One run as its reports tell it, times in UTC; `status` in the sender's words."""

    reference_id: str
    source: str
    name: str
    started_at: datetime
    finished_at: datetime | None
    status: str
    repository: str
    commit: str
    branch: str
    pull_request: int | None
    email: str

    @property
    def time_us(self) -> int:
        return micros(self.started_at)

    def reports(self) -> Iterator[dict[str, object]]:
        """What its sender posts: at the start, and at the end if it has come."""
        known: dict[str, object] = {
            "pipeline_source": self.source, "pipeline_name": self.name, "reference_id": self.reference_id,
            "started_at": f"{self.started_at.timestamp():.3f}", "repository": self.repository, "commit_sha": self.commit,
            "head_branch": self.branch, "email": self.email,
        }  # fmt: skip
        if self.pull_request is not None:
            known["pr_number"] = self.pull_request
        if self.finished_at is None:
            yield known | {"status": self.status}
            return
        yield known | {"status": "running"}
        yield known | {"status": self.status, "finished_at": f"{self.finished_at.timestamp():.3f}"}


def runs_of(profile: str, now: datetime) -> list[ReportedRun]:
    """`uneven`: seven pipelines, from one run to many, two of them at one moment now and then. `even`: 50 with ten runs each."""
    random = Random(f"home-made:{profile}")
    if profile == "even":
        return [
            _run(random, "Jenkins", f"job-{number:02d}", now - timedelta(minutes=20 * (50 * turn + number + 1)), now)
            for turn in range(10)
            for number in range(50)
        ]
    runs = []
    counts = {"deploy-edge": 60, "mobile-app": 40, "nightly-backup": 25, "docs": 12, "release": 3, "once": 1, "café": 2}
    for name, count in counts.items():
        at = now - timedelta(seconds=random.randrange(30, 5_000))
        for _ in range(count):
            runs.append(_run(random, "Tekton" if name == "deploy-edge" else "Jenkins", name, at, now))
            if random.random() < 0.8:  # else the next one began at the same moment
                at -= timedelta(milliseconds=random.randrange(1_000, 40_000_000))
    return runs


def _run(random: Random, source: str, name: str, started: datetime, now: datetime) -> ReportedRun:
    started = started.replace(microsecond=started.microsecond // 1_000 * 1_000)
    finished = started + timedelta(seconds=random.randrange(20, 3_000))
    over = finished <= now
    return ReportedRun(
        reference_id=f"{name}-{random.getrandbits(64):016x}",
        source=source,
        name=name,
        started_at=started,
        finished_at=finished if over else None,
        status=random.choice(ENDINGS) if over else "running",
        repository=f"acme/{name}",
        commit=f"{random.getrandbits(160):040x}",
        branch=random.choice(("main", "main", "release", "fix/flaky-login")),
        pull_request=random.randrange(1, 400) if random.random() < 0.3 else None,
        email=random.choice(PEOPLE),
    )


async def report(gateway: GatewayUnderTest, runs: Sequence[ReportedRun]) -> None:
    """Sends all reports of these runs, as CI systems would."""
    rows = [each for run in runs for each in run.reports()]
    for place in range(0, len(rows), AT_ONCE):
        sent = (gateway.client.post(ROUTE, json=row, headers=SENDER) for row in rows[place : place + AT_ONCE])
        for answer in await asyncio.gather(*sent):
            assert answer.json() == {"ok": True}, answer.text


class Ledgers:
    """Filled once for each profile by a gateway that passes nothing on, then copied for whoever wants one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._filled: dict[str, Path] = {}

    async def copy(self, profile: str, now: datetime, target: Path) -> Path:
        """The folder of a ledger that holds `runs_of(profile, now)`."""
        if profile not in self._filled:
            source = self._folder / profile
            async with GatewayUnderTest({}, settings=_ledger_alone(source)) as gateway:
                await report(gateway, runs_of(profile, now))
            self._filled[profile] = source
        return Path(shutil.copytree(self._filled[profile], target, dirs_exist_ok=True))


def _ledger_alone(folder: Path):
    settings = settings_for({"dx": _Nowhere}, data_dir=folder)
    return settings.model_copy(
        update={"providers": tuple(each.model_copy(update={"forward_base_url": None}) for each in settings.providers)}
    )


class _Nowhere:
    """In place of an instance to pass reports on to."""

    base_url = "http://127.0.0.1:9/api"
    token = "unused"
