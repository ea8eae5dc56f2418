"""Builds: runs out of the ledger."""

from collections.abc import AsyncGenerator, Sequence
from datetime import datetime

import msgspec

from gateway.domain.build import Build, BuildNumber, BuildQuery
from gateway.domain.errors import GatewayError, NotSupportedError
from gateway.domain.keys import BuildKey, PipelineKey
from gateway.domain.ledger import LedgerQuery, LedgerRun, RunPlace
from gateway.domain.outcome import Source
from gateway.domain.page import Chunk, Want
from gateway.providers.dx.account_ledger import AccountLedger
from gateway.providers.dx.build_filter import ledger_query
from gateway.providers.dx.keys import Origin, pipeline_name_of, reference_id_of
from gateway.providers.dx.mapping import to_build
from gateway.upstream.settle import answer_checked

LARGEST_CHUNK = 500
NOTHING: Chunk[Build] = Chunk((), False, source=Source.STORE)


class DxBuilds:
    """A BuildReader. Nothing costs an upstream call; every method asks the store once, a stream once per chunk."""

    def __init__(self, ledger: AccountLedger, origin: Origin) -> None:
        self._ledger = ledger
        self._origin = origin

    async def get_builds(self, keys: Sequence[BuildKey], want: Want) -> list[Build | GatewayError]:
        async def get(ours: Sequence[BuildKey]) -> list[Build | GatewayError]:
            return await self._find([reference_id_of(key) for key in ours])

        return await answer_checked(keys, _check_key, get)

    async def stream_builds(
        self, query: BuildQuery, at_or_before: datetime | None, page_size: int, want: Want
    ) -> AsyncGenerator[Chunk[Build], None]:
        """By start, newest first, then by reference id; from the second chunk on behind the last run that was given."""
        wanted = ledger_query(query, self._origin)
        if wanted is None:
            yield NOTHING
            return
        size = max(1, min(page_size, LARGEST_CHUNK))
        after: RunPlace | None = None
        more = True
        while more:
            runs = await self._ledger.newest_runs(wanted, at_or_before, after, size + 1)
            chunk = self._chunk(runs, size)
            yield chunk
            more = chunk.more
            if more:
                after = RunPlace(runs[size - 1].started_at, runs[size - 1].reference_id)

    async def newest_builds(
        self, pipelines: Sequence[PipelineKey], query: BuildQuery, first: int, want: Want
    ) -> list[Chunk[Build] | GatewayError]:
        """A pipeline that never had a run has none: its list is empty."""
        wanted = ledger_query(_of_any_pipeline(query), self._origin)

        async def newest(ours: Sequence[PipelineKey]) -> list[Chunk[Build] | GatewayError]:
            if wanted is None:
                return [NOTHING for _ in ours]
            return await self._newest([pipeline_name_of(key) for key in ours], wanted, first)

        return await answer_checked(pipelines, _check_pipeline, newest)

    async def find_builds(self, numbers: Sequence[BuildNumber], want: Want) -> list[Build | GatewayError]:
        message = "Runs that are reported to the gateway have no numbers. Look one up by its externalId, which is its reference id."
        error = NotSupportedError(message, provider=self._origin.provider, field="number")
        return [error for _ in numbers]

    async def find_builds_by_external_id(self, ids: Sequence[str], want: Want) -> list[Build | GatewayError]:
        return await answer_checked(ids, lambda text: self._origin.check_text(text, "externalId"), self._find)

    async def _find(self, reference_ids: Sequence[str]) -> list[Build | GatewayError]:
        found = await self._ledger.get_runs(reference_ids)
        return [self._origin.absent("build") if run is None else to_build(run, self._origin) for run in found]

    async def _newest(
        self, pipelines: Sequence[tuple[str, str]], query: LedgerQuery, first: int
    ) -> list[Chunk[Build] | GatewayError]:
        distinct = list(dict.fromkeys(pipelines))
        found = await self._ledger.newest_runs_of(distinct, query, first + 1)
        chunks = {name: self._chunk(runs, first) for name, runs in zip(distinct, found, strict=True)}
        return [chunks[name] for name in pipelines]

    def _chunk(self, runs: Sequence[LedgerRun], size: int) -> Chunk[Build]:
        """Of `size` runs, when one more was asked for to see whether there is one."""
        items = tuple(to_build(run, self._origin) for run in runs[:size])
        return Chunk(items, len(runs) > size, source=Source.STORE, ids_in_order=True)


def _of_any_pipeline(query: BuildQuery) -> BuildQuery:
    return msgspec.structs.replace(query, pipelines=None)


def _check_key(key: BuildKey) -> None:
    reference_id_of(key)


def _check_pipeline(key: PipelineKey) -> None:
    pipeline_name_of(key)
