"""Creating, changing and deleting clusters."""

import re
from typing import Final

from gateway.providers.buildkite.simulator.bodies import Members
from gateway.providers.buildkite.simulator.clusters import CLUSTERS, cluster_row, find_cluster
from gateway.providers.buildkite.simulator.data import Organization
from gateway.providers.buildkite.simulator.errors import ApiError
from gateway.providers.buildkite.simulator.exchange import Exchange, Route
from gateway.providers.buildkite.simulator.resources import Cluster
from gateway.simulation.messages import Response, json_response

_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_CREATE: Final = frozenset({"name", "description", "emoji", "color", "maintainers"})
_UPDATE: Final = _CREATE | {"default_queue_id", "hosted_git_mirror_enabled", "hosted_container_cache_enabled"}


def failed(reason: str) -> ApiError:
    # ASSUMED: what stands after the colon, here and in every use; disproved by recorded refusals.
    return ApiError(422, f"Validation failed: {reason}")


def _name(x: Exchange, present: Cluster | None) -> str:
    value = x.body.get("name")
    if not isinstance(value, str) or not value.strip():
        raise failed("Name can't be blank")
    if any(cluster.name == value and cluster is not present for cluster in x.organization().clusters):
        raise failed("Name has already been taken")
    return value


def _create(x: Exchange) -> Response:
    organization = x.organization()
    name = _name(x, None)
    cluster = Cluster(x.world.new_id(x.now), name, None, x.now, [], x.user)
    _write(x, cluster)
    organization.clusters.append(cluster)
    return json_response(cluster_row(cluster, x), 201)


def _update(x: Exchange) -> Response:
    cluster = find_cluster(x)
    name = _name(x, cluster) if "name" in x.body else cluster.name
    _write(x, cluster)
    cluster.name = name
    return json_response(cluster_row(cluster, x))


def _write(x: Exchange, cluster: Cluster) -> None:
    """The members that are there; nothing if one is wrong."""
    members = Members(x.body)
    description, emoji = members.text("description"), members.text("emoji")
    color = members.matching("color", _COLOR, "must be a hex color such as #FF0000")
    maintainers = members.maps("maintainers") or []
    if any(len(each) != 1 or not set(each) <= {"user", "team"} for each in maintainers):
        members.refuse("maintainers", "must each name a user or a team")
    mirror = members.flag("hosted_git_mirror_enabled", default=cluster.hosted_git_mirror)
    cache = members.flag("hosted_container_cache_enabled", default=cluster.hosted_container_cache)
    queue_id = members.text("default_queue_id")
    members.check()
    queue = next((queue for queue in cluster.queues if queue.id == queue_id), None)
    if queue_id is not None and queue is None:
        raise failed("Default queue must be in the cluster")
    cluster.hosted_git_mirror, cluster.hosted_container_cache = mirror, cache
    cluster.description = description if members.has("description") else cluster.description
    cluster.emoji = emoji if members.has("emoji") else cluster.emoji
    cluster.color = color if members.has("color") else cluster.color
    cluster.default_queue = queue if members.has("default_queue_id") else cluster.default_queue
    if members.has("maintainers"):
        cluster.maintainers = tuple({key: str(value) for key, value in each.items()} for each in maintainers)


def _delete(x: Exchange) -> Response:
    cluster = find_cluster(x)
    organization = x.organization()
    # ASSUMED: a cluster with pipelines is what cannot be deleted; disproved by a deletion that takes them along.
    if _used(cluster, organization):
        raise failed("Cluster still has pipelines")
    organization.clusters.remove(cluster)
    return Response(204, content_type=None)


def _used(cluster: Cluster, organization: Organization) -> bool:
    return any(pipeline.cluster is cluster for pipeline in organization.pipelines)


ROUTES = (
    Route("POST", CLUSTERS, "write_clusters", _create, body=_CREATE),
    *(Route(method, CLUSTERS + "/{cluster}", "write_clusters", _update, body=_UPDATE) for method in ("PUT", "PATCH")),
    Route("DELETE", CLUSTERS + "/{cluster}", "write_clusters", _delete),
)
