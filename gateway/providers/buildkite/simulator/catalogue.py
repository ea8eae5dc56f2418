"""The pipelines of the two organizations, with every odd shape a pipeline row is known to have."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from gateway.providers.buildkite.simulator.data import Organization, Pipeline
from gateway.providers.buildkite.simulator.identifiers import seeded, slug_of, uuid4, uuid7
from gateway.providers.buildkite.simulator.steps import EVEN_STEPS, Step, random_steps, step_row, yaml_of
from gateway.providers.buildkite.simulator.timestamps import milliseconds

CANARY = "CANARY-SECRET-"
MUSEUM_NAME = "Every Job State"
RENAMED = {"Checkout Service": "shop-api", "Basket": "cart-v1", "Search Indexer": "indexer"}
"""Name now, and the slug it kept from its first name."""

_SUBJECTS = (
    "Web App",
    "Checkout Service",
    "Basket",
    "Search Indexer",
    "Billing",
    "Payments",
    "Ledger",
    "Invoices",
    "Mobile iOS",
    "Mobile Android",
    "Design System",
    "Docs Site",
    "Feature Flags",
    "Identity",
    "Login",
    "Profiles",
    "Notifications",
    "Mailer",
    "Push Gateway",
    "Webhooks",
    "Data Lake",
    "Warehouse Loads",
    "Reports",
    "Dashboards",
    "Metrics",
    "Tracing",
    "Log Shipper",
    "Alerts",
    "Status Page",
    "Edge Proxy",
    "CDN Config",
    "DNS Zones",
    "Terraform Core",
    "Kubernetes Base",
    "Golden Images",
    "Secrets Rotation",
    "Backups",
    "Disaster Drill",
    "Load Tests",
    "Contract Tests",
    "End To End",
    "Visual Diffs",
    "Lint Bot",
    "Dependency Updates",
    "Release Train",
    "Hotfixes",
    "Nightly",
    "Canary Releases",
    "Sandbox",
    "Playground",
    "Prototype Maps",
    "Prototype Chat",
    "Legacy Portal",
    "Legacy Batch",
    "Partner Feed",
    "Tax Rules",
    "Fraud Model",
    "Recommendations",
    "Übersetzungen",
)
_BETA = ("Experiments", "Notebook Runner", "Model Training", "Annotator", "Robot Arm", "Beta Site", "Scratch", "Ideas")


def acme_pipelines(organization: Organization, seed: int, start: datetime) -> list[Pipeline]:
    """Sixty, the last one holding builds with every job state; in the order that lists show."""
    return _pipelines(organization, (*_SUBJECTS, MUSEUM_NAME), seed, start)


def beta_pipelines(organization: Organization, seed: int, start: datetime) -> list[Pipeline]:
    return _pipelines(organization, _BETA, seed, start)


def even_pipelines(organization: Organization, seed: int, start: datetime) -> list[Pipeline]:
    """service-00 to service-49, alike."""
    pipelines: list[Pipeline] = []
    for index in range(50):
        rng = seeded(seed, "even", index)
        created = start - timedelta(days=300 - index)
        slug = f"service-{index:02d}"
        fields = _plain_fields(organization, slug, EVEN_STEPS)
        cluster = organization.clusters[0]
        pipelines.append(
            Pipeline(
                organization,
                uuid7(milliseconds(created), rng),
                slug,
                slug,
                created,
                fields,
                EVEN_STEPS,
                cluster,
                webhook_url=_webhook_url(slug),
            )
        )
    return pipelines


def _pipelines(organization: Organization, names: Sequence[str], seed: int, start: datetime) -> list[Pipeline]:
    slugs = [RENAMED.get(name) or slug_of(name) for name in names]
    return [
        _odd_pipeline(organization, index, name, slugs, seeded(seed, organization.slug, name), start)
        for index, name in enumerate(names)
    ]


def _odd_pipeline(
    organization: Organization, index: int, name: str, slugs: Sequence[str], rng: Random, start: datetime
) -> Pipeline:
    """`index` decides which oddities the row has, so that they do not depend on the seed."""
    slug = slugs[index]
    old = index % 7 == 3
    created = start - timedelta(days=2_000 + index) if old else start - timedelta(days=500 - index, hours=index)
    steps = random_steps(
        rng,
        blocking=index % 3 == 0,
        trigger_target=slugs[(index + 1) % len(slugs)] if index % 5 == 1 else None,
    )
    clustered = bool(organization.clusters) and index % 8 != 5
    fields = _plain_fields(organization, slug, steps) | _oddities(organization, index, slug)
    if index % 10 == 6:
        del fields["configuration"]  # a pipeline of visual steps
    return Pipeline(
        organization=organization,
        id=uuid4(rng) if old else uuid7(milliseconds(created), rng),
        slug=slug,
        name=name,
        created_at=created,
        fields=fields,
        steps=steps,
        cluster=organization.clusters[1 if "iOS" in name else 0] if clustered else None,
        webhook_url=_webhook_url(slug) if fields["provider"] else None,
        archived_at=start - timedelta(days=90 + index) if "Legacy" in name or "Prototype" in name else None,
        old_times=old or "Legacy" in name,
        museum=name == MUSEUM_NAME,
    )


def _webhook_url(slug: str) -> str:
    return f"https://webhook.buildkite.com/deliver/{CANARY}webhook-{slug}"


def _plain_fields(organization: Organization, slug: str, steps: tuple[Step, ...]) -> dict[str, object]:
    return {
        "description": None,
        "repository": f"git@github.com:{organization.slug}/{slug}.git",
        "pipeline_template_uuid": None,
        "branch_configuration": None,
        "default_branch": "main",
        "skip_queued_branch_builds": False,
        "skip_queued_branch_builds_filter": None,
        "cancel_running_branch_builds": False,
        "cancel_running_branch_builds_filter": None,
        "allow_rebuilds": True,
        "provider": {
            "id": "github",
            "settings": {
                "trigger_mode": "code",
                "build_pull_requests": True,
                "build_branches": True,
                "build_tags": False,
                "publish_commit_status": True,
                "filter_enabled": False,
                "repository": f"{organization.slug}/{slug}",
            },
        },
        "env": None,
        "visibility": "private",
        "tags": None,
        "emoji": None,
        "color": None,
        "configuration": yaml_of(steps),
        "steps": [step_row(step) for step in steps],
    }


def _oddities(organization: Organization, index: int, slug: str) -> dict[str, object]:
    odd: dict[str, object] = {}
    match index % 6:
        case 1:
            odd |= {"description": f"Builds {slug} ✨", "tags": ["backend", "tier-1"], "emoji": ":shopping_bags:"}
        case 2:
            odd |= {"provider": None, "repository": f"git://git.internal.example/{slug}.git", "default_branch": None}
        case 3:
            odd |= {"provider": {}, "repository": f"/srv/git/{slug}.git", "tags": []}
        case 4:
            odd |= {
                "provider": {"id": "gitlab", "settings": {}},
                "repository": f"git@gitlab.com:{organization.slug}/{slug}.git",
                "env": {"REGION": "eu-west-1"},
                "branch_configuration": "main release/*",
                "cancel_running_branch_builds": True,
                "cancel_running_branch_builds_filter": "",
            }
        case 5:
            odd |= {"visibility": "public", "color": "#14CC80", "env": {}, "default_branch": "develop"}
    if index % 4 == 1:
        odd |= {"default_command_step_timeout": 30, "maximum_command_step_timeout": 120}
    if index % 11 == 0:
        odd |= {"clone_mirror_url": f"https://mirror.internal.example/{slug}.git"}
    return odd
