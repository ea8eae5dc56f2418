"""An execution query in nuvo's words: what the vendor can be asked to filter, and what is compared here in any case.

The vendor compares fields with one value each; which operators it has besides is documented nowhere. So times, several values
and people are compared here, and so is what it was asked for, because a server that reads queries in another style ignores them.
"""

from collections.abc import Iterable
from datetime import datetime

from gateway.domain.errors import NotSupportedError
from gateway.domain.execution import Execution, ExecutionKind, ExecutionQuery
from gateway.domain.page import RowFault
from gateway.domain.run import RunStatus
from gateway.providers.nuvo import wire
from gateway.providers.nuvo.keys import Origin
from gateway.providers.nuvo.mapping import execution_status, native_statuses, to_execution
from gateway.providers.nuvo.rows import BadRow
from gateway.upstream.key_parts import parts_of

Row = wire.Execution | BadRow
Filters = tuple[tuple[str, str], ...]


class ExecutionFilter:
    """`applied_locally` names the filters that the vendor is not asked for, as the query calls them.

    NotSupportedError for `projects`, which nuvo does not have; InvalidInputError for a damaged pipeline or workspace key.
    """

    def __init__(self, query: ExecutionQuery, origin: Origin) -> None:
        if query.projects is not None:
            raise NotSupportedError("nuvo has no projects. Filter by pipelines.", provider=origin.provider, field="projects")
        for workspace in query.workspaces or ():
            parts_of(workspace, 2)
        self._origin = origin
        self._statuses = None if query.statuses is None else frozenset(query.statuses)
        words = [] if query.statuses is None else native_statuses(query.statuses)
        only_words = self._statuses is not None and RunStatus.UNKNOWN not in self._statuses
        self._word = words[0] if only_words and len(words) == 1 else None
        self._actors = None if query.actors is None else frozenset(name.casefold() for name in query.actors)
        self._oldest = query.created_from
        self._before = query.created_to
        self.pipelines: tuple[str, ...] | None = None
        if query.pipelines is not None:
            self.pipelines = tuple(dict.fromkeys(parts_of(key, 1)[0] for key in query.pipelines))
        self.matches_nothing = (
            any(wanted == () for wanted in (query.statuses, query.actors, query.pipelines))
            or (only_words and not words)
            or (query.workspaces is not None and origin.workspace() not in query.workspaces)
            or query.environments is not None
            or (query.execution_kinds is not None and ExecutionKind.DATA not in query.execution_kinds)
        )
        self.applied_locally = (
            *(("statuses",) if self._statuses is not None and self._word is None and not self.matches_nothing else ()),
            *(("actors",) if self._actors is not None else ()),
            *(("created_from",) if self._oldest is not None else ()),
            *(("created_to",) if self._before is not None else ()),
        )

    @property
    def drops_rows(self) -> bool:
        """Whether rows are dropped here that a server which heeds its query sends."""
        return bool(self.applied_locally)

    def filters(self, pipeline: str | None) -> Filters:
        """What the vendor is asked for: the executions of one pipeline, or of all."""
        by_pipeline = () if pipeline is None else (("pipeline", pipeline),)
        by_status = () if self._word is None else (("status", self._word),)
        return (*by_pipeline, *by_status)

    def disregarded(self, rows: Iterable[Row], pipeline: str | None) -> tuple[str, ...]:
        """Which of the filters that were asked for the server cannot have heeded, by the rows it sent."""
        readable = [row for row in rows if not isinstance(row, BadRow)]
        by_pipeline = pipeline is not None and any(row.pipeline != pipeline for row in readable)
        by_status = self._word is not None and any(row.status != self._word for row in readable)
        return (*(("pipelines",) if by_pipeline else ()), *(("statuses",) if by_status else ()))

    def too_new(self, created: datetime, at_or_before: datetime | None) -> bool:
        return (at_or_before is not None and created > at_or_before) or (self._before is not None and created >= self._before)

    def too_old(self, created: datetime) -> bool:
        return self._oldest is not None and created < self._oldest

    def bounded_above(self, at_or_before: datetime | None) -> bool:
        """Whether the newest rows may all be too new."""
        return at_or_before is not None or self._before is not None

    def bound(self, at_or_before: datetime | None) -> datetime:
        """About the newest time a match can have, where there is such a bound."""
        return min(moment for moment in (at_or_before, self._before) if moment is not None)

    def matches(self, row: Row, pipelines: frozenset[str] | None) -> bool:
        """Everything but times. A row that cannot be read may match, unless it tells another pipeline."""
        if pipelines is not None and (row.pipeline is not None or not isinstance(row, BadRow)) and row.pipeline not in pipelines:
            return False
        if isinstance(row, BadRow):
            return True
        if self._statuses is not None and execution_status(row.status) not in self._statuses:
            return False
        return self._actors is None or bool(self._actors & _names(row.created_by))

    def value(self, row: Row) -> Execution | RowFault:
        return row.fault if isinstance(row, BadRow) else to_execution(row, self._origin, whole=False)


def time_of(row: Row) -> datetime | None:
    """When an execution was created, if that can be read."""
    return row.fault.created_at if isinstance(row, BadRow) else row.created_at


def _names(who: wire.Person | None) -> frozenset[str]:
    """What a person may be called by in a filter."""
    return frozenset() if who is None else frozenset(name.casefold() for name in (who.name, who.identifier, who.id) if name)
