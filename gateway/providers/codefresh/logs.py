"""Logs of steps: cut out of the build's log document, which the vendor keeps as a whole."""

import re
from collections.abc import Iterable
from typing import TypeVar

import msgspec

from gateway.domain.errors import MalformedResponseError
from gateway.domain.job import JobLog
from gateway.domain.run import FINISHED
from gateway.providers.codefresh import wire
from gateway.providers.codefresh.client import CodefreshClient
from gateway.providers.codefresh.mapping import build_status
from gateway.upstream.shared_calls import SharedCalls

# Colours and cursor moves (ECMA-48): control sequences, operating system commands, and two-byte escapes.
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~])")

# A log that still grows. Its address speaks a protocol of its own.
LIVE = "firebase"

T = TypeVar("T")

_document = msgspec.json.Decoder(wire.LogDocument)


class LogReader:
    def __init__(self, client: CodefreshClient) -> None:
        self._client = client
        self._documents: SharedCalls[str, wire.LogDocument | None] = SharedCalls(self._fetch)

    async def read(self, build_id: str, step: str, tail_bytes: int) -> JobLog | None:
        """None when the build has not ended, or has no log of this step."""
        document = await self._documents.get(build_id)
        return step_log(document, step, tail_bytes) if document is not None else None

    async def _fetch(self, build_id: str) -> wire.LogDocument | None:
        build = await self._client.get_build(build_id)
        if build_status(build.status) not in FINISHED or not build.progress:
            return None
        location = (await self._client.get_progress(build.progress)).location
        if location is None or not location.url or location.type == LIVE:
            return None
        return self._decode(await self._client.fetch_log(location.url))

    def _decode(self, body: bytes) -> wire.LogDocument:
        try:
            return _document.decode(body)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            error = MalformedResponseError("The build's log document cannot be read.", provider=self._client.provider)
        raise error  # out here: the decoder's error may quote the log


def step_log(document: wire.LogDocument, step: str, tail_bytes: int) -> JobLog | None:
    """The end of a step's lines; None when there is no such step, or it has no lines at all."""
    # ASSUMED: steps have the names here that they have in the context revision; disproved by a document with their titles.
    found = [entry.logs for entry in _in_order(document.steps) if entry.name == step and entry.logs is not None]
    if not found:
        return None
    text = _ESCAPES.sub("", "".join("".join(_in_order(lines)) for lines in found))
    content = text.encode("utf-8", "replace")
    if len(content) <= tail_bytes:
        return JobLog(text, False, len(content))
    # What the cut leaves of a character is dropped.
    return JobLog(content[len(content) - tail_bytes :].decode("utf-8", "ignore"), True, len(content))


def _in_order(entries: list[T] | dict[str, T] | None) -> Iterable[T]:
    if entries is None:
        return ()
    return entries.values() if isinstance(entries, dict) else entries
