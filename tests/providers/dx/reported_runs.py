"""What stands for a vendor where the gateway keeps the runs itself: CI systems that have reported theirs to a ledger."""

import asyncio
import hashlib
import os
import random
import shutil
import tempfile
import threading
from collections.abc import Coroutine, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

import msgspec
from starlette.types import Receive, Scope, Send

from gateway.domain.keys import PipelineKey
from gateway.domain.provider import Provider
from gateway.domain.services import Services
from gateway.providers.dx import connect
from gateway.providers.dx.settings import DxSettings
from gateway.simulation.clock import Clock
from gateway.simulation.control import Control
from gateway.simulation.definition import SimulatorDefinition
from gateway.simulation.messages import Response, send_response
from gateway.simulation.server import RunningSimulator
from gateway.store import Store

TOKEN = "key-of-home-made-ci"
AT_ONCE = 200
Report = dict[str, Any]

_folder = tempfile.TemporaryDirectory(prefix="dx-contract-")
_stores: dict[str, Path] = {}


def store_at(base_url: str) -> Path:
    """The file behind a running ledger."""
    return _stores[base_url]


class LazyLedger:
    """A LedgerStore that is opened by the first question: providers are connected where nothing can be awaited."""

    def __init__(self, path: Path) -> None:
        self._store = Store(path)
        self._opened = False
        self._opening = asyncio.Lock()

    def closed_with(self, provider: Provider) -> Provider:
        async def close() -> None:
            await provider.close()
            if self._opened:
                await self._store.close()

        return msgspec.structs.replace(provider, close=close)

    def __getattr__(self, name: str) -> Any:
        async def call(*arguments: Any, **named: Any) -> Any:
            async with self._opening:
                if not self._opened:
                    await self._store.open()
                    self._opened = True
            return await getattr(self._store.ledger, name)(*arguments, **named)

        return call


class ReportedRuns:
    """What the suite runs in place of a vendor: nobody asks it anything, and whoever does learns so."""

    def __init__(self, profile: str, seed: int, clock: Clock, control: Control) -> None:
        self.path = Path(_folder.name) / f"{len(_stores)}.sqlite"
        shutil.copy(_filled(profile, seed, clock.start), self.path)
        self.inserted = 0
        _stores[control.origin] = self.path

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        await send_response(send, Response(404), method=scope["method"])


REPORTED_RUNS = SimulatorDefinition(kind="dx", default_port=0, base_path="", token=TOKEN, build=ReportedRuns)


def add_pipeline(simulator: RunningSimulator, name: str) -> None:
    """At the front of the list, where an insertion moves everything else."""
    _send(_app(simulator).path, [_report("A first source", name, f"first-of-{name}", simulator.clock.start)])


def remove_pipeline(simulator: RunningSimulator, key: PipelineKey) -> None:
    """A pipeline is there as long as a run is of it: its runs are corrected to be of another one, which is there already."""
    reports = _reports("uneven", 1, simulator.clock.start)
    other = max(reports, key=_pipeline_of)
    last = {report["reference_id"]: report for report in reports if _pipeline_of(report) == key.parts}
    names = {name: other[name] for name in ("pipeline_source", "pipeline_name")}
    _send(_app(simulator).path, [report | names for report in last.values()])


def add_runs(simulator: RunningSimulator, key: PipelineKey, count: int) -> None:
    """Newer than every other."""
    app = _app(simulator)
    source, name = key.parts
    numbers = range(app.inserted, app.inserted + count)
    app.inserted += count
    reports = [
        _report(source, name, f"inserted-{number}", simulator.clock.start + timedelta(seconds=1 + number)) | {"status": "success"}
        for number in numbers
    ]
    _send(app.path, reports)


def _app(simulator: RunningSimulator) -> ReportedRuns:
    assert isinstance(simulator.app, ReportedRuns)
    return simulator.app


def _pipeline_of(report: Report) -> tuple[str, str]:
    return report["pipeline_source"], report["pipeline_name"]


@cache
def _filled(profile: str, seed: int, end: datetime) -> Path:
    """A store that holds all reports of a profile."""
    path = Path(_folder.name) / f"{profile}-{seed}.sqlite"
    _send(path, _reports(profile, seed, end))
    return path


def _send(path: Path, reports: Sequence[Report]) -> None:
    """By the account's own checks, as if they had come over HTTP."""

    async def send() -> None:
        async with Store(path) as store:
            ingest = connect(settings_under_test(), Services(ledger=store.ledger)).ingest
            assert ingest is not None
            for first in range(0, len(reports), AT_ONCE):
                part = reports[first : first + AT_ONCE]
                await asyncio.gather(*(ingest.record(ingest.check(report), msgspec.json.encode(report)) for report in part))

    _in_a_thread(send())


def settings_under_test() -> DxSettings:
    with mock.patch.dict(os.environ, {"CONTRACT_DX_KEY": TOKEN}):
        return DxSettings.model_validate(
            {"name": "dx-under-test", "kind": "dx", "ingest_keys": [{"name": "ci", "env": "CONTRACT_DX_KEY"}]}
        )


def _in_a_thread(work: Coroutine[Any, Any, None]) -> None:
    """To its end, wherever this is called from: the thread that runs tests may have a loop of its own."""
    failures: list[BaseException] = []

    def run() -> None:
        try:
            asyncio.run(work)
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if failures:
        raise failures[0]


@cache
def _reports(profile: str, seed: int, end: datetime) -> list[Report]:
    return list(_generate(profile, random.Random(f"{profile}:{seed}"), end))


def _generate(profile: str, chance: random.Random, end: datetime) -> Iterator[Report]:
    """Runs of many pipelines, most of them told of twice or more; some begin in the same second."""
    sizes = [12] * 50 if profile == "even" else [90, 60] + [30] * 28 + [1, 2, 3, 5, 8] * 2
    number = 0
    for place, size in enumerate(sizes):
        # Small ones come first in the list: they are those that tests remove.
        source = "CircleCI" if size < 10 else chance.choice(("Jenkins", "Tekton"))
        name = f"{chance.choice(('web', 'api', 'jobs'))}-{place}"
        repository = f"acme/{name}"
        for _ in range(size):
            number += 1
            started_at = end - timedelta(seconds=1 + chance.randrange(40_000))
            yield from _reports_of_one(chance, _report(source, name, f"run-{number:05}", started_at), repository)


def _reports_of_one(chance: random.Random, first: Report, repository: str) -> Iterator[Report]:
    branch = chance.choice(("main", "main", "master", f"feature/login-{chance.randrange(9)}", "release/2026-03"))
    commit = hashlib.sha1(first["reference_id"].encode(), usedforsecurity=False).hexdigest()
    told = {"repository": repository, "head_branch": branch, "commit_sha": commit, "email": f"dev{chance.randrange(5)}@example.com"}
    if branch.startswith("feature/"):
        told["pr_number"] = str(chance.randrange(1, 30))
    yield first | told | chance.choice(({}, {"status": "running"}))
    ended = chance.choice((None, "success", "success", "failure", "cancelled"))
    if ended is not None:
        finished_at = float(first["started_at"]) + chance.randrange(1, 900)
        yield first | told | {"status": ended, "finished_at": str(finished_at)}


def _report(source: str, name: str, reference_id: str, started_at: datetime) -> Report:
    return {
        "pipeline_source": source,
        "pipeline_name": name,
        "reference_id": reference_id,
        "started_at": str(started_at.timestamp()),
    }
