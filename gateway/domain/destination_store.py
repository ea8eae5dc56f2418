"""What keeps destinations, their queues and their deliveries: a port, which `gateway/store/destinations` implements."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from gateway.domain.destination import (
    Accepted,
    Batch,
    CallEnd,
    Delivery,
    DeliveryPlace,
    DeliveryQuery,
    DeliveryStatus,
    Destination,
    DestinationPlace,
    DestinationQuery,
    Intake,
    IntakeStep,
    Record,
    Turn,
)
from gateway.domain.keys import DeliveryKey, DestinationKey


class DestinationStore(Protocol):
    """Keeps destinations, their queues and what became of every record. Several processes work on it: a destination's queue is
    worked off by the one that holds its lease. A lease that is over is still its holder's, until another one takes it: only then it
    is lost. StoreUnavailableError where the database does not answer; what was not acknowledged may be there all the same, where
    the connection broke in the commit.
    """

    async def create(self, destination: Destination) -> None: ...

    async def get(self, keys: Sequence[DestinationKey]) -> Sequence[Destination | None]:
        """One answer per key, in order. Deleted ones are found too."""
        ...

    async def list(self, query: DestinationQuery, after: DestinationPlace | None, limit: int) -> Sequence[Destination]:
        """At most `limit`, newest first, from behind `after` on."""
        ...

    async def change(self, key: DestinationKey, change: Callable[[Destination], Destination]) -> Destination | None:
        """Reads it, applies `change` and writes its name, settings, state, problems, warnings, activated_by, last_error,
        failures_in_row and updated_at, in one transaction in which nobody else changes it; None when there is none. What `change`
        raises comes out. When it becomes DELETED, what is queued becomes CANCELED; when it becomes ACTIVE, a batch that goes back
        has all its tries again.
        """
        ...

    async def accept(
        self,
        key: DestinationKey,
        records: Sequence[Record],
        check: Callable[[Destination], None],
        *,
        ends_input: bool,
        step: IntakeStep | None = None,
    ) -> Accepted:
        """Puts records at the end of the queue, in order, in one transaction; committed when it returns. `check` is called with the
        destination as it is in that transaction, and raises to refuse all. `ends_input`: the last of them (or, without any, the
        last of the queue) is not to wait for others to fill its batch.

        With a `step` the named input is brought forward in the same transaction. ConflictError when it is at another place than
        `step.start` (somebody else goes on with it), has ended, or began with another digest.
        """
        ...

    async def intake(self, key: DestinationKey, name: str) -> Intake | None:
        """How far a named input has come; None when none of it was taken."""
        ...

    async def lease(self, worker: str, lease_s: float, limit: int, providers: Sequence[str]) -> Sequence[DestinationKey]:
        """Takes destinations of these providers that have something to be done now (active with records due; or records running
        whose worker has gone) and that nobody holds, or whose lease is over; at most `limit`, those first that have waited longest.
        One that was just given back stands behind all others that are due. Without providers, none.
        """
        ...

    async def unfinished(self, key: DestinationKey, worker: str) -> Batch | None:
        """The batch that is running; just after the lease was taken, the one that the worker before this one left. None when there
        is none, or the lease is lost.
        """
        ...

    async def turn(self, key: DestinationKey, worker: str, lease_s: float, attempt_id: str | None, ended: CallEnd | None) -> Turn:
        """Settles what has `ended`, prolongs the lease, and marks the next batch as running, in one transaction. Without an
        `attempt_id` it takes nothing: the worker is about to stop. Settling twice is settling once, and an end of another attempt
        than the one that is running settles nothing.

        A batch is cut at the destination's batch size (1 without batching), behind a record that ends its input, and before its
        records are more than 8 MiB together; one that is neither full nor at such an end waits until its first record is
        `flush_interval_s` old. A batch that goes back to be sent again stays together, and nothing behind it is sent before; only
        where batches have become smaller meanwhile it is cut anew, under a new number. Without ACTIVE nothing is taken.
        """
        ...

    async def keep(self, key: DestinationKey, worker: str, lease_s: float) -> bool:
        """Prolongs the lease, also one that is over; False when it is lost."""
        ...

    async def release(self, key: DestinationKey, worker: str) -> None:
        """Gives the lease back."""
        ...

    async def deliveries(self, query: DeliveryQuery, after: DeliveryPlace | None, limit: int) -> Sequence[tuple[int, Delivery]]:
        """With their ids, newest first, from behind `after` on."""
        ...

    async def get_deliveries(self, keys: Sequence[DeliveryKey]) -> Sequence[Delivery | None]:
        """One answer per key, in order."""
        ...

    async def requeue(
        self, key: DestinationKey, deliveries: Sequence[DeliveryKey] | None, status: DeliveryStatus | None, limit: int
    ) -> Sequence[DeliveryKey]:
        """Puts dead letters (those named, or those of one status, oldest first) at the end of the queue, each as one that ends its
        input if it is the last; gives their keys, which stay the same. What is no dead letter is passed over.
        """
        ...

    async def note_webhooks(self, key: DestinationKey, sent: int, lost: int) -> None:
        """Counts response webhooks, each at least once."""
        ...

    async def forget(self, before: datetime, limit: int) -> int:
        """Removes deliveries that went well, and named inputs that ended, before this time; and named inputs that never ended and
        were not touched for ten times as long. At most `limit`; gives how many.
        """
        ...
