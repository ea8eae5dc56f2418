"""Where records come in: a request of any length, read as it is committed."""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from gateway.destinations.intake.admission import admit
from gateway.destinations.intake.input import QueueBound, RecordInput, checked_name, existing
from gateway.domain.destination import Intake
from gateway.domain.destination_store import DestinationStore
from gateway.domain.errors import (
    ConflictError,
    GatewayError,
    InvalidInputError,
    NotFoundError,
    QueueFullError,
    StoreUnavailableError,
)
from gateway.domain.global_id import decode_id
from gateway.domain.keys import DestinationKey
from gateway.http.answers import RefusedError, json_response
from gateway.http.graphql import CLIENT_GONE
from gateway.http.media_types import JSON, is_utf8_json

log = logging.getLogger(__name__)

PATH = "/destinations/{id}/records"
NDJSON = "application/x-ndjson"
LINES = (NDJSON, "application/ndjson", "application/jsonl", "application/json-lines")
IDLE_S = 60.0
LEAST_BYTES = 1024
"""What a sender has to bring in each `idle_s` that it is waited for."""
TOO_MANY_INPUTS = "TOO_MANY_INPUTS"
RETRY_AFTER_S = 5
STATUSES: Mapping[type[GatewayError], int] = {
    InvalidInputError: 400,
    NotFoundError: 404,
    QueueFullError: 503,  # before what it is a kind of
    ConflictError: 409,
    StoreUnavailableError: 503,
}
LONGEST_FROM = 15  # digits
CLOSE = {"connection": "close"}
"""For answers that are given before the body is read to its end."""


class RecordLimits(QueueBound, frozen=True, kw_only=True):
    """`idle_s` is how long a sender may be silent in the middle of its body. After `quiet_s` of silence what has come is committed:
    a sender may be one that writes a record now and then. `inputs` are read at the same time by one process.
    """

    idle_s: float = IDLE_S
    quiet_s: float = 1.0
    inputs: int = 64


def record_routes(
    store: DestinationStore,
    wake: Callable[[], None] | None = None,
    limits: RecordLimits = RecordLimits(),  # noqa: B008  a value
) -> list[BaseRoute]:
    """POST takes records in, GET tells how far a named input has come. `wake` is called whenever something was queued.

    The store is not touched before the first request.
    """
    endpoint = Records(store, wake, limits)
    return [Route(PATH, endpoint.answer, methods=["GET", "POST"])]


class Pace:
    """How long a sender has been waited for since it last brought LEAST_BYTES. What the store takes does not count."""

    def __init__(self) -> None:
        self.waited_s = 0.0
        self._bytes = 0

    async def wait(self, coming: asyncio.Future[bytes | None], timeout_s: float) -> bool:
        """Whether it has come."""
        began = time.monotonic()
        done, _ = await asyncio.wait([coming], timeout=timeout_s)
        self.waited_s += time.monotonic() - began
        return bool(done)

    def came(self, size: int) -> None:
        self._bytes += size
        if self._bytes >= LEAST_BYTES:
            self.waited_s, self._bytes = 0.0, 0


class Records:
    """What is counted in an answer is committed, also in one that tells of a failure."""

    def __init__(self, store: DestinationStore, wake: Callable[[], None] | None, limits: RecordLimits) -> None:
        self._store = store
        self._wake = wake
        self._limits = limits
        self._open = 0

    async def answer(self, request: Request) -> Response:
        if request.method != "POST":
            return await self._tell(request)
        if self._open >= self._limits.inputs:
            message = f"{self._open} inputs are read already, and no more at the same time. Come back a little later."
            return _refused(RefusedError(503, message, code=TOO_MANY_INPUTS), None)
        self._open += 1
        try:
            return await self._take(request)
        finally:
            self._open -= 1

    async def _take(self, request: Request) -> Response:
        records: RecordInput | None = None
        try:
            array = _is_array(request)
            parameters = _parameters(request, ("intake", "from", "onError"))
            records = RecordInput(
                self._store,
                _key(request),
                name=_name(parameters),
                left_out=_left_out(parameters),
                array=array,
                stop_on_error=_stops(parameters),
                bound=self._limits,
                wake=self._wake,
            )
            if await records.open():
                await self._fill(records, request)
        except ClientDisconnect:
            await _flushed(records)
            return Response(status_code=CLIENT_GONE)
        except (RefusedError, GatewayError) as error:
            return _refused(error, records)
        stopped = records.progress.stopped_at is not None
        return json_response(_told(records), 422 if stopped else 200, headers=CLOSE if stopped else None)

    async def _tell(self, request: Request) -> Response:
        """`problem` tells why records would be refused now."""
        try:
            parameters = _parameters(request, ("intake",), needed="intake")
            name, key = checked_name(parameters["intake"]), _key(request)
            destination = await existing(self._store, key)
            intake = await self._store.intake(key, name) or Intake()
        except (RefusedError, GatewayError) as error:
            return _refused(error, None)
        problem = None
        try:
            admit(destination, 1, self._limits.max_queued)
        except GatewayError as error:
            problem = {"code": error.code, "message": error.message}
        counts = ("consumed", "accepted", "duplicates", "refused", "ended")
        return json_response({each: getattr(intake, each) for each in counts} | {"problem": problem})

    async def _fill(self, records: RecordInput, request: Request) -> None:
        """RefusedError for a sender that is too slow; by then everything is committed."""
        chunks = request.stream()
        pace = Pace()
        while (chunk := await self._next(chunks, records, pace)) is not None:
            pace.came(len(chunk))
            if not await records.feed(chunk):
                return
            if pace.waited_s >= self._limits.idle_s:
                await records.flush()
                raise RefusedError(408, f"Less than {LEAST_BYTES} bytes came in {self._limits.idle_s:g} s.")
        await records.end()

    async def _next(self, chunks: AsyncIterator[bytes], records: RecordInput, pace: Pace) -> bytes | None:
        """None at the end, and once the input has stopped."""
        coming = asyncio.ensure_future(anext(chunks, None))
        coming.add_done_callback(lambda done: done.cancelled() or done.exception())  # also when a commit fails meanwhile
        try:
            done = await pace.wait(coming, self._limits.quiet_s)
            if not done and await records.flush():
                done = await pace.wait(coming, max(0.0, self._limits.idle_s - self._limits.quiet_s))
                if not done:
                    raise RefusedError(408, f"Nothing came for {self._limits.idle_s:g} s.")
            return coming.result() if done else None
        finally:
            coming.cancel()


