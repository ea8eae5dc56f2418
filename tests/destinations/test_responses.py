"""What is shown of a vendor's answer."""

import msgspec
import pytest

from gateway.destinations.responses import without_secrets


def shown(value):
    return msgspec.json.decode(without_secrets(msgspec.json.encode(value)))


def test_an_answer_without_secrets_stays_letter_by_letter():
    response = b'{ "id": "1", "number": 10.50, "jobs": [ {"name": "a"} ], "env": {} }'

    assert without_secrets(response) is response


def test_environments_tokens_and_hooks_are_hidden_at_any_depth():
    found = shown(
        {"number": 7, "env": {"KEY": "v"}, "jobs": [{"Token": "t", "name": "a"}], "provider": {"webhook_url": "https://x"}}
    )

    assert found == {"number": 7, "env": "***", "jobs": [{"Token": "***", "name": "a"}], "provider": {"webhook_url": "***"}}


def test_the_data_of_an_integration_context_is_hidden_and_other_data_is_not():
    found = shown({"data": {"spec": {"type": "secret", "data": {"password": "p"}}}})

    assert found == {"data": {"spec": {"type": "secret", "data": "***"}}}


@pytest.mark.parametrize("response", [None, b"", b"not json", b'"x"', b"[" * 5000])
def test_what_is_no_object_stays_as_it_is(response):
    assert without_secrets(response) == response
