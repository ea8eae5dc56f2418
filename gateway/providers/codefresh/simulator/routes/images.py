"""Docker images: `{"docs": [...]}` without a total."""

import re

import msgspec

from gateway.providers.codefresh.simulator.documents import Document, Stored, docs_response, object_response
from gateway.providers.codefresh.simulator.endpoint import Asked, Endpoint
from gateway.providers.codefresh.simulator.errors import bad_request, not_found
from gateway.providers.codefresh.simulator.query import Query, parameters
from gateway.providers.codefresh.simulator.state import State
from gateway.simulation.messages import Response, json_response

CAP = 100


def list_images(state: State, asked: Asked) -> Response:
    # ASSUMED: plain offsets, no paging session; disproved by a deep offset that is refused.
    query = asked.query
    limit, offset = query.limit(CAP), query.offset()
    found = [image for image in state.world.images if _matches(image.document, query)][offset : offset + limit]
    select = query.text("select")
    return docs_response(image.body if select is None else _selected(image.document, select) for image in found)


def get_image(state: State, asked: Asked) -> Response:
    return object_response(find_image(state, asked.params["id"]).body)


def list_image_tags(state: State, asked: Asked) -> Response:
    return json_response(find_image(state, asked.params["id"]).document["tags"])


def find_image(state: State, image_id: str) -> Stored:
    # ASSUMED: an image goes by its document id or by its digest; disproved by a 404 for one of them.
    for stored in state.world.images:
        if image_id in (stored.document["_id"], stored.document["internalImageId"]):
            return stored
    raise not_found("image", image_id)


def _matches(image: Document, query: Query) -> bool:
    """All given filters hold. `type` is accepted and matches every image."""
    tags = image["tags"] if isinstance(image["tags"], list) else []
    metadata = image["metadata"] if isinstance(image["metadata"], dict) else {}
    wanted_tags, branches = query.texts("tag"), query.texts("branch")
    names, repo = query.texts("imageDisplayNameRegex"), query.text("imageRepo")
    return (
        (not wanted_tags or any(tag["tag"] in wanted_tags for tag in tags))
        and (not branches or image.get("branch") in branches)
        and query.text("sha") in (None, image.get("sha"))
        and (not names or any(_search(name, str(image["imageDisplayName"])) for name in names))
        and (repo is None or any(tag["registry"] == repo for tag in tags))
        and all(metadata.get(key) == value for key, value in query.nested("metadata"))
        and all(image.get(key) == value for key, value in query.nested("filter"))
    )


def _search(pattern: str, text: str) -> bool:
    try:
        return re.search(pattern, text) is not None
    except re.error:
        raise bad_request(f"imageDisplayNameRegex is no regular expression: {pattern!r}") from None


def _selected(image: Document, select: str) -> bytes:
    """Only the keys named, parted by blanks, and the id."""
    wanted = {"_id", *select.split()}
    return msgspec.json.encode({key: value for key, value in image.items() if key in wanted})


# ASSUMED: images need the scope `build`, as no scope bears their name; disproved by a key that shows otherwise.
ENDPOINTS = (
    Endpoint(
        "GET",
        "/images",
        list_images,
        "build",
        parameters(
            "limit offset type select sha imageRepo",
            repeated="tag branch imageDisplayNameRegex",
            nested="metadata filter",
        ),
    ),
    Endpoint("GET", "/images/{id}", get_image, "build"),
    Endpoint("GET", "/images/{id}/tags", list_image_tags, "build"),
)
