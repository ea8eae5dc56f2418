"""What a webhook tells."""

import json
from datetime import UTC, datetime

import msgspec
import pytest

from gateway.destinations.webhook.payload import CallReport, payload_of

REPORT = CallReport(
    number=1,
    sent_at=datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC),
    method="POST",
    url="https://api.buildkite.com/v2/organizations/acme/pipelines/web/builds",
    record_count=1,
    batch_index=0,
    status=201,
    duration_s=0.182,
    response=b'{"id":"...","number":1042,"state":"scheduled","web_url":"..."}',
)


def told(**changed):
    return json.loads(payload_of("d1", msgspec.structs.replace(REPORT, **changed)))


def test_a_call_that_went_well():
    assert payload_of("d1", REPORT).decode() == (
        '{"destination_id":"d1","call_id":"c-000001","sent_at":"2026-02-03T04:05:06Z","method":"POST",'
        '"url":"https://api.buildkite.com/v2/organizations/acme/pipelines/web/builds","record_count":1,"batch_index":0,"attempt":1,'
        '"ok":true,"status_code":201,"duration_ms":182,'
        '"response":{"id":"...","number":1042,"state":"scheduled","web_url":"..."},"error":null}'
    )


def test_a_call_without_an_answer():
    failed = told(number=1234567, status=None, response=None, attempt=3, code="UPSTREAM_TIMEOUT", message="No answer.")

    assert failed["call_id"] == "c-1234567"
    assert (failed["ok"], failed["status_code"], failed["response"], failed["attempt"]) == (False, None, None, 3)
    assert failed["error"] == {"code": "UPSTREAM_TIMEOUT", "message": "No answer."}


def test_a_refusal():
    refused = told(status=422, response=b'{"message":"no"}', code="BAD_USER_INPUT", message="no")

    assert (refused["ok"], refused["status_code"], refused["response"]) == (False, 422, {"message": "no"})


@pytest.mark.parametrize(
    ("response", "shown"),
    [
        (b"[1, 2]\n", [1, 2]),
        (b"null", None),
        (b"", ""),
        (b"<html>", "<html>"),
        (b"NaN", "NaN"),
        (b'{"a":', '{"a":'),
        (b"\xff\xfe", "\ufffd\ufffd"),
        (b'"\xff"', '"\ufffd"'),
        (b"[" * 60_000, "[" * 60_000),
        (b"9" * 5000, "9" * 5000),
        (b'"' + b"x" * 65_533 + b'"', "x" * 65_533),
        (b'"' + b"x" * 65_534 + b'"', '"' + "x" * 65_534 + '"'),
        (b"y" * 70_000, "y" * 65_536),
        (b"12345678" * 9000, "12345678" * 8192),
    ],
    ids=range(14),
)
def test_json_is_shown_as_json_and_the_rest_as_text(response, shown):
    assert told(response=response)["response"] == shown


def test_numbers_stay_as_they_were_written():
    exact = b'{"n":12345678901234567890123,"d":1.10}'

    assert b'"response":' + exact in payload_of("d1", msgspec.structs.replace(REPORT, response=exact))


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://a.example/x?access_token=t&page=2", "https://a.example/x?access_token=***&page=2"),
        ("https://a.example/x?page=2&API_KEY=t=t", "https://a.example/x?page=2&API_KEY=***"),
        ("https://a.example/x?clientSecret=a;b=%20", "https://a.example/x?clientSecret=***;b=%20"),
        ("https://a.example/x?Password=a&X-Amz-Signature=b&auth=", "https://a.example/x?Password=***&X-Amz-Signature=***&auth=***"),
        ("https://a.example/x?%74oken=a&%2574oken=a&to%6ben[]=b", "https://a.example/x?%74oken=***&%2574oken=***&to%6ben[]=***"),
        ("https://a.example/token=1?token", "https://a.example/token=1?token"),
        ("https://me:pw@a.example/x", "https://***@a.example/x"),
        ("https://a.example/@x", "https://a.example/@x"),
    ],
)
def test_no_secrets_of_the_url(url, shown):
    assert told(url=url)["url"] == shown
