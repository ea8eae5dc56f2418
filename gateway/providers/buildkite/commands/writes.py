"""Buildkite's endpoints that change something, one method each. The reads are in `client.py`."""

import msgspec

from gateway.domain.commands.command import JsonObject
from gateway.domain.errors import ConflictError, InvalidInputError
from gateway.providers.buildkite import wire
from gateway.providers.buildkite.client import build_path
from gateway.providers.buildkite.explain import WHOLE
from gateway.providers.buildkite.keys import BuildPlace
from gateway.upstream.client import Answer, Upstream
from gateway.upstream.delivery import mark_sent
from gateway.upstream.path import path

_build = msgspec.json.Decoder(wire.WireChangedBuild)
_job = msgspec.json.Decoder(wire.WireJob)
_pipeline = msgspec.json.Decoder(wire.WirePipeline)
_annotation = msgspec.json.Decoder(wire.WireAnnotation)
_queue = msgspec.json.Decoder(wire.WireQueue)


class BuildkiteWrites:
    """Answers as wire values. A state that does not allow a call is ConflictError."""

    def __init__(self, upstream: Upstream) -> None:
        self._upstream = upstream

    async def create_build(self, organization: str, pipeline: str, body: JsonObject) -> wire.WireChangedBuild:
        """POST /pipelines/{slug}/builds."""
        where = path("organizations", organization, "pipelines", pipeline, "builds")
        return (await self._send("POST", where, body)).decode(_build)

    async def cancel_build(self, place: BuildPlace) -> wire.WireChangedBuild:
        """PUT /builds/{number}/cancel."""
        return (await self._tell("PUT", _build_path(place) + "/cancel")).decode(_build)

    async def rebuild(self, place: BuildPlace) -> wire.WireChangedBuild:
        """PUT /builds/{number}/rebuild: the new build."""
        return (await self._tell("PUT", _build_path(place) + "/rebuild")).decode(_build)

    async def retry_failed_jobs(self, place: BuildPlace, body: JsonObject) -> wire.WireChangedBuild:
        """PUT /builds/{number}/retry_failed_jobs: the same build, with `states` only of these jobs."""
        return (await self._tell("PUT", _build_path(place) + "/retry_failed_jobs", body)).decode(_build)

    async def unblock_job(self, place: BuildPlace, job: str, body: JsonObject) -> wire.WireJob:
        """PUT /jobs/{id}/unblock."""
        return (await self._send("PUT", _build_path(place) + path("jobs", job, "unblock"), body)).decode(_job)

    async def retry_job(self, place: BuildPlace, job: str) -> wire.WireJob:
        """PUT /jobs/{id}/retry: the new job."""
        return (await self._tell("PUT", _build_path(place) + path("jobs", job, "retry"))).decode(_job)

    async def create_pipeline(self, organization: str, body: JsonObject) -> wire.WirePipeline:
        """POST /pipelines."""
        return (await self._send("POST", path("organizations", organization, "pipelines"), body)).decode(_pipeline)

    async def update_pipeline(self, organization: str, slug: str, body: JsonObject) -> wire.WirePipeline:
        """PATCH /pipelines/{slug}: members that are absent stay."""
        return (await self._send("PATCH", path("organizations", organization, "pipelines", slug), body)).decode(_pipeline)

    async def delete_pipeline(self, organization: str, slug: str) -> None:
        """DELETE /pipelines/{slug}."""
        await self._send("DELETE", path("organizations", organization, "pipelines", slug), None)

    async def archive_pipeline(self, organization: str, slug: str) -> wire.WirePipeline:
        """POST /pipelines/{slug}/archive."""
        return (await self._tell("POST", path("organizations", organization, "pipelines", slug, "archive"))).decode(_pipeline)

    async def unarchive_pipeline(self, organization: str, slug: str) -> wire.WirePipeline:
        """POST /pipelines/{slug}/unarchive."""
        return (await self._tell("POST", path("organizations", organization, "pipelines", slug, "unarchive"))).decode(_pipeline)

    async def create_annotation(self, place: BuildPlace, job: str | None, body: JsonObject) -> wire.WireAnnotation:
        """POST /annotations, of the build or of one of its jobs."""
        return (await self._send("POST", _holder(place, job) + "/annotations", body)).decode(_annotation)

    async def delete_annotation(self, place: BuildPlace, job: str | None, annotation: str) -> None:
        """DELETE /annotations/{id}, of the build or of one of its jobs."""
        await self._send("DELETE", _holder(place, job) + path("annotations", annotation), None)

    async def stop_agent(self, organization: str, agent: str, body: JsonObject) -> None:
        """PUT /agents/{id}/stop."""
        await self._send("PUT", path("organizations", organization, "agents", agent, "stop"), body)

    async def pause_agent(self, organization: str, agent: str, body: JsonObject) -> None:
        """PUT /agents/{id}/pause."""
        await self._send("PUT", path("organizations", organization, "agents", agent, "pause"), body)

    async def resume_agent(self, organization: str, agent: str) -> None:
        """PUT /agents/{id}/resume."""
        await self._tell("PUT", path("organizations", organization, "agents", agent, "resume"), {})

    async def pause_queue(self, organization: str, cluster: str, queue: str, body: JsonObject) -> wire.WireQueue:
        """POST /queues/{id}/pause_dispatch."""
        where = path("organizations", organization, "clusters", cluster, "queues", queue, "pause_dispatch")
        return (await self._send("POST", where, body)).decode(_queue)

    async def resume_queue(self, organization: str, cluster: str, queue: str) -> wire.WireQueue:
        """POST /queues/{id}/resume_dispatch."""
        where = path("organizations", organization, "clusters", cluster, "queues", queue, "resume_dispatch")
        return (await self._tell("POST", where)).decode(_queue)

    async def _send(self, method: str, where: str, body: JsonObject | None) -> Answer:
        return await self._upstream.command(where, method=method, body=body)

    async def _tell(self, method: str, where: str, body: JsonObject | None = None) -> Answer:
        """A call in which nothing is given that could be wrong: what it is refused for can only be the state."""
        try:
            return await self._send(method, where, body)
        except InvalidInputError as error:
            if [complaint.field for complaint in error.complaints] != [WHOLE]:
                raise
            conflict = ConflictError(error.message, provider=error.provider, request_id=error.request_id)
            mark_sent(conflict, error.sent)
        raise conflict


def _build_path(place: BuildPlace) -> str:
    return build_path(place.organization, place.pipeline, place.number)


def _holder(place: BuildPlace, job: str | None) -> str:
    return _build_path(place) + ("" if job is None else path("jobs", job))
