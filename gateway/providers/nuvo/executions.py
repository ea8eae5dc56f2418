"""Executions."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from datetime import datetime

from gateway.domain.errors import GatewayError
from gateway.domain.execution import Execution, ExecutionQuery
from gateway.domain.keys import ExecutionKey, PipelineKey
from gateway.domain.page import Chunk, Mark, Want
from gateway.providers.nuvo.client import NuvoClient
from gateway.providers.nuvo.execution_filter import ExecutionFilter
from gateway.providers.nuvo.execution_lists import ExecutionLists
from gateway.providers.nuvo.habits import Habits
from gateway.providers.nuvo.keys import Origin
from gateway.providers.nuvo.mapping import to_execution
from gateway.providers.nuvo.newest_reader import newest_of
from gateway.upstream.key_parts import answer_ours, parts_of
from gateway.upstream.merged_runs import merged
from gateway.upstream.settle import answer_each

MAX_LISTS = 16
"""So many pipelines' own lists are merged; of more, the list of all pipelines is read and compared."""


class NuvoExecutions:
    """An ExecutionReader."""

    def __init__(self, client: NuvoClient, origin: Origin, page_size: int, habits: Habits) -> None:
        self._client = client
        self._origin = origin
        self._page_size = page_size
        self._habits = habits

    async def get_executions(self, keys: Sequence[ExecutionKey], want: Want) -> list[Execution | GatewayError]:
        """A call for each distinct key: lists lack logs and configuration."""
        return await answer_ours(keys, 1, lambda ours: answer_each([key.parts[0] for key in ours], self._find))

    async def stream_executions(
        self, query: ExecutionQuery, at_or_before: datetime | None, page_size: int, want: Want
    ) -> AsyncGenerator[Chunk[Execution], None]:
        """The list of one pipeline, or of all; of several pipelines their lists merged."""
        matching = ExecutionFilter(query, self._origin)
        if matching.matches_nothing:
            yield Chunk((), False, applied_locally=matching.applied_locally)
            return
        async with aclosing(self._stream(self._lists(matching), at_or_before, page_size)) as chunks:
            async for chunk in chunks:
                yield chunk

    async def newest_executions(
        self, pipelines: Sequence[PipelineKey], query: ExecutionQuery, first: int, want: Want
    ) -> list[Chunk[Execution] | GatewayError]:
        """Pages of all pipelines while that pays, then a call for each that is left (see `newest_planner.py`)."""
        return await answer_ours(pipelines, 1, lambda ours: self._newest(ours, query, first))

    async def find_executions_by_external_id(self, ids: Sequence[str], want: Want) -> list[Execution | GatewayError]:
        """A call for each distinct id."""

        async def find(execution_id: str) -> Execution:
            self._origin.check_name(execution_id, "externalId")
            return await self._find(execution_id)

        return await answer_each(ids, find)

    async def list_children(self, parent: ExecutionKey, after: Mark | None, first: int, want: Want) -> Chunk[Execution]:
        """None: nothing at nuvo starts executions of another."""
        parts_of(parent, 1)
        return Chunk((), False, total=0)

    def _stream(
        self, lists: ExecutionLists, at_or_before: datetime | None, page_size: int
    ) -> AsyncGenerator[Chunk[Execution], None]:
        pipelines = lists.matching.pipelines
        if pipelines is None:
            return lists.stream(None, None, at_or_before, page_size)
        if len(pipelines) == 1:
            return lists.stream(pipelines[0], None, at_or_before, page_size)
        if len(pipelines) > MAX_LISTS or lists.sorted_by_server is False:
            return lists.stream(None, frozenset(pipelines), at_or_before, page_size)
        return merged([lists.stream(pipeline, None, at_or_before, page_size) for pipeline in pipelines])

    async def _newest(
        self, pipelines: Sequence[PipelineKey], query: ExecutionQuery, first: int
    ) -> list[Chunk[Execution] | GatewayError]:
        try:
            matching = ExecutionFilter(query, self._origin)
        except GatewayError as error:
            return [error for _ in pipelines]
        if matching.matches_nothing:
            return [Chunk((), False, applied_locally=matching.applied_locally) for _ in pipelines]
        found = await newest_of(self._lists(matching), list(dict.fromkeys(key.parts[0] for key in pipelines)), first)
        return [found[key.parts[0]] for key in pipelines]

    def _lists(self, matching: ExecutionFilter) -> ExecutionLists:
        return ExecutionLists(self._client, self._habits, matching, self._page_size)

    async def _find(self, execution_id: str) -> Execution:
        row = await self._client.get_execution(execution_id)
        if row.id != execution_id:
            raise self._origin.absent("execution")
        return to_execution(row, self._origin, whole=True)
