"""What the server of an account has been seen to do with what it is asked for, kept from list to list."""

_TWO = 2  # no server takes a single row for a full page


class Habits:
    """`sorts`: whether it sorts as it is asked; None as long as no list has shown it.

    A page that is shorter than asked for may be the end, or all that a server sends at once which does not heed limits, and
    what it says of the page may only repeat the request. So the longest page seen counts: a shorter one is an end. Behind
    one that is as long, the reader looks for more, until that was looked for once.
    """

    def __init__(self) -> None:
        self.sorts: bool | None = None
        self._longest = _TWO
        self._longest_is_end: bool | None = None

    def saw_page(self, count: int) -> None:
        """A page of so many rows came."""
        if count > self._longest:
            self._longest, self._longest_is_end = count, None

    def is_end(self, count: int) -> bool | None:
        """Whether a page is the last that is shorter than asked for. None: look behind it, and tell `looked_behind`."""
        return True if count < self._longest else self._longest_is_end

    def looked_behind(self, count: int, *, more: bool) -> None:
        """What was found behind such a page. Once there was more, no page of this length is taken for the last."""
        if count == self._longest and self._longest_is_end is not False:
            self._longest_is_end = not more
