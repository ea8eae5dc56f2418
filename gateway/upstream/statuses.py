"""The only place where a provider's answer becomes a typed error."""

import http
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence

import httpx
import msgspec

from gateway.domain.call_log import MOST_KEPT_BYTES, is_watched
from gateway.domain.errors import (
    ConflictError,
    FieldComplaint,
    GatewayError,
    InvalidInputError,
    MalformedResponseError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitedError,
    UpstreamCredentialError,
    UpstreamTimeoutError,
    UpstreamUnavailableError,
)
from gateway.upstream.auth import Authorize, redact
from gateway.upstream.effect import Effect
from gateway.upstream.monitor import UpstreamMonitor, utc_now
from gateway.upstream.retry_after import retry_after_s

MAX_MESSAGE = 500
HIDDEN = "[hidden]"
SHORTEST_HIDDEN = 3
"""Letters: shorter texts are parts of many words, and to hide them would show what they are."""

_ERRORS: dict[int, type[GatewayError]] = {
    400: InvalidInputError,
    401: UpstreamCredentialError,
    403: PermissionDeniedError,
    404: NotFoundError,
    408: UpstreamTimeoutError,
    409: ConflictError,
    410: NotFoundError,
    412: ConflictError,
    413: InvalidInputError,
    422: InvalidInputError,
    423: ConflictError,
    429: RateLimitedError,
}


class Explanation(msgspec.Struct, frozen=True):
    """What a vendor's error answer says. `error` overrides the class that the status alone would give; `complaints` are about
    single fields, by the vendor's names. `definite` for a 5xx that is documented to mean that nothing was done.
    """

    message: str | None = None
    error: type[GatewayError] | None = None
    missing_scope: str | None = None
    complaints: tuple[FieldComplaint, ...] = ()
    definite: bool = False


Explain = Callable[[int, Mapping[str, str], bytes], Explanation]


class Statuses(httpx.AsyncBaseTransport):
    """Lets answers with 2xx pass (3xx too where the caller accepts redirects) and raises the rest as typed errors.

    A vendor's `explain` that cannot read the body (a proxy's HTML page) may fail as it likes.
    """

    def __init__(
        self,
        inner: httpx.AsyncBaseTransport,
        provider: str,
        *,
        explain: Explain,
        authorize: Authorize,
        monitor: UpstreamMonitor | None,
        request_id_header: str,
    ) -> None:
        self._inner = inner
        self._provider = provider
        self._explain = explain
        self._authorize = authorize
        self._monitor = monitor
        self._request_id_header = request_id_header

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        status = response.status_code
        request.extensions["status"] = status
        hide: Sequence[str] = request.extensions.get("hide", ())
        if request.extensions.get("effect") is Effect.WRITE and is_watched():
            request.extensions["content"] = self._shown(response.content, hide)
        if 200 <= status < 300:
            if response.content.lstrip()[:1] == b"<":
                self._refuse_web_page(request, response)
            return response
        if 300 <= status < 400 and "accept_redirect" in request.extensions:
            return response
        raise self._error(response, hide)

    async def aclose(self) -> None:
        await self._inner.aclose()

    def _shown(self, content: bytes, hide: Sequence[str]) -> bytes:
        """What may be shown of an answer: vendors quote what they were sent."""
        text = content[:MOST_KEPT_BYTES].decode(errors="replace")
        return redact(without(text, hide), self._authorize).encode()

    def _error(self, response: httpx.Response, hide: Sequence[str]) -> GatewayError:
        """`hide` are texts that must not be shown, should the vendor have quoted them."""
        status = response.status_code
        try:
            told = self._explain(status, response.headers, response.content)
        except Exception:  # whatever a body does to its reader, its status still says what it means
            told = Explanation()
        kind = told.error or _error_class(status)
        message = self._clean(without(told.message or "", hide)) or f"The provider answered {_in_words(status)}."
        request_id = self._request_id(response)
        if issubclass(kind, PermissionDeniedError):
            scope = None if told.missing_scope is None else without(told.missing_scope, hide)
            return kind(message, missing_scope=scope, provider=self._provider, request_id=request_id)
        limits = self._monitor.rate_limits() if issubclass(kind, RateLimitedError) and self._monitor else ()
        wait_s = retry_after_s(response.headers, limits, utc_now()) if kind.retryable else None
        error = kind(message, provider=self._provider, retry_after_s=wait_s, request_id=request_id)
        error.definite = told.definite
        error.complaints = tuple(
            FieldComplaint(self._clean(without(each.field, hide)), self._clean(without(each.message, hide)))
            for each in told.complaints
        )
        return error

    def _refuse_web_page(self, request: httpx.Request, response: httpx.Response) -> None:
        """A login page or a proxy's greeting is not an answer, whatever its status says."""
        wanted = "html" in request.headers.get("accept", "")
        if "html" in response.headers.get("content-type", "") and not wanted:
            raise MalformedResponseError(
                "The provider answered with a web page.",
                provider=self._provider,
                request_id=self._request_id(response),
            )

    def _clean(self, text: str) -> str:
        """One line, no control characters, no credential, not too long: it will be shown."""
        line = "".join(" " if unicodedata.category(letter) in ("Cc", "Zl", "Zp") else letter for letter in text)
        line = redact(" ".join(line.split()), self._authorize)
        return line if len(line) <= MAX_MESSAGE else line[: MAX_MESSAGE - 1] + "…"

    def _request_id(self, response: httpx.Response) -> str | None:
        found: str | None = response.headers.get(self._request_id_header)
        return None if found is None else self._clean(found)


def without(text: str, hide: Iterable[str]) -> str:
    """The text with "[hidden]" in the place of each of these, and of each line of them, however the vendor has quoted it."""
    parts = {part.strip() for secret in hide for part in (secret, *secret.splitlines())}
    for part in sorted((each for each in parts if len(each) >= SHORTEST_HIDDEN), key=len, reverse=True):
        text = _quoted(part).sub(HIDDEN, text)
    return text


def _quoted(secret: str) -> re.Pattern[str]:
    """It, with other white space, and with backslashes before whatever has one in JSON or in a shell."""
    words = [
        "".join(rf"\\*{re.escape(letter)}" if letter in "\"'\\/$`" else re.escape(letter) for letter in word)
        for word in secret.split()
    ]
    return re.compile(r"(?:\s|\\+[nrt])+".join(words))


def _error_class(status: int) -> type[GatewayError]:
    if status >= 500:
        return UpstreamUnavailableError
    # Neither redirects nor the rarer 4xx belong to what the gateway asks: the API has changed, or is another one.
    return _ERRORS.get(status, MalformedResponseError)


def _in_words(status: int) -> str:
    try:
        return f"{status} {http.HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
