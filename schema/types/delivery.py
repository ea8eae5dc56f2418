"""Delivery: a record and its fate."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import strawberry

from gateway.domain import destination as domain
from gateway.domain.keys import DestinationKey
from schema.inputs.command import JSON
from schema.resolvers.batched import Call, batched
from schema.resolvers.info import Info
from schema.resolvers.references import settled
from schema.types.enums import DeliveryStatus
from schema.types.node import Node
from schema.types.receipt import Receipt
from schema.types.view import field, view

if TYPE_CHECKING:
    from schema.types.destination import Destination

BYTES_PER_NODE = 1024
"""Of a record: so many cost as much as an item of a list."""
Root = strawberry.Parent[domain.Delivery]


@batched(domain.Delivery)
async def destination(deliveries: Sequence[domain.Delivery], call: Call) -> Sequence[object]:
    loads = [settled(call.context.loaders.node(DestinationKey(each.key.provider, each.key.parts[:1]))) for each in deliveries]
    return [await load for load in loads]


def record(root: Root, info: Info) -> Any:
    if root.record is None:
        return None
    info.context.count(1 + len(root.record) // BYTES_PER_NODE)
    return msgspec.json.decode(root.record)


def changed_ids(root: Root) -> list[strawberry.ID]:
    return [strawberry.ID(each) for each in root.changed]


@view(domain.Delivery)
class Delivery(Node):
    """A record that a destination has accepted, and what has become of it. FAILED, UNKNOWN and CANCELED are dead letters: they are
    kept with their records, the first two until resendDeliveries queues them once more. CANCELED ones can only be read.
    """

    destination: Annotated["Destination", strawberry.lazy("schema.types.destination")] | None = field(
        "The destination that accepted it.", destination
    )
    status: DeliveryStatus = field("What has become of it.")
    record: JSON | None = field(
        "The record as it was given; null once it has been delivered. Each KiB counts as an item of a list.", record
    )
    record_key: str | None = field("The text of its key attribute; null where the destination has none.")
    attempts: int = field("How many calls have tried to deliver it.")
    accepted_at: datetime = field("When it was accepted: it is kept from then on.")
    at: datetime = field("When its state last changed.")
    due_at: datetime | None = field("Before when it is not tried again; null when it does not wait for a repetition.")
    code: str | None = field("The code of what last went wrong, like those of errors; null when nothing did.")
    message: str | None = field("What last went wrong, for people.")
    receipt: Receipt | None = field("The last call that carried it; null when none was sent.")
    duration_seconds: float | None = field("How long that call took, with its repetitions.", lambda root: root.duration_s)
    changed_ids: list[strawberry.ID] = field("Global ids of what that call created, started or changed.", changed_ids)
    attempt_id: str | None = field(
        "Of its last attempt: `AuditEntry.attemptId` leads to it in the audit log, unless no call could be made of the record. "
        "Null before the first."
    )
    call_number: int | None = field(
        "The number of that call, as the destination counts them: records of one batch share it.", lambda root: root.call
    )
