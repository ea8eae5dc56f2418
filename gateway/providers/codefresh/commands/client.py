"""The endpoints that commands use, one method each: all that change something, GETs among them, and raw reads before a change."""

from collections.abc import Iterable
from typing import TypeVar

import msgspec

from gateway.domain.commands.command import JsonObject
from gateway.domain.commands.merging import texts_in
from gateway.domain.errors import FieldComplaint, InvalidInputError, NotFoundError, UpstreamUnavailableError
from gateway.providers.codefresh import wire
from gateway.providers.codefresh.commands.secrets_sent import secrets_in
from gateway.providers.codefresh.explain import MissingError, missing_thing
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
    """Each write is one call. Answers to changes are None where they cannot be read: what was changed is known without them.

    What is secret in a body is hidden in all that is said of its refusal, whoever wrote it into the body.
    """

    def __init__(self, upstream: Upstream) -> None:
        self._upstream = upstream

    async def run_pipeline(self, pipeline_id: str, body: JsonObject) -> str:
        """POST /pipelines/run/{id}: the new build's id."""
        return _build_id(await self._write(path("pipelines", "run", pipeline_id), "POST", body, about=("pipeline",)))

    async def rebuild(self, build_id: str) -> str:
        """GET /builds/rebuild/{id}, which makes a new build: its id."""
        return _build_id(await self._write(path("builds", "rebuild", build_id), "GET"))

    async def terminate(self, progress_id: str) -> None:
        await self._write(path("progress", progress_id), "DELETE")

    async def approve(self, build_id: str) -> None:
        """A GET that changes something."""
        await self._write(path("workflow", build_id, "pending-approval", "approve"), "GET")

    async def deny(self, build_id: str) -> None:
        """A GET that changes something."""
        await self._write(path("workflow", build_id, "pending-approval", "deny"), "GET")

    async def read_definition(self, pipeline_id: str) -> JsonObject:
        """The pipeline as it is, hidden values and webhooks' secrets and all: to be changed and sent back, never to be shown."""
        answer = await self._upstream.read(path("pipelines", pipeline_id))
        found = answer.decode(_object)
        if not isinstance(found.get("metadata"), dict) or not isinstance(found.get("spec"), dict):
            raise answer.unreadable("`metadata` or `spec` is not in it")
        return found

    async def create_pipeline(self, definition: JsonObject) -> wire.Pipeline:
        return (await self._write(path("pipelines"), "POST", definition, about=("project",))).decode(_pipeline)

    async def replace_pipeline(self, pipeline_id: str, definition: JsonObject) -> wire.Pipeline | None:
        """PUT under the check of `metadata.revision`: ConflictError when it is another by now."""
        answer = await self._write(path("pipelines", pipeline_id), "PUT", definition, about=("pipeline", "project"))
        return _perhaps(answer, _pipeline)

    async def delete_pipeline(self, pipeline_id: str) -> None:
        await self._write(path("pipelines", pipeline_id), "DELETE")

    async def create_project(self, body: JsonObject) -> wire.Project:
        return (await self._write(path("projects"), "POST", body)).decode(_project)

    async def change_project(self, project_id: str, body: JsonObject) -> wire.Project | None:
        """PATCH: what is not in the body stays."""
        return _perhaps(await self._write(path("projects", project_id), "PATCH", body), _project)

    async def delete_project(self, project_id: str) -> None:
        await self._write(path("projects", project_id), "DELETE")

    async def read_project(self, project_id: str) -> JsonObject:
        """The project as it is, encrypted values hidden by the vendor; never to be shown."""
        return (await self._upstream.read(path("projects", project_id))).decode(_object)

    async def read_context(self, name: str) -> JsonObject:
        """The context as it is, its secrets hidden by the vendor: to be changed and sent back, never to be shown."""
        answer = await self._upstream.read(path("contexts", name))
        found = answer.decode(_object)
        if not isinstance(found.get("spec"), dict) or not isinstance(found["spec"].get("data", {}), dict):
            raise answer.unreadable("`spec` or its `data` is not in it")
        return found

    async def create_context(self, body: JsonObject) -> wire.Context | None:
        return _perhaps(await self._write(path("contexts"), "POST", body, hide=_data_of(body)), _context)

    async def replace_context(self, name: str, body: JsonObject) -> wire.Context | None:
        """PUT. The PATCH beside it is not used: whether it keeps what is not named inside `spec.data` is told nowhere."""
        return _perhaps(await self._write(path("contexts", name), "PUT", body, hide=_data_of(body)), _context)

    async def delete_context(self, name: str) -> None:
        await self._write(path("contexts", name), "DELETE")

    async def list_events(self, kind_type: str, kind: str) -> list[str]:
        """Addresses of the account's own events of one type. Their secrets come along and are not decoded."""
        query = (("type", kind_type), ("kind", kind), ("public", "false"))
        answer = await self._upstream.read(path("hermes", "events"), query=query)
        return [event.uri for event in answer.decode(_events) or ()]

    async def create_event(self, body: JsonObject) -> str:
        """The new event's address."""
        answer = await self._write(path("hermes", "events"), "POST", body)
        address = _bare_text(answer)
        if address.count(":") < 3 or not address.isprintable():
            raise answer.unreadable("it is not the address of an event")
        return address

    async def link_event(self, uri: str, pipeline_id: str, filters: JsonObject) -> None:
        await self._write(path("hermes", "triggers", twice(uri), pipeline_id), "POST", {"filters": filters})

    async def unlink_event(self, uri: str, pipeline_id: str) -> None:
        await self._write(path("hermes", "triggers", twice(uri), pipeline_id), "DELETE")

    async def _write(
        self, where: str, method: str, body: JsonObject | None = None, *, hide: Iterable[str] = (), about: tuple[str, ...] = ()
    ) -> Answer:
        """`about` are the vendor's words for what the call is about, where its body names other things too: if it is one of
        those that is missing, the input is wrong.

        A 500 that says "not found" may come after the thing was done, and is not taken at its word.
        """
        try:
            return await self._upstream.command(where, method=method, body=body, hide=(*hide, *secrets_in(body)))
        except MissingError as error:
            if error.definite:
                raise
            doubt = UpstreamUnavailableError(error.message, provider=error.provider, request_id=error.request_id)
            doubt.sent = error.sent
            self._upstream.monitor.unreadable(doubt)
            raise doubt from None
        except NotFoundError as error:
            thing = missing_thing(error.message)
            if not about or thing is None or thing in about:
                raise
            wrong = InvalidInputError(error.message, provider=error.provider, request_id=error.request_id)
            wrong.complaints = (FieldComplaint(thing, error.message),)
            raise wrong from None


def _data_of(context: JsonObject) -> Iterable[str]:
    """All values: whether a type is secret is the vendor's to say."""
    return texts_in(context["spec"]["data"])


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
