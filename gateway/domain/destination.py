"""Destinations: a stream of records (JSON objects) that becomes calls to one provider, one call after the other.

What is acknowledged is kept, every record's fate is known, and none is sent twice: docs/adr/0022. `gateway/store/destinations`
keeps all of it in a database, `gateway/destinations` carries it out.
"""

from datetime import datetime
from enum import Enum

import msgspec

from gateway.domain.commands.command import JsonObject, Pair
from gateway.domain.keys import DeliveryKey, DestinationKey
from gateway.domain.write_log import Receipt

DEFAULT_BATCH = 100
DEFAULT_FLUSH_S = 5.0
DEFAULT_MAX_QUEUED = 1000


class DestinationMode(Enum):
    """Where the calls of a destination come from."""

    TEMPLATE = "template"
    MANUAL = "manual"


class DestinationState(Enum):
    """Whether a destination sends."""

    DRAFT = "draft"
    PAUSED = "paused"
    ACTIVE = "active"
    ERROR = "error"
    DELETED = "deleted"


class DeliveryStatus(Enum):
    """What has become of a record."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELED = "canceled"


DEAD = (DeliveryStatus.FAILED, DeliveryStatus.UNKNOWN, DeliveryStatus.CANCELED)
"""The dead letters: they are kept with their records, and can be sent again by hand."""


class CallMethod(Enum):
    """HTTP methods of a manual endpoint."""

    POST = "POST"
    PUT = "PUT"
    PATCH = "PATCH"
    DELETE = "DELETE"


class TemplateUse(msgspec.Struct, frozen=True, kw_only=True):
    """A template by name, with values for its parameters: text, or `{{attribute}}` of the record."""

    name: str
    parameters: tuple[Pair, ...] = ()


class ManualEndpoint(msgspec.Struct, frozen=True, kw_only=True):
    """A call to any address of the provider's own host. `headers_text` is `name:value,name:value`; saved are `headers`."""

    method: CallMethod
    url: str
    headers: tuple[Pair, ...] = ()
    headers_text: str | None = None


class PropertyInObject(msgspec.Struct, frozen=True, kw_only=True):
    """The body is an object with the array of the records under `name`, behind the `others`."""

    name: str
    others: JsonObject | None = None


class Batching(msgspec.Struct, frozen=True, kw_only=True):
    """At most `size` records in one call. Fewer wait `flush_interval_s` for others, unless they end their input.

    The body is the array of the records, or `property`, or what the transform of the name `transform` makes of them.
    """

    size: int = DEFAULT_BATCH
    flush_interval_s: float = DEFAULT_FLUSH_S
    property: PropertyInObject | None = None
    transform: str | None = None


class ResponseWebhook(msgspec.Struct, frozen=True, kw_only=True):
    """Where the answer of each call is told."""

    url: str


class DestinationSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What a destination does. Exactly one of `template` and `manual`, unless it is a draft. `key_attribute` names the attribute by
    which a record is known: of each key one record is taken. `max_queued` bounds what waits while it is not active.
    """

    template: TemplateUse | None = None
    manual: ManualEndpoint | None = None
    exclude_attributes: tuple[str, ...] = ()
    batching: Batching | None = None
    key_attribute: str | None = None
    response_webhook: ResponseWebhook | None = None
    queue_while_paused: bool = False
    max_queued: int = DEFAULT_MAX_QUEUED
    confirm_destructive: bool = False


class DestinationCounters(msgspec.Struct, frozen=True, kw_only=True):
    """Records, by what has become of them; `calls` and webhooks are calls. A record sent again by hand is queued once more."""

    accepted: int = 0
    queued: int = 0
    running: int = 0
    succeeded: int = 0
    failed: int = 0
    unknown: int = 0
    canceled: int = 0
    calls: int = 0
    webhooks_sent: int = 0
    webhooks_lost: int = 0


class DestinationError(msgspec.Struct, frozen=True, kw_only=True):
    """Why a call failed, or why a destination does not send any more."""

    at: datetime
    code: str
    message: str


class Destination(msgspec.Struct, frozen=True, kw_only=True):
    """`problems` tell what a draft still lacks, `warnings` what may not be meant. `activated_by` is the caller in whose name it
    sends. `failures_in_row` counts calls that failed for good since the last that went well, or since it was activated.
    """

    key: DestinationKey
    name: str
    settings: DestinationSettings
    state: DestinationState
    created_at: datetime
    updated_at: datetime
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    activated_by: str | None = None
    counters: DestinationCounters = DestinationCounters()
    last_error: DestinationError | None = None
    failures_in_row: int = 0

    @property
    def mode(self) -> DestinationMode | None:
        """None for a draft that has neither."""
        if self.settings.template is not None:
            return DestinationMode.TEMPLATE
        return None if self.settings.manual is None else DestinationMode.MANUAL


class DestinationQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which destinations. None means any; deleted ones only where `states` names them. `name_contains` ignores case."""

    providers: tuple[str, ...] | None = None
    states: tuple[DestinationState, ...] | None = None
    name_contains: str | None = None


