"""Contexts: a bare array, everything at once, addressed by name."""

from gateway.providers.codefresh.simulator.data.contexts import DEFAULT_GIT, context_type
from gateway.providers.codefresh.simulator.documents import Stored, array_response, object_response
from gateway.providers.codefresh.simulator.endpoint import Asked, Endpoint
from gateway.providers.codefresh.simulator.errors import forbidden, not_found
from gateway.providers.codefresh.simulator.query import Query, parameters
from gateway.providers.codefresh.simulator.state import State
from gateway.simulation.messages import Response


def list_contexts(state: State, asked: Asked) -> Response:
    decrypt = _decrypt(state, asked.query)
    types = asked.query.texts("type")
    found = [stored for stored in state.world.contexts.values() if not types or context_type(stored.document) in types]
    return array_response(_body(stored, decrypt=decrypt) for stored in found)


def get_context(state: State, asked: Asked) -> Response:
    return _get(state, asked, asked.params["name"])


def get_default_git_context(state: State, asked: Asked) -> Response:
    return _get(state, asked, DEFAULT_GIT)


def _get(state: State, asked: Asked, name: str) -> Response:
    decrypt = _decrypt(state, asked.query)
    stored = state.world.contexts.get(name)
    if stored is None:
        raise not_found("context", name)
    return object_response(_body(stored, decrypt=decrypt))


def _decrypt(state: State, query: Query) -> bool:
    decrypt = query.flag("decrypt")
    # ASSUMED: the flag's refusal is a 403; disproved by another status.
    if decrypt and state.settings.forbid_decrypt:
        raise forbidden("Decryption of contexts is disabled for this account")
    return decrypt


def _body(stored: Stored, *, decrypt: bool) -> bytes:
    return stored.decrypted if decrypt else stored.body


# ASSUMED: contexts need the scope `pipeline`, as no scope bears their name; disproved by a key that shows otherwise.
ENDPOINTS = (
    Endpoint("GET", "/contexts", list_contexts, "pipeline", parameters("decrypt", repeated="type")),
    Endpoint("GET", "/contexts/{name}", get_context, "pipeline", parameters("decrypt")),
    Endpoint("GET", "/contexts/git/default", get_default_git_context, "pipeline", parameters("decrypt")),
)
