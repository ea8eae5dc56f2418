"""Annotations of builds and jobs: made from the seed when asked for, and what was written over them."""

from datetime import timedelta

from gateway.providers.buildkite.simulator.build_parts import Annotation
from gateway.providers.buildkite.simulator.data import Build
from gateway.providers.buildkite.simulator.errors import ApiError
from gateway.providers.buildkite.simulator.exchange import PAGING, Exchange, Route
from gateway.providers.buildkite.simulator.identifiers import seeded, uuid4, uuid7
from gateway.providers.buildkite.simulator.job_routes import BUILD, JOB_PATHS
from gateway.providers.buildkite.simulator.jobs import jobs_of
from gateway.providers.buildkite.simulator.links import link_header, page_of
from gateway.providers.buildkite.simulator.timestamps import iso, milliseconds, whole_milliseconds
from gateway.simulation.messages import Response, json_response

_STYLES = ("success", "info", "warning", "error")
_CONTEXTS = ("coverage", "deploy notes", "flaky-tests", "default")
_BODIES = (
    "<p>Coverage 91%</p>\n",
    '<p>Deployed to <a href="https://shop.example.com" rel="nofollow">shop</a> ✅</p>\n',
    "<details><summary>3 flaky tests</summary>\n<ul><li>a &lt; b</li></ul></details>\n",
    "",
)


def annotations_of(x: Exchange, build: Build) -> list[Annotation]:
    """In order of creation, one per context of the build and of each job."""
    written = build.annotations
    kept = [written.get(each.id, each) for each in _made(x, build)]
    made_ids = {each.id for each in kept if each is not None}
    added = [each for key, each in written.items() if each is not None and key not in made_ids]
    taken = {(each.job_id, each.context) for each in added}
    found = [each for each in kept if each is not None and (each.job_id, each.context) not in taken]
    return sorted([*found, *added], key=lambda each: each.created_at)


def _made(x: Exchange, build: Build) -> list[Annotation]:
    """From the seed: at most four; none before the build starts."""
    started_at = build.progress(x.now).started_at
    if started_at is None or started_at + timedelta(seconds=2) > x.now:
        return []
    rng = seeded(x.world.seed, "annotations", build.id)
    scripts = [job for job in jobs_of(build, x.world, x.now) if job.type == "script"]
    found: list[Annotation] = []
    for index in range(rng.choice((0, 1, 1, 2, 3, 4))):
        created = whole_milliseconds(started_at + timedelta(milliseconds=rng.randint(1, 2_000)))
        job = rng.choice(scripts) if scripts and rng.random() < 0.3 else None
        found.append(
            Annotation(
                id=uuid4(rng) if build.old else uuid7(milliseconds(created), rng),
                context=_CONTEXTS[index],
                style=rng.choice(_STYLES),
                job_id=None if build.old or job is None else job.id,
                priority=rng.choice((1, 3, 3, 3, 10)),
                body=rng.choice(_BODIES),
                created_at=created,
                updated_at=created,
                old=build.old,
            )
        )
    return found


def row_of(annotation: Annotation, *, omit_body: bool) -> dict[str, object]:
    row: dict[str, object] = {"id": annotation.id, "context": annotation.context, "style": annotation.style}
    if not annotation.old:
        row |= {
            "scope": "build" if annotation.job_id is None else "job",
            "job_id": annotation.job_id,
            "priority": annotation.priority,
        }
    if not omit_body:
        row["body_html"] = _rendered(annotation.body)
    return row | {"created_at": iso(annotation.created_at), "updated_at": iso(annotation.updated_at)}


def _rendered(body: str) -> str:
    """Markup stays as it is; of Markdown only paragraphs are known."""
    if not body or body.lstrip().startswith("<"):
        return body
    return "".join(f"<p>{part.strip()}</p>\n" for part in body.split("\n\n") if part.strip())


def _list_of_build(x: Exchange) -> Response:
    found = annotations_of(x, x.build())
    scope = x.request.value("scope") or "build"
    if scope not in ("build", "job", "all"):
        # ASSUMED: an unknown scope is 400; disproved by a vendor answer to one.
        raise ApiError(400, "scope must be one of build, job, all")
    if scope != "all":
        found = [annotation for annotation in found if (annotation.job_id is None) == (scope == "build")]
    return _listed(x, found)


def _list_of_job(x: Exchange) -> Response:
    job = x.job()
    return _listed(x, [found for found in annotations_of(x, job.build) if found.job_id == job.id])


def _listed(x: Exchange, found: list[Annotation]) -> Response:
    page = page_of(x.request)
    omit_body = x.flag("omit_body", default=False)
    rows = [row_of(annotation, omit_body=omit_body) for annotation in page.cut(found)]
    return json_response(rows, headers=link_header(x.request, page, len(found), x.origin))


ROUTES = (
    Route("GET", BUILD + "/annotations", "read_builds", _list_of_build, PAGING | {"scope", "omit_body"}),
    *(Route("GET", path + "/annotations", "read_builds", _list_of_job, PAGING | {"omit_body"}) for path in JOB_PATHS),
)
