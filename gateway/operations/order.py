"""What somebody wants done, and whether it can be meant at all. Nothing is sent here, and but for a name nothing is read."""

from collections.abc import Mapping

import msgspec

from gateway.domain.audit import Claim
from gateway.domain.commands.command import Command, Commands, Handling
from gateway.domain.errors import GatewayError, InvalidInputError, NotSupportedError
from gateway.domain.keys import DestinationKey
from gateway.domain.provider import Provider
from gateway.loaders.fan_out import unknown_provider
from gateway.loaders.request_loaders import RequestLoaders
from gateway.operations.checks import check_supported, check_values
from gateway.operations.fingerprint import fingerprint


class Order(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """A command with all that goes with it. `confirm_name` is the name of the subject, repeated by whoever destroys it.

    What a destination sends has its key, whose settings may have `confirmed` beforehand what destroys, and an `attempt_id` that was
    noted with the record before anything began.
    """

    command: Command
    caller: str
    providers: Mapping[str, Provider]
    loaders: RequestLoaders
    idempotency_key: str | None = None
    confirm_name: str | None = None
    destination: DestinationKey | None = None
    confirmed: bool = False
    attempt_id: str | None = None


class Refused(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """What a destination could not make a command of. `mutation` is the one that it would have been."""

    caller: str
    mutation: str
    destination: DestinationKey
    error: GatewayError
    attempt_id: str | None = None


def accepted(order: Order, own: Commands) -> Handling:
    """How the provider does it, or the gateway itself for its `own` commands. Else a GatewayError: of what is refused here no
    vendor is asked.
    """
    command = order.command
    if (ours := own.get(type(command))) is not None:
        check_values(command)
        return ours
    provider = order.providers.get(command.provider_name)
    if provider is None:
        raise unknown_provider(command.provider_name, order.providers)
    handling = provider.commands.get(type(command))
    if handling is None:
        message = f"{provider.name} has no {command.mutation}. Nothing was asked of it."
        raise NotSupportedError(message, provider=provider.name, field=addressee(command))
    check_values(command)
    check_supported(command, handling, provider.name)
    return handling


async def confirm(order: Order) -> None:
    """The name is read from the vendor at this moment: ids are easily mixed up, names less so."""
    subject = order.command.subject
    if subject is None or order.confirmed:
        return
    found = await RequestLoaders(order.providers).node(subject)  # not the request's own: they end with the request
    if order.confirm_name != found.name:
        message = f"`confirmName` must repeat the name of what this {order.command.mutation} is for, letter by letter."
        raise InvalidInputError(message, field="confirm_name")


def claim_of(order: Order) -> Claim | None:
    if order.idempotency_key is None:
        return None
    wanted = fingerprint(order.command, order.confirm_name)
    return Claim(caller=order.caller, mutation=order.command.mutation, key=order.idempotency_key, input=wanted)


def addressee(command: Command) -> str:
    """The field that decides which provider the command goes to."""
    return command.subject_field or "provider"
