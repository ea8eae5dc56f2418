"""The gateway as `cicd-gateway send` talks to it."""

import base64
import time
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import quote

import httpx
import msgspec

POLL_S = 1.0
RETRIED = frozenset({408, 502, 503, 504})
TIMEOUT = httpx.Timeout(60.0, connect=5.0)
FEED_TIMEOUT = httpx.Timeout(900.0, connect=5.0)
"""While a queue is full the gateway reads nothing, and takes a record now and then; after a minute without any it answers."""
QUEUE_FULL = "QUEUE_FULL"
"""A problem that the gateway itself waits for."""
DESTINATIONS = """
query Find($name: String!, $after: String) {
  destinations(first: 100, after: $after, filter: {nameContains: $name}) {
    nodes { id name state }
    pageInfo { hasNextPage endCursor }
  }
}
"""
T = TypeVar("T")

_ID_BEGINS = base64.urlsafe_b64encode(b'["Destination",').decode()


class Refused(msgspec.Struct, frozen=True):
    number: int
    code: str
    message: str


class SendError(Exception):
    """It cannot be done: what to tell the user. `passing` when it may go well a little later; `refusals` are those up to there."""

    def __init__(self, message: str, *, passing: bool = False, refusals: tuple[Refused, ...] = ()) -> None:
        super().__init__(message)
        self.passing = passing
        self.refusals = refusals


class Problem(msgspec.Struct, frozen=True):
    code: str
    message: str


class Answer(msgspec.Struct, frozen=True, rename="camel"):
    """What the gateway says of an input, asked about it or fed."""

    accepted: int = 0
    duplicates: int = 0
    refused: int = 0
    consumed: int = 0
    ended: bool = False
    refusals: tuple[Refused, ...] = ()
    stopped_at: int | None = None
    problem: Problem | None = None


class GatewayClient:
    """SendError for whatever goes wrong, lost connections included."""

    def __init__(self, url: str) -> None:
        self._url = url
        # a connection that was kept may be closed by then, and a stream cannot be sent twice
        limits = httpx.Limits(max_keepalive_connections=0)
        try:
            self._client = httpx.Client(base_url=url.rstrip("/"), timeout=TIMEOUT, limits=limits, trust_env=False)
        except httpx.InvalidURL as error:
            raise SendError(f"{url!r} is no URL: {error}.") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._client.close()

    def destination_id(self, given: str) -> str:
        """`given` is an id, or the whole name of one destination."""
        if given.startswith(_ID_BEGINS):
            return given
        found: list[str] = []
        after = None
        while True:
            page = self._destinations(given, after)
            found += [node["id"] for node in page["nodes"] if node is not None and node["name"] == given]
            if not page["pageInfo"]["hasNextPage"]:
                break
            after = page["pageInfo"]["endCursor"]
        if len(found) != 1:
            many = "No destination" if not found else f"{len(found)} destinations"
            raise SendError(f"{many} of the name {given!r}." + (" Give the id of the one that is meant." if found else ""))
        return found[0]

    def state_of(self, destination: str, intake: str) -> Answer:
        return _answer(self._sent("GET", _path(destination), params={"intake": intake}))

    def feed(self, destination: str, parameters: dict[str, str], body: Iterator[bytes], headers: dict[str, str]) -> Answer:
        """An answer of 503 and the like is a SendError, too: what is committed must be asked about."""
        path = _path(destination)
        return _answer(self._sent("POST", path, params=parameters, content=body, headers=headers, timeout=FEED_TIMEOUT))

    def _destinations(self, name: str, after: str | None) -> Any:
        answer = self._sent("POST", "/graphql", json={"query": DESTINATIONS, "variables": {"name": name, "after": after}})
        told = _decoded(answer, dict[str, Any])
        if told.get("errors") or not told.get("data"):
            raise SendError(f"The gateway cannot look up the destination {name!r}: {_message(answer)}")
        return told["data"]["destinations"]

    def _sent(self, method: str, path: str, **options: Any) -> httpx.Response:
        try:
            return self._client.request(method, path, **options)
        except httpx.UnsupportedProtocol:
            raise SendError(f"{self._url!r} is no URL of a gateway: it must begin with http:// or https://.") from None
        except httpx.TransportError as error:
            why = str(error).rstrip(".") or type(error).__name__
            raise SendError(f"The connection to {self._url} failed: {why}.", passing=True) from None


def watched(chunks: Iterator[bytes], look: Callable[[], Answer], sent: Callable[[int, Answer | None], None]) -> Iterator[bytes]:
    """The chunks as they are. `sent` is told of each, and now and then how far the input has come by then."""
    looked_at = time.monotonic()
    for chunk in chunks:
        yield chunk
        seen = None
        if time.monotonic() - looked_at >= POLL_S:
            try:
                seen = look()
            except SendError:
                seen = None  # it is for show
            looked_at = time.monotonic()
        sent(len(chunk), seen)


def _path(destination: str) -> str:
    return f"/destinations/{quote(destination, safe='')}/records"


def _answer(answer: httpx.Response) -> Answer:
    """422 is the answer to an input that was not read to its end: it has the counts, too."""
    if answer.status_code not in {200, 422}:
        retried = answer.status_code in RETRIED or (answer.status_code == 409 and '"CONFLICT"' in answer.text)
        raise SendError(_message(answer), passing=retried, refusals=_refusals(answer))
    return _decoded(answer, Answer)


def _decoded(answer: httpx.Response, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(answer.content, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise SendError(f"What answers at {answer.url.copy_with(query=None)} is not the gateway.") from None


def _refusals(answer: httpx.Response) -> tuple[Refused, ...]:
    try:
        return msgspec.json.decode(answer.content, type=Answer).refusals
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ()


def _message(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["errors"][0]["message"])
    except (ValueError, LookupError, TypeError):
        return f"it answered with status {answer.status_code}"
