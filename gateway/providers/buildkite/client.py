"""Buildkite's endpoints, one method each. All of these are reads; the others are in `commands/writes.py`."""

from collections.abc import Sequence
from urllib.parse import parse_qs, urlsplit

import msgspec

from gateway.providers.buildkite import wire
from gateway.providers.buildkite.rows import BadRow, Listing, RowDecoder
from gateway.upstream.client import Answer, Upstream
from gateway.upstream.path import path

LARGEST_PAGE = 100
"""Larger values of `per_page` are cut to this without a word (docs: REST API, Pagination)."""

Query = Sequence[tuple[str, str]]

_organization = RowDecoder(wire.WireOrganization)
_pipeline = RowDecoder(wire.WirePipeline)
_build = RowDecoder(wire.WireBuild)
_job = RowDecoder(wire.WireJob)
_annotation = RowDecoder(wire.WireAnnotation)
_artifact = RowDecoder(wire.WireArtifact)
_agent = RowDecoder(wire.WireAgent)
_cluster = RowDecoder(wire.WireCluster)
_queue = RowDecoder(wire.WireQueue)
_job_page = msgspec.json.Decoder(wire.WireJobPage)
_raw_page = msgspec.json.Decoder(wire.WireRawPage)
_members = msgspec.json.Decoder(dict[str, msgspec.Raw])

# Without these a row of a list carries every job of the build, and its whole pipeline.
_ROW_ONLY: Query = (("exclude_jobs", "true"), ("exclude_pipeline", "true"))


class JobListing(msgspec.Struct, frozen=True, eq=False):
    """A page of the one list with cursors. `next_cursor` is None at the end."""

    rows: Sequence[wire.WireJob | BadRow]
    next_cursor: str | None


class Log(msgspec.Struct, frozen=True):
    """The end of a log as it was written; `size_bytes` is the whole log's size where the vendor tells it."""

    tail: bytes
    size_bytes: int | None


