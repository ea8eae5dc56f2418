"""Codefresh's endpoints, one method each. All of these are reads; what changes things is in `commands/client.py`."""

from collections.abc import Iterable, Sequence

import msgspec

from gateway.providers.codefresh import wire
from gateway.providers.codefresh.rows import Envelope, ListDecoder, Listing
from gateway.upstream.client import Upstream
from gateway.upstream.path import path

SESSION_HEADER = "X-Pagination-Session-Id"
MAX_LOG_BYTES = 16 * 1024 * 1024

Query = Sequence[tuple[str, str]]

_user = msgspec.json.Decoder(wire.User)
_project = msgspec.json.Decoder(wire.Project)
_pipeline = msgspec.json.Decoder(wire.Pipeline)
_pipeline_ref = msgspec.json.Decoder(wire.PipelineRef)
_build = msgspec.json.Decoder(wire.Build)
_revisions: "msgspec.json.Decoder[list[wire.Revision] | None]" = msgspec.json.Decoder(list[wire.Revision] | None)
_progress = msgspec.json.Decoder(wire.Progress)
_link = msgspec.json.Decoder(wire.EventLink)
_image = msgspec.json.Decoder(wire.Image)
_context = msgspec.json.Decoder(wire.Context)

_projects: ListDecoder[wire.Project] = ListDecoder(
    msgspec.json.Decoder(list[wire.Project] | Envelope[wire.Project] | None), _project, "project"
)
_pipelines: ListDecoder[wire.Pipeline] = ListDecoder(
    msgspec.json.Decoder(list[wire.Pipeline] | Envelope[wire.Pipeline] | None), _pipeline, "pipeline"
)
_pipeline_refs: ListDecoder[wire.PipelineRef] = ListDecoder(
    msgspec.json.Decoder(list[wire.PipelineRef] | Envelope[wire.PipelineRef] | None), _pipeline_ref, "pipeline"
)
_builds: ListDecoder[wire.Build] = ListDecoder(
    msgspec.json.Decoder(list[wire.Build] | Envelope[wire.Build] | None), _build, "build"
)
_links: ListDecoder[wire.EventLink] = ListDecoder(
    msgspec.json.Decoder(list[wire.EventLink] | Envelope[wire.EventLink] | None), _link, "trigger"
)
_images: ListDecoder[wire.Image] = ListDecoder(
    msgspec.json.Decoder(list[wire.Image] | Envelope[wire.Image] | None), _image, "image"
)
_contexts: ListDecoder[wire.Context] = ListDecoder(
    msgspec.json.Decoder(list[wire.Context] | Envelope[wire.Context] | None), _context, "context"
)


class CodefreshClient:
    """Answers as wire values. Failures are the typed errors of `gateway.domain.errors`; 404 is NotFoundError."""

    def __init__(self, upstream: Upstream) -> None:
        self.upstream = upstream

    @property
    def provider(self) -> str:
        return self.upstream.provider

    async def get_user(self) -> wire.User:
        return (await self.upstream.read(path("user"))).decode(_user)

    async def list_projects(self, offset: int, limit: int, tag: str | None = None) -> Listing[wire.Project]:
        """In the vendor's order; no total."""
        query = [*_window(offset, limit), *(() if tag is None else (("tags", tag),))]
        return _projects.decode(await self.upstream.read(path("projects"), query=query))

    async def get_project(self, project_id: str) -> wire.Project:
        return (await self.upstream.read(path("projects", project_id))).decode(_project)

    async def list_pipelines(self, offset: int, limit: int, filters: Query = ()) -> Listing[wire.Pipeline]:
        """`filters`: `id` (a name or id to search for, repeatable), `projectId`, `labels[tags]`. `count` is of all matches."""
        query = [*_window(offset, limit), *filters]
        return _pipelines.decode(await self.upstream.read(path("pipelines"), query=query))

    async def list_pipeline_ids(self, offset: int, limit: int, project_id: str) -> Listing[wire.PipelineRef]:
        """The same rows, of which only the ids are decoded."""
        query = [*_window(offset, limit), ("projectId", project_id)]
        return _pipeline_refs.decode(await self.upstream.read(path("pipelines"), query=query))

    async def get_pipeline(self, name_or_id: str) -> wire.Pipeline:
        """By full name (`shop/deploy`, encoded once) or id. Variables stay encrypted."""
        return (await self.upstream.read(path("pipelines", name_or_id))).decode(_pipeline)

    async def list_builds(self, session: str, page: int, limit: int, filters: Query) -> Listing[wire.Build]:
        """A page of a paging session, newest first. Only page 1 and neighbours of the page read last can be had.

        `filters`: `status`, `pipeline` (an id), `revision`, `branchName`, all repeatable; `startDate`, `endDate`.
        """
        query = [*filters, ("limit", str(limit)), ("page", str(page))]
        if page == 1:
            query.append(("paginationReset", "true"))
        return _builds.decode(await self.upstream.read(path("workflow"), query=query, headers={SESSION_HEADER: session}))

    async def get_build(self, build_id: str) -> wire.Build:
        answer = await self.upstream.read(path("builds", build_id), query=(("noAccount", "false"),))
        return answer.decode(_build)

    async def list_revisions(self, build_id: str) -> list[wire.Revision]:
        """Looks at the build's steps, the newest last; empty when it never began."""
        answer = await self.upstream.read(path("workflow", build_id, "context-revision"))
        return answer.decode(_revisions) or []

    async def get_progress(self, progress_id: str) -> wire.Progress:
        return (await self.upstream.read(path("progress", progress_id))).decode(_progress)

    async def fetch_log(self, url: str) -> bytes:
        """The log document behind a progress's address, fetched without the API key. At most 16 MiB."""
        return await self.upstream.fetch_signed(url, max_bytes=MAX_LOG_BYTES)

    async def list_event_links(self) -> Listing[wire.EventLink]:
        """The trigger manager's links of all pipelines."""
        return _links.decode(await self.upstream.read(path("hermes", "triggers")))

    async def list_event_links_of(self, pipeline_id: str) -> Listing[wire.EventLink]:
        return _links.decode(await self.upstream.read(path("hermes", "triggers", "pipeline", pipeline_id)))

    async def list_images(self, session: str, offset: int, limit: int, filters: Query) -> Listing[wire.Image]:
        """`filters`: `tag`, `branch`. No total."""
        query = [*_window(offset, limit), *filters]
        return _images.decode(await self.upstream.read(path("images"), query=query, headers={SESSION_HEADER: session}))

    async def get_image(self, image_id: str) -> wire.Image:
        return (await self.upstream.read(path("images", image_id))).decode(_image)

    async def list_contexts(self, types: Iterable[str] = ()) -> Listing[wire.Context]:
        """All of them, encrypted."""
        query = [("type", kind) for kind in types]
        return _contexts.decode(await self.upstream.read(path("contexts"), query=query))

    async def get_context(self, name: str) -> wire.Context:
        return (await self.upstream.read(path("contexts", name))).decode(_context)


def _window(offset: int, limit: int) -> tuple[tuple[str, str], tuple[str, str]]:
    return ("limit", str(limit)), ("offset", str(offset))
