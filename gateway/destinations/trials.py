"""What a destination would do, and one call on trial: both on the way that deliveries go."""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from gateway.destinations.batching import batches
from gateway.destinations.carrier import Carried, Carrier, Errand
from gateway.destinations.intake.sending import prepared
from gateway.destinations.management import Management
from gateway.domain import mutation_errors
from gateway.domain.budget import request_budget
from gateway.domain.commands.command import JsonObject
from gateway.domain.commands.destinations import CreateDestination, UpdateDestination
from gateway.domain.commands.performed import Performed
from gateway.domain.destination import Destination, DestinationMode, DestinationState, Refusal
from gateway.domain.destination_store import DestinationStore
from gateway.domain.destination_trial import Preview, PreviewedBatch, Tested
from gateway.domain.errors import ConflictError, GatewayError, InvalidInputError, NotFoundError
from gateway.domain.keys import DestinationKey
from gateway.operations.problems import problems_of

Trial = CreateDestination | UpdateDestination | DestinationKey
"""Settings that are not saved, changes that are not saved, or a destination as it is."""


class _Asked(msgspec.Struct):
    """What paths of errors lead through."""

    destination: DestinationKey
    record: Any
    body: Any
    confirm: bool


NOBODY = "preview"
"""In whose name nothing is sent."""


class Trials:
    """One per process. What they cost is the request's."""

    def __init__(self, store: DestinationStore, management: Management, carrier: Carrier) -> None:
        self._store = store
        self._management = management
        self._carrier = carrier

    async def preview(self, trial: Trial, records: Sequence[JsonObject]) -> Preview:
        """The calls that these records come to if they are all of an input. The reads among them are made; nothing is changed. What
        vendors answer to them is not shown: it may hold secrets, and is not what was asked for.
        """
        try:
            destination = await self._tried(trial)
        except GatewayError as error:
            asked = type(trial) if isinstance(trial, CreateDestination | UpdateDestination) else _Asked
            return Preview(errors=problems_of(error, asked))
        shown = []
        if destination.mode is not None:
            read = prepared(records, destination.settings.key_attribute)
            shown += [_refused(each) for each in read if isinstance(each, Refusal)]
            for batch in batches((each for each in read if not isinstance(each, Refusal)), _size(destination)):
                carried = await self._carry(destination, NOBODY, [each.values for each in batch], rehearsal=True)
                numbers = tuple(each.number for each in batch)
                calls = tuple(msgspec.structs.replace(call, response=None) for call in carried.calls)
                shown.append(PreviewedBatch(numbers=numbers, calls=calls, errors=carried.performed.errors))
        shown.sort(key=lambda batch: batch.numbers)
        return Preview(batches=tuple(shown), problems=destination.problems, warnings=destination.warnings)

    async def test(
        self, key: DestinationKey, record: JsonObject | None, body: Any | UnsetType, *, confirm: bool, caller: str
    ) -> Tested:
        """Sends one call for real, whatever the state: it is no delivery, and nothing is counted."""
        try:
            destination = await self._found(key)
            self._check_testable(destination, confirm=confirm)
            if (record is None) is (body is UNSET):
                raise InvalidInputError("Exactly one of `record` and `body` must be given.", field="record")
            if destination.mode is DestinationMode.TEMPLATE and body is not UNSET and not isinstance(body, dict):
                raise InvalidInputError("`body` must be a JSON object: it is a template's record.", field="body")
        except GatewayError as error:
            return Tested(performed=Performed(errors=problems_of(error, _Asked)))
        settings = msgspec.structs.replace(destination.settings, confirm_destructive=True)
        confirmed = msgspec.structs.replace(destination, settings=settings)
        carried = await self._carry(confirmed, caller, [] if record is None else [record], body)
        calls = tuple(call if call.write else msgspec.structs.replace(call, response=None) for call in carried.calls)
        return Tested(performed=carried.performed, calls=calls, duration_s=carried.duration_s)

    def _check_testable(self, destination: Destination, *, confirm: bool) -> None:
        if destination.state is DestinationState.DELETED:
            raise ConflictError("The destination is deleted.")
        if destination.mode is None:
            raise ConflictError(f"The destination is a draft. {' '.join(destination.problems)}")
        if self._management.destroys(destination) and not confirm:
            raise InvalidInputError("What this destination does cannot be undone: `confirm` must be true.", field="confirm")

    async def _carry(
        self,
        destination: Destination,
        caller: str,
        records: Sequence[JsonObject],
        body: Any | UnsetType = UNSET,
        *,
        rehearsal: bool = False,
    ) -> Carried:
        budget = request_budget.get()
        if budget is None:
            raise AssertionError("a trial outside of a request")
        errand = Errand(
            destination=destination,
            caller=caller,
            budget=budget,
            records=records,
            body=body,
            rehearsal=rehearsal,
            once=not rehearsal,
        )
        return await self._carrier.carry(errand)

    async def _tried(self, trial: Trial) -> Destination:
        if isinstance(trial, CreateDestination):
            return self._management.draft(trial)
        if isinstance(trial, UpdateDestination):
            return self._management.changed(trial, await self._found(trial.destination))
        return await self._found(trial)

    async def _found(self, key: DestinationKey) -> Destination:
        (found,) = await self._store.get([key])
        if found is None:
            raise NotFoundError(f"{key.provider} has no such destination.", field="destination")
        return found


def _refused(refusal: Refusal) -> PreviewedBatch:
    """A record that would not be taken."""
    path = ("input", "records", str(refusal.number - 1))
    error = mutation_errors.InvalidInputError(code=refusal.code, message=refusal.message, path=path)
    return PreviewedBatch(numbers=(refusal.number,), errors=(error,))


def _size(destination: Destination) -> int:
    batching = destination.settings.batching
    return 1 if batching is None else batching.size
