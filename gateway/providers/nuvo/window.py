"""What a page's `pagination` says, as far as it can be believed."""

import msgspec

from gateway.providers.nuvo.rows import Pagination

PAGING_DISREGARDED = (
    "The vendor does not heed the page asked for: there may be more than it shows. See `query_style` of the account."
)
"""For readers of a list that had to end because pages did not."""


class Window(msgspec.Struct, frozen=True):
    """`more`: another page may follow. `short`: one may all the same, because only what may be a repetition of the request says
    that this page is not a full one (see `Habits`). `left`: how many rows follow, where that is told. `total`: of all matches.

    `confirmed`: the server says that it began where it was asked to; `elsewhere`: it says that it did not. `everything`: it has
    sent more than it was asked for, and says that this is all, which is true of a page that `Habits` take for an end.
    """

    more: bool
    short: bool
    left: int | None
    total: int | None
    confirmed: bool
    elsewhere: bool
    everything: bool


def window_of(told: Pagination, offset: int, limit: int, count: int) -> Window:
    """The judgement of a page of `count` rows, for which `limit` were asked from `offset` on."""
    # With rows in the answer, a limit or a total below their number means nothing.
    speaks = told.offset is not None and told.limit is not None and told.limit >= max(1, count)
    elsewhere = speaks and told.offset != offset
    confirmed = speaks and not elsewhere
    everything = count > limit and told.total == count
    if told.total is not None and told.total > count and told.total >= offset + count:
        # `total` is described as the number of rows sent. One that is larger can only be that of all matches.
        left = told.total - offset - count
        return Window(left > 0, False, left, told.total, confirmed, elsewhere, everything)
    full = limit if told.limit is None or not speaks else min(limit, told.limit)
    # Without a word of the server's a short page may be its idea of a full one: then the next page tells.
    more = count >= full or not speaks
    return Window(more, not more, None, None, confirmed, elsewhere, everything)
