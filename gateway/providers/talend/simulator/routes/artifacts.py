"""Artifacts and their versions."""

from gateway.providers.talend.simulator.credentials import MAY_OPERATE
from gateway.providers.talend.simulator.data import Document
from gateway.providers.talend.simulator.errors import bad_request, conflict, not_found
from gateway.providers.talend.simulator.exchange import PAGING, Exchange, Route, no_content, page
from gateway.providers.talend.simulator.lookups import find, in_scope, name_matches
from gateway.providers.talend.simulator.removal import remove_artifact
from gateway.providers.talend.simulator.usage import tasks_of_artifact
from gateway.simulation.messages import Response, json_response

ARTIFACTS = "/orchestration/artifacts"
ARTIFACT = f"{ARTIFACTS}/{{artifactId}}"
VERSION = f"{ARTIFACT}/versions/{{version}}"
TYPES = frozenset({"standard", "big_data_streaming", "big_data_batch", "route", "data_service", "pipeline", "data_fabric"})


def list_artifacts(exchange: Exchange) -> Response:
    offset, limit = exchange.window()
    types = exchange.request.values("types")
    if not TYPES.issuperset(types):
        raise bad_request(f"types must be among {', '.join(sorted(TYPES))}")
    name = exchange.text("name")
    rows = [
        found
        for found in in_scope(exchange, exchange.tenant.artifacts.values(), refuse_unknown=True)
        if name_matches(exchange, found, name) and (not types or found["type"] in types)
    ]
    return page(rows, offset, limit)


def get_artifact(exchange: Exchange) -> Response:
    return json_response(_artifact(exchange))


def get_version(exchange: Exchange) -> Response:
    return json_response(_version(exchange))


def delete_artifact(exchange: Exchange) -> Response:
    """All versions."""
    artifact = _artifact(exchange)
    _refuse_used(exchange, artifact, None)
    remove_artifact(exchange.tenant, artifact["id"])
    return no_content()


def delete_version(exchange: Exchange) -> Response:
    # ASSUMED: with its last version an artifact is gone; disproved by one that is left without any.
    tenant, artifact, version = exchange.tenant, _artifact(exchange), _version(exchange)["version"]
    _refuse_used(exchange, artifact, version)
    artifact["versions"].remove(version)
    del tenant.artifact_versions[artifact["id"]][version]
    if not artifact["versions"]:
        remove_artifact(tenant, artifact["id"])
    return no_content()


def _refuse_used(exchange: Exchange, artifact: Document, version: str | None) -> None:
    users = tasks_of_artifact(exchange.tenant, artifact["id"], version)
    if users:
        raise conflict(f"Artifact {artifact['name']} is used by {', '.join(task['name'] for task in users)}")


def _artifact(exchange: Exchange) -> Document:
    return find(exchange, exchange.tenant.artifacts, "Artifact", exchange.param("artifactId"))


def _version(exchange: Exchange) -> Document:
    artifact, version = _artifact(exchange), exchange.param("version")
    found = exchange.tenant.artifact_versions[artifact["id"]].get(version)
    if found is None:
        raise not_found("Version", f"{version} of artifact {artifact['id']}")
    return found


ROUTES = (
    Route(
        "GET",
        ARTIFACTS,
        list_artifacts,
        PAGING | {"environmentId", "workspaceId", "name", "types"},
        repeatable=frozenset({"types"}),
    ),
    Route("GET", ARTIFACT, get_artifact),
    Route("DELETE", ARTIFACT, delete_artifact, permission=MAY_OPERATE),
    Route("GET", VERSION, get_version),
    Route("DELETE", VERSION, delete_version, permission=MAY_OPERATE),
)
