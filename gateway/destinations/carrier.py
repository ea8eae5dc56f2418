"""Carries records to a provider: the one way on which they become a call, for deliveries, tests and previews."""

import time
from collections.abc import Mapping, Sequence
from typing import Any, Protocol, cast

import msgspec
from msgspec import UNSET, UnsetType

from gateway.destinations.batching import grouped
from gateway.destinations.exclusion import without
from gateway.destinations.parameters import filled
from gateway.destinations.settings import is_destructive, template_of
from gateway.domain.budget import RequestBudget, request_budget
from gateway.domain.call_log import Call, watching_calls
from gateway.domain.commands.command import Command, JsonObject
from gateway.domain.commands.endpoints import CallEndpoint
from gateway.domain.commands.performed import Performed
from gateway.domain.containment import contained
from gateway.domain.destination import Destination, DestinationSettings
from gateway.domain.errors import GatewayError
from gateway.domain.provider import Provider
from gateway.domain.template import Filled
from gateway.loaders.fan_out import unknown_provider
from gateway.loaders.request_loaders import RequestLoaders
from gateway.operations.mutations import Mutations
from gateway.operations.order import Order
from gateway.operations.problems import problems_of


class CodeTransforms(Protocol):
    """Functions that the operator has registered: records -> a JSON value."""

    def names(self) -> Sequence[str]: ...

    async def apply(self, name: str, records: list[JsonObject]) -> Any:
        """InvalidInputError when it is unknown, fails, takes too long or gives no JSON."""
        ...


class Errand(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """What is to be carried: `records` for one call, as they came; or, on trial, a `body` that is sent as it is.

    `attempt_id` is the one noted with the records. A `rehearsal` sends nothing. `budget` bounds time and calls.
    """

    destination: Destination
    caller: str
    budget: RequestBudget
    records: Sequence[JsonObject] = ()
    body: Any | UnsetType = UNSET
    attempt_id: str | None = None
    rehearsal: bool = False


class Carried(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """What came of it. `calls` are those to the provider, reads included; of a rehearsal the last is the write that was not sent.
    """

    performed: Performed
    calls: tuple[Call, ...]
    duration_s: float


class Carrier:
    """One per process."""

    def __init__(self, providers: Mapping[str, Provider], mutations: Mutations, transforms: CodeTransforms) -> None:
        self._providers = providers
        self._mutations = mutations
        self._transforms = transforms

    async def carry(self, errand: Errand) -> Carried:
        """Whatever fails is in the answer."""
        started = time.monotonic()
        token = request_budget.set(errand.budget)
        try:
            with watching_calls(rehearsing=errand.rehearsal) as log:
                performed = await self._performed(errand)
        finally:
            request_budget.reset(token)
        return Carried(performed=performed, calls=tuple(log.calls), duration_s=time.monotonic() - started)

    async def _performed(self, errand: Errand) -> Performed:
        destination = errand.destination
        name = destination.key.provider
        provider = self._providers.get(name)
        if provider is None:
            return failure_of(unknown_provider(name, self._providers))
        try:
            command = await self._command(errand, provider)
        except Exception as error:  # a template's bug too must come to an end that is told
            return failure_of(contained(error, name))
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

    async def _command(self, errand: Errand, provider: Provider) -> Command:
        settings = errand.destination.settings
        if settings.template is not None:
            return await self._from_template(errand, settings, provider)
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

    async def _from_template(self, errand: Errand, settings: DestinationSettings, provider: Provider) -> Command:
        use = settings.template
        if use is None:
            raise AssertionError("no template")
        template = template_of(use, provider)
        as_it_is = errand.body is not UNSET
        record: JsonObject = cast(JsonObject, errand.body) if as_it_is else errand.records[0]
        parameters, used = filled(use.parameters, record)
        left = record if as_it_is else without(record, settings.exclude_attributes)
        used |= {name for name in left if without(left, used).get(name) == {} != left[name]}  # all that was in it was read
        if settings.key_attribute is not None:
            used |= {settings.key_attribute}
        return await template.make(Filled(parameters=parameters, record=left, used=used))

    async def _body(self, errand: Errand, settings: DestinationSettings) -> Any:
        if errand.body is not UNSET:
            return errand.body
        left = [without(record, settings.exclude_attributes) for record in errand.records]
        batching = settings.batching
        if batching is not None and batching.transform is not None:
            return await self._transforms.apply(batching.transform, left)
        return grouped(left, batching)


def failure_of(error: GatewayError) -> Performed:
    """An answer that tells of nothing but this."""
    return Performed(errors=problems_of(error, Command))
