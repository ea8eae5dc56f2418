"""What a response webhook tells of one call."""

from datetime import datetime
from typing import Any

import msgspec

from gateway.domain.call_log import MOST_RESPONSE_BYTES
from gateway.domain.secret_names import url_without_secrets


class CallReport(msgspec.Struct, frozen=True, kw_only=True):
    """One call that has ended for good: well, or (with a `code`) in failure. `number` is the destination's own count of calls,
    `attempt` counts the tries of this batch, both from 1. `status` and `response` are the answer's, None when there was none;
    `response` is as it may be shown (`gateway.destinations.responses`), URLs are as they were called.
    """

    number: int
    sent_at: datetime
    method: str
    url: str
    record_count: int
    batch_index: int
    attempt: int = 1
    status: int | None = None
    response: bytes | None = None
    duration_s: float = 0.0
    code: str | None = None
    message: str | None = None


class _Error(msgspec.Struct, frozen=True):
    code: str
    message: str


class _Payload(msgspec.Struct, frozen=True, kw_only=True):
    """In the order in which it is written."""

    destination_id: str
    call_id: str
    sent_at: datetime
    method: str
    url: str
    record_count: int
    batch_index: int
    attempt: int
    ok: bool
    status_code: int | None
    duration_ms: int
    response: Any
    error: _Error | None


def payload_of(destination_id: str, report: CallReport) -> bytes:
    """One JSON object, compact. An answer that fills 64 KiB may have been cut, so it is text, whatever it was."""
    return msgspec.json.encode(
        _Payload(
            destination_id=destination_id,
            call_id=f"c-{report.number:06d}",
            sent_at=report.sent_at,
            method=report.method,
            url=url_without_secrets(report.url),
            record_count=report.record_count,
            batch_index=report.batch_index,
            attempt=report.attempt,
            ok=report.code is None,
            status_code=report.status,
            duration_ms=round(report.duration_s * 1000),
            response=None if report.response is None else _shown(report.response),
            error=None if report.code is None else _Error(report.code, report.message or ""),
        )
    )


def _shown(response: bytes) -> msgspec.Raw | str:
    """JSON stays as it was written: numbers lose nothing on their way through here."""
    if len(response) < MOST_RESPONSE_BYTES:
        try:
            msgspec.json.decode(response)
        except (ValueError, RecursionError):
            pass
        else:
            return msgspec.Raw(response)
    return response[:MOST_RESPONSE_BYTES].decode("utf-8", "replace")
