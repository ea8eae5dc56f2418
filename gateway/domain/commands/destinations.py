"""Commands about destinations. The gateway carries them out itself: no vendor is told."""

from typing import ClassVar

from msgspec import UNSET, UnsetType

from gateway.domain.commands.command import Command
from gateway.domain.destination import Batching, DeliveryStatus, ManualEndpoint, ResponseWebhook, TemplateUse
from gateway.domain.keys import DeliveryKey, DestinationKey


class CreateDestination(Command, frozen=True, kw_only=True):
    """Creates a destination: PAUSED when its settings are complete, else a DRAFT. See `DestinationSettings`."""

    mutation: ClassVar[str] = "createDestination"

    provider: str
    name: str
    template: TemplateUse | None = None
    manual: ManualEndpoint | None = None
    exclude_attributes: tuple[str, ...] = ()
    batching: Batching | None = None
    key_attribute: str | None = None
    response_webhook: ResponseWebhook | None = None
    queue_while_paused: bool | None = None
    max_queued: int | None = None
    confirm_destructive: bool | None = None


class UpdateDestination(Command, frozen=True, kw_only=True):
    """Changes parts of a destination, from its next call on. UNSET stays as it is, None removes; a list replaces the list there.

    With `template` or `manual` the other one goes, and so does the confirmation, unless it is given anew.
    """

    mutation: ClassVar[str] = "updateDestination"
    subject_field: ClassVar[str] = "destination"

    destination: DestinationKey
    name: str | UnsetType = UNSET
    template: TemplateUse | UnsetType = UNSET
    manual: ManualEndpoint | UnsetType = UNSET
    exclude_attributes: tuple[str, ...] | UnsetType = UNSET
    batching: Batching | UnsetType | None = UNSET
    key_attribute: str | UnsetType | None = UNSET
    response_webhook: ResponseWebhook | UnsetType | None = UNSET
    queue_while_paused: bool | UnsetType = UNSET
    max_queued: int | UnsetType = UNSET
    confirm_destructive: bool | UnsetType = UNSET


class ActivateDestination(Command, frozen=True, kw_only=True):
    """Lets a destination send. Its settings are checked again. Activating an active one changes nothing."""

    mutation: ClassVar[str] = "activateDestination"
    subject_field: ClassVar[str] = "destination"

    destination: DestinationKey


class PauseDestination(Command, frozen=True, kw_only=True):
    """Keeps a destination from sending: the call in flight is finished, the rest stays queued. Pausing a paused one changes
    nothing.
    """

    mutation: ClassVar[str] = "pauseDestination"
    subject_field: ClassVar[str] = "destination"

    destination: DestinationKey


class DeleteDestination(Command, frozen=True, kw_only=True):
    """Ends a destination for good. What is queued is canceled; its deliveries stay."""

    mutation: ClassVar[str] = "deleteDestination"
    subject_field: ClassVar[str] = "destination"

    destination: DestinationKey


class ResendDeliveries(Command, frozen=True, kw_only=True):
    """Queues dead letters once more: those named, or all of one status, at most 1,000 at a time."""

    mutation: ClassVar[str] = "resendDeliveries"
    subject_field: ClassVar[str] = "destination"
    exactly_one: ClassVar[tuple[str, ...]] = ("deliveries", "status")

    destination: DestinationKey
    deliveries: tuple[DeliveryKey, ...] = ()
    status: DeliveryStatus | None = None


DESTINATION_COMMANDS: tuple[type[Command], ...] = (
    CreateDestination,
    UpdateDestination,
    ActivateDestination,
    PauseDestination,
    DeleteDestination,
    ResendDeliveries,
)
