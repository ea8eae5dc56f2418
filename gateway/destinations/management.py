"""What can be done about destinations themselves: handlers of the gateway's own commands. No vendor is told."""

import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import UNSET

from gateway.destinations.endpoint import endpoint_of
from gateway.destinations.settings import Policy, changed_settings, checked, is_destructive
from gateway.domain.commands.command import Changed, Command, Commands, handling
from gateway.domain.commands.destinations import (
    ActivateDestination,
    CreateDestination,
    DeleteDestination,
    PauseDestination,
    ResendDeliveries,
    UpdateDestination,
)
from gateway.domain.commands.endpoints import CallEndpoint
from gateway.domain.destination import DeliveryStatus, Destination, DestinationSettings, DestinationState
from gateway.domain.destination_store import DestinationStore
from gateway.domain.errors import ConflictError, InvalidInputError, NotFoundError, UpstreamError
from gateway.domain.free_call import FreeCall
from gateway.domain.keys import DeliveryKey, DestinationKey
from gateway.domain.provider import Provider
from gateway.loaders.fan_out import unknown_provider

RESENDABLE = (DeliveryStatus.FAILED, DeliveryStatus.UNKNOWN)
"""Of the dead letters. What was canceled is of a destination that is deleted, and sends nothing any more."""
MOST_RESENT = 1000
"""By one mutation."""
_SETTINGS = frozenset(DestinationSettings.__struct_fields__)


