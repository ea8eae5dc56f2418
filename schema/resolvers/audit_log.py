"""The audit log as a list: one store, newest first."""

from typing import Annotated

import strawberry

from gateway.domain.audit import AuditPlace
from gateway.domain.cursor import AuditCursor, decode_cursor, digest_of, micros, moment
from gateway.domain.page import Page
from schema.inputs.audit import AuditFilter
from schema.resolvers.arguments import After, First, page_size
from schema.resolvers.batched import frozen
from schema.resolvers.info import Info

Attempts = Annotated[AuditFilter | None, strawberry.argument(description="Which ones; all when left out.")]


async def audit_log(info: Info, first: First = 20, after: After = None, filter: Attempts = None) -> object:
    """One page. One entry more than asked for tells whether another follows."""
    context = info.context
    count = page_size(first, context)
    wanted = filter or AuditFilter()
    query, digest = wanted.query(), digest_of("AuditEntry", frozen(wanted))
    cursor = decode_cursor(after, AuditCursor, digest)
    place = None if cursor is None else AuditPlace(moment(cursor.time), cursor.id)
    found = await context.audit.entries(query, place, count + 1)
    shown = tuple(found[:count])
    positions = tuple(AuditCursor(digest, micros(entry.attempt.at), entry.attempt.id) for entry in shown)
    page = Page(shown, positions, len(found) > count)
    context.deliver(info.path.as_list(), page)
    return page
