"""A call as whoever watches sees it (`gateway.domain.call_log`)."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime

import httpx
from msgspec import UNSET

from gateway.domain.call_log import Call, is_watched, note_call


class WatchedCall:
    """The credential is added further down the stack, so it is not in what is known here."""

    __slots__ = ("_at", "_body", "_headers", "_provider", "_request", "_started", "_write")

    def __init__(
        self, provider: str, request: httpx.Request, body: object | None, headers: Mapping[str, str], *, write: bool
    ) -> None:
        self._provider = provider
        self._request = request
        self._body = body
        self._headers = headers
        self._write = write
        self._at = datetime.now(UTC)
        self._started = time.monotonic()

    def call(self, status: int | None = None, content: bytes | None = None, duration_s: float | None = None) -> Call:
        return Call(
            provider=self._provider,
            write=self._write,
            method=self._request.method,
            url=str(self._request.url),
            at=self._at,
            headers=tuple(self._headers.items()),
            body=UNSET if self._body is None else self._body,
            status=status,
            response=content,
            duration_s=duration_s,
        )

    def note(self) -> None:
        """How it ended, from what `Statuses` has left behind of the answer, if there was one."""
        if is_watched():
            left = self._request.extensions
            note_call(self.call(left.get("status"), left.get("content"), time.monotonic() - self._started))
