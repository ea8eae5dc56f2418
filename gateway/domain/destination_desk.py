"""What clients can ask of destinations beside the commands about them."""

from collections.abc import Sequence
from typing import Any, Protocol

from msgspec import UnsetType

from gateway.domain.commands.command import JsonObject
from gateway.domain.commands.destinations import CreateDestination, UpdateDestination
from gateway.domain.destination import Delivery, DeliveryPlace, DeliveryQuery, Destination, DestinationPlace, DestinationQuery
from gateway.domain.destination_trial import Preview, Sent, Tested
from gateway.domain.keys import DestinationKey


class DestinationDesk(Protocol):
    """Lists, trials and intake. What can be expected to fail in trials and intake is in what they give. Lists raise
    StoreUnavailableError where the database does not answer.
    """

    def transforms(self) -> Sequence[str]:
        """Names of the code transforms that the operator has registered."""
        ...

    async def list(self, query: DestinationQuery, after: DestinationPlace | None, limit: int) -> Sequence[Destination]:
        """At most `limit`, newest first, from behind `after` on."""
        ...

    async def deliveries(self, query: DeliveryQuery, after: DeliveryPlace | None, limit: int) -> Sequence[tuple[int, Delivery]]:
        """With their ids, newest first, from behind `after` on."""
        ...

    async def preview(
        self, command: CreateDestination | UpdateDestination | DestinationKey, records: Sequence[JsonObject]
    ) -> Preview:
        """What settings that are not saved, changes that are not saved, or a destination as it is would make of these records.

        Nothing is sent. Paths in `Preview.errors` are those of the command's mutation: `input`, `manual`, `url`.
        """
        ...

    async def test(
        self, key: DestinationKey, record: JsonObject | None, body: Any | UnsetType, confirm: bool, caller: str
    ) -> Tested:
        """Makes the call for one record, in the name of `caller`. A record goes the whole way; a body (UNSET for none) is sent as
        it is. Exactly one of them. `confirm` where the call destroys. The destination's queue and counters stay as they are.
        """
        ...

    async def send(self, key: DestinationKey, records: Sequence[JsonObject], idempotency_key: str | None, caller: str) -> Sent:
        """Takes records in, in order. They are kept when it returns."""
        ...
