"""Where records come in: a request of any length, read as it is committed."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from gateway.destinations.intake.admission import admit
from gateway.destinations.intake.input import RecordInput, checked_name, existing
from gateway.domain.destination import Intake
from gateway.domain.destination_store import DestinationStore
from gateway.domain.errors import ConflictError, GatewayError, InvalidInputError, NotFoundError, StoreUnavailableError
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
"""How long a sender may be silent in the middle of its body."""
QUIET_S = 1.0
"""After so much silence what has come is committed: a sender may be one that writes a record now and then."""
RETRY_AFTER_S = 5
STATUSES: Mapping[type[GatewayError], int] = {
    InvalidInputError: 400,
    NotFoundError: 404,
    ConflictError: 409,
    StoreUnavailableError: 503,
}
LONGEST_FROM = 15  # digits
CLOSE = {"connection": "close"}
"""For answers that are given before the body is read to its end."""


def record_routes(
    store: DestinationStore, wake: Callable[[], None] | None = None, *, idle_s: float = IDLE_S, quiet_s: float = QUIET_S
) -> list[BaseRoute]:
    """POST takes records in, GET tells how far a named input has come. `wake` is called whenever something was queued.

    The store is not touched before the first request.
    """
    endpoint = Records(store, wake, idle_s, quiet_s)
    return [Route(PATH, endpoint.answer, methods=["GET", "POST"])]


class Records:
    """What is counted in an answer is committed, also in one that tells of a failure."""

    def __init__(self, store: DestinationStore, wake: Callable[[], None] | None, idle_s: float, quiet_s: float) -> None:
        self._store = store
        self._wake = wake
        self._idle_s = idle_s
        self._quiet_s = quiet_s

    async def answer(self, request: Request) -> Response:
        return await (self._take(request) if request.method == "POST" else self._tell(request))

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
                wake=self._wake,
            )
            before = records.progress.consumed
            if await records.open():
                before = records.progress.consumed
                await self._fill(records, request)
        except ClientDisconnect:
            await _flushed(records)
            return Response(status_code=CLIENT_GONE)
        except (RefusedError, GatewayError) as error:
            return _refused(error, records)
        stopped = records.progress.stopped_at is not None
        nothing_taken = stopped and records.progress.consumed == before
        return json_response(_told(records), 422 if nothing_taken else 200, headers=CLOSE if stopped else None)

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
            admit(destination, 1)
        except GatewayError as error:
            problem = {"code": error.code, "message": error.message}
        counts = ("consumed", "accepted", "duplicates", "refused", "ended")
        return json_response({each: getattr(intake, each) for each in counts} | {"problem": problem})

    async def _fill(self, records: RecordInput, request: Request) -> None:
        """RefusedError after `idle_s` of silence; by then everything is committed."""
        chunks = request.stream()
        while (chunk := await self._next(chunks, records)) is not None:
            if not await records.feed(chunk):
                return
        await records.end()

    async def _next(self, chunks: AsyncIterator[bytes], records: RecordInput) -> bytes | None:
        """None at the end, and once the input has stopped."""
        coming = asyncio.ensure_future(anext(chunks, None))
        coming.add_done_callback(lambda done: done.cancelled() or done.exception())  # also when a commit fails meanwhile
        try:
            done, _ = await asyncio.wait([coming], timeout=self._quiet_s)
            if not done and await records.flush():
                done, _ = await asyncio.wait([coming], timeout=max(0.0, self._idle_s - self._quiet_s))
                if not done:
                    raise RefusedError(408, f"Nothing came for {self._idle_s:g} s.")
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
            await records.flush()


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
