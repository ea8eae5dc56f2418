"""Contexts are created, replaced, changed in part and deleted by name."""

import msgspec

from gateway.providers.codefresh.simulator.bodies import as_object, check_form, read_object
from gateway.providers.codefresh.simulator.data.contexts import CONTEXT_TYPES, context_type, store_context
from gateway.providers.codefresh.simulator.documents import Document, Stored, object_response
from gateway.providers.codefresh.simulator.endpoint import Asked, Endpoint
from gateway.providers.codefresh.simulator.errors import bad_request, not_found
from gateway.providers.codefresh.simulator.kept_secrets import keep_texts
from gateway.providers.codefresh.simulator.keys import Access
from gateway.providers.codefresh.simulator.query import parameters
from gateway.providers.codefresh.simulator.state import State
from gateway.simulation.messages import Response


class _Metadata(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    system: bool = False
    default: bool = False


class _Spec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    type: str
    data: Document


class _Context(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    metadata: _Metadata
    spec: _Spec
    api_version: str = "v1"
    kind: str = "context"
    owner: str = "account"


def create_context(state: State, asked: Asked) -> Response:
    wanted = _checked(read_object(asked), validate=not asked.query.flag("skipValidation"))
    name = wanted.metadata.name
    # ASSUMED: a name that is taken is a 400; disproved by a 409.
    if name in state.world.contexts:
        raise bad_request(f"Context already exists: {name}")
    stored = _store(state, wanted, {})
    state.record("context.create", name, asked.key, made=name)
    return object_response(stored.body)


def replace_context(state: State, asked: Asked) -> Response:
    old = _find(state, asked)
    stored = _store(state, _checked(read_object(asked), old), old.document)
    state.record("context.replace", asked.params["name"], asked.key)
    return object_response(stored.body)


def change_context(state: State, asked: Asked) -> Response:
    """What is not sent stays."""
    # ASSUMED: data that is sent takes the place of all the data there was; disproved by keys that survive.
    old = _find(state, asked)
    sent = read_object(asked)
    merged = old.document | sent
    for part in ("metadata", "spec"):
        merged[part] = as_object(old.document[part]) | as_object(sent.get(part, {}))
    stored = _store(state, _checked(merged, old), old.document)
    state.record("context.change", asked.params["name"], asked.key)
    return object_response(stored.body)


def delete_context(state: State, asked: Asked) -> Response:
    # ASSUMED: one that pipelines still name can go, and the answer is empty; disproved by a refusal or a body.
    _find(state, asked)
    del state.world.contexts[asked.params["name"]]
    state.record("context.delete", asked.params["name"], asked.key)
    return Response(content_type=None)


def _find(state: State, asked: Asked) -> Stored:
    stored = state.world.contexts.get(asked.params["name"])
    if stored is None:
        raise not_found("context", asked.params["name"])
    return stored


def _checked(sent: Document, old: Stored | None = None, *, validate: bool = True) -> _Context:
    wanted = check_form(sent, _Context)
    name, kind = wanted.metadata.name, wanted.spec.type
    if not name.strip() or wanted.kind != "context":
        raise bad_request(f"Context name or kind is not valid: {name!r}, {wanted.kind!r}")
    if kind not in CONTEXT_TYPES:
        raise bad_request(f"Context type is not valid: {kind}")
    # ASSUMED: name and type stay what they are; disproved by a context that was renamed or turned into another type.
    if old is not None and (name, kind) != (as_object(old.document["metadata"])["name"], context_type(old.document)):
        raise bad_request("Name and type of a context cannot be changed")
    if validate:
        _check_data(kind, wanted.spec.data)
    return wanted


def _check_data(kind: str, data: Document) -> None:
    # ASSUMED: these are the checks; disproved by data that a real account takes or refuses.
    if kind in ("config", "secret") and not all(isinstance(value, str) for value in data.values()):
        raise bad_request(f"The values of a {kind} context must be texts")
    if kind == "helm-repository" and not isinstance(data.get("repositoryUrl"), str):
        raise bad_request("A helm-repository context needs a repositoryUrl")
    if kind.startswith("git.") and not isinstance(data.get("auth"), dict):
        raise bad_request("A git context needs an auth object")


def _store(state: State, wanted: _Context, old: Document) -> Stored:
    data: object = wanted.spec.data
    if state.settings.stars_keep_secrets:
        data = keep_texts(data, as_object(old.get("spec")).get("data"))
    document = as_object(msgspec.to_builtins(wanted))
    stored = store_context(document | {"spec": {"type": wanted.spec.type, "data": data}})
    state.world.contexts[wanted.metadata.name] = stored
    return stored


# ASSUMED: contexts need the scope `pipeline`, as no scope bears their name; disproved by a key that shows otherwise.
ENDPOINTS = (
    *(
        Endpoint("POST", template, create_context, "pipeline", parameters("skipValidation"), Access.WRITE)
        for template in ("/contexts", "/contexts/")
    ),
    Endpoint("PUT", "/contexts/{name}", replace_context, "pipeline", access=Access.WRITE),
    Endpoint("PATCH", "/contexts/{name}", change_context, "pipeline", access=Access.WRITE),
    Endpoint("DELETE", "/contexts/{name}", delete_context, "pipeline", access=Access.WRITE),
)
