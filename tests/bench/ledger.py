"""What the ledger costs: `python -m tests.bench.ledger [runs]`.

Recording, by how many clients send at the same time; and pages of the newest runs, over a thousand runs and over a million.
SQLite always, PostgreSQL when DATABASE_URL names one.
"""

import asyncio
import contextlib
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from gateway.domain.ledger import LedgerQuery, RunNotification, RunStatus
from gateway.store import Store
from gateway.store.instants import from_us
from tests.store.databases import SERVER, postgresql_schema
from tests.store.filling import COLUMNS, PIPELINES, PROVIDER, fill, row

FEW, MANY = 1_000, 1_000_000
CLIENTS = (1, 16, 64, 256)
NOTIFICATIONS = 4_000
REPETITIONS = 30
NAMES = [("Jenkins" if n % 2 else "Tekton", f"pipeline-{n:03}") for n in range(PIPELINES)]


@contextlib.asynccontextmanager
async def empty(kind):
    if kind == "PostgreSQL":
        async with postgresql_schema() as address:
            yield address
    else:
        with tempfile.TemporaryDirectory() as folder:
            yield str(Path(folder) / "ledger.sqlite")


def questions(ledger, count):
    """Name and call, each about a run in the middle of what there is."""
    run = dict(zip(COLUMNS, row(count // 2, count), strict=True))

    def page(**given):
        return lambda: ledger.newest_runs(PROVIDER, LedgerQuery(**given), None, None, 50)

    return {
        "50 newest": page(),
        "50 newest before the middle": lambda: ledger.newest_runs(PROVIDER, LedgerQuery(), from_us(run["started_us"]), None, 50),
        "by pipeline": page(pipelines=((run["pipeline_source"], run["pipeline_name"]),)),
        "by repository": page(repositories=(run["repository"],)),
        "by commit": page(commits=(run["commit_sha"],)),
        "by pull request": page(pull_requests=(count // 50,)),
        "by branch, a busy one": page(branches=("main",)),
        "by branch, a rare one": page(branches=(f"feature/{count // 80}",)),
        "by branch, a pattern": page(branches=("feature/*",)),
        "by branch, a pattern that none has": page(branches=("none/*",)),
        "by actor": page(actors=("person7@example.org",)),
        "by state, running": page(statuses=(RunStatus.RUNNING,)),
        "by pipeline and failed": page(pipelines=(NAMES[1],), statuses=(RunStatus.FAILED,)),
        "by repository and a rare branch": page(repositories=(run["repository"],), branches=(f"feature/{count // 80}",)),
        "10 newest of each of 50 pipelines": lambda: ledger.newest_runs_of(PROVIDER, NAMES[:50], LedgerQuery(), 10),
        "50 runs by id": lambda: ledger.get_runs(PROVIDER, [row(number, count)[1] for number in range(50)]),
        "a page of 50 pipelines": lambda: ledger.list_pipelines(PROVIDER, None, None, None, 50),
        "pipelines by a name that none has": lambda: ledger.list_pipelines(PROVIDER, "nothing", None, None, 50),
        "number of pipelines": lambda: ledger.count_pipelines(PROVIDER),
    }


async def milliseconds(question):
    """Median and worst of some repetitions, after one that is not counted."""
    await question()
    taken = []
    for _ in range(REPETITIONS):
        begun = time.perf_counter()
        await question()
        taken.append((time.perf_counter() - begun) * 1e3)
    return statistics.median(taken), max(taken)


async def reading(kind, count):
    async with empty(kind) as address, Store(address) as store:
        begun = time.perf_counter()
        await fill(address, count)
        print(f"{kind}: {count:,} runs filled in {time.perf_counter() - begun:.0f} s", file=sys.stderr)
        return {name: await milliseconds(question) for name, question in questions(store.ledger, count).items()}


def notification(number):
    return RunNotification(
        reference_id=f"run-{number // 2}",
        pipeline_source="Jenkins",
        pipeline_name=f"pipeline-{number % 50}",
        started_at=from_us(1_767_225_600_000_000 + number * 1_000_000),
        status=RunStatus.SUCCEEDED if number % 2 else RunStatus.RUNNING,
        repository=f"acme/service-{number % 50}",
        commit=f"{number // 2:040x}",
        branch="main",
        email=f"person{number % 40}@example.org",
    )


async def recording(kind, clients):
    """Acknowledged notifications per second, and CPU microseconds of this process for each; every run gets two."""
    async with empty(kind) as address, Store(address) as store:
        numbers = iter(range(NOTIFICATIONS))

        async def client():
            for number in numbers:
                await store.ledger.record(PROVIDER, notification(number), b"{}" * 150, forward=True)

        begun, cpu = time.perf_counter(), time.process_time()
        await asyncio.gather(*(client() for _ in range(clients)))
        seconds = time.perf_counter() - begun
        return NOTIFICATIONS / seconds, (time.process_time() - cpu) / NOTIFICATIONS * 1e6


async def main(many):
    kinds = ["SQLite", "PostgreSQL"] if SERVER else ["SQLite"]
    print("| recorded, by clients at the same time | " + " | ".join(f"{kind}: per s | CPU us each" for kind in kinds) + " |")
    print("|---" * (1 + 2 * len(kinds)) + "|")
    for clients in CLIENTS:
        cells = [await recording(kind, clients) for kind in kinds]
        print(f"| {clients} | " + " | ".join(f"{rate:,.0f} | {cpu:.0f}" for rate, cpu in cells) + " |")
    columns = {(kind, count): await reading(kind, count) for kind in kinds for count in (FEW, many)}
    print("\n| ms, median (worst of 30) | " + " | ".join(f"{kind}, {count:,}" for kind, count in columns) + " |")
    print("|---" * (1 + len(columns)) + "|")
    for name in next(iter(columns.values())):
        cells = [f"{median:.1f} ({worst:.1f})" for median, worst in (column[name] for column in columns.values())]
        print(f"| {name} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}", file=sys.stderr)
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else MANY))
