"""Whether a failed write may have reached the provider. Whoever decides about sending it again needs exactly this."""

from typing import Any

from gateway.domain.errors import GatewayError
from gateway.domain.write_log import WriteState

ELSEWHERE = frozenset({301, 302, 307, 308})
"""Who wants something done has to ask somewhere else. (303 is how a server says that it was done.)"""
REFUSING = frozenset({*ELSEWHERE, *range(400, 408), *range(409, 418), 421, 422, 423, 424, 426, 428, 429, 431, 451})
"""Statuses by which a server says that it has not done what was asked."""


def mark_sent(error: GatewayError, sent: bool | None) -> None:
    """Sets `error.sent`: False = surely never left us, True = the provider answered, None = it may have left us."""
    error.sent = sent


def was_sent(error: GatewayError) -> bool | None:
    """What `mark_sent` noted; None, the careful reading, for errors that nobody marked."""
    return error.sent


def state_of(error: GatewayError, status: int | None) -> WriteState:
    """What a write's failure says about its effect; `status` is the answer's, None without one.

    An answer that refuses is certain. After 5xx, 408, what only proxies say, or an answer that cannot be read, it may have been
    carried out, unless the provider knows better (`error.definite`).
    """
    if error.sent is False:
        return WriteState.UNSENT
    if error.sent is None or status is None:
        return WriteState.UNKNOWN
    return WriteState.REFUSED if status in REFUSING or (status >= 500 and error.definite) else WriteState.UNKNOWN


class Delivery:
    """Follows one write through httpcore's trace events: exact, whatever ends the call (error, time-out, cut answer)."""

    __slots__ = ("sent",)

    def __init__(self) -> None:
        self.sent: bool | None = False

    async def trace(self, event: str, _: dict[str, Any]) -> None:
        """A `trace` extension of an httpx request."""
        if event == "http11.send_request_headers.started":
            self.sent = None
        elif event == "http11.receive_response_headers.complete":
            self.sent = True
