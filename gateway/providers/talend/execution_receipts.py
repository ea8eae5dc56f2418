"""Runs of tasks that were started here and have not been found by the id that their start gave."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeGuard

import msgspec

from gateway.domain.errors import NotFoundError
from gateway.domain.execution import Execution, ExecutionKind
from gateway.domain.run import TriggerKind
from gateway.providers.talend.execution_filter import RunList
from gateway.providers.talend.execution_mapping import Row, to_stand_in, to_task_run
from gateway.providers.talend.execution_pages import ExecutionPages, stretch_of
from gateway.providers.talend.keys import TASK, Origin, Receipt
from gateway.providers.talend.runs_client import RunsClient, TimesRefusedError

# ASSUMED: the run of a service is triggered, and listed, within this time (users report 5 to 60 seconds), and as one that was
# started by hand; disproved by one that comes later, or under another type.
APPEARS_WITHIN = timedelta(minutes=2)

_BY_HAND = frozenset({TriggerKind.MANUAL, TriggerKind.API})


class ExecutionReceipts:
    """A data service or route runs under another id than its start gave: it is the task's first run by hand from then on. On a
    cluster each engine has one. Two starts of one service in the same second cannot be told apart.
    """

    def __init__(self, client: RunsClient, origin: Origin) -> None:
        self._client = client
        self._origin = origin

    async def get(self, receipt: Receipt) -> Execution:
        """Under the receipt's key, which stays the same; `external_id` is the run's own when it is found. Until then it is
        provisional, and after APPEARS_WITHIN, or when it has left the vendor's lists (60 days), a NotFoundError."""
        try:
            run = await self._read(receipt.execution)
        except NotFoundError:
            behind = await self._listed(receipt)
            if not behind:
                return self._waiting(receipt)
            run = await self._read(behind[0].external_id)
        return msgspec.structs.replace(run, key=self._origin.receipt(receipt))

    async def runs(self, receipt: Receipt) -> Sequence[Execution]:
        """All that it stands for, under their own keys; none while they are awaited. NotFoundError as in `get`."""
        try:
            return [await self._read(receipt.execution)]
        except NotFoundError:
            behind = await self._listed(receipt)
            if not behind:
                self._waiting(receipt)
            return behind

    def stand_in(self, receipt: Receipt) -> Execution:
        key, task = self._origin.receipt(receipt), self._origin.pipeline(TASK, receipt.task)
        return to_stand_in(key, receipt.execution, ExecutionKind.TASK, task, _at(receipt))

    def _waiting(self, receipt: Receipt) -> Execution:
        if self._client.clock.now() < _at(receipt) + APPEARS_WITHIN:
            return self.stand_in(receipt)
        raise NotFoundError(
            f"{self._origin.provider} acknowledged the start of this run and shows none: it never began, or it has left the lists.",
            provider=self._origin.provider,
        )

    async def _read(self, execution: str) -> Execution:
        run = to_task_run(await self._client.get_task_run(execution), self._origin)
        if run.external_id != execution:
            raise self._origin.absent("execution")
        return run

    async def _listed(self, receipt: Receipt) -> list[Execution]:
        """Those of the task that were triggered by hand at the time, the first one first."""
        pages, at = ExecutionPages(self._client, self._origin, RunList(TASK, receipt.task)), _at(receipt)
        until = at + APPEARS_WITHIN
        try:
            stretch, first = await pages.begin(lambda now: stretch_of(now, until, at))
            rows = await pages.to_end(stretch, first)
        except TimesRefusedError:
            rows = await pages.to_end(None, await pages.page(None, 0))
        found = [row for row in rows.values() if _is_by_hand(row) and at <= row.created_at <= until]
        return sorted(found, key=lambda run: (run.created_at, run.external_id))


def _is_by_hand(row: Row) -> TypeGuard[Execution]:
    return isinstance(row, Execution) and row.trigger.kind in _BY_HAND and row.parent is None


def _at(receipt: Receipt) -> datetime:
    return datetime.fromtimestamp(receipt.at_ms / 1000, UTC)
