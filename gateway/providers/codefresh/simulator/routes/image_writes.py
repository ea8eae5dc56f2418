"""Tags and metadata of images."""

from gateway.providers.codefresh.simulator.bodies import as_object, as_objects, read_object
from gateway.providers.codefresh.simulator.data.images import REGISTRY
from gateway.providers.codefresh.simulator.documents import Document, Stored, object_response
from gateway.providers.codefresh.simulator.endpoint import Asked, Endpoint
from gateway.providers.codefresh.simulator.errors import not_found
from gateway.providers.codefresh.simulator.keys import Access
from gateway.providers.codefresh.simulator.query import parameters
from gateway.providers.codefresh.simulator.routes.images import find_image
from gateway.providers.codefresh.simulator.state import State
from gateway.simulation.messages import Response


def tag_image(state: State, asked: Asked) -> Response:
    """A tag that is there already changes nothing."""
    stored = find_image(state, asked.params["id"])
    registry = asked.query.text("registry") or REGISTRY
    tags = as_objects(stored.document["tags"])
    if all((each["tag"], each["registry"]) != (asked.params["tag"], registry) for each in tags):
        tag: Document = {"_id": state.mint_id(), "tag": asked.params["tag"], "registry": registry}
        _change(state, stored, {"tags": [*tags, tag | {"repository": stored.document["imageName"]}]})
        state.record("image.tag", asked.params["id"], asked.key, made=str(tag["_id"]))
    return _shown(state, asked)


def untag_image(state: State, asked: Asked) -> Response:
    # ASSUMED: a tag that is not there is a 404; disproved by another status.
    stored = find_image(state, asked.params["id"])
    registry = asked.query.text("registry")
    tags = as_objects(stored.document["tags"])
    kept = [each for each in tags if each["tag"] != asked.params["tag"] or registry not in (None, each["registry"])]
    if len(kept) == len(tags):
        raise not_found("tag", asked.params["tag"])
    _change(state, stored, {"tags": kept})
    state.record("image.untag", asked.params["id"], asked.key)
    return _shown(state, asked)


def annotate_image(state: State, asked: Asked) -> Response:
    """Adds to the metadata that is there."""
    stored = find_image(state, asked.params["id"])
    _change(state, stored, {"metadata": as_object(stored.document["metadata"]) | read_object(asked)})
    state.record("image.annotate", asked.params["id"], asked.key)
    return _shown(state, asked)


def forget_image_metadata(state: State, asked: Asked) -> Response:
    stored = find_image(state, asked.params["id"])
    metadata = as_object(stored.document["metadata"])
    if asked.params["key"] not in metadata:
        raise not_found("metadata", asked.params["key"])
    _change(state, stored, {"metadata": {key: value for key, value in metadata.items() if key != asked.params["key"]}})
    state.record("image.forget", asked.params["id"], asked.key)
    return _shown(state, asked)


def _change(state: State, stored: Stored, keys: Document) -> None:
    place = state.world.images.index(stored)
    state.world.images[place] = stored.changed(stored.document | keys)


def _shown(state: State, asked: Asked) -> Response:
    # ASSUMED: the image as it is now; disproved by a recorded answer.
    return object_response(find_image(state, asked.params["id"]).body)


# ASSUMED: images need the scope `build`, as no scope bears their name; disproved by a key that shows otherwise.
ENDPOINTS = (
    Endpoint("POST", "/images/{id}/tag/{tag}", tag_image, "build", parameters("registry"), Access.WRITE),
    Endpoint("DELETE", "/images/{id}/tag/{tag}", untag_image, "build", parameters("registry"), Access.WRITE),
    Endpoint("POST", "/images/{id}/metadata", annotate_image, "build", access=Access.WRITE),
    Endpoint("DELETE", "/images/{id}/metadata/{key}", forget_image_metadata, "build", access=Access.WRITE),
)
