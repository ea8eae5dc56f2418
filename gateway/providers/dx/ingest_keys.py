"""Who may push: the account's keys, compared so that the time it takes tells nothing."""

import hashlib
import hmac
from collections.abc import Sequence

from gateway.domain.ingest import IngestKey, KeyState
from gateway.providers.dx.settings import IngestKeySettings


class KeyRing:
    """Holds digests only. Every key is compared with every secret that is tried, whether one has been found or not."""

    __slots__ = ("_keys",)

    def __init__(self, settings: Sequence[IngestKeySettings]) -> None:
        self._keys = [(_digest(key.secret.get_secret_value()), IngestKey(key.name, KeyState(key.state))) for key in settings]

    def find(self, secret: str) -> IngestKey | None:
        tried = _digest(secret)
        found: IngestKey | None = None
        for digest, key in self._keys:
            if hmac.compare_digest(digest, tried):
                found = key
        return found

    def __repr__(self) -> str:
        return f"KeyRing({[key.name for _, key in self._keys]})"


def _digest(secret: str) -> bytes:
    """Of equal length for all, so that not even the length of a key shows."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
