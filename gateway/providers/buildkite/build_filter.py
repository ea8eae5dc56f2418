"""A build query in Buildkite's words: what the vendor filters, and what is left for the gateway."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from gateway.domain.build import Build, BuildQuery
from gateway.domain.build_match import BuildMatch
from gateway.domain.cursor import EPOCH
from gateway.domain.page import RowFault
from gateway.domain.run import RunStatus
from gateway.providers.buildkite.mapping import milliseconds

# Docs: REST API, Builds, list (values of `state`). UNKNOWN has none: it is what no listed word names. Nor have `waiting`
# (QUEUED) and `waiting_failed` (FAILED), so builds in them are not found by status.
# ASSUMED: REST hardly ever shows these two; disproved by recorded builds in them.
FILTER_STATES: dict[RunStatus, tuple[str, ...]] = {
    RunStatus.QUEUED: ("creating", "scheduled"),
    RunStatus.RUNNING: ("running", "failing", "canceling"),
    RunStatus.BLOCKED: ("blocked",),
    RunStatus.SUCCEEDED: ("passed",),
    RunStatus.FAILED: ("failed",),
    RunStatus.CANCELED: ("canceled",),
    RunStatus.SKIPPED: ("skipped", "not_run"),
}


LATEST_MS = milliseconds(datetime.max.replace(tzinfo=UTC))
UNFILTERABLE = "Builds in the states waiting and waiting_failed are not found by status: Buildkite has no filter word for them."


class BuildFilter:
    """`changeable` when a build can begin or cease to match while its list is being read.

    `applied_locally` names the filters that can drop rows here. Of a status filter that is so when UNKNOWN is among the
    wanted, or BLOCKED is not: the vendor may hand out a blocked build by its last state.
    """

    def __init__(self, query: BuildQuery) -> None:
        statuses = frozenset(query.statuses) if query.statuses is not None else None
        self._statuses = statuses
        self._query = query
        self._states = () if statuses is None or RunStatus.UNKNOWN in statuses else _states(statuses)
        self.changeable = bool(self._states) or query.commits is not None
        drops = statuses is not None and (not self._states or RunStatus.BLOCKED not in statuses)
        self._match = BuildMatch(query)
        self.applied_locally = (*(("statuses",) if drops else ()), *self._match.names)
        self.note = UNFILTERABLE if self._states and statuses and statuses & {RunStatus.QUEUED, RunStatus.FAILED} else None
        self.created_to_ms = None if query.created_to is None else _up_to_ms(query.created_to)

    @property
    def sifts(self) -> bool:
        """Whether most of the vendor's rows may be dropped here: then its pages are read as large as they come."""
        return bool(self._match.names)

    @property
    def matches_nothing(self) -> bool:
        """An empty list of allowed values allows none."""
        query = self._query
        return self._match.matches_nothing or any(wanted == () for wanted in (query.statuses, query.branches, query.commits))

    def pairs(self, created_to_ms: int | None) -> list[tuple[str, str]]:
        """Query parameters, with the end of the time range that a page wants."""
        query = self._query
        pairs = [("state[]", state) for state in self._states]
        pairs += [("branch[]", branch) for branch in query.branches or ()]
        pairs += [("commit[]", commit) for commit in query.commits or ()]
        if query.created_from is not None:
            pairs.append(("created_from", _text(_up_to_ms(query.created_from))))
        if created_to_ms is not None:
            pairs.append(("created_to", _text(created_to_ms)))
        return pairs

    def keep(self, rows: Sequence[Build | RowFault]) -> tuple[Build | RowFault, ...]:
        """Without what only looked as if it matched. Rows that cannot be read stay."""
        if self._statuses is None and not self._match.names:
            return tuple(rows)
        return tuple(row for row in rows if isinstance(row, RowFault) or self._matches(row))

    def _matches(self, build: Build) -> bool:
        return (self._statuses is None or build.status in self._statuses) and (not self._match.names or self._match(build))


def bound_after(moment: datetime) -> int:
    """The exclusive bound that lets everything up to and at `moment` pass: builds show whole milliseconds."""
    return milliseconds(moment) + 1


def _states(statuses: frozenset[RunStatus]) -> tuple[str, ...]:
    return tuple(state for status, states in FILTER_STATES.items() if status in statuses for state in states)


def _up_to_ms(moment: datetime) -> int:
    whole = milliseconds(moment)
    return whole if moment == EPOCH + timedelta(milliseconds=whole) else whole + 1


def _text(ms: int) -> str:
    # ASSUMED: the vendor compares created_from and created_to to the millisecond; disproved by a list with created_to one
    # millisecond after a build that lacks this build.
    moment = EPOCH + timedelta(milliseconds=min(ms, LATEST_MS))
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
