"""One round: reports stream in, the gateway is killed, a new one goes on. Nothing that was acknowledged may be missing."""

import asyncio
import time
from collections import Counter
from pathlib import Path
from random import Random

import msgspec

from gateway.domain.ledger import LedgerQuery, LedgerRun, RunPlace, fold
from gateway.providers.dx.simulator import SIMULATOR, DxSimulator
from gateway.simulation.clock import SystemClock
from gateway.simulation.server import start
from gateway.store import Store
from tests.durability.gateway_process import PROVIDER, GatewayProcess
from tests.durability.reports import Report, reports, send

DELIVERY_TIMEOUT_S = 60.0
POLL_S = 0.05
PAGE = 500


class Outcome(msgspec.Struct, frozen=True):
    """What one round showed. All counts but the first three must be 0."""

    sent: int
    acknowledged: int
    runs: int
    lost: int
    differing_aggregates: int
    undelivered: int

    @property
    def good(self) -> bool:
        return not (self.lost or self.differing_aggregates or self.undelivered)


async def killed_round(folder: Path, count: int, seed: int, database: str | None = None) -> Outcome:
    """Kills at a random moment of the stream, and a second time while what is left is passed on."""
    random = Random(seed)
    stream = reports(count, seed)
    with start(SIMULATOR, clock=SystemClock()) as instance:
        gateway = GatewayProcess(folder, database=database, forward_to=instance.base_url, token=instance.token)
        await gateway.start()
        kept: list[Report] = []
        sending = asyncio.create_task(send(gateway.url, stream, kept))
        moment = random.randrange(count)
        while len(kept) < moment and not sending.done():
            await asyncio.wait([sending], timeout=0.001)
        gateway.kill()
        await sending
        await gateway.start()
        await asyncio.sleep(random.uniform(0.0, 0.3))
        gateway.kill()
        await gateway.start()
        assert isinstance(instance.app, DxSimulator)
        runs = {str(report["reference_id"]) for report in kept}
        undelivered = await _undelivered(instance.app, kept, until=time.monotonic() + DELIVERY_TIMEOUT_S)
        gateway.stop()
    async with Store(database or folder / "data" / "gateway.sqlite3") as store:
        lost, differing = await _missing(store, kept)
    return Outcome(len(stream), len(kept), len(runs), lost, differing, undelivered)


async def _undelivered(instance: DxSimulator, kept: list[Report], until: float) -> int:
    """Runs of which the instance has not taken in as many reports as were acknowledged."""
    wanted = Counter(str(report["reference_id"]) for report in kept)
    while True:
        left = sum(count > (0 if (found := instance.records.get(run)) is None else found.reports) for run, count in wanted.items())
        if left == 0 or time.monotonic() > until:
            return left
        await asyncio.sleep(POLL_S)


async def _missing(store: Store, kept: list[Report]) -> tuple[int, int]:
    """(acknowledged reports that are not there, runs that differ from what their reports make together)."""
    wanted = Counter((str(report["reference_id"]), report.get("status")) for report in kept)
    found: Counter[tuple[str, object]] = Counter()
    differing = 0
    words = {"running": "running", "succeeded": "success", "failed": "failure", "canceled": "cancelled"}
    for run in await _all_runs(store):
        stored = await store.ledger.notifications_of(PROVIDER, run.reference_id)
        differing += fold(stored) != run
        for each in stored:
            status = each.notification.status
            found[run.reference_id, None if status is None else words[status.value]] += 1
    return sum(max(0, count - found[report]) for report, count in wanted.items()), differing


async def _all_runs(store: Store) -> list[LedgerRun]:
    found: list[LedgerRun] = []
    after = None
    while True:
        page = await store.ledger.newest_runs(PROVIDER, LedgerQuery(), None, after, PAGE)
        found += page
        if len(page) < PAGE:
            return found
        after = RunPlace(page[-1].started_at, page[-1].reference_id)
