"""Records that are put into the queue together."""

from collections.abc import Sequence

import msgspec

from gateway.destinations.intake.admission import KeyAttributeChangedError, admission
from gateway.destinations.intake.reading import BROKEN, Item
from gateway.destinations.intake.record import KEY_HAS_OTHER_CONTENT, RecordFaultError, key_of
from gateway.domain.destination import Accepted, IntakeStep, Record, Refusal
from gateway.domain.destination_store import DestinationStore
from gateway.domain.keys import DestinationKey


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be asked of the store: `records` are those to be taken, with their `numbers`. At `stop` the input is not gone on
    with; that one is not in `refusals`.
    """

    numbers: tuple[int, ...]
    records: tuple[Record, ...]
    refusals: tuple[Refusal, ...]
    stop: Refusal | None = None


class Committed(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it, by the keys under `key_attribute`."""

    accepted: int
    duplicates: int
    refusals: tuple[Refusal, ...]
    stop: Refusal | None
    key_attribute: str | None


def decide(items: Sequence[Item], key_attribute: str | None, *, stops: bool) -> Decided:
    """`stops`: at the first that cannot be taken, not only where the input is broken."""
    numbers: list[int] = []
    records: list[Record] = []
    refusals: list[Refusal] = []
    for item in items:
        if isinstance(item, Refusal):
            refusal = item
        else:
            try:
                key = None if key_attribute is None else key_of(item.values, key_attribute)
            except RecordFaultError as fault:
                refusal = Refusal(number=item.number, code=fault.code, message=fault.message)
            else:
                numbers.append(item.number)
                records.append(Record(content=item.content, key=key))
                continue
        if stops or refusal.code == BROKEN:
            return Decided(numbers=tuple(numbers), records=tuple(records), refusals=tuple(refusals), stop=refusal)
        refusals.append(refusal)
    return Decided(numbers=tuple(numbers), records=tuple(records), refusals=tuple(refusals))


class Group:
    """Items of one input that go to the store together, behind others or as its first. `stops` as in `decide`, `max_queued` as in
    `find_room`.
    """

    def __init__(
        self,
        store: DestinationStore,
        key: DestinationKey,
        items: Sequence[Item],
        *,
        max_queued: int,
        stops: bool = False,
        first: bool = True,
    ) -> None:
        self._store = store
        self._key = key
        self._items = items
        self._max_queued = max_queued
        self._stops = stops
        self._first = first

    async def commit(self, key_attribute: str | None, *, ends_input: bool, step: IntakeStep | None) -> Committed:
        """`step` is to be given without `refused`, and with `consumed` as it is unless the group has a stop. In a group with a
        stop no input ends. What the store raises comes out, and NoRoomError; then none of it was taken, as far as anybody knows.
        """
        while True:
            decided = decide(self._items, key_attribute, stops=self._stops)
            try:
                accepted = await self._accept(decided, key_attribute, ends_input and decided.stop is None, step)
            except KeyAttributeChangedError as changed:
                key_attribute = changed.now
            else:
                return _committed(decided, accepted, key_attribute)

    async def _accept(self, decided: Decided, key_attribute: str | None, ends_input: bool, step: IntakeStep | None) -> Accepted:
        if step is not None:
            consumed = step.consumed if decided.stop is None else decided.stop.number - 1
            step = msgspec.structs.replace(step, consumed=max(step.start, consumed), refused=len(decided.refusals))
        ends_input = ends_input and (bool(decided.records) or step is not None or not self._first)  # else others' records would end
        if not ends_input and not decided.records and (step is None or step.consumed == step.start):
            return Accepted(outcomes=())
        check = admission(key_attribute, len(decided.records), self._max_queued)
        return await self._store.accept(self._key, decided.records, check, ends_input=ends_input, step=step)


def _committed(decided: Decided, accepted: Accepted, key_attribute: str | None) -> Committed:
    taken = sum(outcome is not None for outcome in accepted.outcomes)
    others = [_other_content(decided.numbers[index], key_attribute) for index in accepted.other_content]
    return Committed(
        accepted=taken,
        duplicates=len(accepted.outcomes) - taken - len(others),
        refusals=tuple(sorted((*decided.refusals, *others), key=lambda refusal: refusal.number)),
        stop=decided.stop,
        key_attribute=key_attribute,
    )


def _other_content(number: int, key_attribute: str | None) -> Refusal:
    message = f"A record with other content was taken before under the same {key_attribute!r}."
    return Refusal(number=number, code=KEY_HAS_OTHER_CONTENT, message=message)
