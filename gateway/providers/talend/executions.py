"""Executions: runs of tasks, plans and promotions."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from datetime import datetime

import msgspec

from gateway.domain.errors import GatewayError, InvalidInputError, NotFoundError
from gateway.domain.execution import Execution, ExecutionQuery
from gateway.domain.keys import ExecutionKey, PipelineKey
from gateway.domain.page import Chunk, Mark, Want
from gateway.domain.pipeline import PipelineReader
from gateway.providers.talend.execution_children import ExecutionChildren, done_statuses
from gateway.providers.talend.execution_filter import ExecutionFilter, RunList
from gateway.providers.talend.execution_lists import ExecutionLists
from gateway.providers.talend.execution_mapping import to_plan_run, to_promotion_run, to_task_run
from gateway.providers.talend.execution_receipts import ExecutionReceipts
from gateway.providers.talend.execution_scope import ExecutionScope
from gateway.providers.talend.keys import (
    PLAN,
    PROMOTION,
    TASK,
    ExecutionWord,
    Origin,
    PipelineWord,
    Receipt,
    execution_ids,
    is_id,
    pipeline_ids,
    receipt_in,
)
from gateway.providers.talend.newest_executions_reader import newest_of
from gateway.providers.talend.places import Places
from gateway.providers.talend.rows import mapped
from gateway.providers.talend.runs_client import RunsClient
from gateway.upstream.settle import Answers, answer_checked, settle

_Pipeline = tuple[PipelineWord, str]


class TalendExecutions:
    """An ExecutionReader."""

    def __init__(self, client: RunsClient, origin: Origin, pipelines: PipelineReader, places: Places) -> None:
        self._client = client
        self._origin = origin
        self._scope = ExecutionScope(pipelines, places)
        self.children = ExecutionChildren(client, origin, pipelines)
        self.receipts = ExecutionReceipts(client, origin)

    async def get_executions(self, keys: Sequence[ExecutionKey], want: Want) -> list[Execution | GatewayError]:
        """A call each: lists do not show runs whole. For what is known by a receipt only, up to three."""

        def check(key: ExecutionKey) -> None:
            execution_ids(key)

        return await answer_checked(keys, check, self._get_executions)

    async def get(self, key: ExecutionKey) -> Execution:
        """One, or its error."""
        (found,) = await self.get_executions((key,), frozenset())
        if isinstance(found, GatewayError):
            raise found
        return found

    async def _get_executions(self, keys: Sequence[ExecutionKey]) -> list[Execution | GatewayError]:
        ids = {key: receipt_in(key) or execution_ids(key) for key in keys}
        found = await settle((each for each in ids.values() if each is not None), self._get)
        return [self._origin.absent("execution") if (each := ids[key]) is None else found[each] for key in keys]

    async def stream_executions(
        self, query: ExecutionQuery, at_or_before: datetime | None, page_size: int, want: Want
    ) -> AsyncGenerator[Chunk[Execution], None]:
        """By stretches of time (see `execution_slices.py`), runs of tasks and of plans merged."""
        matching = ExecutionFilter(query)
        lists = ExecutionLists(self._client, self._origin, matching)
        bases = [] if matching.matches_nothing else await self._scope.lists(query, matching.kinds)
        if not bases:
            yield lists.chunk((), more=False)
            return
        async with aclosing(lists.stream(bases, at_or_before, page_size)) as chunks:
            async for chunk in chunks:
                yield chunk

    async def newest_executions(
        self, pipelines: Sequence[PipelineKey], query: ExecutionQuery, first: int, want: Want
    ) -> list[Chunk[Execution] | GatewayError]:
        """The list of all tasks, or of all plans, while that pays, then that of each that is left (see `newest_executions.py`)."""

        def check(key: PipelineKey) -> None:
            pipeline_ids(key)

        return await answer_checked(pipelines, check, lambda known: self._newest_executions(known, query, first))

    async def _newest_executions(
        self, pipelines: Sequence[PipelineKey], query: ExecutionQuery, first: int
    ) -> list[Chunk[Execution] | GatewayError]:
        matching = ExecutionFilter(msgspec.structs.replace(query, pipelines=None))
        lists = ExecutionLists(self._client, self._origin, matching)
        ids = {key: pipeline_ids(key) for key in pipelines}
        wanted = [key for key, found in ids.items() if found is not None and found[0] in matching.kinds]
        answers: Answers[_Pipeline, Chunk[Execution]] = {}
        if wanted and not matching.matches_nothing:
            try:
                answers = await self._newest(lists, query, wanted, first)
            except GatewayError as error:
                answers = {found: error for found in ids.values() if found is not None}
        nothing = lists.chunk((), more=False)
        return [
            self._origin.absent("pipeline") if (found := ids[key]) is None else answers.get(found, nothing) for key in pipelines
        ]

    async def _newest(
        self, lists: ExecutionLists, query: ExecutionQuery, wanted: Sequence[PipelineKey], first: int
    ) -> Answers[_Pipeline, Chunk[Execution]]:
        inside = [found for key in await self._scope.narrowed(query, wanted) if (found := pipeline_ids(key)) is not None]
        named = {kind: tuple(pipeline for of, pipeline in inside if of == kind) for kind in lists.matching.kinds}
        asked = tuple(kind for kind in named if named[kind])
        scoped = await self._scope.mixed(query, asked)
        mixed = {kind: _mixed(kind, scoped) for kind in asked}
        held = await settle(asked, lambda kind: newest_of(lists, mixed[kind], named[kind], first))
        answers: Answers[_Pipeline, Chunk[Execution]] = {}
        for kind, heads in held.items():
            for pipeline in named[kind]:
                answers[kind, pipeline] = heads if isinstance(heads, GatewayError) else heads[pipeline]
        return answers

    async def find_executions_by_external_id(self, ids: Sequence[str], want: Want) -> list[Execution | GatewayError]:
        """At most three calls each: an id does not say whether a task, a plan or a promotion was run."""

        async def find(asked: Sequence[str]) -> list[Execution | GatewayError]:
            found = await settle(asked, self._find)
            return [found[each] for each in asked]

        return await answer_checked(ids, lambda text: self._origin.check_name(text, "externalId"), find)

    async def list_children(self, parent: ExecutionKey, after: Mark | None, first: int, want: Want) -> Chunk[Execution]:
        """The runs of tasks in a plan's run, the oldest first."""
        found = execution_ids(parent)
        if found is None:
            raise self._origin.absent("execution")
        kind, execution = found
        return await self.children.list(execution, after, first) if kind == PLAN else Chunk((), False, total=0)

    async def _get(self, place: tuple[ExecutionWord, str] | Receipt) -> Execution:
        if isinstance(place, Receipt):
            return await self.receipts.get(place)
        kind, execution = place
        if kind == TASK:
            run = to_task_run(await self._client.get_task_run(execution), self._origin)
        elif kind == PLAN:
            details = await self._client.get_plan_run(execution)
            run = to_plan_run(details.run, self._origin, done_statuses(details, self._origin))
        else:
            told = await self._client.get_promotion_run(execution)
            run = mapped(told, lambda each: to_promotion_run(each, execution, self._origin), self._origin.provider)
        if run.external_id != execution:
            raise self._origin.absent("execution")
        return run

    async def _find(self, execution: str) -> Execution:
        for kind in (TASK, PLAN, PROMOTION) if is_id(execution) else ():
            try:
                return await self._get((kind, execution))
            except (NotFoundError, InvalidInputError):
                # 400 is documented beside 404: an id of another kind may be no id at all to this one.
                continue
        # A service's first id is a receipt. Its run has another, and the receipt does not lead to it.
        raise NotFoundError(
            f"{self._origin.provider} has no such execution. (A data service or route appears in the list of its task's runs, "
            "under another id than its start gave, within a minute.)",
            provider=self._origin.provider,
        )


def _mixed(kind: PipelineWord, scoped: Sequence[RunList]) -> RunList:
    """The list of all tasks' or plans' runs: of one place if that holds all that is wanted."""
    own = [each for each in scoped if each.kind == kind]
    return own[0] if len(own) == 1 else RunList(kind)
