"""The cluster and queue reads."""

from gateway.providers.buildkite.simulator.data import Cluster, Queue
from gateway.providers.buildkite.simulator.errors import not_found
from gateway.providers.buildkite.simulator.exchange import PAGING, Exchange, Route
from gateway.providers.buildkite.simulator.identifiers import graphql_id
from gateway.providers.buildkite.simulator.jobs import user_row
from gateway.providers.buildkite.simulator.links import link_header, page_of
from gateway.providers.buildkite.simulator.timestamps import iso
from gateway.simulation.messages import Response, json_response


def _cluster_row(cluster: Cluster, x: Exchange) -> dict[str, object]:
    slug = x.organization().slug
    url = f"{x.base}/organizations/{slug}/clusters/{cluster.id}"
    default = cluster.queues[0].id
    return {
        "id": cluster.id,
        "graphql_id": graphql_id("Cluster", cluster.id),
        "default_queue_id": default,
        "name": cluster.name,
        "description": cluster.description,
        "emoji": None,
        "color": None,
        "maintainers": {"users": [], "teams": []},
        "url": url,
        "web_url": f"https://buildkite.com/organizations/{slug}/clusters/{cluster.id}",
        "default_queue_url": f"{url}/queues/{default}",
        "queues_url": f"{url}/queues",
        "created_at": iso(cluster.created_at),
        "created_by": user_row(cluster.created_by),
    }


def _queue_row(queue: Queue, cluster: Cluster, x: Exchange) -> dict[str, object]:
    slug = x.organization().slug
    url = f"{x.base}/organizations/{slug}/clusters/{cluster.id}"
    row: dict[str, object] = {
        "id": queue.id,
        "graphql_id": graphql_id("ClusterQueue", queue.id),
        "key": queue.key,
        "description": queue.description,
        "url": f"{url}/queues/{queue.id}",
        "web_url": f"https://buildkite.com/organizations/{slug}/clusters/{cluster.id}/queues/{queue.id}",
        "cluster_url": url,
        "retry_agent_affinity": "prefer-warmest",
        "dispatch_paused": queue.paused,
        "dispatch_paused_by": user_row(queue.paused_by),
        "dispatch_paused_at": iso(queue.paused_at),
        "dispatch_paused_note": queue.paused_note,
        "created_at": iso(queue.created_at),
        "created_by": None,
    }
    if queue.hosted_shape is not None:
        row |= {"hosted": True, "hosted_agents": {"instance_shape": {"name": queue.hosted_shape}}}
    return row


def _cluster(x: Exchange) -> Cluster:
    for cluster in x.organization().clusters:
        if cluster.id == x.request.params["cluster"]:
            return cluster
    raise not_found("cluster")


def _list_clusters(x: Exchange) -> Response:
    found = x.organization().clusters
    page = page_of(x.request)
    rows = [_cluster_row(cluster, x) for cluster in page.cut(found)]
    return json_response(rows, headers=link_header(x.request, page, len(found), x.origin))


def _get_cluster(x: Exchange) -> Response:
    return json_response(_cluster_row(_cluster(x), x))


def _list_queues(x: Exchange) -> Response:
    cluster = _cluster(x)
    page = page_of(x.request)
    rows = [_queue_row(queue, cluster, x) for queue in page.cut(cluster.queues)]
    return json_response(rows, headers=link_header(x.request, page, len(cluster.queues), x.origin))


def _get_queue(x: Exchange) -> Response:
    cluster = _cluster(x)
    for queue in cluster.queues:
        if queue.id == x.request.params["queue"]:
            return json_response(_queue_row(queue, cluster, x))
    raise not_found("queue")


_CLUSTERS = "/organizations/{org}/clusters"

ROUTES = (
    Route("GET", _CLUSTERS, "read_clusters", _list_clusters, PAGING),
    Route("GET", _CLUSTERS + "/{cluster}", "read_clusters", _get_cluster),
    Route("GET", _CLUSTERS + "/{cluster}/queues", "read_clusters", _list_queues, PAGING),
    Route("GET", _CLUSTERS + "/{cluster}/queues/{queue}", "read_clusters", _get_queue),
)
