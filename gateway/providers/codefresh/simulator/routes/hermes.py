"""The trigger manager: bare arrays, event addresses encoded twice in a path, 500 for most mistakes."""

from fnmatch import fnmatchcase
from urllib.parse import unquote

from gateway.providers.codefresh.simulator.documents import Document
from gateway.providers.codefresh.simulator.endpoint import Asked, Endpoint
from gateway.providers.codefresh.simulator.errors import hermes_error
from gateway.providers.codefresh.simulator.query import parameters
from gateway.providers.codefresh.simulator.state import State
from gateway.simulation.messages import Response, json_response

# What the server's own code sends in place of event data nobody asked for: the structure with empty texts.
_NO_EVENT: Document = {"uri": "", "type": "", "kind": "", "account": "", "secret": ""}


def list_events(state: State, asked: Asked) -> Response:
    """`filter` is a glob over the URI; public events only with `public=true`."""
    query = asked.query
    kind_type, kind, glob = query.text("type"), query.text("kind"), query.text("filter")
    public = query.flag("public")
    return json_response(
        [
            event
            for uri, event in state.world.hermes.events.items()
            if (not kind_type or event["type"] == kind_type)
            and (not kind or event["kind"] == kind)
            and (not glob or fnmatchcase(uri, glob))
            and (public or not _is_public(event))
        ]
    )


def get_event(state: State, asked: Asked) -> Response:
    event = state.world.hermes.events.get(event_uri(asked))
    if event is None:
        raise hermes_error(500, "failed to get trigger event", "trigger event not found")
    return json_response(event)


def list_triggers(state: State, _asked: Asked) -> Response:
    return json_response([_link(state, link, with_event=False) for link in state.world.hermes.links])


def list_event_triggers(state: State, asked: Asked) -> Response:
    """An unknown event has no triggers: an empty array."""
    uri = event_uri(asked)
    return json_response([_link(state, link, with_event=False) for link in state.world.hermes.links if link["event"] == uri])


def list_pipeline_triggers(state: State, asked: Asked) -> Response:
    """`null` for a pipeline that was never linked, known or not, as the server's own code has it."""
    with_event = asked.query.flag("with-event")
    wanted = asked.params["pipeline"]
    found = [_link(state, link, with_event=with_event) for link in state.world.hermes.links if link["pipeline"] == wanted]
    return json_response(found or None)


def list_types(state: State, _asked: Asked) -> Response:
    if not state.world.hermes.types:
        raise hermes_error(404, "no trigger types", "nothing is configured")
    return json_response(state.world.hermes.types)


def get_type(state: State, asked: Asked) -> Response:
    kind_type, kind = asked.params["type"], asked.params["kind"]
    for document in state.world.hermes.types:
        if document["type"] == kind_type and document["kind"] == kind:
            return json_response(document)
    raise hermes_error(404, f"no type {kind_type} of kind {kind}", "unknown type")


def event_uri(asked: Asked) -> str:
    """The second decoding. Text that was encoded once only is taken for an unknown event."""
    # ASSUMED: one encoding is not enough even without a slash; disproved by an answer to such a request.
    once_decoded = asked.params["event"]
    uri = unquote(once_decoded)
    if uri == once_decoded:
        raise hermes_error(500, "failed to read trigger event", f"no such event: {uri}")
    return uri


def _link(state: State, link: Document, *, with_event: bool) -> Document:
    event = state.world.hermes.events.get(str(link["event"])) if with_event else None
    return link | {"event-data": event or _NO_EVENT}


def _is_public(event: Document) -> bool:
    return set(str(event["account"])) == {"0"}


# ASSUMED: the trigger manager needs the scope `pipeline`; disproved by a key that shows otherwise.
ENDPOINTS = (
    Endpoint("GET", "/hermes/events", list_events, "pipeline", parameters("type kind filter public")),
    Endpoint("GET", "/hermes/events/{event}", get_event, "pipeline"),
    Endpoint("GET", "/hermes/triggers", list_triggers, "pipeline"),
    Endpoint("GET", "/hermes/triggers/event/{event}", list_event_triggers, "pipeline"),
    Endpoint("GET", "/hermes/triggers/pipeline/{pipeline}", list_pipeline_triggers, "pipeline", parameters("with-event")),
    Endpoint("GET", "/hermes/types", list_types, "pipeline"),
    Endpoint("GET", "/hermes/types/{type}/{kind}", get_type, "pipeline"),
)
