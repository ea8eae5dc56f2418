"""Lists that hang on one parent and cost a call of their own there: jobs, annotations, files, queues."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from gateway.domain.budget import counting
from gateway.domain.containment import contained
from gateway.domain.cursor import ListCursor, decode_cursor, digest_of
from gateway.domain.errors import GatewayError, NotFoundError
from gateway.domain.outcome import OutcomeStatus, ProviderOutcome, Source
from gateway.domain.page import Page, RowFault
from gateway.listing.ports import child_list_of, words
from gateway.listing.source import not_supported
from schema.resolvers.arguments import After, First, page_size
from schema.resolvers.batched import Call, batched


def child_list(parent: type, noun: type) -> Callable[..., Any]:
    """The resolver of a field that lists `noun` below `parent`. A parent whose list fails says so in its own outcome."""

    async def load(parents: Sequence[Any], call: Call, first: First = 20, after: After = None) -> list[Page[Any] | GatewayError]:
        count = page_size(first, call.context)
        return list(await asyncio.gather(*(_page(each, noun, call, count, after) for each in parents)))

    load.__name__ = f"list_{noun.__name__}"
    return batched(parent)(load)


async def _page(parent: Any, noun: type, call: Call, first: int, after: str | None) -> Page[Any] | GatewayError:
    name: str = parent.key.provider
    digest = digest_of(noun.__name__, name, parent.key.parts)
    try:
        cursor = decode_cursor(after, ListCursor, digest)
    except GatewayError as error:
        return error
    read = child_list_of(call.context.providers[name], noun)
    if read is None:
        fault = not_supported(name, words(noun)).problem()
        outcome = ProviderOutcome(
            provider=name, status=OutcomeStatus.NOT_SUPPORTED, fault=fault, served_from=Source.NONE, upstream_calls=0
        )
        return Page((), (), False, (outcome,))
    with counting() as count:
        try:
            chunk = await read(parent.key, None if cursor is None else cursor.mark, first, call.want)
        except NotFoundError as error:
            return error
        except Exception as error:  # the other parents' lists are good
            fault = contained(error, name).problem()
            failed = ProviderOutcome(provider=name, status=OutcomeStatus.FAILED, fault=fault, upstream_calls=count.calls)
            return Page((), (), False, (failed,))
    items, marks = chunk.items[:first], chunk.marks[:first]
    unreadable = next((item.error.problem() for item in items if isinstance(item, RowFault)), None)
    outcome = ProviderOutcome(
        provider=name,
        status=OutcomeStatus.OK if unreadable is None else OutcomeStatus.PARTIAL,
        fault=unreadable,
        served_from=chunk.source,
        upstream_calls=count.calls,
        applied_locally=chunk.applied_locally,
        note=chunk.note,
    )
    return Page(
        items=items,
        positions=tuple(ListCursor(digest, name, mark) for mark in marks),
        has_next_page=chunk.more or len(chunk.items) > first,
        outcomes=(outcome,),
        total_count=chunk.total if cursor is not None or chunk.more else len(chunk.items),
    )
