"""What stands around pipelines: connectors, templates, target data models, users. Read only here."""

from collections.abc import Callable

from gateway.providers.nuvo.simulator.documents import Document, data_response
from gateway.providers.nuvo.simulator.endpoint import Asked, Endpoint, Handler, State
from gateway.providers.nuvo.simulator.errors import absent
from gateway.providers.nuvo.simulator.identities import IDENTITIES
from gateway.providers.nuvo.simulator.listing import list_response
from gateway.simulation.messages import Response

Rows = Callable[[State], list[Document]]


def _lister(rows: Rows) -> Handler:
    def handle(state: State, asked: Asked) -> Response:
        return list_response(asked.request, state.settings, rows(state), _itself, _itself)

    return handle


def _getter(noun: str, rows: Rows) -> Handler:
    def handle(state: State, asked: Asked) -> Response:
        for row in rows(state):
            if row["id"] == asked.params["id"]:
                return data_response(row)
        raise absent(noun, asked.params["id"])

    return handle


def _itself(row: Document) -> Document:
    return row


def _identities(kind: str) -> list[Document]:
    return [identity.document() for identity in IDENTITIES if identity.type == kind]


# ASSUMED: the path of sub-organizations; disproved by the documentation of another one.
_COLLECTIONS: tuple[tuple[str, Rows], ...] = (
    ("connector", lambda state: state.world.connectors),
    ("pipeline-template", lambda state: state.world.templates),
    ("tdm", lambda state: state.world.tdms),
    ("user", lambda _state: _identities("USER")),
    ("sub-organization", lambda _state: _identities("SUB_ORG")),
)

ENDPOINTS = tuple(
    endpoint
    for name, rows in _COLLECTIONS
    for endpoint in (Endpoint("GET", f"/{name}", _lister(rows)), Endpoint("GET", f"/{name}/{{id}}", _getter(name, rows)))
)
