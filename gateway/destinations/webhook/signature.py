"""Standard Webhooks: by these headers a receiver knows that a call is the gateway's, recent, and not one it has had before."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping

_PREFIX = "whsec_"


class SigningSecret:
    """What a receiver shares with the gateway: text; or, behind `whsec_`, bytes in base64. ValueError for anything else."""

    __slots__ = ("_key",)

    def __init__(self, text: str) -> None:
        try:
            key = base64.b64decode(text[len(_PREFIX) :], validate=True) if text.startswith(_PREFIX) else text.encode()
        except binascii.Error:
            raise ValueError(f"A secret that begins with {_PREFIX} goes on in base64.") from None
        if not key:
            raise ValueError("A secret must not be empty.")
        self._key = key

    def __repr__(self) -> str:
        return "SigningSecret(***)"

    def sign(self, message: bytes) -> str:
        """Base64 of the HMAC."""
        return base64.b64encode(hmac.digest(self._key, message, hashlib.sha256)).decode()


def webhook_headers(secret: SigningSecret | None, message_id: str, timestamp: int, body: bytes) -> Mapping[str, str]:
    """`message_id` is the same on all tries of a call, `timestamp` (seconds of Unix time) is that of the try. Without a secret
    there is no signature.
    """
    headers = {"webhook-id": message_id, "webhook-timestamp": str(timestamp)}
    if secret is not None:
        headers["webhook-signature"] = "v1," + secret.sign(f"{message_id}.{timestamp}.".encode() + body)
    return headers
