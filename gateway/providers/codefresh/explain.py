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
        return Explanation(found or None, _meaning(status, found))
    said = [text for text in (found.message, found.error) if isinstance(text, str) and text]
    return Explanation(said[0] if said else None, _meaning(status, " ".join(said)))


def _meaning(status: int, text: str) -> type[GatewayError] | None:
    """The trigger manager answers 500 where it means "not found", and the command line knows a missing pipeline by its
    words and not by its status."""
    text = text.lower()
    if status in (400, 500) and ("not find" in text or "not found" in text):
        return NotFoundError
    return None
