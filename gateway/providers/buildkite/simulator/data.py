"""What the simulated account holds. Rows are rendered elsewhere; here is only identity, order and links."""

import threading
from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zlib import crc32

from gateway.providers.buildkite.simulator.build_parts import Annotation, BuildContent
from gateway.providers.buildkite.simulator.identifiers import seeded, uuid7
from gateway.providers.buildkite.simulator.progress import TERMINAL_STATES, Plan, Progress, progress_at
from gateway.providers.buildkite.simulator.resources import Agent, Cluster, Queue, User
from gateway.providers.buildkite.simulator.steps import Step, StepType
from gateway.providers.buildkite.simulator.timestamps import milliseconds


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
    verdict: str = "passed"  # or failed: how jobs end that a write starts
    webhook_disabled: tuple[User, datetime] | None = None


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
    steps: tuple[Step, ...] | None = None  # None: those that its pipeline has now
    jobs: "list[Job] | None" = None  # kept since a write changed them; None: made from the seed
    annotations: dict[str, Annotation | None] = field(default_factory=dict)  # by id, over the seed's; None: deleted

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

    def touch(self) -> None:
        """After every change: what was computed or rendered from it is forgotten."""
        self.settled = None
        self.rows.clear()
        self.pipeline.open_builds.add(self)
        self.pipeline.counts = None


@dataclass(slots=True)
class Job:
    """`outcome` is the state from `finished_at` on, or always if nothing starts or finishes it."""

    build: Build
    id: str
    index: int
    type: StepType
    step: Step
    outcome: str
    label: str | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    behind: bool = False  # a waiter or block step is before it
    soft_failed: bool = False
    parallel: tuple[int, int] | None = None
    retried_in: str | None = None
    retry_of: str | None = None
    agent: Agent | None = None
    queue: Queue | None = None
    unblocked_by: User | None = None
    triggered: Build | None = None
    queued_at: datetime | None = None  # made ready by a write, so scheduled until it starts
    retried_by: User | None = None
    retry_type: str = "automatic"
    retries: int = 0
    priority: int = 0

    def state_at(self, now: datetime) -> str:
        """A waiter has none in its row; here it is `waiter`."""
        if self.type == "waiter":
            return "waiter"
        if self.finished_at is not None and now < self.finished_at:
            return self._open_state(now)
        return self.outcome

    def _open_state(self, now: datetime) -> str:
        if self.type == "manual":
            return "blocked"
        plan = self.build.plan
        if self.started_at is not None and self.started_at <= now:
            canceling = plan.canceling_at is not None and plan.canceling_at <= now
            return "canceling" if canceling else "running"
        if self.queued_at is not None:
            return "scheduled" if self.queued_at <= now else "waiting"
        if plan.started_at is None or plan.started_at > now:
            return "waiting" if self.behind else "scheduled"
        return "waiting" if self.behind else "assigned"

    def finished_by(self, now: datetime) -> bool:
        return self.finished_at is not None and self.finished_at <= now


@dataclass(eq=False)
class Organization:
    """`newest_first` is the order of lists."""

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
        return next((found for found in self.pipelines if found.slug == slug), None)

    def remove(self, pipeline: Pipeline) -> None:
        """With its builds."""
        self.pipelines.remove(pipeline)
        self.created_order = [build for build in self.created_order if build.pipeline is not pipeline]
        self.newest_first = [build for build in self.newest_first if build.pipeline is not pipeline]

    def forget_rows(self) -> None:
        """After a change of what many rows show, such as a slug."""
        for pipeline in self.pipelines:
            pipeline.rows.clear()
        for build in self.created_order:
            build.rows.clear()


@dataclass(eq=False)
class World:
    """Handlers and `insert` hold `lock`."""

    seed: int
    organizations: list[Organization]
    builds: list[Build] = field(default_factory=list)  # by ordinal
    lock: threading.RLock = field(default_factory=threading.RLock)
    revoked_tokens: set[str] = field(default_factory=set)  # UUIDs
    deleted_logs: set[str] = field(default_factory=set)  # ids of jobs
    deleted_artifacts: set[str] = field(default_factory=set)
    made: int = 0  # ids given by `new_id`

    def new_id(self, now: datetime) -> str:
        """Of something that a write makes; never the same twice."""
        self.made += 1
        return uuid7(milliseconds(now), seeded(self.seed, "made", self.made))

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
