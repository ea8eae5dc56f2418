"""What the simulated account holds. Rows are rendered elsewhere; here is only identity, order and links."""

import threading
from bisect import bisect_left, insort
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from zlib import crc32

from gateway.providers.buildkite.simulator.progress import TERMINAL_STATES, Plan, Progress, progress_at
from gateway.providers.buildkite.simulator.steps import Step
from gateway.providers.buildkite.simulator.timestamps import milliseconds


@dataclass(frozen=True, slots=True)
class User:
    id: str
    name: str
    email: str
    created_at: datetime


@dataclass(slots=True)
class Queue:
    id: str
    key: str
    description: str | None
    created_at: datetime
    paused_by: User | None = None
    paused_at: datetime | None = None
    paused_note: str | None = None
    hosted_shape: str | None = None

    @property
    def paused(self) -> bool:
        return self.paused_at is not None


@dataclass(slots=True)
class Cluster:
    id: str
    name: str
    description: str | None
    created_at: datetime
    queues: list[Queue]
    created_by: User | None = None

    def queue(self, key: str) -> Queue | None:
        return next((queue for queue in self.queues if queue.key == key), None)


@dataclass(slots=True)
class Agent:
    """`modern` False: graphql_id, os, arch, queue and most times are missing from its rows."""

    id: str
    name: str
    connection_state: str
    queue: Queue | None
    version: str
    created_at: datetime
    ended_at: datetime | None = None
    modern: bool = True
    paused_note: str | None = None
    paused_by: User | None = None
    busy: bool = False  # its rows may show a running job

    @property
    def hostname(self) -> str:
        return self.name.replace("agent", "runner")


@dataclass(slots=True, eq=False)
class Pipeline:
    """`fields` are the members of its row that neither change with time nor follow from the rest."""

    organization: "Organization"
    id: str
    slug: str
    name: str
    created_at: datetime
    fields: dict[str, object]
    steps: tuple[Step, ...]
    cluster: Cluster | None
    webhook_url: str | None = None  # None: the provider object shows none
    archived_at: datetime | None = None
    old_times: bool = False
    museum: bool = False  # its builds hold every job state at once
    builds: "list[Build]" = field(default_factory=list)  # ascending by number
    by_number: "dict[int, Build]" = field(default_factory=dict)
    open_builds: "set[Build]" = field(default_factory=set)  # not in a terminal state when last looked at
    newest_first: "list[Build]" = field(default_factory=list)
    loaded: int = 0  # how many of `builds` were there at the start
    rows: dict[object, bytes] = field(default_factory=dict)
    counts: tuple[object, dict[str, int]] | None = None  # of open builds and jobs, and what they were computed for


@dataclass(frozen=True, slots=True)
class BuildContent:
    message: str | None
    author: object  # null, {}, an object with or without a user name, or a plain e-mail address
    env: dict[str, str]
    meta_data: dict[str, str]
    pull_request: dict[str, object] | None
    merge_queue: dict[str, object] | None
    tag: str | None


@dataclass(slots=True, eq=False)
class Build:
    """`created_at` has whole milliseconds. `old` builds lack cluster members and have version 4 ids."""

    ordinal: int  # position in World.builds
    pipeline: Pipeline
    id: str
    number: int
    created_at: datetime
    plan: Plan
    branch: str
    commit: str
    source: str
    creator: User | None
    rebuilt_from: "Build | None" = None
    triggered_from: "Build | None" = None
    old: bool = False
    order: tuple[int, int] = (0, 0)
    settled: Progress | None = None
    content: BuildContent | None = None  # made when first asked for
    rows: dict[object, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # ASSUMED: the order of builds created in the same millisecond is stable but unspecified; disproved by a
        # documented second sort key.
        self.order = (-milliseconds(self.created_at), crc32(self.id.encode()))

    def progress(self, now: datetime) -> Progress:
        """Cheap once settled."""
        if self.settled is not None:
            return self.settled
        progress = progress_at(self.plan, now)
        if progress.settled:
            self.settled = progress
            if progress.state in TERMINAL_STATES:
                self.pipeline.open_builds.discard(self)
        return progress


@dataclass(eq=False)
class Organization:
    """`created_order` only grows; `newest_first` is the order of lists."""

    id: str
    slug: str
    name: str
    created_at: datetime
    users: Sequence[User]
    clusters: list[Cluster] = field(default_factory=list)
    agents: list[Agent] = field(default_factory=list)
    pipelines: list[Pipeline] = field(default_factory=list)
    newest_first: list[Build] = field(default_factory=list)
    created_order: list[Build] = field(default_factory=list)

    def pipeline(self, slug: str) -> Pipeline | None:
        return self._by_slug.get(slug)

    @cached_property
    def _by_slug(self) -> dict[str, Pipeline]:
        return {pipeline.slug: pipeline for pipeline in self.pipelines}


@dataclass(eq=False)
class World:
    """Handlers and `insert` hold `lock`."""

    seed: int
    organizations: list[Organization]
    builds: list[Build] = field(default_factory=list)  # by ordinal
    lock: threading.RLock = field(default_factory=threading.RLock)

    def organization(self, slug: str) -> Organization | None:
        return next((found for found in self.organizations if found.slug == slug), None)

    def insert(self, build: Build) -> None:
        """Adds a build in list order; its number must be the highest of its pipeline."""
        pipeline = build.pipeline
        with self.lock:
            self.builds.append(build)
            pipeline.builds.append(build)
            pipeline.by_number[build.number] = build
            pipeline.open_builds.add(build)
            pipeline.organization.created_order.append(build)
            insort(pipeline.newest_first, build, key=_order)
            insort(pipeline.organization.newest_first, build, key=_order)

    def load(self, builds: Sequence[Build], start: datetime) -> None:
        """Adds many at once, oldest first, as the data of the moment `start`."""
        for build in builds:
            pipeline = build.pipeline
            self.builds.append(build)
            pipeline.builds.append(build)
            pipeline.by_number[build.number] = build
            pipeline.open_builds.add(build)
            build.progress(start)
            pipeline.organization.created_order.append(build)
        for organization in self.organizations:
            organization.newest_first = sorted(organization.created_order, key=_order)
            for pipeline in organization.pipelines:
                pipeline.newest_first = sorted(pipeline.builds, key=_order)
                pipeline.loaded = len(pipeline.builds)


def _order(build: Build) -> tuple[int, int]:
    return build.order


def created_within(rows: Sequence[Build], created_from: datetime | None, created_to: datetime | None) -> Sequence[Build]:
    """Of rows newest first, those with created_from <= created_at < created_to."""
    first = 0
    last = len(rows)
    if created_to is not None:
        first = bisect_left(rows, (-_ceil_ms(created_to) + 1, -1), key=_order)
    if created_from is not None:
        last = bisect_left(rows, (-_ceil_ms(created_from) + 1, -1), key=_order)
    return rows if (first, last) == (0, len(rows)) else rows[first:last]


def _ceil_ms(moment: datetime) -> int:
    return milliseconds(moment) + (1 if moment.microsecond % 1000 else 0)
