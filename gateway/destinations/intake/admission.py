"""Whether a destination takes records as it is now."""

from collections.abc import Callable

from gateway.domain.destination import Destination, DestinationState
from gateway.domain.errors import DestinationNotActiveError, NotFoundError


class KeyAttributeChangedError(Exception):
    """The settings were changed while records were on their way: their keys must be read anew, by the attribute `now`."""

    def __init__(self, now: str | None) -> None:
        super().__init__("the key attribute has changed")
        self.now = now


def admit(destination: Destination, records: int) -> None:
    """NotFoundError for one that is deleted; DestinationNotActiveError where `records` more cannot be queued. What waits is never
    dropped for what is new.
    """
    name, settings, queued = destination.name, destination.settings, destination.counters.queued
    match destination.state:
        case DestinationState.DELETED:
            raise NotFoundError("The destination was deleted.")
        case DestinationState.ACTIVE:
            return
        case DestinationState.DRAFT:
            raise DestinationNotActiveError(f"The destination {name!r} is a draft: complete its settings, and activate it.")
    state = "is paused" if destination.state is DestinationState.PAUSED else "has stopped after errors"
    if not settings.queue_while_paused:
        raise DestinationNotActiveError(f"The destination {name!r} {state}: activate it, or set its `queueWhilePaused`.")
    if queued + records > settings.max_queued:
        raise DestinationNotActiveError(
            f"The destination {name!r} {state}, and its `maxQueued` of {settings.max_queued} leaves no room: {queued} records wait,"
            f" and {records} more came together. Activate it, or raise `maxQueued`."
        )


def admission(key_attribute: str | None, records: int) -> Callable[[Destination], None]:
    """The check of a group of records whose keys were read by this attribute. A group without any adds nothing to a queue, and
    needs no more than that the destination is there.
    """

    def check(destination: Destination) -> None:
        if records or destination.state is DestinationState.DELETED:
            admit(destination, records)
        if records and destination.settings.key_attribute != key_attribute:
            raise KeyAttributeChangedError(destination.settings.key_attribute)

    return check
