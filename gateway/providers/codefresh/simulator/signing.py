"""Short-lived signed addresses of stored documents, as object stores hand them out."""

import hashlib
import hmac
from urllib.parse import urlencode

from gateway.providers.codefresh.simulator.times import SECOND_MS


class Signer:
    """The signature covers the document's name and the time it ends at."""

    def __init__(self, seed: int) -> None:
        self._key = f"simulated storage {seed}".encode()

    def query(self, name: str, now_ms: int, lifetime_s: int) -> str:
        expires = now_ms // SECOND_MS + lifetime_s
        return urlencode({"expires": expires, "signature": self._sign(name, str(expires))})

    def accepts(self, name: str, expires: str, signature: str, now_ms: int) -> bool:
        if not hmac.compare_digest(self._sign(name, expires).encode(), signature.encode()):
            return False
        return now_ms <= int(expires) * SECOND_MS

    def _sign(self, name: str, expires: str) -> str:
        return hmac.new(self._key, f"{name}?{expires}".encode(), hashlib.sha256).hexdigest()
