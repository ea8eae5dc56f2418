"""A query for executions: what of it the vendor filters, and what is left for the gateway.

Run lists take one status, one workspace and one environment. Their times mean runs that were going on then, so that a run's
own time is compared here in any case.
"""

from datetime import UTC, datetime, timedelta

import msgspec

from gateway.domain.errors import NotSupportedError
from gateway.domain.execution import Execution, ExecutionKind, ExecutionQuery
from gateway.domain.page import RowFault
from gateway.domain.run import RunStatus
from gateway.providers.talend.execution_statuses import plan_words, task_words
from gateway.providers.talend.keys import PLAN, TASK, PipelineWord

MOMENT = timedelta(milliseconds=1)
MOST_WORDS = 3
"""Lists of single statuses that are read in place of the one of all statuses, before that one is filtered here."""
# Beyond these no run lies, and times cannot be counted up or down for ever.
FIRST = datetime(1970, 1, 2, tzinfo=UTC)
LAST = datetime(9000, 1, 1, tzinfo=UTC)


class RunList(msgspec.Struct, frozen=True):
    """One list of the vendor's: the runs of all tasks, or of all plans, or of the one named. `place` are the parameters that
    narrow it to a workspace or environment, `status` is the vendor's word."""

    kind: PipelineWord
    pipeline: str | None = None
    place: tuple[tuple[str, str], ...] = ()
    status: str | None = None


class ExecutionFilter:
    """`applied_locally` names the filters that drop runs which the vendor lets pass.

    NotSupportedError for `projects`: tasks, plans and their runs do not tell theirs.
    """

    def __init__(self, query: ExecutionQuery) -> None:
        if query.projects is not None:
            raise NotSupportedError("Runs of Talend do not tell their project.", field="projects")
        self._query = query
        self._statuses = None if query.statuses is None else frozenset(query.statuses)
        self._actors = None if query.actors is None else frozenset(actor.casefold() for actor in query.actors)
        self._oldest = None if query.created_from is None else _within(query.created_from)
        self._before = None if query.created_to is None or query.created_to >= LAST else _within(query.created_to)
        self.words: dict[PipelineWord, tuple[str, ...] | None] = {TASK: None, PLAN: None}
        if self._statuses is not None:
            self.words = {TASK: task_words(query.statuses or ()), PLAN: plan_words(query.statuses or ())}
        self._kinds = tuple(kind for kind in (TASK, PLAN) if self._asks_for(kind))
        self._nothing = (
            not self._kinds
            or any(wanted == () for wanted in (query.workspaces, query.environments, query.pipelines, query.actors))
            or self._oldest == LAST
        )
        self.applied_locally = (
            *(("statuses",) if self._statuses is not None and not self._words_say_all() else ()),
            *(("actors",) if self._actors is not None else ()),
            *(("created_from",) if self._oldest is not None else ()),
            *(("created_to",) if self._before is not None else ()),
        )

    @property
    def kinds(self) -> tuple[PipelineWord, ...]:
        """Whose runs can match: those of tasks, of plans. Runs of promotions are in no list."""
        return self._kinds

    @property
    def matches_nothing(self) -> bool:
        """Nothing has to be asked."""
        return self._nothing

    @property
    def oldest(self) -> datetime | None:
        """The earliest time a match can have."""
        return self._oldest

    def newest(self, at_or_before: datetime | None) -> datetime | None:
        """The latest time a match can have; None for now."""
        latest = None if at_or_before is None or at_or_before >= LAST else _within(at_or_before)
        before = None if self._before is None else self._before - timedelta(microseconds=1)
        return min((bound for bound in (latest, before) if bound is not None), default=None)

    def status_lists(self, base: RunList) -> list[RunList]:
        """The list that `base` is, or the lists of single statuses in its place."""
        words = self.words[base.kind]
        if words is None or not 1 <= len(words) <= MOST_WORDS:
            return [base]
        return [msgspec.structs.replace(base, status=word) for word in words]

    def keeps(self, run: Execution | RowFault, newest: datetime | None) -> bool:
        """Whether it matches and is not newer than that. A row that cannot be read may match."""
        created = run.created_at
        if created is not None and (
            (newest is not None and created > newest) or (self._oldest is not None and created < self._oldest)
        ):
            return False
        if isinstance(run, RowFault):
            return True
        if self._statuses is not None and run.status not in self._statuses:
            return False
        if run.parent is not None and not self._query.include_children:
            return False
        return self._actors is None or _is_by(run, self._actors)

    def _asks_for(self, kind: PipelineWord) -> bool:
        wanted = self._query.execution_kinds
        own = ExecutionKind.TASK if kind == TASK else ExecutionKind.PLAN
        return (wanted is None or own in wanted) and self.words[kind] != ()

    def _words_say_all(self) -> bool:
        """Whether the vendor is asked for every word by itself, and all that it gives is wanted. (Failed and skipped runs share
        their words.)"""
        wanted = self._statuses or frozenset()
        mixed = len(wanted & {RunStatus.FAILED, RunStatus.SKIPPED}) == 1
        return not mixed and all(0 < len(self.words[kind] or ()) <= MOST_WORDS for kind in self._kinds)


def _is_by(run: Execution, actors: frozenset[str]) -> bool:
    who = run.actor
    return who is not None and any(
        name is not None and name.casefold() in actors for name in (who.username, who.name, who.email, who.external_id)
    )


def _within(moment: datetime) -> datetime:
    """In UTC, and neither before FIRST nor after LAST."""
    if moment >= LAST:
        return LAST
    return FIRST if moment < FIRST else moment.astimezone(UTC)
