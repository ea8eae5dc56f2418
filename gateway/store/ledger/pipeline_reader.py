"""Reads pipelines: the names are listed, everything else is asked of their runs."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, ScalarSelect, Select, and_, false, func, or_, select, tuple_

from gateway.domain.ledger import LedgerPipeline
from gateway.store.database import Database
from gateway.store.instants import from_us
from gateway.store.ledger.tables import NEWEST_FIRST, pipelines, runs

RECENT_RUNS = 20
"""Among these the repository is looked for."""

FIRST_READ = 200
"""Pipelines read at once while most of them are passed over."""

of_pipeline = and_(
    runs.c.provider == pipelines.c.provider,
    runs.c.pipeline_source == pipelines.c.source,
    runs.c.pipeline_name == pipelines.c.name,
)


def _one_of_its_runs(column: ColumnElement[Any]) -> ScalarSelect[Any]:
    return select(column).where(of_pipeline).correlate(pipelines).scalar_subquery()


def _repository() -> ScalarSelect[str | None]:
    recent = (
        select(runs.c.repository, runs.c.started_us, runs.c.reference_id)
        .where(of_pipeline)
        .order_by(*NEWEST_FIRST)
        .limit(RECENT_RUNS)
        .correlate(pipelines)
        .subquery()
    )
    given = select(recent.c.repository).where(recent.c.repository.is_not(None))
    return given.order_by(recent.c.started_us.desc(), recent.c.reference_id).limit(1).scalar_subquery()


HAS_RUNS = select(runs.c.started_us).where(of_pipeline).correlate(pipelines).exists()

WHOLE = select(
    pipelines.c.source,
    pipelines.c.name,
    _repository().label("repository"),
    _one_of_its_runs(func.min(runs.c.started_us)).label("first_us"),
    _one_of_its_runs(func.max(runs.c.started_us)).label("last_us"),
).where(HAS_RUNS)


AT_ONCE = 400
"""Names in one statement: SQLite takes a thousand conditions in a row."""


class PipelineReader:
    """The part of `LedgerStore` that reads pipelines."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get_pipelines(self, provider: str, wanted: Sequence[tuple[str, str]]) -> Sequence[LedgerPipeline | None]:
        distinct = list(dict.fromkeys(wanted))
        found: dict[tuple[str, str], LedgerPipeline] = {}
        for begin in range(0, len(distinct), AT_ONCE):
            some = distinct[begin : begin + AT_ONCE]
            named = or_(false(), *(and_(pipelines.c.source == source, pipelines.c.name == name) for source, name in some))
            for each in await self._read(WHOLE.where(pipelines.c.provider == provider, named)):
                found[each.source, each.name] = each
        return [found.get(pipeline) for pipeline in wanted]

    async def list_pipelines(
        self, provider: str, name_contains: str | None, repository_contains: str | None, after: tuple[str, str] | None, limit: int
    ) -> Sequence[LedgerPipeline]:
        asked = WHOLE.where(pipelines.c.provider == provider)
        if name_contains:
            asked = asked.where(pipelines.c.name_folded.contains(name_contains.casefold(), autoescape=True))
        if not repository_contains:
            return await self._read(_page(asked, after, limit))
        return await self._in_repositories(asked, repository_contains.casefold(), after, limit)

    async def count_pipelines(self, provider: str) -> int:
        statement = select(func.count()).select_from(pipelines).where(pipelines.c.provider == provider, HAS_RUNS)
        return await self._database.read(lambda connection: connection.execute(statement).scalar_one())

    async def _in_repositories(
        self, asked: Select[Any], folded: str, after: tuple[str, str] | None, limit: int
    ) -> Sequence[LedgerPipeline]:
        """Which repository a pipeline has is known only when it is read, so they are read until enough have been found."""
        found: list[LedgerPipeline] = []
        while len(found) < limit:
            read = await self._read(_page(asked, after, FIRST_READ))
            found += [each for each in read if folded in (each.repository or "").casefold()]
            if len(read) < FIRST_READ:
                break
            after = (read[-1].source, read[-1].name)
        return found[:limit]

    async def _read(self, statement: Select[Any]) -> list[LedgerPipeline]:
        return await self._database.read(lambda connection: [_to_pipeline(row) for row in connection.execute(statement).mappings()])


def _page(asked: Select[Any], after: tuple[str, str] | None, limit: int) -> Select[Any]:
    place = tuple_(pipelines.c.source, pipelines.c.name)
    behind = asked if after is None else asked.where(place > after)
    return behind.order_by(pipelines.c.source, pipelines.c.name).limit(limit)


def _to_pipeline(row: RowMapping) -> LedgerPipeline:
    return LedgerPipeline(
        source=row["source"],
        name=row["name"],
        repository=row["repository"],
        first_started_at=from_us(row["first_us"]),
        last_started_at=from_us(row["last_us"]),
    )
