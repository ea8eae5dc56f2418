"""What a provider answered, whole and decompressed, and how it is decoded."""

from collections.abc import Callable
from typing import TypeVar

import httpx
import msgspec

from gateway.domain.errors import MalformedResponseError
from gateway.upstream.delivery import mark_sent

T = TypeVar("T")

# What msgspec says about a value that does not fit, when it says so without quoting the value.
_SAFE_REASONS = ("Expected ", "Object missing required field ", "Invalid RFC3339 ", "Invalid UUID", "Invalid base64 ")


def _tell_nobody(_: MalformedResponseError) -> None:
    pass


NO_ROW = "none of the rows in it has the expected form"


class Answer(msgspec.Struct, frozen=True, eq=False):
    """A successful answer (or a redirect, where the caller asked for it). `headers` ignore case.

    `clean` takes the credential out of what will be shown, should the vendor have echoed it. `on_unreadable` is told of
    every failure that `unreadable` makes.
    """

    status: int
    headers: httpx.Headers
    body: bytes
    provider: str
    request_id_header: str
    clean: Callable[[str], str] = str
    on_unreadable: Callable[[MalformedResponseError], None] = _tell_nobody

    @property
    def request_id(self) -> str | None:
        """The vendor's own id of this call."""
        found: str | None = self.headers.get(self.request_id_header)
        return None if found is None else self.clean(found)

    def decode(self, decoder: msgspec.json.Decoder[T]) -> T:
        """The body as the decoder's type; MalformedResponseError, without a word of the body, when it is anything else."""
        try:
            return decoder.decode(self.body)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            reason = self._reason(error)
        # Raised out here: msgspec's error may quote the body, and a chained exception would carry it into logs.
        raise self.unreadable(reason)

    def unreadable(self, reason: str) -> MalformedResponseError:
        """The failure of an answer that is of no use as a whole, which counts against the provider's health. `reason` is the
        end of a sentence."""
        failure = MalformedResponseError(
            f"The provider's answer cannot be read: {reason}.", provider=self.provider, request_id=self.request_id
        )
        mark_sent(failure, True)
        self.on_unreadable(failure)
        return failure

    def part(self, body: bytes) -> "Answer":
        """A part of the body, to be decoded alone: what cannot be read in it is no word on the provider."""
        return msgspec.structs.replace(self, body=body, on_unreadable=_tell_nobody)

    def __repr__(self) -> str:
        return f"Answer(provider={self.provider!r}, status={self.status}, body of {len(self.body)} bytes)"

    def _reason(self, error: Exception) -> str:
        if not self.body.strip():
            return "it is empty"
        if "html" in self.headers.get("content-type", ""):
            return "it is a web page, not JSON"
        if not isinstance(error, msgspec.ValidationError):
            return f"it is not JSON ({error})" if isinstance(error, msgspec.DecodeError) else "it is not UTF-8"
        reason, found, place = str(error).rpartition(" - at ")
        if not found:
            reason, place = str(error), "`$`"
        if not reason.startswith(_SAFE_REASONS):
            reason = "an unexpected value"
        return f"{reason} at {place}"
