"""The ledger as `gateway.domain.ledger.LedgerStore` describes it."""

from collections.abc import Callable, Sequence
from datetime import datetime

from gateway.domain.ledger import (
    Forwarding,
    LedgerPipeline,
    LedgerQuery,
    LedgerRun,
    OutboxEntry,
    RunNotification,
    RunPlace,
    StoredNotification,
)
from gateway.store.database import Database
from gateway.store.group_commit import GroupCommit
from gateway.store.ledger.outbox import Outbox
from gateway.store.ledger.pipeline_reader import PipelineReader
from gateway.store.ledger.recorder import Recorder
from gateway.store.ledger.recording import Recording
from gateway.store.ledger.repair import Repair
from gateway.store.ledger.run_reader import RunReader


class SqlLedger:
    """One per process. Others may work on the same database."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._now = now
        recorder = Recorder(database)
        self._recordings = GroupCommit(recorder.record_all)
        self._runs = RunReader(database)
        self._pipelines = PipelineReader(database)
        self._outbox = Outbox(database, now)
        self._repair = Repair(database, recorder)

    def open(self) -> None:
        self._recordings.open()

    async def close(self) -> None:
        """Commits what was accepted."""
        await self._recordings.close()

    async def record(self, provider: str, notification: RunNotification, raw: bytes, *, forward: bool) -> LedgerRun:
        recording = Recording(provider, self._now(), notification, raw, forward)
        recording.check()
        return await self._recordings.submit(recording)

    async def get_runs(self, provider: str, reference_ids: Sequence[str]) -> Sequence[LedgerRun | None]:
        return await self._runs.get_runs(provider, reference_ids)

    async def newest_runs(
        self, provider: str, query: LedgerQuery, at_or_before: datetime | None, after: RunPlace | None, limit: int
    ) -> Sequence[LedgerRun]:
        return await self._runs.newest_runs(provider, query, at_or_before, after, limit)

    async def newest_runs_of(
        self, provider: str, pipelines: Sequence[tuple[str, str]], query: LedgerQuery, limit: int
    ) -> Sequence[Sequence[LedgerRun]]:
        return await self._runs.newest_runs_of(provider, pipelines, query, limit)

    async def get_pipelines(self, provider: str, pipelines: Sequence[tuple[str, str]]) -> Sequence[LedgerPipeline | None]:
        return await self._pipelines.get_pipelines(provider, pipelines)

    async def list_pipelines(
        self, provider: str, name_contains: str | None, repository_contains: str | None, after: tuple[str, str] | None, limit: int
    ) -> Sequence[LedgerPipeline]:
        return await self._pipelines.list_pipelines(provider, name_contains, repository_contains, after, limit)

    async def count_pipelines(self, provider: str) -> int:
        return await self._pipelines.count_pipelines(provider)

    async def due(self, provider: str, limit: int, lease_s: float, *, untried_first: bool = False) -> Sequence[OutboxEntry]:
        return await self._outbox.due(provider, limit, lease_s, untried_first=untried_first)

    async def give_back(self, entries: Sequence[int]) -> None:
        await self._outbox.give_back(entries)

    async def forwarded(self, entries: Sequence[int]) -> None:
        await self._outbox.forwarded(entries)

    async def retry_later(self, entry: int, error: str, wait_s: float) -> None:
        await self._outbox.retry_later(entry, error, wait_s)

    async def refused(self, entry: int, error: str) -> None:
        await self._outbox.refused(entry, error)

    async def forwarding(self, provider: str) -> Forwarding:
        return await self._outbox.forwarding(provider)

    async def notifications_of(self, provider: str, reference_id: str) -> Sequence[StoredNotification]:
        """What was reported about a run, in order of arrival."""
        return await self._repair.notifications_of(provider, reference_id)

    async def recompute(self, provider: str) -> int:
        """Makes all runs of a provider anew from what was reported; the number of runs. Recording may go on meanwhile."""
        return await self._repair.recompute(provider)
