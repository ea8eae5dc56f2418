"""What Codefresh says in its error answers: `message` first, then `error`, then the text itself."""

from collections.abc import Mapping

import msgspec

from gateway.domain.errors import GatewayError, NotFoundError
from gateway.upstream.transport import Explanation


class _ErrorBody(msgspec.Struct):
    """The body's own `status` is a number, a text or a word, so it is not read."""

    message: object = None
    error: object = None


_decoder: "msgspec.json.Decoder[_ErrorBody | str]" = msgspec.json.Decoder(_ErrorBody | str)


def explain(status: int, headers: Mapping[str, str], body: bytes) -> Explanation:
    """The vendor's words, and the class they mean where the status alone would mislead."""
    try:
        found = _decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        # A page of HTML is a proxy's, and says nothing that the status does not.
        text = body.decode("utf-8", "replace").strip()
        return Explanation(None if "html" in headers.get("content-type", "") or text.startswith("<") else text or None)
    if isinstance(found, str):
        return Explanation(found or None)
    message = found.message if isinstance(found.message, str) else ""
    error = found.error if isinstance(found.error, str) else ""
    return Explanation(message or error or None, _meaning(status, message, error))


def _meaning(status: int, message: str, error: str) -> type[GatewayError] | None:
    """What an error is about, where its status says something else.

    The command line knows a missing pipeline by these words and not by its status. The trigger manager (its bodies have an
    `error` too) answers 500 for most mistakes of its caller, missing things among them.
    """
    if status in (400, 500) and "not find" in message:
        return NotFoundError
    if status == 500 and "not found" in error:
        return NotFoundError
    return None
