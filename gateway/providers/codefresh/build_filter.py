"""A build query in Codefresh's words: what the vendor filters, and what is left for the gateway.

The vendor compares status, branch, commit and pipeline, but times only by day, and branches only as a whole.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from gateway.domain.build import Build, BuildQuery
from gateway.domain.build_match import BuildMatch
from gateway.domain.errors import NotSupportedError
from gateway.domain.page import RowFault
from gateway.domain.run import RunStatus
from gateway.providers.codefresh import wire
from gateway.providers.codefresh.branch_patterns import branch_patterns, has_pattern
from gateway.providers.codefresh.keys import Origin
from gateway.providers.codefresh.mapping import build_status, native_statuses, to_build, utc
from gateway.providers.codefresh.rows import BadRow

MOMENT = timedelta(microseconds=1)
DAY = timedelta(days=1)
# Beyond these no build lies, and days cannot be counted up or down for ever.
FIRST = datetime(1970, 1, 2, tzinfo=UTC)
LAST = datetime(9000, 1, 1, tzinfo=UTC)


class BuildFilter:
    """`applied_locally` names the filters that can drop rows which the vendor's own filters let pass."""

    def __init__(self, query: BuildQuery, origin: Origin) -> None:
        self._query = query
        self._origin = origin
        statuses = None if query.statuses is None else frozenset(query.statuses)
        # No word of the vendor's means UNKNOWN, so only reading all statuses finds it.
        self._statuses = statuses if statuses is not None and RunStatus.UNKNOWN in statuses else None
        self._words = native_statuses(statuses) if statuses is not None and self._statuses is None else []
        self._branches = branch_patterns(query.branches) if has_pattern(query.branches) else None
        if query.pull_requests:
            raise NotSupportedError(f"Builds of {origin.provider} do not name their pull request.", provider=origin.provider)
        self._match = BuildMatch(query)
        self._oldest = None if query.created_from is None else _within(query.created_from)
        self._before = None if query.created_to is None or query.created_to >= LAST else _within(query.created_to)
        self._nothing = (
            any(wanted == () for wanted in (query.statuses, query.branches, query.commits))
            or (statuses is not None and self._statuses is None and not self._words)
            or self._oldest == LAST
            or self._match.matches_nothing
        )
        self.applied_locally = (
            *(("statuses",) if self._statuses is not None else ()),
            *(("branches",) if self._branches is not None else ()),
            *self._match.names,
            *(("created_from",) if self._oldest is not None and self._oldest.time() != time() else ()),
            *(("created_to",) if self._before is not None and self._before.time() != time() else ()),
        )

    @property
    def matches_nothing(self) -> bool:
        """Nothing has to be asked: a list of allowed values is empty, the vendor never uses such a status, or no build will
        ever be so new."""
        return self._nothing

    @property
    def compares_rows(self) -> bool:
        """Whether the vendor sends builds of every status, branch, repository, pull request or actor."""
        return self._statuses is not None or self._branches is not None or bool(self._match.names)

    @property
    def drops_rows(self) -> bool:
        """Whether the vendor's next page can hold rows of which none matches."""
        return self.compares_rows or self._oldest is not None

    def newest(self, at_or_before: datetime | None) -> datetime | None:
        """The latest time a match can have, in UTC; None for now."""
        latest = None if at_or_before is None or at_or_before >= LAST else _within(at_or_before)
        bounds = (latest, None if self._before is None else self._before - MOMENT)
        return min((bound for bound in bounds if bound is not None), default=None)

    def pairs(self, pipelines: Sequence[str] | None, end_day: date | None) -> list[tuple[str, str]]:
        """Query parameters; repeated ones are alternatives."""
        query = self._query
        pairs = [("pipeline", pipeline) for pipeline in pipelines or ()]
        pairs += [("status", word) for word in self._words]
        if self._branches is None:  # alternatives: one that the vendor cannot compare leaves the others to be compared here too
            pairs += [("branchName", branch) for branch in query.branches or ()]
        pairs += [("revision", commit) for commit in query.commits or ()]
        if self._oldest is not None:
            # A day early: what day it is depends on the zone, and rows too old only end the list.
            pairs.append(("startDate", (self._oldest - DAY).date().isoformat()))
        if end_day is not None:
            pairs.append(("endDate", end_day.isoformat()))
        return pairs

    def too_old(self, moment: datetime) -> bool:
        return self._oldest is not None and moment < self._oldest

    def matches(self, row: wire.Build | BadRow) -> bool:
        """What the vendor could not compare, times aside. A row that cannot be read may match."""
        if isinstance(row, BadRow):
            return True
        if self._statuses is not None and build_status(row.status) not in self._statuses:
            return False
        if self._branches is not None and (row.branch is None or not any(matches(row.branch) for matches in self._branches)):
            return False
        return not self._match.names or self._match(to_build(row, self._origin))

    def value(self, row: wire.Build | BadRow) -> Build | RowFault:
        return row.fault if isinstance(row, BadRow) else to_build(row, self._origin)


def time_of(row: wire.Build | BadRow) -> datetime | None:
    """When a build was created, if that can be read. In UTC, because its day matters."""
    return utc(row.fault.created_at if isinstance(row, BadRow) else row.created)


def _within(moment: datetime) -> datetime:
    """In UTC, and neither before FIRST nor after LAST."""
    if moment >= LAST:
        return LAST
    return FIRST if moment < FIRST else moment.astimezone(UTC)
