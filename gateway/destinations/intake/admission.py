"""Whether a destination takes records as it is now."""

from collections.abc import Callable

from gateway.domain.destination import Destination, DestinationState
from gateway.domain.errors import ConflictError, DestinationNotActiveError, NotFoundError, QueueFullError

MOST_QUEUED = 1_000_000
"""Where nobody says otherwise."""


class KeyAttributeChangedError(Exception):
    """The settings were changed while records were on their way: their keys must be read anew, by the attribute `now`."""

    def __init__(self, now: str | None) -> None:
        super().__init__("the key attribute has changed")
        self.now = now


class NoRoomError(Exception):
    """There is room for no more than `room` of the records that came together. `told` is what that means to their sender: a
    QueueFullError where it passes, because the destination is sending.
    """

    def __init__(self, room: int, told: ConflictError) -> None:
        super().__init__(told.message)
        self.room = room
        self.told = told


def admit(destination: Destination, records: int, max_queued: int = MOST_QUEUED) -> None:
    """NotFoundError for one that is deleted; DestinationNotActiveError, or QueueFullError of one that sends, where `records` more
    cannot be queued. What waits is never dropped for what is new.
    """
    try:
        find_room(destination, records, max_queued)
    except NoRoomError as full:
        raise full.told from None


def find_room(destination: Destination, records: int, max_queued: int) -> None:
    """As `admit`, with NoRoomError for a queue that is full. `max_queued` is the operator's bound."""
    name, settings, queued = destination.name, destination.settings, destination.counters.queued
    match destination.state:
        case DestinationState.DELETED:
            raise NotFoundError("The destination was deleted.")
        case DestinationState.DRAFT:
            raise DestinationNotActiveError(f"The destination {name!r} is a draft: complete its settings, and activate it.")
        case DestinationState.ACTIVE:
            if queued + records > max_queued:
                raise NoRoomError(
                    max_queued - queued,
                    QueueFullError(
                        f"{queued} records wait in the destination {name!r}, and no more than {max_queued} may"
                        " (`[destinations] max_queued`). Come back when some of them were sent."
                    ),
                )
            return
    state = "is paused" if destination.state is DestinationState.PAUSED else "has stopped after errors"
    if not settings.queue_while_paused:
        raise DestinationNotActiveError(f"The destination {name!r} {state}: activate it, or set its `queueWhilePaused`.")
    most = min(settings.max_queued, max_queued)
    if queued + records > most:
        bound = f"its `maxQueued` of {most}" if most == settings.max_queued else f"the operator's `max_queued` of {most}"
        advice = "Activate it, or raise `maxQueued`." if most < max_queued else "Activate it."
        message = f"The destination {name!r} {state}, and {bound} leaves no room: {queued} records wait. {advice}"
        raise NoRoomError(most - queued, DestinationNotActiveError(message))


def admission(key_attribute: str | None, records: int, max_queued: int) -> Callable[[Destination], None]:
    """The check of a group of records whose keys were read by this attribute. A group without any adds nothing to a queue, and
    needs no more than that the destination is there.
    """

    def check(destination: Destination) -> None:
        if records or destination.state is DestinationState.DELETED:
            find_room(destination, records, max_queued)
        if records and destination.settings.key_attribute != key_attribute:
            raise KeyAttributeChangedError(destination.settings.key_attribute)

    return check