def _is_array(request: Request) -> bool:
    """Whether the body is a JSON array, else it is NDJSON. RefusedError for any other: a browser sends forms
    and plain text to any site without asking that site first.
    """
    content_type = request.headers.get("content-type", "")
    name, *parameters = content_type.split(";")
    array = is_utf8_json(content_type)
    if not array and not (name.strip().lower() in LINES and is_utf8_json(";".join((JSON, *parameters)))):
        message = f"The Content-Type must be {NDJSON} (a JSON object on each line) or {JSON} (one array of them), in UTF-8."
        raise RefusedError(415, message, headers={"accept-post": f"{NDJSON}, {JSON}"})
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise RefusedError(415, "The body must be sent without a Content-Encoding.", headers={"accept-encoding": "identity"})
    return array


def _parameters(request: Request, allowed: Sequence[str], needed: str | None = None) -> dict[str, str]:
    given = request.query_params.multi_items()
    for name, _ in given:
        if name not in allowed:
            known = ", ".join(f"`{each}`" for each in allowed)
            raise RefusedError(400, f"The parameter {name[:64]!r} is unknown here. Known: {known}.")
    if len({name for name, _ in given}) < len(given):
        raise RefusedError(400, "A parameter was given twice.")
    if needed is not None and needed not in dict(given):
        raise RefusedError(400, f"The parameter `{needed}` is missing.")
    return dict(given)


def _key(request: Request) -> DestinationKey:
    key = decode_id(request.path_params["id"])
    if not isinstance(key, DestinationKey):
        raise InvalidInputError(f"`id` is of a {key.typename}, not of a Destination.", field="id")
    return key


def _name(parameters: Mapping[str, str]) -> str | None:
    name = parameters.get("intake")
    return None if name is None else checked_name(name)


def _left_out(parameters: Mapping[str, str]) -> int:
    text = parameters.get("from", "0")
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_FROM):
        raise RefusedError(400, "`from` must be a whole number: how many records or lines of the input are left out.")
    if int(text) and "intake" not in parameters:
        raise RefusedError(400, "`from` goes with `intake`: an input without a name cannot be gone on with.")
    return int(text)


def _stops(parameters: Mapping[str, str]) -> bool:
    text = parameters.get("onError", "continue")
    if text not in {"stop", "continue"}:
        raise RefusedError(400, "`onError` must be `stop` or `continue`.")
    return text == "stop"


async def _flushed(records: RecordInput | None) -> None:
    """The sender has gone: what it sent is kept if it can be, and the input can be gone on with."""
    with contextlib.suppress(GatewayError):
        if records is not None:
            await records.flush(waits=False)


def _refused(error: RefusedError | GatewayError, records: RecordInput | None) -> Response:
    headers = dict(CLOSE)
    if isinstance(error, RefusedError):
        status, code, headers = error.status, error.code, headers | dict(error.headers or {})
    else:
        known = next((known for kind, known in STATUSES.items() if isinstance(error, kind)), None)
        if known is None:
            raise error
        status, code = known, error.code
    if status == 503:
        log.warning("a request for records failed: %s %s", code, error.message)
        headers["retry-after"] = str(RETRY_AFTER_S)
    told = {} if records is None else _told(records)
    return json_response({"errors": [{"message": error.message, "extensions": {"code": code}}], **told}, status, headers=headers)


def _told(records: RecordInput) -> dict[str, object]:
    progress = records.progress
    return {
        "accepted": progress.accepted,
        "duplicates": progress.duplicates,
        "refused": progress.refused,
        "consumed": progress.consumed,
        "ended": progress.ended,
        "refusals": progress.refusals,
        "refusalsLeftOut": progress.left_out,
        "stoppedAt": progress.stopped_at,
    }
