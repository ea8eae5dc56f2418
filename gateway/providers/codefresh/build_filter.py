"""A build query in Codefresh's words: what the vendor filters, and what is left for the gateway.

The vendor compares status, branch, commit and pipeline, but times only by day.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from gateway.domain.build import Build, BuildQuery
from gateway.domain.page import RowFault
from gateway.domain.run import RunStatus
from gateway.providers.codefresh import wire
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
        self._nothing = any(wanted == () for wanted in (query.statuses, query.branches, query.commits)) or (
            statuses is not None and self._statuses is None and not self._words
        )
        self._oldest = _within(query.created_from)
        self._before = _within(query.created_to)
        self.applied_locally = (
            *(("statuses",) if self._statuses is not None else ()),
            *(("created_from",) if self._oldest is not None and self._oldest.time() != time() else ()),
            *(("created_to",) if self._before is not None and self._before.time() != time() else ()),
        )

    @property
    def matches_nothing(self) -> bool:
        """Nothing has to be asked: a list of allowed values is empty, or the vendor never uses such a status."""
        return self._nothing

    @property
    def compares_statuses(self) -> bool:
        """Whether the vendor sends builds of every status."""
        return self._statuses is not None

    @property
    def drops_rows(self) -> bool:
        """Whether the vendor's next page can hold rows of which none matches."""
        return self._statuses is not None or self._oldest is not None

    def newest(self, at_or_before: datetime | None) -> datetime | None:
        """The latest time a match can have, in UTC; None for now."""
        bounds = (_within(at_or_before), None if self._before is None else self._before - MOMENT)
        return min((bound for bound in bounds if bound is not None), default=None)

    def pairs(self, pipelines: Sequence[str] | None, end_day: date | None) -> list[tuple[str, str]]:
        """Query parameters; repeated ones are alternatives."""
        query = self._query
        pairs = [("pipeline", pipeline) for pipeline in pipelines or ()]
        pairs += [("status", word) for word in self._words]
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
        return self._statuses is None or isinstance(row, BadRow) or build_status(row.status) in self._statuses

    def value(self, row: wire.Build | BadRow) -> Build | RowFault:
        return row.fault if isinstance(row, BadRow) else to_build(row, self._origin)


def time_of(row: wire.Build | BadRow) -> datetime | None:
    """When a build was created, if that can be read. In UTC, because its day matters."""
    return utc(row.fault.created_at if isinstance(row, BadRow) else row.created)


def _within(moment: datetime | None) -> datetime | None:
    """In UTC; a bound that excludes no build is None, and one that excludes all is early enough."""
    if moment is None or moment >= LAST:
        return None
    return FIRST if moment < FIRST else moment.astimezone(UTC)