class BuildkiteClient:
    """Answers as wire values. Failures are the typed errors of `gateway.domain.errors`.

    404 is NotFoundError, and means "not visible to this token" as well as "absent". `page` counts from 1.
    """

    def __init__(self, upstream: Upstream) -> None:
        self.upstream = upstream

    @property
    def provider(self) -> str:
        return self.upstream.provider

    async def check_token(self) -> None:
        """Asks nothing but whether the token is good: the one endpoint that wants no scope."""
        await self.upstream.read(path("access-token"))

    async def list_organizations(self, page: int, per_page: int) -> Listing[wire.WireOrganization]:
        return _organization.page(await self.upstream.read(path("organizations"), query=_page(page, per_page)))

    async def get_organization(self, organization: str) -> wire.WireOrganization:
        return (await self.upstream.read(path("organizations", organization))).decode(_organization.one)

    async def list_pipelines(self, organization: str, page: int, per_page: int, filters: Query = ()) -> Listing[wire.WirePipeline]:
        """`filters`: `name`, `repository`, both partial and ignoring case."""
        query = (*_page(page, per_page), *filters)
        return _pipeline.page(await self.upstream.read(path("organizations", organization, "pipelines"), query=query))

    async def get_pipeline(self, organization: str, slug: str) -> wire.WirePipeline:
        return (await self.upstream.read(path("organizations", organization, "pipelines", slug))).decode(_pipeline.one)

    async def read_pipeline(self, organization: str, slug: str) -> tuple[wire.WirePipeline, dict[str, msgspec.Raw]]:
        """GET /pipelines/{slug}: also its members unread, to be compared with what is to be different. Some hold secrets."""
        answer = await self.upstream.read(path("organizations", organization, "pipelines", slug))
        return answer.decode(_pipeline.one), answer.decode(_members)

    async def list_builds(
        self, organization: str, pipeline: str | None, page: int, per_page: int, filters: Query
    ) -> Listing[wire.WireBuild]:
        """Newest first, of one pipeline or of all; TooDeepError for a page further down than the vendor lists."""
        place = ("organizations", organization) if pipeline is None else ("organizations", organization, "pipelines", pipeline)
        query = (*_page(page, per_page), *_ROW_ONLY, *filters)
        return _build.page(await self.upstream.read(path(*place, "builds"), query=query))

    async def get_build(self, organization: str, pipeline: str, number: int) -> wire.WireBuild:
        answer = await self.upstream.read(build_path(organization, pipeline, number), query=_ROW_ONLY)
        return answer.decode(_build.one)

    async def list_jobs(self, organization: str, pipeline: str, number: int, after: str | None, per_page: int) -> JobListing:
        """All attempts of all jobs, in order. `after` is a `next_cursor`."""
        query = [("per_page", str(per_page)), *(() if after is None else (("after", after),))]
        answer = await self.upstream.read(build_path(organization, pipeline, number) + "/jobs", query=query)
        return _job_listing(answer)

    async def get_job(self, organization: str, pipeline: str, number: int, job: str) -> wire.WireJob:
        answer = await self.upstream.read(build_path(organization, pipeline, number) + path("jobs", job))
        return answer.decode(_job.one)

    async def read_log(self, organization: str, pipeline: str, number: int, job: str, tail_bytes: int) -> Log:
        """NotFoundError for no log and for an empty one. The vendor knows only ranges that count from the end."""
        headers = {"Accept": "text/plain", "Range": f"bytes=-{tail_bytes}"}
        place = build_path(organization, pipeline, number) + path("jobs", job, "log")
        answer = await self.upstream.read(place, headers=headers)
        if answer.status != 206:
            return Log(answer.body[-tail_bytes:], len(answer.body))
        size = answer.headers.get("content-range", "").rpartition("/")[2]
        return Log(answer.body, int(size) if size.isascii() and size.isdecimal() else None)

    async def list_annotations(
        self, organization: str, pipeline: str, number: int, page: int, per_page: int
    ) -> Listing[wire.WireAnnotation]:
        """Those of the build and those of its jobs."""
        query = (*_page(page, per_page), ("scope", "all"))
        return _annotation.page(await self.upstream.read(build_path(organization, pipeline, number) + "/annotations", query=query))

    async def list_artifacts(
        self, organization: str, pipeline: str, number: int, page: int, per_page: int
    ) -> Listing[wire.WireArtifact]:
        place = build_path(organization, pipeline, number) + "/artifacts"
        return _artifact.page(await self.upstream.read(place, query=_page(page, per_page)))

    async def get_artifact(self, organization: str, pipeline: str, number: int, job: str, artifact: str) -> wire.WireArtifact:
        place = build_path(organization, pipeline, number) + path("jobs", job, "artifacts", artifact)
        return (await self.upstream.read(place)).decode(_artifact.one)

    async def list_agents(self, organization: str, page: int, per_page: int, filters: Query = ()) -> Listing[wire.WireAgent]:
        """Only agents that are connected or stopping. `filters`: `name`, partial."""
        query = (*_page(page, per_page), *filters)
        return _agent.page(await self.upstream.read(path("organizations", organization, "agents"), query=query))

    async def get_agent(self, organization: str, agent: str) -> wire.WireAgent:
        """In whatever state it is."""
        return (await self.upstream.read(path("organizations", organization, "agents", agent))).decode(_agent.one)

    async def list_clusters(self, organization: str, page: int, per_page: int) -> Listing[wire.WireCluster]:
        place = path("organizations", organization, "clusters")
        return _cluster.page(await self.upstream.read(place, query=_page(page, per_page)))

    async def get_cluster(self, organization: str, cluster: str) -> wire.WireCluster:
        return (await self.upstream.read(path("organizations", organization, "clusters", cluster))).decode(_cluster.one)

    async def list_queues(self, organization: str, cluster: str, page: int, per_page: int) -> Listing[wire.WireQueue]:
        place = path("organizations", organization, "clusters", cluster, "queues")
        return _queue.page(await self.upstream.read(place, query=_page(page, per_page)))

    async def get_queue(self, organization: str, cluster: str, queue: str) -> wire.WireQueue:
        place = path("organizations", organization, "clusters", cluster, "queues", queue)
        return (await self.upstream.read(place)).decode(_queue.one)


def _page(page: int, per_page: int) -> Query:
    return (("page", str(page)), ("per_page", str(per_page)))


def build_path(organization: str, pipeline: str, number: int) -> str:
    """Where a build lives."""
    return path("organizations", organization, "pipelines", pipeline, "builds", str(number))


def _job_listing(answer: Answer) -> JobListing:
    try:
        page = _job_page.decode(answer.body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raw = answer.decode(_raw_page)
        return JobListing(_job.each(answer, raw.items), _cursor(raw.links))
    return JobListing(page.items, _cursor(page.links))


def _cursor(links: wire.WireLinks | None) -> str | None:
    """The `after` of the next page's address."""
    if links is None or not links.next:
        return None
    found = parse_qs(urlsplit(links.next).query).get("after")
    return found[-1] if found else None
