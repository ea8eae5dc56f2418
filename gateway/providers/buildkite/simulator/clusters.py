"""The cluster and queue reads."""

from gateway.providers.buildkite.simulator.errors import not_found
from gateway.providers.buildkite.simulator.exchange import PAGING, Exchange, Route
from gateway.providers.buildkite.simulator.identifiers import graphql_id
from gateway.providers.buildkite.simulator.jobs import user_row
from gateway.providers.buildkite.simulator.links import link_header, page_of
from gateway.providers.buildkite.simulator.resources import Cluster, Queue
from gateway.providers.buildkite.simulator.timestamps import iso
from gateway.simulation.messages import Response, json_response


def cluster_row(cluster: Cluster, x: Exchange) -> dict[str, object]:
    slug = x.organization().slug
    url = f"{x.base}/organizations/{slug}/clusters/{cluster.id}"
    default = cluster.default_queue.id if cluster.default_queue is not None else None
    return {
        "id": cluster.id,
        "graphql_id": graphql_id("Cluster", cluster.id),
        "default_queue_id": default,
        "name": cluster.name,
        "description": cluster.description,
        "emoji": cluster.emoji,
        "color": cluster.color,
        "maintainers": _maintainers(cluster),
        "url": url,
        "web_url": f"https://buildkite.com/organizations/{slug}/clusters/{cluster.id}",
        "default_queue_url": f"{url}/queues/{default}" if default else None,
        "queues_url": f"{url}/queues",
        "created_at": iso(cluster.created_at),
        "created_by": user_row(cluster.created_by),
    }


def queue_row(queue: Queue, cluster: Cluster, x: Exchange) -> dict[str, object]:
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
        "retry_agent_affinity": queue.retry_agent_affinity,
        "dispatch_paused": queue.paused,
        "dispatch_paused_by": user_row(queue.paused_by),
        "dispatch_paused_at": iso(queue.paused_at),
        "dispatch_paused_note": queue.paused_note,
        "created_at": iso(queue.created_at),
        "created_by": user_row(queue.created_by),
    }
    if queue.hosted_shape is not None:
        row |= {"hosted": True, "hosted_agents": {"instance_shape": {"name": queue.hosted_shape}}}
    return row


def _maintainers(cluster: Cluster) -> dict[str, object]:
    # ASSUMED: a maintainer is shown by its id alone; disproved by a recorded cluster that has one.
    found = cluster.maintainers
    return {
        "users": [{"id": each["user"]} for each in found if "user" in each],
        "teams": [{"id": each["team"]} for each in found if "team" in each],
    }


def find_cluster(x: Exchange) -> Cluster:
    for cluster in x.organization().clusters:
        if cluster.id == x.request.params["cluster"]:
            return cluster
    raise not_found("cluster")


def _list_clusters(x: Exchange) -> Response:
    found = x.organization().clusters
    page = page_of(x.request)
    rows = [cluster_row(cluster, x) for cluster in page.cut(found)]
    return json_response(rows, headers=link_header(x.request, page, len(found), x.origin))


def _get_cluster(x: Exchange) -> Response:
    return json_response(cluster_row(find_cluster(x), x))


def _list_queues(x: Exchange) -> Response:
    cluster = find_cluster(x)
    page = page_of(x.request)
    rows = [queue_row(queue, cluster, x) for queue in page.cut(cluster.queues)]
    return json_response(rows, headers=link_header(x.request, page, len(cluster.queues), x.origin))


def find_queue(x: Exchange) -> tuple[Queue, Cluster]:
    cluster = find_cluster(x)
    for queue in cluster.queues:
        if queue.id == x.request.params["queue"]:
            return queue, cluster
    raise not_found("queue")


def _get_queue(x: Exchange) -> Response:
    return json_response(queue_row(*find_queue(x), x))


CLUSTERS = "/organizations/{org}/clusters"

ROUTES = (
    Route("GET", CLUSTERS, "read_clusters", _list_clusters, PAGING),
    Route("GET", CLUSTERS + "/{cluster}", "read_clusters", _get_cluster),
    Route("GET", CLUSTERS + "/{cluster}/queues", "read_clusters", _list_queues, PAGING),
    Route("GET", CLUSTERS + "/{cluster}/queues/{queue}", "read_clusters", _get_queue),
)
