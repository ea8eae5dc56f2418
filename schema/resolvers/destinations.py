"""Destinations, their deliveries, and what providers offer for them. Lists are of one store, newest first."""

import asyncio
from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
import strawberry

from gateway.context import RequestContext
from gateway.domain.cursor import DeliveryCursor, DestinationCursor, decode_cursor, digest_of, micros, moment
from gateway.domain.destination import DeliveryPlace, DeliveryQuery, DeliveryStatus, Destination, DestinationPlace
from gateway.domain.destination_trial import Sent
from gateway.domain.keys import DestinationKey
from gateway.domain.page import Page
from gateway.domain.provider import Provider, ProviderKind
from gateway.domain.template import Template
from gateway.loaders.fan_out import unknown_provider
from schema.inputs.checks import not_empty
from schema.inputs.destination import DeliveryFilter, DestinationFilter
from schema.resolvers.arguments import After, First, page_size
from schema.resolvers.batched import Call, batched, frozen
from schema.resolvers.info import Info
from schema.resolvers.references import settled

Destinations = Annotated[
    DestinationFilter | None, strawberry.argument(description="Which ones; all but deleted ones when left out.")
]
Deliveries = Annotated[DeliveryFilter | None, strawberry.argument(description="Which ones; all when left out.")]
Statuses = Annotated[list[DeliveryStatus] | None, strawberry.argument(description="Only those in one of these states.")]
Kinds = Annotated[list[ProviderKind] | None, strawberry.argument(description="Only those for these vendors.")]
Names = Annotated[list[str] | None, strawberry.argument(description="Only those of these providers, by name.")]


class DestinationTemplate(msgspec.Struct, frozen=True, eq=False):
    """A template with the provider that offers it."""

    provider: Provider
    template: Template


class SentRecords(msgspec.Struct, frozen=True, eq=False):
    """What became of records, with the destination that they were for; None when that was not to be made out."""

    destination: DestinationKey | None
    sent: Sent


def code_transforms(info: Info) -> list[str]:
    return list(info.context.destinations.transforms())


async def list_destinations(info: Info, first: First = 20, after: After = None, filter: Destinations = None) -> object:
    """One page. One destination more than asked for tells whether another follows."""
    count = page_size(first, info.context)
    wanted = filter or DestinationFilter()
    query, digest = wanted.query(), digest_of("Destination", frozen(wanted))
    cursor = decode_cursor(after, DestinationCursor, digest)
    place = None if cursor is None else DestinationPlace(moment(cursor.time), cursor.id)
    found = await info.context.destinations.list(query, place, count + 1)
    shown = tuple(found[:count])
    positions = tuple(DestinationCursor(digest, micros(each.created_at), each.key.parts[0]) for each in shown)
    page = Page(shown, positions, len(found) > count)
    info.context.deliver(info.path.as_list(), page)
    return page


async def list_deliveries(info: Info, first: First = 20, after: After = None, filter: Deliveries = None) -> object:
    """One page."""
    count = page_size(first, info.context)
    wanted = filter or DeliveryFilter()
    query, digest = wanted.query(), digest_of("Delivery", frozen(wanted))
    page = await _deliveries(info.context, query, digest, count, after)
    info.context.deliver(info.path.as_list(), page)
    return page


@batched(Destination)
async def deliveries_of_destinations(
    destinations: Sequence[Destination], call: Call, first: First = 20, after: After = None, statuses: Statuses = None
) -> Sequence[object]:
    count, wanted = page_size(first, call.context), not_empty(statuses, "statuses")

    async def page(key: DestinationKey) -> object:
        query = DeliveryQuery(destinations=(key,), statuses=wanted)
        return await settled(_deliveries(call.context, query, digest_of("Delivery", key.provider, key.parts, wanted), count, after))

    return list(await asyncio.gather(*(page(each.key) for each in destinations)))


async def _deliveries(context: RequestContext, query: DeliveryQuery, digest: str, count: int, after: str | None) -> Page[Any]:
    cursor = decode_cursor(after, DeliveryCursor, digest)
    found = await context.destinations.deliveries(query, None if cursor is None else DeliveryPlace(cursor.id), count + 1)
    shown = found[:count]
    return Page(tuple(each for _, each in shown), tuple(DeliveryCursor(digest, id) for id, _ in shown), len(found) > count)


def templates(info: Info, kinds: Kinds = None, providers: Names = None) -> list[DestinationTemplate]:
    """In configuration order, and of each provider in its own."""
    configured = info.context.providers
    wanted, names = not_empty(kinds, "kinds"), not_empty(providers, "providers")
    for name in names or ():
        if name not in configured:
            raise unknown_provider(name, configured, "providers")
    return [
        DestinationTemplate(provider, template)
        for provider in configured.values()
        if (wanted is None or provider.kind in wanted) and (names is None or provider.name in names)
        for template in provider.templates.values()
    ]
