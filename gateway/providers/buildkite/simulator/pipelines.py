"""Pipeline rows, cached by what changes in them, and the pipeline reads."""

from datetime import datetime

import msgspec

from gateway.providers.buildkite.simulator.data import Pipeline, World
from gateway.providers.buildkite.simulator.exchange import PAGING, Exchange, Route
from gateway.providers.buildkite.simulator.identifiers import graphql_id
from gateway.providers.buildkite.simulator.jobs import jobs_of, user_row
from gateway.providers.buildkite.simulator.links import link_header, page_of
from gateway.providers.buildkite.simulator.timestamps import iso, old_form
from gateway.simulation.messages import Response, join_rows

_ONLY_ALONE = ("configuration", "created_by")  # missing from the pipeline inside a build

_COUNTED = (
    "scheduled_builds_count",
    "running_builds_count",
    "scheduled_jobs_count",
    "running_jobs_count",
    "waiting_jobs_count",
)
_SCHEDULED_JOBS = frozenset({"scheduled", "reserved", "assigned", "accepted"})
_RUNNING_JOBS = frozenset({"running", "canceling", "timing_out"})
_WAITING_JOBS = frozenset({"waiting", "pending"})


def pipeline_row(pipeline: Pipeline, world: World, now: datetime, base: str, *, webhook: bool, inside: bool) -> bytes:
    """`webhook`: the token may see the webhook's address. `inside`: the shorter form that builds carry."""
    counts = _counts(pipeline, world, now)
    key = (*counts.values(), webhook, inside, base)
    cached = pipeline.rows.get(key)
    if cached is None:
        row = _row(pipeline, base, webhook=webhook) | counts
        if inside:
            for name in _ONLY_ALONE:
                row.pop(name, None)
        cached = pipeline.rows[key] = msgspec.json.encode(row)
    return cached


def _counts(pipeline: Pipeline, world: World, now: datetime) -> dict[str, int]:
    """Computed once per moment and set of builds."""
    key = (now, len(pipeline.builds))
    if pipeline.counts is None or pipeline.counts[0] != key:
        pipeline.counts = (key, _count(pipeline, world, now))
    return pipeline.counts[1]


def _count(pipeline: Pipeline, world: World, now: datetime) -> dict[str, int]:
    counts = dict.fromkeys(_COUNTED, 0)
    for build in list(pipeline.open_builds):
        state = build.progress(now).state
        counts["scheduled_builds_count"] += state in ("scheduled", "creating")
        counts["running_builds_count"] += state in ("running", "failing", "canceling")
        for job in jobs_of(build, world, now):
            job_state = job.state_at(now)
            counts["scheduled_jobs_count"] += job_state in _SCHEDULED_JOBS
            counts["running_jobs_count"] += job_state in _RUNNING_JOBS
            counts["waiting_jobs_count"] += job_state in _WAITING_JOBS
    return counts


def _row(pipeline: Pipeline, base: str, *, webhook: bool) -> dict[str, object]:
    organization = pipeline.organization
    url = f"{base}/organizations/{organization.slug}/pipelines/{pipeline.slug}"
    cluster = pipeline.cluster
    written = old_form if pipeline.old_times else iso
    row: dict[str, object] = {
        "id": pipeline.id,
        "graphql_id": graphql_id("Pipeline", pipeline.id),
        "url": url,
        "web_url": f"https://buildkite.com/{organization.slug}/{pipeline.slug}",
        "name": pipeline.name,
        "slug": pipeline.slug,
        "cluster_id": cluster.id if cluster is not None else None,
        "cluster_url": f"{base}/organizations/{organization.slug}/clusters/{cluster.id}" if cluster else None,
        "builds_url": f"{url}/builds",
        "badge_url": f"https://badge.buildkite.com/{pipeline.id.replace('-', '')}.svg",
        "created_by": user_row(organization.users[0]) if not pipeline.old_times else None,
        "created_at": written(pipeline.created_at),
        "archived_at": written(pipeline.archived_at),
    }
    row |= pipeline.fields
    provider = row["provider"]
    if isinstance(provider, dict) and provider:
        row["provider"] = provider | {"webhook_url": (pipeline.webhook_url or "") if webhook else ""}
    return row


def _list(x: Exchange) -> Response:
    # ASSUMED: archived pipelines are listed, and the order is that of creation in the account, stable; disproved by
    # a recorded list that lacks one or is sorted otherwise.
    found = x.organization().pipelines
    for name in ("name", "repository"):
        wanted = (x.request.value(name) or "").lower()
        if wanted:
            found = [p for p in found if wanted in str(p.name if name == "name" else p.fields["repository"]).lower()]
    page = page_of(x.request)
    rows = [shown(x, pipeline) for pipeline in page.cut(found)]
    return Response(body=join_rows(rows), headers=link_header(x.request, page, len(found), x.origin))


def _get(x: Exchange) -> Response:
    return Response(body=shown(x, x.pipeline()))


def shown(x: Exchange, pipeline: Pipeline) -> bytes:
    return pipeline_row(pipeline, x.world, x.now, x.base, webhook=x.sees_webhook_urls, inside=False)


ROUTES = (
    Route("GET", "/organizations/{org}/pipelines", "read_pipelines", _list, PAGING | {"name", "repository"}),
    Route("GET", "/organizations/{org}/pipelines/{pipeline}", "read_pipelines", _get),
)
