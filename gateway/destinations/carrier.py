"""Carries records to a provider: the one way on which they become a call, for deliveries, tests and previews."""

import time
from collections.abc import Mapping, Sequence
from typing import Any, Protocol, cast

import msgspec
from msgspec import UNSET, UnsetType

from gateway.destinations.batching import grouped
from gateway.destinations.exclusion import without
from gateway.destinations.parameters import check_parameters, filled
from gateway.destinations.settings import DestinationUnusableError, is_destructive, template_of
from gateway.domain.budget import RequestBudget, request_budget
from gateway.domain.call_log import Call, watching_calls
from gateway.domain.commands.command import Command, JsonObject
from gateway.domain.commands.endpoints import CallEndpoint
from gateway.domain.commands.performed import Performed
from gateway.domain.containment import contained
from gateway.domain.destination import Destination, DestinationSettings, TemplateUse
from gateway.domain.errors import GatewayError, InvalidInputError
from gateway.domain.provider import Provider
from gateway.domain.template import Filled
from gateway.loaders.fan_out import unknown_provider
from gateway.loaders.request_loaders import RequestLoaders
from gateway.operations.mutations import Mutations
from gateway.operations.order import Order, Refused
from gateway.operations.problems import problems_of


class CodeTransforms(Protocol):
    """Functions that the operator has registered: records -> a JSON value."""

    def names(self) -> Sequence[str]: ...

    async def apply(self, name: str, records: list[JsonObject]) -> Any:
        """InvalidInputError when it is unknown, fails, takes too long or gives no JSON."""
        ...


class Errand(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """What is to be carried: `records` for one call, as they came; or, on trial, a `body` that is sent as it is.

    `attempt_id` is the one noted with the records. A `rehearsal` sends nothing, and what is done `once` is not tried again.
    `budget` bounds time and calls.
    """

    destination: Destination
    caller: str
    budget: RequestBudget
    records: Sequence[JsonObject] = ()
    body: Any | UnsetType = UNSET
    attempt_id: str | None = None
    rehearsal: bool = False
    once: bool = False


class Carried(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """What came of it. `calls` are those to the provider, reads included; of a rehearsal the last is the write that was not sent.
    `unusable` tells why this destination cannot carry anything at the moment.
    """

    performed: Performed
    calls: tuple[Call, ...]
    duration_s: float
    unusable: DestinationUnusableError | None = None


class Carrier:
    """One per process."""

    def __init__(self, providers: Mapping[str, Provider], mutations: Mutations, transforms: CodeTransforms) -> None:
        self._providers = providers
        self._mutations = mutations
        self._transforms = transforms

    async def carry(self, errand: Errand) -> Carried:
        """Whatever fails is in the answer, but AttemptWithdrawnError."""
        started = time.monotonic()
        unusable = None
        token = request_budget.set(errand.budget)
        try:
            with watching_calls(rehearsing=errand.rehearsal, once=errand.once) as log:
                performed = await self._performed(errand)
        except DestinationUnusableError as error:
            unusable, performed = error, Performed(errors=problems_of(error, Command))
        finally:
            request_budget.reset(token)
        took_s = time.monotonic() - started
        return Carried(performed=performed, calls=tuple(log.calls), duration_s=took_s, unusable=unusable)

    async def _performed(self, errand: Errand) -> Performed:
        destination = errand.destination
        name = destination.key.provider
        provider = self._providers.get(name)
        if provider is None:
            raise DestinationUnusableError(unknown_provider(name, self._providers).message, provider=name)
        try:
            command = await self._command(errand, provider)
        except DestinationUnusableError:
            raise
        except Exception as error:  # a template's bug too must come to an end that is told
            return await self._refused(errand, contained(error, name), provider)
        order = Order(
            command=command,
            caller=errand.caller,
            providers=self._providers,
            loaders=RequestLoaders(self._providers),
            destination=destination.key,
            confirmed=is_destructive(destination.settings, provider)
            and (destination.settings.confirm_destructive or errand.rehearsal),
            attempt_id=errand.attempt_id,
        )
        return await (self._mutations.rehearse(order) if errand.rehearsal else self._mutations.perform(order))

    async def _refused(self, errand: Errand, error: GatewayError, provider: Provider) -> Performed:
        """What is no command is noted all the same: somebody has asked for it."""
        if errand.rehearsal:
            return Performed(errors=problems_of(error, Command))
        template = errand.destination.settings.template
        mutation = CallEndpoint.mutation if template is None else template_of(template, provider).command.mutation
        return await self._mutations.refuse(
            Refused(
                caller=errand.caller,
                mutation=mutation,
                destination=errand.destination.key,
                error=error,
                attempt_id=errand.attempt_id,
            )
        )

    async def _command(self, errand: Errand, provider: Provider) -> Command:
        settings = errand.destination.settings
        if settings.template is not None:
            return await self._from_template(errand, settings.template, provider)
        if settings.manual is None:
            raise AssertionError("a draft that sends")
        endpoint = settings.manual
        return CallEndpoint(
            provider=provider.name,
            method=endpoint.method.value,
            url=endpoint.url,
            headers=endpoint.headers,
            body=await self._body(errand, settings),
        )

    async def _from_template(self, errand: Errand, use: TemplateUse, provider: Provider) -> Command:
        """Settings that were complete may be so no longer, when the gateway has been replaced by another version."""
        settings = errand.destination.settings
        try:
            template = template_of(use, provider)
            missing = check_parameters(use.parameters, template, "template.parameters")
        except InvalidInputError as error:
            raise DestinationUnusableError(error.message, provider=provider.name) from None
        if missing:
            raise DestinationUnusableError(" ".join(missing), provider=provider.name)
        as_it_is = errand.body is not UNSET
        record: JsonObject = cast(JsonObject, errand.body) if as_it_is else _single(errand.records)
        parameters, used = filled(use.parameters, record)
        left = record if as_it_is else without(record, settings.exclude_attributes)
        unread = without(left, used)
        used |= {name for name, value in left.items() if unread.get(name) == {} != value}  # all that was in it was read
        if settings.key_attribute is not None:
            used |= {settings.key_attribute}
        return await template.make(Filled(parameters=parameters, record=left, used=used))

    async def _body(self, errand: Errand, settings: DestinationSettings) -> Any:
        if errand.body is not UNSET:
            return errand.body
        left = [without(record, settings.exclude_attributes) for record in errand.records]
        batching = settings.batching
        if batching is None or batching.transform is None:
            return grouped(left, batching)
        if batching.transform not in self._transforms.names():
            raise DestinationUnusableError(f"No transform is registered as {batching.transform!r}.")
        return await self._transforms.apply(batching.transform, left)


def _single(records: Sequence[JsonObject]) -> JsonObject:
    """A call for one record must never swallow others."""
    (record,) = records
    return record
