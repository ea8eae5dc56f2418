"""The ledger of one account, watched: how its store answers is how the provider is."""

from collections.abc import Awaitable, Sequence
from datetime import datetime
from typing import TypeVar

from gateway.domain.errors import GatewayError
from gateway.domain.ledger import Forwarding, LedgerPipeline, LedgerQuery, LedgerRun, LedgerStore, RunNotification, RunPlace
from gateway.providers.dx.keys import PipelineName
from gateway.upstream.monitor import UpstreamMonitor

T = TypeVar("T")


class AccountLedger:
    """What a LedgerStore can do, for one provider. Failures carry the provider's name."""

    def __init__(self, store: LedgerStore, provider: str, monitor: UpstreamMonitor) -> None:
        self._store = store
        self._provider = provider
        self._monitor = monitor

    async def record(self, notification: RunNotification, raw: bytes, *, forward: bool) -> LedgerRun:
        return await self._watched(self._store.record(self._provider, notification, raw, forward=forward))

    async def get_runs(self, reference_ids: Sequence[str]) -> Sequence[LedgerRun | None]:
        return await self._watched(self._store.get_runs(self._provider, reference_ids))

    async def newest_runs(
        self, query: LedgerQuery, at_or_before: datetime | None, after: RunPlace | None, limit: int
    ) -> Sequence[LedgerRun]:
        return await self._watched(self._store.newest_runs(self._provider, query, at_or_before, after, limit))

    async def newest_runs_of(
        self, pipelines: Sequence[PipelineName], query: LedgerQuery, limit: int
    ) -> Sequence[Sequence[LedgerRun]]:
        return await self._watched(self._store.newest_runs_of(self._provider, pipelines, query, limit))

    async def get_pipelines(self, pipelines: Sequence[PipelineName]) -> Sequence[LedgerPipeline | None]:
        return await self._watched(self._store.get_pipelines(self._provider, pipelines))

    async def list_pipelines(
        self, name_contains: str | None, repository_contains: str | None, after: PipelineName | None, limit: int
    ) -> Sequence[LedgerPipeline]:
        listed = self._store.list_pipelines(self._provider, name_contains, repository_contains, after, limit)
        return await self._watched(listed)

    async def count_pipelines(self) -> int:
        return await self._watched(self._store.count_pipelines(self._provider))

    async def forwarding(self) -> Forwarding:
        return await self._watched(self._store.forwarding(self._provider))

    async def _watched(self, asked: Awaitable[T]) -> T:
        try:
            found = await asked
        except GatewayError as error:
            error.provider = error.provider or self._provider
            self._monitor.failed(error)
            raise
        self._monitor.succeeded()
        return found
