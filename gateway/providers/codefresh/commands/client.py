"""The endpoints that commands use, one method each: all that change something, GETs among them, and raw reads before a change."""

from typing import TypeVar

import msgspec

from gateway.domain.commands.command import JsonObject
from gateway.providers.codefresh import wire
from gateway.providers.codefresh.keys import is_object_id
from gateway.upstream.answer import Answer
from gateway.upstream.client import Upstream
from gateway.upstream.path import path, twice

T = TypeVar("T")

_text = msgspec.json.Decoder(str)
_object: "msgspec.json.Decoder[JsonObject]" = msgspec.json.Decoder(JsonObject)
_pipeline = msgspec.json.Decoder(wire.Pipeline)
_project = msgspec.json.Decoder(wire.Project)
_context = msgspec.json.Decoder(wire.Context)
_events: "msgspec.json.Decoder[list[wire.Event] | None]" = msgspec.json.Decoder(list[wire.Event] | None)

_UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError)


class CommandClient:
    """Each write is one call. Answers to changes are None where they cannot be read: what was changed is known without them."""

    def __init__(self, upstream: Upstream) -> None:
        self._upstream = upstream

    async def run_pipeline(self, pipeline_id: str, body: JsonObject) -> str:
        """POST /pipelines/run/{id}: the new build's id."""
        return _build_id(await self._upstream.command(path("pipelines", "run", pipeline_id), method="POST", body=body))

    async def rebuild(self, build_id: str) -> str:
        """GET /builds/rebuild/{id}, which makes a new build: its id."""
        return _build_id(await self._upstream.command(path("builds", "rebuild", build_id), method="GET"))

    async def terminate(self, progress_id: str) -> None:
        await self._upstream.command(path("progress", progress_id), method="DELETE")

    async def approve(self, build_id: str) -> None:
        """A GET that changes something."""
        await self._upstream.command(path("workflow", build_id, "pending-approval", "approve"), method="GET")

    async def deny(self, build_id: str) -> None:
        """A GET that changes something."""
        await self._upstream.command(path("workflow", build_id, "pending-approval", "deny"), method="GET")

    async def read_definition(self, pipeline_id: str) -> JsonObject:
        """The pipeline as it is, hidden values and webhooks' secrets and all: to be changed and sent back, never to be shown."""
        answer = await self._upstream.read(path("pipelines", pipeline_id))
        found = answer.decode(_object)
        if not isinstance(found.get("metadata"), dict) or not isinstance(found.get("spec"), dict):
            raise answer.unreadable("`metadata` or `spec` is not in it")
        return found

    async def create_pipeline(self, definition: JsonObject) -> wire.Pipeline:
        return (await self._upstream.command(path("pipelines"), method="POST", body=definition)).decode(_pipeline)

    async def replace_pipeline(self, pipeline_id: str, definition: JsonObject) -> wire.Pipeline | None:
        """PUT under the check of `metadata.revision`: ConflictError when it is another by now."""
        answer = await self._upstream.command(path("pipelines", pipeline_id), method="PUT", body=definition)
        return _perhaps(answer, _pipeline)

    async def delete_pipeline(self, pipeline_id: str) -> None:
        await self._upstream.command(path("pipelines", pipeline_id), method="DELETE")

    async def create_project(self, body: JsonObject) -> wire.Project:
        return (await self._upstream.command(path("projects"), method="POST", body=body)).decode(_project)

    async def change_project(self, project_id: str, body: JsonObject) -> wire.Project | None:
        """PATCH: what is not in the body stays."""
        return _perhaps(await self._upstream.command(path("projects", project_id), method="PATCH", body=body), _project)

    async def delete_project(self, project_id: str) -> None:
        await self._upstream.command(path("projects", project_id), method="DELETE")

    async def read_context(self, name: str) -> JsonObject:
        """The context as it is, its secrets hidden by the vendor: to be changed and sent back, never to be shown."""
        answer = await self._upstream.read(path("contexts", name))
        found = answer.decode(_object)
        if not isinstance(found.get("spec"), dict) or not isinstance(found["spec"].get("data", {}), dict):
            raise answer.unreadable("`spec` or its `data` is not in it")
        return found

    async def create_context(self, body: JsonObject) -> wire.Context | None:
        return _perhaps(await self._upstream.command(path("contexts"), method="POST", body=body), _context)

    async def replace_context(self, name: str, body: JsonObject) -> wire.Context | None:
        """PUT. The PATCH beside it is not used: whether it keeps what is not named inside `spec.data` is told nowhere."""
        return _perhaps(await self._upstream.command(path("contexts", name), method="PUT", body=body), _context)

    async def delete_context(self, name: str) -> None:
        await self._upstream.command(path("contexts", name), method="DELETE")

    async def list_events(self, kind_type: str, kind: str) -> list[str]:
        """Addresses of the account's own events of one type. Their secrets come along and are not decoded."""
        query = (("type", kind_type), ("kind", kind), ("public", "false"))
        answer = await self._upstream.read(path("hermes", "events"), query=query)
        return [event.uri for event in answer.decode(_events) or ()]

    async def create_event(self, body: JsonObject) -> str:
        """The new event's address."""
        answer = await self._upstream.command(path("hermes", "events"), method="POST", body=body)
        address = _bare_text(answer)
        if address.count(":") < 3 or not address.isprintable():
            raise answer.unreadable("it is not the address of an event")
        return address

    async def link_event(self, uri: str, pipeline_id: str, filters: JsonObject) -> None:
        await self._upstream.command(path("hermes", "triggers", twice(uri), pipeline_id), method="POST", body={"filters": filters})

    async def unlink_event(self, uri: str, pipeline_id: str) -> None:
        await self._upstream.command(path("hermes", "triggers", twice(uri), pipeline_id), method="DELETE")


def _build_id(answer: Answer) -> str:
    build_id = _bare_text(answer)
    if not is_object_id(build_id):
        raise answer.unreadable("it is not the id of a build")
    return build_id


def _bare_text(answer: Answer) -> str:
    """A JSON string, or the text without quotes."""
    found = _perhaps(answer, _text)
    return answer.body.decode("utf-8", "replace").strip() if found is None else found


def _perhaps(answer: Answer, decoder: "msgspec.json.Decoder[T]") -> T | None:
    try:
        return decoder.decode(answer.body)
    except _UNREADABLE:
        return None