class DestinationPlace(msgspec.Struct, frozen=True):
    """A place in the order of creation, newest first."""

    created_at: datetime
    id: str


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A record to be taken in. `content` is its JSON, compact; `key` the text of its key attribute, None where there is none."""

    content: bytes
    key: str | None = None


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """A record that was not taken. `number` counts the records (or lines) of its input, from 1."""

    number: int
    code: str
    message: str


class Accepted(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a group of records at intake. `outcomes` has for each of them the key of its new delivery; or None where a
    record of that key was taken before (`duplicates` counts them), or where its key stands for other content (then also in
    `other_content`, by index).
    """

    outcomes: tuple[DeliveryKey | None, ...]
    duplicates: int = 0
    other_content: tuple[int, ...] = ()


class IntakeStep(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a named input: with it, of `start` to `consumed` records (or lines) the fate is decided. `refused` counts those
    among them that cannot be taken, whatever the store says. `digest` tells one input from another where it is known from the
    beginning.
    """

    name: str
    start: int
    consumed: int
    refused: int = 0
    digest: bytes | None = None


class Intake(msgspec.Struct, frozen=True, kw_only=True):
    """How far a named input has come. Of `consumed` records (or lines) the fate is decided: `accepted` were taken, `duplicates`
    were there before, `refused` cannot be taken.
    """

    consumed: int = 0
    accepted: int = 0
    duplicates: int = 0
    refused: int = 0
    ended: bool = False
    digest: bytes | None = None


class QueuedRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A record on its way. `number` is the one in its delivery's key."""

    number: int
    content: bytes


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """What one call is to carry, marked as running under `number`, the destination's own count of calls from 1.

    `attempt` counts the tries of this batch from 1, `failures` those before that count against it (`CallEnd.counts_as_failure`).
    `attempt_id` is that of the audit log.
    """

    number: int
    attempt: int
    attempt_id: str
    records: tuple[QueuedRecord, ...]
    failures: int = 0


class CallEnd(msgspec.Struct, frozen=True, kw_only=True):
    """What came of an attempt at a batch. With status QUEUED it goes back to be sent again after `retry_in_s`.

    `counts_as_failure`: for good, it counts towards those in a row that end a destination; if it goes back, towards the tries that
    the batch has. `stop` puts the destination into ERROR. `reached` when something arrived, or may have arrived, at the vendor.
    `changed` are global ids of what was created, started or changed.
    """

    number: int
    attempt_id: str
    status: DeliveryStatus
    retry_in_s: float | None = None
    code: str | None = None
    message: str | None = None
    receipt: Receipt | None = None
    duration_s: float = 0.0
    changed: tuple[str, ...] = ()
    stop: bool = False
    counts_as_failure: bool = False
    reached: bool = False


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be done next for a destination: send `batch`; or, where that is None, look again in `wait_s` seconds, or (None)
    when something new comes. `destination` is as it is now, None when the lease is lost: then nothing may be sent for it.
    """

    destination: Destination | None
    batch: Batch | None = None
    wait_s: float | None = None


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """A record and its fate. `record` is kept until it has surely been delivered, and `call` is the number of its last call.

    `receipt` is of the last write, `at` of its last change.
    """

    key: DeliveryKey
    status: DeliveryStatus
    accepted_at: datetime
    at: datetime
    attempts: int
    record_key: str | None = None
    record: bytes | None = None
    call: int | None = None
    attempt_id: str | None = None
    code: str | None = None
    message: str | None = None
    receipt: Receipt | None = None
    duration_s: float | None = None
    changed: tuple[str, ...] = ()
    due_at: datetime | None = None


class DeliveryQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which deliveries. None means any."""

    destinations: tuple[DestinationKey, ...] | None = None
    statuses: tuple[DeliveryStatus, ...] | None = None
    record_keys: tuple[str, ...] | None = None


class DeliveryPlace(msgspec.Struct, frozen=True):
    """A place in the order of acceptance, newest first: `id` grows with every record accepted, whatever its destination."""

    id: int
