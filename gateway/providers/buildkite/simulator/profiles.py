"""The two data sets, each a pure function of the seed and the clock's start.

uneven  organizations acme (60 pipelines, power-law activity) and beta-labs (8), 5,000 builds over 60 days
even    organization acme, 50 pipelines of 40 finished builds, round robin: any 100 neighbours hold 2 of each
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from gateway.providers.buildkite.simulator.catalogue import (
    acme_pipelines,
    beta_pipelines,
    even_pipelines,
)
from gateway.providers.buildkite.simulator.data import Build, Organization, Pipeline, World
from gateway.providers.buildkite.simulator.identifiers import seeded, uuid4, uuid7
from gateway.providers.buildkite.simulator.people import make_agents, make_clusters, make_users
from gateway.providers.buildkite.simulator.progress import Plan, finished_plan, recent_plan, run_plan
from gateway.providers.buildkite.simulator.timestamps import milliseconds, whole_milliseconds

UNEVEN_BUILDS = 5_000
BETA_BUILDS = 380
OLD_BUILDS = 20  # 61 to 400 days old, with version 4 ids
EVEN_ROUNDS = 40
TIED_RANKS = (29, 99, 199, 499)  # newest first: this one and the next share their millisecond
WITHOUT_BUILDS = ("Hotfixes", "Sandbox", "Prototype Chat", "Tax Rules", "Ideas")
FEW_BUILDS = {"Playground": 1, "Prototype Maps": 2, "Legacy Batch": 4, "Partner Feed": 7, "Disaster Drill": 9, "Scratch": 3}
OUTCOMES = ("passed", "failed", "canceled", "blocked", "skipped", "not_run")
OUTCOME_WEIGHTS = (64, 18, 6, 6, 3, 3)
RECENT_KINDS: tuple[tuple[str, int, float, float], ...] = (  # kind, how many, youngest and oldest age in seconds
    ("creating", 3, 0.5, 3),
    ("scheduled", 8, 4, 60),
    ("running", 14, 65, 900),
    ("failing", 4, 100, 1_000),
    ("canceling", 3, 100, 1_000),
    ("waiting", 2, 300, 1_100),
    ("waiting_failed", 1, 300, 1_100),
)
BETA_RECENT_KINDS: tuple[tuple[str, int, float, float], ...] = (("scheduled", 2, 4, 60), ("running", 3, 65, 900))
_BRANCHES = (
    "main",
    "develop",
    "feature/search-facets",
    "feature/100%-coverage",
    "fix/ünïcode",
    "user+sam/dev-tools",
    "release/1.4",
    "dependabot/npm_and_yarn/lodash-4.17.21",
    "devops",
)
_BRANCH_WEIGHTS = (55, 10, 8, 4, 4, 5, 6, 5, 3)
_SOURCES = ("webhook", "api", "ui", "schedule", "trigger_job")
_SOURCE_WEIGHTS = (60, 14, 10, 10, 6)


@dataclass(frozen=True, slots=True)
class _Seedling:
    """A build before it has a number."""

    pipeline: Pipeline
    created_at: datetime
    kind: str
    recent: bool = False


def make_world(profile: str, seed: int, start: datetime) -> World:
    """The whole account. Jobs, logs, annotations and artifacts are made when they are asked for."""
    moment = whole_milliseconds(start)
    return _even(seed, moment) if profile == "even" else _uneven(seed, moment)


def _organization(seed: int, slug: str, name: str, start: datetime) -> Organization:
    rng = seeded(seed, "organization", slug)
    users = make_users(rng)
    organization = Organization(uuid4(rng), slug, name, datetime(2019, 3, 1, 9, 30, tzinfo=UTC), users)
    if slug == "acme":
        organization.clusters = make_clusters(rng, users, start)
        organization.agents = make_agents(rng, users, organization.clusters, start)
    return organization


def _uneven(seed: int, start: datetime) -> World:
    acme = _organization(seed, "acme", "Acme", start)
    beta = _organization(seed, "beta-labs", "Beta Labs", start)
    acme.pipelines = acme_pipelines(acme, seed, start)
    beta.pipelines = beta_pipelines(beta, seed, start)
    world = World(seed, [acme, beta])
    plans = [
        *_uneven_builds(acme, UNEVEN_BUILDS - BETA_BUILDS, RECENT_KINDS, seed, start),
        *_uneven_builds(beta, BETA_BUILDS, BETA_RECENT_KINDS, seed, start),
    ]
    plans.sort(key=lambda seedling: seedling.created_at)
    world.load(_grow(plans, seeded(seed, "grow"), start), start)
    return world


def _uneven_builds(
    organization: Organization,
    total: int,
    recent_kinds: Sequence[tuple[str, int, float, float]],
    seed: int,
    start: datetime,
) -> list[_Seedling]:
    rng = seeded(seed, "uneven", organization.slug)
    recent = _recent(organization, recent_kinds, rng, start)
    old = OLD_BUILDS if organization.slug == "acme" else 0
    museum = [pipeline for pipeline in organization.pipelines if pipeline.museum]
    few = [(p, FEW_BUILDS[p.name]) for p in organization.pipelines if p.name in FEW_BUILDS]
    chosen = [pipeline for pipeline, count in few for _ in range(count)]
    busy = [p for p in organization.pipelines if not (p.museum or p.name in FEW_BUILDS or p.name in WITHOUT_BUILDS)]
    weights = [(rank + 1) ** -1.25 for rank in range(len(busy))]
    chosen += rng.choices(busy, weights, k=total - len(recent) - old - 2 * len(museum) - len(chosen))
    rng.shuffle(chosen)
    first, last = start - timedelta(days=60), start - timedelta(minutes=20)
    moments = sorted(first + (last - first) * rng.random() for _ in chosen)
    kinds = rng.choices(OUTCOMES, OUTCOME_WEIGHTS, k=len(chosen))
    terminal = [_Seedling(p, whole_milliseconds(t), k) for p, t, k in zip(chosen, moments, kinds, strict=True)]
    ancient = [
        _Seedling(busy[index % 3], whole_milliseconds(start - timedelta(days=61 + 17 * index, hours=index)), "passed")
        for index in range(old)
    ]
    shown = [
        _Seedling(pipeline, start - timedelta(hours=hours), kind)
        for pipeline in museum
        for hours, kind in ((30, "failed"), (26, "museum"))
    ]
    rows = sorted([*ancient, *terminal, *shown, *recent], key=lambda row: row.created_at, reverse=True)
    return _with_ties(rows, rng)


def _recent(
    organization: Organization, kinds: Sequence[tuple[str, int, float, float]], rng: Random, start: datetime
) -> list[_Seedling]:
    pipelines = [p for p in organization.pipelines if p.name not in FEW_BUILDS and p.name not in WITHOUT_BUILDS]
    pipelines = [p for p in pipelines if not p.museum][:20]
    return [
        _Seedling(
            rng.choice(pipelines),
            whole_milliseconds(start - timedelta(seconds=rng.uniform(youngest, oldest))),
            kind,
            recent=True,
        )
        for kind, count, youngest, oldest in kinds
        for _ in range(count)
    ]


def _with_ties(rows: list[_Seedling], rng: Random) -> list[_Seedling]:
    """Rows newest first. Pairs at common page edges and at random, and one run of four, get the same time."""
    runs = [*TIED_RANKS, *(rng.randrange(600, len(rows) - 10) for _ in range(10))] if len(rows) > 700 else [29, 99]
    for rank in (*runs, 710, 711, 712):
        if rank + 1 < len(rows):
            later, row = rows[rank], rows[rank + 1]
            rows[rank + 1] = _Seedling(row.pipeline, later.created_at, row.kind, row.recent)
    return rows


def _grow(seedlings: Sequence[_Seedling], rng: Random, start: datetime) -> list[Build]:
    """Numbers, ids and plans, oldest first."""
    numbers: dict[str, int] = {}
    last: dict[str, list[Build]] = {}
    builds: list[Build] = []
    for seedling in seedlings:
        pipeline = seedling.pipeline
        number = numbers.get(pipeline.id, 0 if pipeline.museum else rng.randint(0, 900)) + 1
        if rng.random() < 0.02:
            number += rng.randint(1, 6)
        numbers[pipeline.id] = number
        siblings = last.setdefault(pipeline.organization.slug, [])
        build = _build(len(builds), seedling, number, rng, start)
        if siblings and build.source == "trigger_job":
            build.triggered_from = siblings[-rng.randint(1, min(20, len(siblings)))]
        earlier = pipeline.by_number.get(number - 1)
        if build.source == "api" and earlier is not None and rng.random() < 0.5:
            build.rebuilt_from = earlier
            build.branch, build.commit = earlier.branch, earlier.commit
        siblings.append(build)
        pipeline.by_number[number] = build
        builds.append(build)
    return builds


def _build(ordinal: int, seedling: _Seedling, number: int, rng: Random, start: datetime) -> Build:
    created = seedling.created_at
    pipeline = seedling.pipeline
    old = start - created > timedelta(days=60)
    users = pipeline.organization.users
    open_kind = seedling.recent and seedling.kind in ("creating", "scheduled")
    return Build(
        ordinal=ordinal,
        pipeline=pipeline,
        id=uuid4(rng) if old else uuid7(milliseconds(created), rng),
        number=number,
        created_at=created,
        plan=_plan(seedling, rng, start),
        branch=rng.choices(_BRANCHES, _BRANCH_WEIGHTS)[0],
        commit="HEAD" if open_kind or rng.random() < 0.01 else f"{rng.getrandbits(160):040x}",
        source=rng.choices(_SOURCES, _SOURCE_WEIGHTS)[0],
        creator=rng.choice(users) if rng.random() < 0.8 else None,
        old=old,
    )


def _plan(seedling: _Seedling, rng: Random, start: datetime) -> Plan:
    if seedling.kind == "museum":
        return Plan("running", scheduled_at=seedling.created_at, started_at=seedling.created_at + timedelta(seconds=5))
    blocking = any(step.type == "manual" for step in seedling.pipeline.steps)
    if seedling.recent:
        return recent_plan(seedling.kind, start, seedling.created_at, rng, blocking=blocking)
    outcome = "passed" if seedling.kind == "blocked" and not blocking else seedling.kind
    return finished_plan(outcome, seedling.created_at, rng)


def _even(seed: int, start: datetime) -> World:
    acme = _organization(seed, "acme", "Acme", start)
    acme.pipelines = even_pipelines(acme, seed, start)
    rng = seeded(seed, "even")
    order = list(acme.pipelines)
    rng.shuffle(order)
    step = timedelta(minutes=43)
    newest = start - timedelta(minutes=30)
    seedlings: list[_Seedling] = []
    for position in range(EVEN_ROUNDS * len(order)):
        jitter = timedelta(seconds=rng.uniform(0, 1_200))
        kind = rng.choices(("passed", "failed", "canceled"), (80, 15, 5))[0]
        created = whole_milliseconds(newest - step * position - jitter)
        seedlings.append(_Seedling(order[position % len(order)], created, kind))
    world = World(seed, [acme])
    world.load(_grow(seedlings[::-1], rng, start), start)
    return world


def insert_builds(pipeline: Pipeline, world: World, count: int, now: datetime) -> list[Build]:
    """New builds created now, in the same millisecond; they run for one to five minutes of the clock."""
    created: list[Build] = []
    with world.lock:
        for _ in range(count):
            rng = seeded(world.seed, "insert", len(world.builds))
            moment = whole_milliseconds(now)
            number = max(pipeline.by_number, default=0) + 1
            scheduled_at = moment + timedelta(seconds=1)
            length = timedelta(seconds=rng.randint(60, 300))
            build = _build(len(world.builds), _Seedling(pipeline, moment, "passed"), number, rng, now)
            build.plan = run_plan("passed", scheduled_at, scheduled_at + timedelta(seconds=4), length)
            world.insert(build)
            created.append(build)
    return created
