"""Arguments that every list has, and their checks."""

from typing import Annotated

import strawberry

from gateway.context import RequestContext
from gateway.domain.errors import InvalidInputError

DEFAULT_PAGE_SIZE = 20
First = Annotated[
    int | None, strawberry.argument(description="How many items, from 1 to the server's page limit (100 unless configured).")
]
After = Annotated[str | None, strawberry.argument(description="The cursor behind which to go on; null begins at the start.")]
WHICH = strawberry.argument(description="Which ones; all that the providers show when left out.")
IN_ORDER = strawberry.argument(description="In which order; each vendor's own when left out.")


def page_size(first: int | None, context: RequestContext, field: str = "first") -> int:
    """`first`, checked; null means the default.

    Above the limit is an error, never a silent cap: a client would take the rest for absent.
    """
    first = DEFAULT_PAGE_SIZE if first is None else first
    most = context.limits.max_page_size
    if not 1 <= first <= most:
        raise InvalidInputError(f"`{field}` must be from 1 to {most}, not {first}.", field=field)
    return first
