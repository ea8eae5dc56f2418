"""Annotations: one of a kind for each entity and key, made or overwritten by the same request."""

import msgspec

from gateway.providers.codefresh.simulator.bodies import read_body
from gateway.providers.codefresh.simulator.data.account import ACCOUNT_ID
from gateway.providers.codefresh.simulator.data.annotations import ENTITY_TYPES
from gateway.providers.codefresh.simulator.documents import Document
from gateway.providers.codefresh.simulator.endpoint import Asked, Endpoint
from gateway.providers.codefresh.simulator.errors import VendorError, annotation_error
from gateway.providers.codefresh.simulator.keys import Access
from gateway.providers.codefresh.simulator.query import parameters
from gateway.providers.codefresh.simulator.state import State
from gateway.simulation.messages import Response, json_response

_FILTERS = {"id": "_id", "entityId": "entityId", "entityType": "entityType", "key": "key"}


class _Annotation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    entity_id: str
    entity_type: str
    key: str
    value: object
    entity_name: str | None = None
    display: object = None


def put_annotation(state: State, asked: Asked) -> Response:
    # ASSUMED: an entity that is not there can be annotated; disproved by a refusal.
    wanted = read_body(asked, _Annotation, _refused)
    _check_type(wanted.entity_type)
    if not wanted.entity_id or not wanted.key:
        raise _refused("entityId and key must not be empty")
    place = (wanted.entity_type, wanted.entity_id, wanted.key)
    old = next(
        (each for each in state.world.annotations if (each["entityType"], each["entityId"], each["key"]) == place),
        None,
    )
    annotation: Document = old or {"__v": 0, "_id": state.mint_id(), "accountId": ACCOUNT_ID}
    annotation |= {"entityId": wanted.entity_id, "entityType": wanted.entity_type, "key": wanted.key, "value": wanted.value}
    for name, value in (("entityName", wanted.entity_name), ("display", wanted.display)):
        if value is not None:
            annotation[name] = value
    if old is None:
        state.world.annotations.append(annotation)
    state.record("annotation.put", "/".join(place), asked.key, made=None if old else str(annotation["_id"]))
    return json_response(annotation)


def delete_annotations(state: State, asked: Asked) -> Response:
    """Tells how many went; none is a success too."""
    _check_type(asked.query.text("entityType"))
    wanted = {key: text for name, key in _FILTERS.items() if (text := asked.query.text(name)) is not None}
    # ASSUMED: an id will do, else entity and type have to be named; disproved by a deletion that needs less or more.
    if "_id" not in wanted and not {"entityId", "entityType"} <= wanted.keys():
        raise _refused("id, or entityId and entityType, must be given")
    doomed = [each for each in state.world.annotations if all(each[key] == text for key, text in wanted.items())]
    for annotation in doomed:
        state.world.annotations.remove(annotation)
        state.record("annotation.delete", str(annotation["_id"]), asked.key)
    return json_response({"n": len(doomed), "ok": 1})


def _check_type(kind: str | None) -> None:
    if kind is not None and kind not in ENTITY_TYPES:
        raise _refused(f"entityType must be one of {', '.join(ENTITY_TYPES)}")


def _refused(reason: str) -> VendorError:
    return annotation_error(400, reason)


# ASSUMED: annotations need the scope `view`; disproved by a key that shows otherwise.
ENDPOINTS = (
    Endpoint("POST", "/annotations", put_annotation, "view", access=Access.WRITE),
    Endpoint("DELETE", "/annotations", delete_annotations, "view", parameters("id entityId entityType key"), Access.WRITE),
)
