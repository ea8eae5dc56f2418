"""What came of a batch: written to its records, its call and its destination."""

from sqlalchemy import and_, update

from gateway.domain.destination import CallEnd, DeliveryStatus, DestinationState
from gateway.store.destinations.queue import head
from gateway.store.destinations.row import Locked, json_text, storable
from gateway.store.destinations.tables import calls, records

MOST_FAILURES_IN_ROW = 5
"""After as many calls that failed for good a destination stops by itself."""


def settle(locked: Locked, end: CallEnd) -> None:
    """Nothing unless this attempt is running: whoever was not answered asks again, when it has been settled already."""
    row = locked.row
    if row["head_attempt_id"] != end.attempt_id:
        return
    status = end.status
    if status is DeliveryStatus.QUEUED and locked.state is DestinationState.DELETED:
        status = DeliveryStatus.CANCELED
    due_us = locked.now_us + round((end.retry_in_s or 0.0) * 1e6) if status is DeliveryStatus.QUEUED else None
    _write_records(locked, status)
    _write_call(locked, end, status, due_us)
    row[status.value] += row["running"]
    row["running"] = 0
    row["calls"] += end.reached or status in (DeliveryStatus.SUCCEEDED, DeliveryStatus.UNKNOWN)
    if due_us is None:
        locked.clear_head()
    else:
        row |= {"head_running": False, "head_attempt_id": None, "due_us": due_us}
        row["head_failures"] += end.counts_as_failure
    _judge(locked, end)


def _write_records(locked: Locked, status: DeliveryStatus) -> None:
    ended: dict[str, object] = {"status": status.value, "at_us": locked.now_us}
    if status is not DeliveryStatus.QUEUED:
        ended["place"] = None
    if status is DeliveryStatus.SUCCEEDED:
        ended["content"] = None
    locked.connection.execute(update(records).where(head(locked.row)).values(ended))


def _write_call(locked: Locked, end: CallEnd, status: DeliveryStatus, due_us: int | None) -> None:
    own = and_(calls.c.destination_id == locked.id, calls.c.number == end.number)
    ended = {
        "status": status.value,
        "code": end.code,
        "message": None if end.message is None else storable(end.message),
        "receipt": None if end.receipt is None else json_text(end.receipt),
        "duration_us": round(end.duration_s * 1e6),
        "changed": json_text(end.changed),
        "due_us": due_us,
    }
    locked.connection.execute(update(calls).where(own).values(ended))


def _judge(locked: Locked, end: CallEnd) -> None:
    """Whether it goes on."""
    row = locked.row
    if end.status is DeliveryStatus.SUCCEEDED:
        row["failures_in_row"] = 0
    elif end.code is not None or end.stop:
        row |= {"error_us": locked.now_us, "error_code": end.code or end.status.name, "error_message": storable(end.message or "")}
    failed = end.counts_as_failure and end.status is not DeliveryStatus.QUEUED
    row["failures_in_row"] += failed
    stops = end.stop or (failed and row["failures_in_row"] >= MOST_FAILURES_IN_ROW)
    if stops and locked.state in (DestinationState.ACTIVE, DestinationState.PAUSED):
        row |= {"state": DestinationState.ERROR.value, "updated_us": locked.now_us}
