"""Global ids: URL-safe text of type, provider name and key parts. Opaque to clients, no secret in them, one text per key."""

import base64
import binascii
from functools import lru_cache

import msgspec

from gateway.domain.errors import InvalidInputError
from gateway.domain.keys import KEY_TYPES, Key

_decoder = msgspec.json.Decoder(tuple[str, ...])
_MAX_LENGTH = 1024


def encode_id(key: Key) -> str:
    """The same key always gives the same text."""
    text = msgspec.json.encode((key.typename, key.provider, *key.parts))
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


@lru_cache(maxsize=4096)
def _decode(text: str) -> Key | None:
    if len(text) > _MAX_LENGTH:
        return None
    try:
        words = _decoder.decode(base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4)))
    except (UnicodeEncodeError, binascii.Error, msgspec.MsgspecError, ValueError):
        return None
    if len(words) < 2 or words[0] not in KEY_TYPES:
        return None
    key = KEY_TYPES[words[0]](words[1], words[2:])
    return key if encode_id(key) == text else None


def decode_id(text: str, field: str = "id") -> Key:
    """Strict: anything that `encode_id` would not have written is the caller's error."""
    key = _decode(text)
    if key is None:
        raise InvalidInputError(f"`{field}` is not an id of this gateway. Pass an `id` exactly as it was given.", field=field)
    return key
