"""The ledger: runs that CI systems report by themselves, kept here because nobody else can be asked for them.

A system reports a run by any number of notifications that share a `reference_id`. Each one is stored as it came; the run is
the fold of all of them (`fold`), whatever the order in which they arrived and however often.

`gateway/store/ledger` keeps it in a database; that is the only place where notifications turn into runs.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Protocol

import msgspec

from gateway.domain.run import RunStatus

RANK: dict[RunStatus | None, int] = {
    None: 0,
    RunStatus.RUNNING: 1,
    RunStatus.SUCCEEDED: 2,
    RunStatus.CANCELED: 3,
    RunStatus.FAILED: 4,
}
"""The state of a run is the highest that any notification gave it, so a failure is never cleared under the same id.

A notification has one of these states; others are refused.
"""

DESCRIBING = (
    "pipeline_source",
    "pipeline_name",
    "repository",
    "commit",
    "pull_request",
    "branch",
    "url",
    "email",
    "github_username",
    "gitlab_username",
)
"""What describes a run, as attributes of a notification and of a run: of each, the last one given holds (`precedence`)."""

NEVER = datetime.min.replace(tzinfo=UTC)


class RunNotification(msgspec.Struct, frozen=True, kw_only=True):
    """One report about one run, checked. A field that was not given is None and never erases what another one said.

    Times are aware. Empty text counts as not given.
    """

    reference_id: str
    pipeline_source: str
    pipeline_name: str
    started_at: datetime
    finished_at: datetime | None = None
    status: RunStatus | None = None
    repository: str | None = None
    commit: str | None = None
    pull_request: int | None = None
    branch: str | None = None
    url: str | None = None
    email: str | None = None
    github_username: str | None = None
    gitlab_username: str | None = None


class StoredNotification(msgspec.Struct, frozen=True, kw_only=True):
    """A notification with its place in the store. `sequence` grows with every one stored."""

    sequence: int
    received_at: datetime
    notification: RunNotification


class LedgerRun(msgspec.Struct, frozen=True, kw_only=True):
    """What all notifications of one `reference_id` say together."""

    reference_id: str
    pipeline_source: str
    pipeline_name: str
    started_at: datetime
    finished_at: datetime | None = None
    status: RunStatus | None = None
    repository: str | None = None
    commit: str | None = None
    pull_request: int | None = None
    branch: str | None = None
    url: str | None = None
    email: str | None = None
    github_username: str | None = None
    gitlab_username: str | None = None
    notifications: int = 1


class LedgerPipeline(msgspec.Struct, frozen=True, kw_only=True):
    """A pipeline that runs were reported for; `source` is the CI system's name for itself.

    It is there as long as a run says that it belongs to it. `repository` is that of the newest run that names one, looked for
    among the latest 20.
    """

    source: str
    name: str
    repository: str | None = None
    first_started_at: datetime
    last_started_at: datetime


class LedgerQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which runs. None means any; each given list is an OR of its values, and an empty one matches nothing.

    `pipelines` are (source, name). `repositories` are full names, and `actors` match the mail address or either user name,
    both ignoring case. `branches` are exact names or patterns where `*` stands for any text; their case counts. `status` None
    among `statuses` is a run without any. `started_from` is inclusive, `started_to` exclusive.
    """

    pipelines: tuple[tuple[str, str], ...] | None = None
    statuses: tuple[RunStatus | None, ...] | None = None
    repositories: tuple[str, ...] | None = None
    commits: tuple[str, ...] | None = None
    pull_requests: tuple[int, ...] | None = None
    branches: tuple[str, ...] | None = None
    actors: tuple[str, ...] | None = None
    started_from: datetime | None = None
    started_to: datetime | None = None


class RunPlace(msgspec.Struct, frozen=True):
    """A place in the order newest first: `started_at` descending, then `reference_id` ascending."""

    started_at: datetime
    reference_id: str


class OutboxEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A notification that waits to be passed on. `attempts` counts those that failed so far."""

    id: int
    notification: RunNotification
    attempts: int
    queued_at: datetime


class Forwarding(msgspec.Struct, frozen=True, kw_only=True):
    """How passing on is going. `queued` wait, `oldest_s` is the age of the oldest of them in seconds; `refused` were turned down
    for good. `last_error` is the latest among entries that are still there, waiting or refused.
    """

    queued: int = 0
    oldest_s: float | None = None
    refused: int = 0
    last_error: str | None = None


class LedgerStore(Protocol):
    """Keeps the ledgers of all providers, and what waits to be passed on. `provider` is the configured name."""

    async def record(self, provider: str, notification: RunNotification, raw: bytes, *, forward: bool) -> LedgerRun:
        """Stores one notification (`raw` is what was sent), folds its run anew, and queues it to be passed on if `forward`.

        Returns after all of that is committed. InvalidInputError, naming the field, for what no store could hold.
        StoreUnavailableError when there is nothing to acknowledge: send it again. Where the connection broke during the
        commit it may be there already, which does no harm: the fold is the same with one repetition more.
        """
        ...

    async def get_runs(self, provider: str, reference_ids: Sequence[str]) -> Sequence[LedgerRun | None]:
        """One answer per id, in order."""
        ...

    async def newest_runs(
        self, provider: str, query: LedgerQuery, at_or_before: datetime | None, after: RunPlace | None, limit: int
    ) -> Sequence[LedgerRun]:
        """At most `limit` runs in the order of RunPlace: begun at or before the time, and behind `after`.

        Costs the same however many runs there are, for any one filter. Several together begin from the one that promises the
        fewest runs and pass over what the others exclude; so does a branch pattern.
        """
        ...

    async def newest_runs_of(
        self, provider: str, pipelines: Sequence[tuple[str, str]], query: LedgerQuery, limit: int
    ) -> Sequence[Sequence[LedgerRun]]:
        """For each pipeline its newest runs; `query.pipelines` is ignored."""
        ...

    async def get_pipelines(self, provider: str, pipelines: Sequence[tuple[str, str]]) -> Sequence[LedgerPipeline | None]:
        """One answer per (source, name), in order."""
        ...

    async def list_pipelines(
        self, provider: str, name_contains: str | None, repository_contains: str | None, after: tuple[str, str] | None, limit: int
    ) -> Sequence[LedgerPipeline]:
        """By (source, name) ascending, from behind `after` on. Text filters are partial and ignore case."""
        ...

    async def count_pipelines(self, provider: str) -> int:
        """How many there are in all."""
        ...

    async def due(self, provider: str, limit: int, lease_s: float, *, untried_first: bool = False) -> Sequence[OutboxEntry]:
        """Entries whose time has come, longest due first, taken for `lease_s` seconds: no other process gets them meanwhile.

        Of each `reference_id` only the oldest that still waits: the next one is due when that is forwarded or refused. So ask
        again after each round. `untried_first` puts those that failed before behind those that did not. `lease_s` must
        outlast the sending of all of them; the clocks of processes that share a store may differ by less than that.
        """
        ...

    async def give_back(self, entries: Sequence[int]) -> None:
        """They were taken and not tried: they are due at once."""
        ...

    async def forwarded(self, entries: Sequence[int]) -> None:
        """They were accepted: they leave the outbox."""
        ...

    async def retry_later(self, entry: int, error: str, wait_s: float) -> None:
        """Not accepted yet: it, and what waits behind it under the same `reference_id`, is due after `wait_s` seconds."""
        ...

    async def refused(self, entry: int, error: str) -> None:
        """Turned down for good: it stays, to be seen, but is not sent again."""
        ...

    async def forwarding(self, provider: str) -> Forwarding:
        """How passing on is going."""
        ...


def precedence(stored: StoredNotification) -> tuple[datetime, datetime, int, int]:
    """Which of two notifications is the later word: start, then end (none comes first), then state, then arrival."""
    given = stored.notification
    return given.started_at, given.finished_at or NEVER, RANK[given.status], stored.sequence


def fold(notifications: Iterable[StoredNotification]) -> LedgerRun:
    """The run that notifications of one `reference_id` make together; at least one is needed.

    Start is the earliest start, end the latest end, state the highest in RANK. Every other field has the value of the last
    notification that gave one, by `precedence`: so reordering on the way changes nothing, and a correction sent later wins.
    """
    ordered = [stored.notification for stored in sorted(notifications, key=precedence)]
    described = {}
    for given in ordered:
        for field in DESCRIBING:
            value = getattr(given, field)
            if value is not None and value != "":
                described[field] = value
    return LedgerRun(
        reference_id=ordered[0].reference_id,
        started_at=ordered[0].started_at,
        finished_at=max((given.finished_at for given in ordered if given.finished_at is not None), default=None),
        status=max((given.status for given in ordered), key=RANK.__getitem__),
        notifications=len(ordered),
        **described,
    )
