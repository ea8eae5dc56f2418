"""Whether a failed write may have reached the provider. Whoever decides about sending it again needs exactly this."""

from typing import Any

from gateway.domain.errors import GatewayError


def mark_sent(error: GatewayError, sent: bool | None) -> None:
    """Sets `error.sent`: False = surely never left us, True = the provider answered, None = it may have left us."""
    error.sent = sent


def was_sent(error: GatewayError) -> bool | None:
    """What `mark_sent` noted; None, the careful reading, for errors that nobody marked."""
    return error.sent


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
