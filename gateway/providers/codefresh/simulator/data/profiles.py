"""Which projects and pipelines an account has, and how many builds each pipeline ran."""

from dataclasses import dataclass
from random import Random

from gateway.providers.codefresh.simulator.times import DAY_MS, MINUTE_MS

BARE = -1  # owner of a build that ran YAML without a saved pipeline
DELETED = -2  # owner of a build whose pipeline is gone

_UNEVEN_PROJECTS: dict[str, tuple[str, ...]] = {
    "shop": ("deploy", "deploy-canary", "build", "test", "e2e", "release", "nightly"),
    "payments": ("deploy", "build", "ledger-sync", "pci-scan", "reconcile"),
    "platform": (
        "build-base-images",
        "terraform-plan",
        "terraform-apply",
        "helm-lint",
        "rotate-certs",
        "upgrade-cluster",
    ),
    "mobile": ("ios-build", "android-build", "beta-release", "screenshot-tests"),
    "data": ("etl-image", "dbt-run", "warehouse-backup", "stream-processor", "feature-store"),
    "search": ("indexer", "api", "relevance-tests", "reindex"),
    "identity": ("build", "deploy", "penetration-test", "sso-e2e"),
    "web": ("storefront", "admin", "docs-site", "design-system", "lighthouse", "preview"),
    "infra": ("dns", "monitoring", "log-shipper", "runner-image", "chaos"),
    "sandbox": (),
}
_UNEVEN_LOOSE = ("nightly-cleanup", "license-report", "acme/legacy-api/build", "acme/legacy-api/deploy")
_UNEVEN_SMALL = {
    "platform/upgrade-cluster": 0,
    "infra/chaos": 0,
    "data/feature-store": 0,
    "license-report": 0,
    "shop/release": 9,
    "identity/penetration-test": 1,
    "mobile/beta-release": 2,
    "search/reindex": 3,
    "platform/rotate-certs": 4,
    "infra/dns": 5,
    "web/design-system": 7,
    "acme/legacy-api/deploy": 8,
}
_UNEVEN_BARE = 6
_UNEVEN_DELETED = 3
_UNEVEN_BUILDS = 3_000
_POWER = 1.05

_EVEN_PROJECTS = ("alpha", "beta", "gamma", "delta", "epsilon")
_EVEN_PIPELINES_EACH = 10
_EVEN_ROUNDS = 40


@dataclass(frozen=True, slots=True)
class PipelinePlan:
    name: str
    project: str | None
    builds: int

    @property
    def short_name(self) -> str:
        return self.name.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class AccountPlan:
    """`owners[i]` is the index of the pipeline of the i-th oldest build, or BARE or DELETED."""

    projects: tuple[str, ...]
    pipelines: tuple[PipelinePlan, ...]
    owners: tuple[int, ...]
    span_ms: int
    uneven: bool  # with unfinished builds, ties, missing keys and other rarities


def plan_account(profile: str, seed: int) -> AccountPlan:
    """`profile` is `uneven` or `even`: ValueError otherwise."""
    random = Random(f"{seed}:plan")
    if profile == "uneven":
        return _uneven(random)
    if profile == "even":
        return _even(random)
    raise ValueError(f"unknown profile {profile!r}")


def _uneven(random: Random) -> AccountPlan:
    names = [(f"{project}/{short}", project) for project, shorts in _UNEVEN_PROJECTS.items() for short in shorts]
    counts = dict(_UNEVEN_SMALL)
    busy = [name for name, _ in names] + [name for name in _UNEVEN_LOOSE if name not in counts]
    busy = [name for name in busy if name not in counts]
    first, rest = busy[0], busy[1:]
    random.shuffle(rest)
    left = _UNEVEN_BUILDS - _UNEVEN_BARE - _UNEVEN_DELETED - sum(counts.values())
    counts.update(_share(left, [first, *rest]))
    pipelines = (
        *(PipelinePlan(name, project, counts[name]) for name, project in names),
        *(PipelinePlan(name, None, counts[name]) for name in _UNEVEN_LOOSE),
    )
    owners = [index for index, plan in enumerate(pipelines) for _ in range(plan.builds)]
    owners += [BARE] * _UNEVEN_BARE + [DELETED] * _UNEVEN_DELETED
    random.shuffle(owners)
    return AccountPlan(tuple(_UNEVEN_PROJECTS), pipelines, tuple(owners), 60 * DAY_MS, uneven=True)


def _share(total: int, names: list[str]) -> dict[str, int]:
    """At least 10 each, the rest by a power of the rank; the first gets what rounding leaves."""
    weights = [1 / (rank + 1) ** _POWER for rank in range(len(names))]
    spare = total - 10 * len(names)
    counts = {name: 10 + int(spare * weight / sum(weights)) for name, weight in zip(names, weights, strict=True)}
    counts[names[0]] += total - sum(counts.values())
    return counts


def _even(random: Random) -> AccountPlan:
    """The same order of pipelines in every round, so that any 100 builds in a row hold 2 of each pipeline."""
    pipelines = tuple(
        PipelinePlan(f"{project}/service-{number:02d}", project, _EVEN_ROUNDS)
        for project in _EVEN_PROJECTS
        for number in range(_EVEN_PIPELINES_EACH)
    )
    order = list(range(len(pipelines)))
    random.shuffle(order)
    owners = tuple(order * _EVEN_ROUNDS)
    return AccountPlan(_EVEN_PROJECTS, pipelines, owners, len(owners) * 20 * MINUTE_MS, uneven=False)
