"""Creating, changing, pausing and deleting queues."""

import re
from typing import Final

from gateway.providers.buildkite.simulator.bodies import Members
from gateway.providers.buildkite.simulator.cluster_writes import failed
from gateway.providers.buildkite.simulator.clusters import CLUSTERS, find_cluster, find_queue, queue_row
from gateway.providers.buildkite.simulator.errors import ApiError
from gateway.providers.buildkite.simulator.exchange import Exchange, Route
from gateway.providers.buildkite.simulator.resources import Queue
from gateway.simulation.messages import Response, json_response

_AFFINITIES: Final = ("prefer-warmest", "prefer-different")
_SHAPE = re.compile(r"(LINUX_AMD64|LINUX_ARM64|MACOS_ARM64)_\w+")
# ASSUMED: keys are of these characters; disproved by a documented rule that differs.
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_MEMBERS: Final = frozenset({"key", "description", "retry_agent_affinity", "hostedAgents"})


def _create(x: Exchange) -> Response:
    cluster = find_cluster(x)
    key = x.body.get("key")
    if not isinstance(key, str) or not key:
        raise failed("Key can't be blank")
    if not _KEY.fullmatch(key):
        raise failed("Key is invalid")
    if cluster.queue(key) is not None:
        raise failed("Key has already been taken")
    queue = Queue(x.world.new_id(x.now), key, None, x.now, created_by=x.user)
    _write(x, queue, new=True)
    cluster.queues.append(queue)
    # ASSUMED: the first queue of a cluster becomes its default; disproved by a recorded cluster without one.
    cluster.default_queue = cluster.default_queue or queue
    return json_response(queue_row(queue, cluster, x), 201)


def _update(x: Exchange) -> Response:
    queue, cluster = find_queue(x)
    if "key" in x.body and x.body["key"] != queue.key:
        raise failed("Key cannot be changed")
    _write(x, queue, new=False)
    return json_response(queue_row(queue, cluster, x))


def _write(x: Exchange, queue: Queue, *, new: bool) -> None:
    """The members that are there; nothing if one is wrong."""
    members = Members(x.body)
    description, affinity = members.text("description"), members.one_of("retry_agent_affinity", _AFFINITIES)
    hosted = members.map("hostedAgents")
    members.check()
    if hosted is not None:
        queue.hosted_shape = _shape(hosted, queue, new=new)
    queue.description = description if members.has("description") else queue.description
    queue.retry_agent_affinity = affinity or queue.retry_agent_affinity


def _shape(hosted: dict[str, object], queue: Queue, *, new: bool) -> str:
    """Of a hosted queue only the size can change, and no other queue becomes one (REST, queues)."""
    wanted = hosted.get("instanceShape")
    found = _SHAPE.fullmatch(wanted) if isinstance(wanted, str) else None
    if found is None:
        raise failed("Instance shape is invalid")
    if not new and not (queue.hosted_shape or "").startswith(f"{found[1]}_"):
        raise failed("Instance shape is not of the queue's kind")
    return found[0]


def _delete(x: Exchange) -> Response:
    queue, cluster = find_queue(x)
    # ASSUMED: only the default queue cannot be deleted; disproved by a deletion of one, or by a refusal of another.
    if queue is cluster.default_queue:
        raise failed("The default queue cannot be deleted")
    cluster.queues.remove(queue)
    return Response(204, content_type=None)


def _pause(x: Exchange) -> Response:
    queue, cluster = find_queue(x)
    members = Members(x.body)
    # ASSUMED: both names that the documents give to the note are taken; disproved by a note that is not kept.
    note = members.text("dispatch_paused_note") or members.text("note")
    members.check()
    if queue.paused:
        raise ApiError(422, "Cluster queue is already paused")
    queue.paused_at, queue.paused_by, queue.paused_note = x.now, x.user, note
    return _dispatch_changed(x, queue_row(queue, cluster, x))


def _resume(x: Exchange) -> Response:
    queue, cluster = find_queue(x)
    if not queue.paused:
        raise ApiError(422, "Cluster queue is not paused")
    queue.paused_at, queue.paused_by, queue.paused_note = None, None, None
    return _dispatch_changed(x, queue_row(queue, cluster, x))


def _dispatch_changed(x: Exchange, row: dict[str, object]) -> Response:
    """Lists of builds may leave out those that wait on a paused queue."""
    x.organization().forget_rows()
    return json_response(row)


_QUEUES = CLUSTERS + "/{cluster}/queues"
_QUEUE = _QUEUES + "/{queue}"
_NOTES = frozenset({"dispatch_paused_note", "note"})

ROUTES = (
    Route("POST", _QUEUES, "write_clusters", _create, body=_MEMBERS),
    *(Route(method, _QUEUE, "write_clusters", _update, body=_MEMBERS) for method in ("PUT", "PATCH")),
    Route("DELETE", _QUEUE, "write_clusters", _delete),
    Route("POST", _QUEUE + "/pause_dispatch", "write_clusters", _pause, body=_NOTES),
    Route("POST", _QUEUE + "/resume_dispatch", "write_clusters", _resume),
)
