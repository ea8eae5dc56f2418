"""One provider's HTTP side, as its `client.py` uses it: reads, writes, and storage URLs out of the vendor's answers."""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

import httpx
import msgspec
from msgspec import UNSET

from gateway.domain.call_log import RehearsedError, is_tried_once, is_watched, stop_if_rehearsing
from gateway.domain.errors import GatewayError, InvalidInputError
from gateway.domain.free_call import FreeCall
from gateway.domain.write_log import Receipt, WriteState, note_write
from gateway.upstream.answer import Answer
from gateway.upstream.delivery import Delivery, mark_sent, state_of
from gateway.upstream.effect import Effect
from gateway.upstream.monitor import UpstreamMonitor
from gateway.upstream.resend import wait_before_resending_s
from gateway.upstream.signed_url import parse_signed_url
from gateway.upstream.watched_call import WatchedCall

__all__ = ["Answer", "Upstream"]

NO_HEADERS: Mapping[str, str] = MappingProxyType({})
_EMPTY = httpx.ByteStream(b"")
_PATH = re.compile(r"(?:/(?!\.{1,2}(?:/|$))[\w.~%!$&'()*+,;=:@-]+)*/?", re.ASCII)


class Upstream:
    """Calls of one provider. Failures are the typed errors of `gateway.domain.errors`; a returned Answer is a success.

    Paths come from `path()` and are relative to the provider's base URL. Query names and values are percent-encoded
    here. `body` is encoded as JSON. `headers` replace the standard ones of the same name.
    """

    def __init__(
        self,
        provider: str,
        base_url: str,
        *,
        calls: httpx.AsyncBaseTransport,
        signed: httpx.AsyncBaseTransport,
        monitor: UpstreamMonitor,
        headers: Mapping[str, str],
        timeouts: Mapping[str, float | None],
        request_id_header: str,
        clean: Callable[[str], str],
    ) -> None:
        self.provider = provider
        self.monitor = monitor
        self._base_url = base_url
        self._calls = calls
        self._signed = signed
        self._headers = httpx.Headers(headers)
        self._signed_headers = httpx.Headers({**headers, "Accept": "*/*"})
        del self._signed_headers["host"]
        self._timeouts = timeouts
        self._read_marks = {"effect": Effect.READ, "timeout": timeouts}
        self._request_id_header = request_id_header
        self._clean = clean

    async def read(
        self,
        path: str,
        *,
        method: str = "GET",
        query: Sequence[tuple[str, str]] = (),
        body: object | None = None,
        headers: Mapping[str, str] = NO_HEADERS,
        accept_redirect: bool = False,
    ) -> Answer:
        """A call that changes nothing at the vendor. With `accept_redirect` a 3xx is an answer, never followed."""
        marks = {**self._read_marks, "accept_redirect": True} if accept_redirect else self._read_marks
        request = self._request(method, self._url(path, query), body, headers=headers, marks=marks)
        if not is_watched():
            return self._answer(await self._calls.handle_async_request(request))
        watched = WatchedCall(self.provider, request, body, headers, write=False)
        try:
            return self._answer(await self._calls.handle_async_request(request))
        finally:
            watched.note()

    async def write(
        self,
        path: str,
        *,
        method: str,
        query: Sequence[tuple[str, str]] = (),
        body: object | None = None,
        headers: Mapping[str, str] = NO_HEADERS,
    ) -> Answer:
        """A call that changes something, sent at most once. A failure carries `sent` (see `delivery.was_sent`)."""
        answer, _ = await self._write(self._url(path, query), method, body, headers, ())
        if isinstance(answer, GatewayError):
            raise answer
        return answer

    async def command(
        self,
        path: str,
        *,
        method: str,
        query: Sequence[tuple[str, str]] = (),
        body: object | None = None,
        headers: Mapping[str, str] = NO_HEADERS,
        hide: Sequence[str] = (),
    ) -> Answer:
        """A write in the course of a command: noted in its log (`write_log`), and tried again if it surely had no effect.

        `hide` are secret texts in the body, which no message may repeat, should the vendor quote them.
        """
        return await self._command(self._url(path, query), method, body, headers, hide)

    async def send(self, call: FreeCall) -> None:
        """A command to any path of the provider's host. Path and query are sent as they are: whoever made them has checked them."""
        base = urlsplit(self._base_url)
        url = urlunsplit((base.scheme, base.netloc, call.path, call.query, ""))
        headers = {header.name: header.value for header in call.headers}
        body = msgspec.Raw(b"null") if call.body is None else call.body  # of None nothing would be sent
        await self._command(url, call.method, None if body is UNSET else body, headers, ())

    @property
    def base_url(self) -> str:
        """The address that the provider is configured with."""
        return self._base_url

    async def fetch_signed(self, url: str, *, max_bytes: int) -> bytes:
        """The content behind a storage URL that the vendor gave us, fetched without the vendor's credential.

        MalformedResponseError for a URL that is not safe to call (`signed_url.py`), ResponseTooLargeError beyond
        `max_bytes` (after decompression), UpstreamUnavailableError when the storage refuses: signed URLs expire.
        """
        marks = {**self._read_marks, "max_bytes": max_bytes}
        storage = parse_signed_url(url, self.provider)
        request = httpx.Request("GET", storage, headers=self._signed_headers, stream=_EMPTY, extensions=marks)
        return (await self._signed.handle_async_request(request)).content

    async def close(self) -> None:
        """Closes every connection. Later calls fail."""
        await self._calls.aclose()
        await self._signed.aclose()

    def __repr__(self) -> str:
        return f"Upstream({self.provider!r})"

    async def _command(self, url: str, method: str, body: object | None, headers: Mapping[str, str], hide: Sequence[str]) -> Answer:
        attempt = 1
        path = urlsplit(url).path
        while True:
            answer, status = await self._write(url, method, body, headers, hide)
            if not isinstance(answer, GatewayError):
                self._note(method, path, status, answer.request_id, attempt, WriteState.DONE)
                return answer
            wait_s = None if is_tried_once() else wait_before_resending_s(answer, attempt)
            if wait_s is None:
                self._note(method, path, status, answer.request_id, attempt, state_of(answer, status))
                raise answer
            await asyncio.sleep(wait_s)
            attempt += 1

    async def _write(
        self, url: str, method: str, body: object | None, headers: Mapping[str, str], hide: Sequence[str]
    ) -> tuple[Answer | GatewayError, int | None]:
        """The answer or the failure, and the answer's status if one came whole."""
        delivery = Delivery()
        marks = {"effect": Effect.WRITE, "timeout": self._timeouts, "trace": delivery.trace, "hide": hide}
        request: httpx.Request | None = None
        watched: WatchedCall | None = None
        try:
            request = self._request(method, url, body, headers=headers, marks=marks)
            watched = WatchedCall(self.provider, request, body, headers, write=True)
            stop_if_rehearsing(watched.call())
            answer = self._answer(await self._calls.handle_async_request(request))
        except RehearsedError:
            watched = None
            raise
        except GatewayError as error:
            mark_sent(error, delivery.sent)
            return error, None if request is None else request.extensions.get("status")
        except BaseException:  # cancelled, or a bug of ours: whatever it is, what may have left us must not be forgotten
            path = urlsplit(url).path
            self._note(method, path, None, None, 1, WriteState.UNSENT if delivery.sent is False else WriteState.UNKNOWN)
            raise
        finally:
            if watched is not None:
                watched.note()
        return answer, answer.status

    def _note(self, method: str, path: str, status: int | None, request_id: str | None, attempts: int, state: WriteState) -> None:
        receipt = Receipt(provider=self.provider, method=method, path=path, status=status, request_id=request_id, attempts=attempts)
        note_write(receipt, state)

    def _answer(self, response: httpx.Response) -> Answer:
        return Answer(
            response.status_code,
            response.headers,
            response.content,
            self.provider,
            self._request_id_header,
            self._clean,
            self.monitor.unreadable,
        )

    def _url(self, path: str, query: Sequence[tuple[str, str]]) -> str:
        if not _PATH.fullmatch(path):
            raise ValueError("A vendor path must come from path().")
        url = self._base_url + path
        return f"{url}?{_encode_query(query)}" if query else url

    def _request(
        self, method: str, url: str, body: object | None, *, headers: Mapping[str, str], marks: Mapping[str, Any]
    ) -> httpx.Request:
        sent = httpx.Headers(self._headers)
        for name, value in headers.items():
            sent[name] = _safe_header(name, value)
        if body is None:
            if method not in ("GET", "HEAD", "DELETE"):
                sent["content-length"] = "0"
            return httpx.Request(method, url, headers=sent, stream=_EMPTY, extensions=marks)
        content = msgspec.json.encode(body)
        sent.setdefault("content-type", "application/json")
        sent["content-length"] = str(len(content))
        return httpx.Request(method, url, headers=sent, stream=httpx.ByteStream(content), extensions=marks)


def _encode_query(query: Sequence[tuple[str, str]]) -> str:
    """Everything but unreserved characters is encoded, `+` and `[]` too: no server can read that in two ways."""
    try:
        return urlencode(query, quote_via=quote, safe="")
    except UnicodeEncodeError:
        raise InvalidInputError("A value meant for a provider's URL is not valid Unicode.") from None


def _safe_header(name: str, value: str) -> str:
    if value.isascii() and value.isprintable():
        return value
    raise InvalidInputError(f"A value meant for the header {name} holds characters that headers cannot carry.")
