"""Reads runs: by id, and newest first."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from itertools import chain

from sqlalchemy import ColumnElement, Connection, select, text

from gateway.domain.ledger import LedgerQuery, LedgerRun, RunPlace
from gateway.store.database import Database
from gateway.store.dialects import Statement, Stretches
from gateway.store.instants import to_us
from gateway.store.ledger.run_filter import Lead, in_time, leading, leads, leads_of_each, others
from gateway.store.ledger.run_row import to_run
from gateway.store.ledger.tables import NEWEST_FIRST, runs

SEEN = [column for column in runs.c if not column.name.endswith("_folded") and column is not runs.c.places]


class RunReader:
    """The part of `LedgerStore` that reads runs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get_runs(self, provider: str, reference_ids: Sequence[str]) -> Sequence[LedgerRun | None]:
        wanted = self._database.dialect.among_values(runs.c.reference_id, list(dict.fromkeys(reference_ids)))
        found = await self._read([select(*SEEN).where(runs.c.provider == provider, wanted)])
        return [found.get(reference_id) for reference_id in reference_ids]

    async def newest_runs(
        self, provider: str, query: LedgerQuery, at_or_before: datetime | None, after: RunPlace | None, limit: int
    ) -> Sequence[LedgerRun]:
        statements = self.pages(provider, query, at_or_before, after, limit)
        return _newest_first(await self._read(statements))[:limit]

    async def newest_runs_of(
        self, provider: str, pipelines: Sequence[tuple[str, str]], query: LedgerQuery, limit: int
    ) -> Sequence[Sequence[LedgerRun]]:
        found: dict[tuple[str, str], list[LedgerRun]] = defaultdict(list)
        for run in _newest_first(await self._read(self.pages_of(provider, pipelines, query, limit))):
            found[run.pipeline_source, run.pipeline_name].append(run)
        return [found[pipeline][:limit] for pipeline in pipelines]

    def pages(
        self, provider: str, query: LedgerQuery, at_or_before: datetime | None, after: RunPlace | None, limit: int
    ) -> Sequence[Statement]:
        """Statements that together give at least the newest `limit` runs."""
        rest = others(provider, query, self._database.dialect, {leading(query)})
        conditions = [*rest, *in_time(query, at_or_before, after)]
        return [self._newest_of_each(lead, conditions, limit, limit) for lead in leads(query) if lead.values]

    def pages_of(self, provider: str, pipelines: Sequence[tuple[str, str]], query: LedgerQuery, limit: int) -> Sequence[Statement]:
        """Statements that together give at least the newest `limit` runs of each pipeline."""
        each, led = leads_of_each(pipelines, query, self._database.dialect)
        conditions = [*others(provider, query, self._database.dialect, led), *in_time(query, None, None)]
        return [self._newest_of_each(lead, conditions, limit, None) for lead in each if lead.values]

    def _newest_of_each(self, lead: Lead, conditions: Sequence[ColumnElement[bool]], limit: int, in_all: int | None) -> Statement:
        if len(lead.values) == 1:
            own = (column == value for column, value in zip(lead.columns, lead.values[0], strict=True))
            return select(*SEEN).where(*own, *conditions).order_by(*NEWEST_FIRST).limit(limit)
        stretches = Stretches(runs, lead.columns, lead.values, conditions, NEWEST_FIRST)
        found = self._database.dialect.first_of_each(stretches, limit)
        return found.order_by(text("started_us DESC"), text("reference_id")).limit(in_all)

    async def _read(self, statements: Sequence[Statement]) -> dict[str, LedgerRun]:
        def read(connection: Connection) -> dict[str, LedgerRun]:
            rows = chain.from_iterable(connection.execute(statement).mappings() for statement in statements)
            return {row["reference_id"]: to_run(row) for row in rows}

        return await self._database.read(read) if statements else {}


def _newest_first(found: dict[str, LedgerRun]) -> list[LedgerRun]:
    return sorted(found.values(), key=lambda run: (-to_us(run.started_at), run.reference_id))