class Management:
    """One per process. `wake` is called when there may be something to send."""

    def __init__(
        self,
        store: DestinationStore,
        providers: Mapping[str, Provider],
        policy: Policy,
        wake: Callable[[], None],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._providers = providers
        self._policy = policy
        self._wake = wake
        self._now = now

    def commands(self, caller: str) -> Commands:
        """What it does in the name of a caller."""

        async def activate(command: ActivateDestination) -> Changed:
            return await self.activate(command, caller)

        async def update(command: UpdateDestination) -> Changed:
            return await self.update(command, caller)

        return dict(
            (
                handling(CreateDestination, self.create),
                handling(UpdateDestination, update),
                handling(ActivateDestination, activate),
                handling(PauseDestination, self.pause),
                handling(DeleteDestination, self.delete),
                handling(ResendDeliveries, self.resend),
                handling(CallEndpoint, self.call),
            )
        )

    def draft(self, command: CreateDestination) -> Destination:
        """The destination that it would make. InvalidInputError for what cannot be meant."""
        provider = self._provider(command.provider)
        now = self._now()
        found = checked(changed_settings(DestinationSettings(), _settings_in(command)), provider, self._policy)
        return Destination(
            key=DestinationKey(command.provider, (secrets.token_hex(10),)),
            name=command.name,
            settings=found.settings,
            state=DestinationState.DRAFT if found.problems else DestinationState.PAUSED,
            created_at=now,
            updated_at=now,
            problems=found.problems,
            warnings=found.warnings,
        )

    def changed(self, command: UpdateDestination, current: Destination) -> Destination:
        """The destination as it would be then. One that is active must stay complete."""
        if current.state is DestinationState.DELETED:
            raise ConflictError("The destination is deleted.", provider=current.key.provider)
        settings = changed_settings(current.settings, _settings_in(command))
        found = checked(settings, self._provider(current.key.provider), self._policy)
        state = current.state
        if found.problems and state is DestinationState.ACTIVE:
            raise InvalidInputError(f"The destination is active and must stay complete. {' '.join(found.problems)}")
        if state is not DestinationState.ACTIVE:
            complete = DestinationState.PAUSED if state is DestinationState.DRAFT else state
            state = DestinationState.DRAFT if found.problems else complete
        return msgspec.structs.replace(
            current,
            name=current.name if command.name is UNSET else command.name,
            settings=found.settings,
            state=state,
            problems=found.problems,
            warnings=found.warnings,
            updated_at=self._now(),
        )

    def destroys(self, destination: Destination) -> bool:
        """Whether its calls destroy something."""
        return is_destructive(destination.settings, self._providers.get(destination.key.provider))

    async def create(self, command: CreateDestination) -> Changed:
        destination = self.draft(command)
        await self._store.create(destination)
        return Changed(keys=(destination.key,), values=(destination,))

    async def update(self, command: UpdateDestination, caller: str) -> Changed:
        """Whoever gives an active destination something else to do is who it sends for from then on."""

        def updated(current: Destination) -> Destination:
            after = self.changed(command, current)
            before = current.settings
            same = (after.settings.template, after.settings.manual) == (before.template, before.manual)
            return after if same else msgspec.structs.replace(after, activated_by=caller if current.activated_by else None)

        return await self._change(command.destination, updated)

    async def activate(self, command: ActivateDestination, caller: str) -> Changed:
        """The credential is tried first: a call that the vendor refuses for it would only put the destination into ERROR. A vendor
        that is away is no reason to wait.
        """
        provider = self._provider(command.destination.provider)
        (there,) = await self._store.get([command.destination])
        if there is not None and there.state is not DestinationState.ACTIVE:
            try:
                await provider.probe()
            except UpstreamError as error:
                if not error.retryable:
                    raise

        def activated(current: Destination) -> Destination:
            if current.state is DestinationState.DELETED:
                raise ConflictError("The destination is deleted.", provider=provider.name)
            if current.state is DestinationState.ACTIVE:
                return current
            found = checked(current.settings, provider, self._policy)
            if found.problems:
                raise ConflictError(f"The destination is a draft. {' '.join(found.problems)}", provider=provider.name)
            return msgspec.structs.replace(
                current,
                settings=found.settings,
                state=DestinationState.ACTIVE,
                problems=(),
                warnings=found.warnings,
                activated_by=caller,
                failures_in_row=0,
                last_error=None,
                updated_at=self._now(),
            )

        changed = await self._change(command.destination, activated)
        self._wake()
        return changed

    async def pause(self, command: PauseDestination) -> Changed:
        def paused(current: Destination) -> Destination:
            if current.state in (DestinationState.DELETED, DestinationState.DRAFT):
                raise ConflictError(f"The destination is {current.state.name}, and sends nothing.", provider=current.key.provider)
            return msgspec.structs.replace(current, state=DestinationState.PAUSED, updated_at=self._now())

        return await self._change(command.destination, paused)

    async def delete(self, command: DeleteDestination) -> Changed:
        def deleted(current: Destination) -> Destination:
            return msgspec.structs.replace(current, state=DestinationState.DELETED, updated_at=self._now())

        return await self._change(command.destination, deleted)

    async def resend(self, command: ResendDeliveries) -> Changed:
        for place, delivery in enumerate(command.deliveries):
            if delivery.provider != command.destination.provider or delivery.parts[:1] != command.destination.parts:
                message = f"`deliveryIds.{place}` is a delivery of another destination."
                raise InvalidInputError(message, field=f"deliveries.{place}")
        if command.status is not None and command.status not in RESENDABLE:
            words = " or ".join(status.name for status in RESENDABLE)
            raise InvalidInputError(f"`status` must be {words}: others are not, or no more, to be sent by hand.", field="status")
        wanted = command.deliveries or None
        keys: tuple[DeliveryKey, ...] = tuple(await self._store.requeue(command.destination, wanted, command.status, MOST_RESENT))
        self._wake()
        return Changed(keys=(command.destination, *keys))

    async def call(self, command: CallEndpoint) -> Changed:
        """What was checked when it was saved is checked again: the provider may be configured otherwise by now."""
        provider = self._provider(command.provider)
        if provider.calls is None:
            raise InvalidInputError(f"{provider.name} has no address that could be called.")
        endpoint = endpoint_of(command.url, provider.calls.base_url, "url")
        await provider.calls.send(
            FreeCall(method=command.method, path=endpoint.path, query=endpoint.query, headers=command.headers, body=command.body)
        )
        return Changed()

    def _provider(self, name: str) -> Provider:
        provider = self._providers.get(name)
        if provider is None:
            raise unknown_provider(name, self._providers)
        return provider

    async def _change(self, key: DestinationKey, change: Callable[[Destination], Destination]) -> Changed:
        changed = await self._store.change(key, change)
        if changed is None:
            raise NotFoundError(f"{key.provider} has no such destination.", provider=key.provider)
        return Changed(keys=(key,), values=(changed,))


def _settings_in(command: Command) -> dict[str, Any]:
    """The settings that were given. Null counts as not given where nothing else could be meant."""
    return {
        name: value
        for name, value in ((name, getattr(command, name)) for name in command.given())
        if name in _SETTINGS and not (value is None and name in ("queue_while_paused", "max_queued", "confirm_destructive"))
    }
