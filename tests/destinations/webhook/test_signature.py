"""Signatures as receivers verify them."""

import base64
import hashlib
import hmac

import pytest

from gateway.destinations.webhook.signature import SigningSecret, webhook_headers


def verified(headers, body, key):
    """As the scheme's own documentation describes it."""
    signed = b".".join([headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body])
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    version, _, signature = headers["webhook-signature"].partition(",")
    return version == "v1" and signature == expected


@pytest.mark.parametrize(
    ("secret", "key"),
    [
        ("plain and long", b"plain and long"),
        ("whsec_" + base64.b64encode(b"\x00\xffkey").decode(), b"\x00\xffkey"),
        ("ä", "ä".encode()),
    ],
)
def test_a_receiver_verifies_it(secret, key):
    headers = webhook_headers(SigningSecret(secret), "msg_1", 1_770_000_000, b'{"a":1}')

    assert verified(headers, b'{"a":1}', key)
    assert not verified(headers, b'{"a":2}', key)
    assert not verified({**headers, "webhook-timestamp": "1"}, b'{"a":1}', key)


def test_the_schemes_own_example():
    # From the specification of Standard Webhooks.
    secret = SigningSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")

    headers = webhook_headers(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, b'{"test": 2432232314}')

    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_without_a_secret():
    assert webhook_headers(None, "msg_1", 5, b"") == {"webhook-id": "msg_1", "webhook-timestamp": "5"}


@pytest.mark.parametrize("text", ["", "whsec_", "whsec_not base64", "whsec_abc"])
def test_what_is_no_secret(text):
    with pytest.raises(ValueError, match="secret"):
        SigningSecret(text)


def test_it_is_not_shown():
    secret = SigningSecret("canary-secret")

    assert "canary" not in f"{secret} {secret!r}"
    assert not hasattr(secret, "__dict__")
