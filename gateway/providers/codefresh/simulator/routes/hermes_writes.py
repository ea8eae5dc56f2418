"""Events of the trigger manager and their links to pipelines. A link is what it calls a trigger."""

import re

import msgspec

from gateway.providers.codefresh.simulator.bodies import as_object, as_objects, read_body
from gateway.providers.codefresh.simulator.canary import secret
from gateway.providers.codefresh.simulator.data.hermes import PUBLIC_HASH, make_event
from gateway.providers.codefresh.simulator.data.triggers import ACCOUNT_HASH
from gateway.providers.codefresh.simulator.documents import Document
from gateway.providers.codefresh.simulator.endpoint import Asked, Endpoint
from gateway.providers.codefresh.simulator.errors import VendorError, hermes_error
from gateway.providers.codefresh.simulator.keys import Access
from gateway.providers.codefresh.simulator.query import parameters
from gateway.providers.codefresh.simulator.routes.hermes import event_uri
from gateway.providers.codefresh.simulator.state import State
from gateway.providers.codefresh.simulator.trigger_definitions import NAMED_TIMES
from gateway.simulation.messages import Response, json_response

GENERATE = "!generate"

_CRON = re.compile(rf"{NAMED_TIMES}|\S+(?: \S+){{5}}")
_EMPTY = Response(content_type=None)


class _NewEvent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    type: str
    kind: str
    values: dict[str, str]
    secret: str = ""
    context: str | None = None


class _NewLink(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    filters: dict[str, str] | None = None


def create_event(state: State, asked: Asked) -> Response:
    """Answers with the event's address as a JSON string."""
    public = asked.query.flag("public")
    wanted = read_body(asked, _NewEvent, _bad_body)
    start = _address(state, wanted)
    # The published code generates 16 characters; here they carry the canary.
    hidden = secret(f"hermes-{state.mint_id()}") if wanted.secret == GENERATE else wanted.secret
    event = make_event(start, hidden, public=public)
    uri = str(event["uri"])
    if uri in state.world.hermes.events:
        if state.settings.hermes_as_published:
            return json_response(uri)
        raise hermes_error(400, "failed to add trigger event", "trigger already exists")
    state.world.hermes.events[uri] = event
    state.record("event.create", f"{wanted.type}:{wanted.kind}", asked.key, made=uri)
    return json_response(uri)


def delete_event(state: State, asked: Asked) -> Response:
    """The context, which holds credentials for the event's source, is taken unseen."""
    uri = event_uri(asked)
    if uri not in state.world.hermes.events:
        raise hermes_error(500, "failed to delete trigger event", "trigger event not found")
    if any(link["event"] == uri for link in state.world.hermes.links):
        raise hermes_error(500, "failed to delete trigger event", "cannot delete trigger event linked to pipelines")
    del state.world.hermes.events[uri]
    state.record("event.delete", uri, asked.key)
    return _EMPTY


def link_pipeline(state: State, asked: Asked) -> Response:
    """Linking again adds filters to those that are there."""
    uri, pipeline_id = event_uri(asked), asked.params["pipeline"]
    filters = read_body(asked, _NewLink, _bad_body).filters or {}
    _check_owner(uri, "failed to create trigger: event <-> pipeline")
    known = uri in state.world.hermes.events or state.settings.hermes_as_published
    pipeline = state.world.pipelines.get(pipeline_id)
    # ASSUMED: a pipeline goes by its id alone; disproved by a link made by name.
    if not known or pipeline is None or pipeline.id != pipeline_id:
        reason = "trigger event not found" if not known else "codefresh pipeline not found"
        raise hermes_error(500, "failed to create trigger: event <-> pipeline", reason)
    link = _find_link(state, uri, pipeline_id)
    if link is None:
        link = {"event": uri, "pipeline": pipeline_id}
        state.world.hermes.links.append(link)
    if filters:
        link["filters"] = as_object(link.get("filters")) | filters
    state.record("link.create", uri, asked.key, made=pipeline_id)
    return _EMPTY


def unlink_pipeline(state: State, asked: Asked) -> Response:
    uri, pipeline_id = event_uri(asked), asked.params["pipeline"]
    _check_owner(uri, "failed to delete trigger: event <-X-> pipeline")
    link = _find_link(state, uri, pipeline_id)
    if link is not None:
        state.world.hermes.links.remove(link)
        state.record("link.delete", uri, asked.key)
    elif not state.settings.hermes_as_published:
        raise hermes_error(404, "failed to delete trigger: event <-X-> pipeline", "trigger not found")
    return _EMPTY


def _address(state: State, wanted: _NewEvent) -> str:
    """The event's address without its account; every value that the type asks for is in it, in the type's order."""
    config = next(
        (
            as_objects(document["config"])
            for document in state.world.hermes.types
            if (document["type"], document["kind"]) == (wanted.type, wanted.kind)
        ),
        None,
    )
    if config is None:
        raise _bad_value(f"no type {wanted.type} of kind {wanted.kind}")
    names = [str(item["name"]) for item in config]
    # ASSUMED: values that the type does not name are refused; disproved by an event made with one.
    for name in wanted.values:
        if name not in names:
            raise _bad_value(f"unexpected value: {name}")
    for item in config:
        _check_value(item, wanted.values.get(str(item["name"])))
    return ":".join((wanted.type, wanted.kind, *(wanted.values[name] for name in names)))


def _check_value(item: Document, value: str | None) -> None:
    if value is None:
        raise _bad_value(f"missing required value: {item['name']}")
    if re.search(str(item["validator"]), value) is None or (item["type"] == "cron" and _CRON.fullmatch(value) is None):
        raise _bad_value(f"{item['name']} is not valid: {value!r}")


def _check_owner(uri: str, message: str) -> None:
    """Events of other accounts are not there."""
    if not uri.endswith((ACCOUNT_HASH, PUBLIC_HASH)):
        raise hermes_error(404, message, "trigger not found")


def _find_link(state: State, uri: str, pipeline_id: str) -> Document | None:
    return next((each for each in state.world.hermes.links if (each["event"], each["pipeline"]) == (uri, pipeline_id)), None)


def _bad_body(reason: str) -> VendorError:
    return hermes_error(400, "error in request JSON body", reason)


def _bad_value(reason: str) -> VendorError:
    """All that is wrong with an event, but for its being there already, is a 500 in the published code."""
    return hermes_error(500, "failed to add trigger event", reason)


# ASSUMED: the trigger manager needs the scope `pipeline`; disproved by a key that shows otherwise.
ENDPOINTS = (
    Endpoint("POST", "/hermes/events", create_event, "pipeline", parameters("public"), Access.WRITE),
    Endpoint("DELETE", "/hermes/events/{event}/{context}", delete_event, "pipeline", access=Access.WRITE),
    Endpoint("POST", "/hermes/triggers/{event}/{pipeline}", link_pipeline, "pipeline", access=Access.WRITE),
    Endpoint("DELETE", "/hermes/triggers/{event}/{pipeline}", unlink_pipeline, "pipeline", access=Access.WRITE),
)
