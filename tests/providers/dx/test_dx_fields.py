"""The fields of a report: what is taken, what is refused, and with which code."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.global_id import decode_id, encode_id
from gateway.domain.ingest import IngestCode, IngestRefusedError, Submission
from gateway.domain.ledger import RunNotification
from gateway.domain.run import RunStatus
from gateway.providers.dx.keys import Origin
from gateway.providers.dx.notification import MAX_BYTES, Checks
from gateway.providers.dx.submission import fields_of
from gateway.providers.dx.times import parse_time

MISSING, INVALID = IngestCode.REQUIRED_PARAMS_MISSING, IngestCode.INVALID_ARGUMENTS
REQUIRED = {"reference_id": "r-1", "pipeline_source": "Jenkins", "pipeline_name": "web", "started_at": 100}


def check(**fields: Any) -> RunNotification:
    return Checks(REQUIRED | fields, "homegrown", str).notification()


def refusal(**fields: Any) -> IngestRefusedError:
    with pytest.raises(IngestRefusedError) as refused:
        check(**fields)
    assert refused.value.provider == "homegrown"
    return refused.value


def seconds(value: int) -> datetime:
    return datetime.fromtimestamp(value, UTC)


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (1702193699, datetime(2023, 12, 10, 7, 34, 59, tzinfo=UTC)),
        ("1702193699", datetime(2023, 12, 10, 7, 34, 59, tzinfo=UTC)),
        (" 1702193699 ", datetime(2023, 12, 10, 7, 34, 59, tzinfo=UTC)),
        ("1702193699.25", datetime(2023, 12, 10, 7, 34, 59, 250000, tzinfo=UTC)),
        (1702193699.25, datetime(2023, 12, 10, 7, 34, 59, 250000, tzinfo=UTC)),
        ("1702193699.123456789", datetime(2023, 12, 10, 7, 34, 59, 123456, tzinfo=UTC)),
        ("2025-01-01T12:05:00", datetime(2025, 1, 1, 12, 5, tzinfo=UTC)),
        ("2025-01-01T12:05:00Z", datetime(2025, 1, 1, 12, 5, tzinfo=UTC)),
        ("2025-01-01T12:05:00+02:00", datetime(2025, 1, 1, 10, 5, tzinfo=UTC)),
        ("2025-01-01T12:05:00-0130", datetime(2025, 1, 1, 13, 35, tzinfo=UTC)),
        ("2025-01-01 12:05", datetime(2025, 1, 1, 12, 5, tzinfo=UTC)),
        ("2025-01-01T12:05:00.123456789Z", datetime(2025, 1, 1, 12, 5, 0, 123456, tzinfo=UTC)),
        (0, seconds(0)),
        (datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_times_in_every_form(given: object, meant: datetime) -> None:
    assert check(started_at=given, finished_at=given).started_at == meant
    assert check(started_at=given, finished_at=given).finished_at == meant


@pytest.mark.parametrize("field", ["started_at", "finished_at"])
@pytest.mark.parametrize(
    ("given", "said"),
    [
        (100_000_000_000, "must be in seconds, not milliseconds"),
        ("1702193699000", "must be in seconds, not milliseconds"),
        (99_999_999_999, "must lie between 1970 and 2255"),
        (-1, "must be a time"),
        ("-5", "must be a time"),
        (True, "must be a time"),
        ([], "must be a time"),
        ({"seconds": 1}, "must be a time"),
        ("soon", "must be a time"),
        ("11:46:67", "must be a time"),
        ("2023-12-10T11:46:67Z", "is a time that does not exist"),
        ("2023-02-29T11:46:07Z", "is a time that does not exist"),
        ("0001-01-01T00:00:00+23:00", "is a time that does not exist"),
        ("1969-12-31T23:59:59Z", "must lie between 1970 and 2255"),
        ("9999-12-31T23:59:59-23:00", "is a time that does not exist"),
        ("2025-01-01", "must be a time"),
        ("1e9", "must be a time"),
        (float("inf"), "must be a time"),
        (float("nan"), "must be a time"),
        ("１７０２１９３６９９", "must be a time"),
        (datetime(2025, 1, 1), "needs a time zone"),
    ],
)  # fmt: skip
def test_what_is_no_time_is_refused(field: str, given: object, said: str) -> None:
    found = refusal(**{field: given})

    assert (found.reason, found.field) == (INVALID, field)
    assert said in found.message


@given(st.one_of(st.text(), st.integers(), st.floats(), st.binary(), st.lists(st.integers())))
def test_any_time_is_read_or_refused(value: object) -> None:
    try:
        moment = parse_time(value)
    except ValueError:
        return
    assert 1970 <= moment.year < 2255
    assert moment.tzinfo is UTC


@pytest.mark.parametrize("name", REQUIRED)
@pytest.mark.parametrize("empty", ["", "  ", None])
def test_a_required_field_that_is_empty_is_missing(name: str, empty: object) -> None:
    found = refusal(**{name: empty})

    assert (found.reason, found.field, found.message) == (MISSING, name, f"`{name}` is missing.")


def test_all_missing_fields_are_named() -> None:
    with pytest.raises(IngestRefusedError) as refused:
        Checks({"status": "nonsense"}, "homegrown", str).notification()

    assert refused.value.message == "`pipeline_name`, `pipeline_source`, `reference_id`, `started_at` are missing."


@pytest.mark.parametrize("fields", [{"commit_sha": "9fceb02"}, {"pr_number": 17}, {"pr_number": "17", "repository": ""}])
def test_a_commit_or_pull_request_needs_its_repository(fields: dict[str, Any]) -> None:
    found = refusal(**fields)

    assert (found.reason, found.field) == (MISSING, "repository")
    assert check(**fields | {"repository": "acme/web"}).repository == "acme/web"


def test_required_then_pairs_then_values() -> None:
    wrong = {"commit_sha": "9fceb02", "status": "nonsense", "finished_at": "soon"}

    assert refusal(**wrong, reference_id="").field == "reference_id"
    assert refusal(**wrong).field == "repository"
    assert refusal(**wrong, repository="acme/web").reason is INVALID


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (("failure", "failed", "error", "FAILURE", " Failed "), RunStatus.FAILED),
        (("cancelled", "canceled", "aborted", "ABORTED"), RunStatus.CANCELED),
        (("success", "passed", "succeeded", "ok", "SUCCESS"), RunStatus.SUCCEEDED),
        (("running", "pending", "queued", "in_progress"), RunStatus.RUNNING),
        (("unknown", "", None), None),
    ],
)
def test_spellings_of_states(words: tuple[str | None, ...], meant: RunStatus | None) -> None:
    assert {check(status=word).status for word in words} == {meant}


@pytest.mark.parametrize("word", ["levitating", "done", 5, True, ["success"], RunStatus.SKIPPED])
def test_a_word_that_is_no_state_is_refused_with_those_that_are(word: object) -> None:
    found = refusal(status=word)

    assert (found.reason, found.field) == (INVALID, "status")
    assert found.message == "`status` must be one of running, success, cancelled, failure."


def test_states_of_the_schema_are_taken_too() -> None:
    given = {status: check(status=status).status for status in RunStatus if status is not RunStatus.SKIPPED}

    assert given == {
        RunStatus.QUEUED: RunStatus.RUNNING,
        RunStatus.RUNNING: RunStatus.RUNNING,
        RunStatus.BLOCKED: RunStatus.RUNNING,
        RunStatus.SUCCEEDED: RunStatus.SUCCEEDED,
        RunStatus.FAILED: RunStatus.FAILED,
        RunStatus.CANCELED: RunStatus.CANCELED,
        RunStatus.UNKNOWN: None,
    }


@pytest.mark.parametrize("number", [17, "17", " 17 "])
def test_pull_requests_as_number_or_text(number: object) -> None:
    assert check(pr_number=number, repository="acme/web").pull_request == 17


@pytest.mark.parametrize("number", [0, -1, "x", 1.5, True, "1.0", 2**31, 10**400, "9" * 5000, [], "１７"])
def test_what_is_no_pull_request_number(number: object) -> None:
    found = refusal(pr_number=number, repository="acme/web")

    assert (found.reason, found.field) == (INVALID, "pr_number")


def test_empty_optional_fields_are_absent() -> None:
    optional = ("finished_at", "status", "repository", "commit_sha", "pr_number", "source_url", "head_branch", "email")

    assert check(**dict.fromkeys(optional, "")) == check(**dict.fromkeys(optional)) == check()


def test_a_whole_number_passes_for_text() -> None:
    assert check(reference_id=4711).reference_id == "4711"


TEXTS = [name for name in MAX_BYTES if name != "source_url"]


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("value", [True, 1.5, ["a"], {"a": "b"}, "line\nbreak", "nul\x00", "del\x7f", "\ud800"])
def test_what_is_no_text(name: str, value: object) -> None:
    found = refusal(**{"repository": "acme/web", name: value})

    assert (found.reason, found.field) == (INVALID, name)


@pytest.mark.parametrize("name", TEXTS)
def test_the_longest_texts(name: str) -> None:
    longest = MAX_BYTES[name]

    check(**{"repository": "acme/web", name: "x" * longest})
    check(**{"repository": "acme/web", name: "ü" * (longest // 2)})
    for too_long in ("x" * (longest + 1), "ü" * (longest // 2 + 1), '"' * longest):
        assert refusal(**{"repository": "acme/web", name: too_long}).message == f"`{name}` is longer than {longest} bytes."


def test_whatever_is_taken_in_can_be_looked_up_by_its_id() -> None:
    origin = Origin("p" * 63, None)
    longest = {name: '"' * (MAX_BYTES[name] // 2) for name in ("reference_id", "pipeline_source", "pipeline_name")}
    given = check(**longest)

    for key in (origin.build(given.reference_id), origin.pipeline(given.pipeline_source, given.pipeline_name)):
        assert decode_id(encode_id(key)) == key


@pytest.mark.parametrize("url", ["https://ci.example.com/run/1?x=y#z", "http://ci.local/1"])
def test_links(url: str) -> None:
    assert check(source_url=url).url == url


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "ci.example.com/1", "https://", "ftp://x/y", "https://[x", "https://a\nb", 5]
)
def test_what_is_no_link(url: object) -> None:
    assert refusal(source_url=url).field == "source_url"


def test_fields_are_named_as_the_caller_writes_them() -> None:
    def spell(name: str) -> str:
        return {"started_at": "startedAt", "repository": "repository", "pr_number": "prNumber"}[name]

    with pytest.raises(IngestRefusedError) as refused:
        Checks(REQUIRED | {"started_at": "soon"}, "homegrown", spell).notification()
    with pytest.raises(IngestRefusedError) as pair:
        Checks(REQUIRED | {"pr_number": 1}, "homegrown", spell).notification()

    assert refused.value.field == "startedAt"
    assert refused.value.message.startswith("`startedAt` ")
    assert pair.value.message == "`repository` is missing: `prNumber` means nothing without it."


def fields(content_type: str, body: bytes, query: bytes = b"") -> dict[str, object]:
    return dict(fields_of(Submission(content_type, query, body), "homegrown"))


def test_the_three_ways_to_send_a_report_mean_the_same() -> None:
    as_json = fields("application/json; charset=utf-8", b'{"pipeline_name": "a b", "email": "d+x@example.com"}')
    form = b"pipeline_name=a+b&email=d%2Bx%40example.com"

    assert as_json == {"pipeline_name": "a b", "email": "d+x@example.com"}
    assert fields("application/x-www-form-urlencoded", form) == as_json
    assert fields("", form) == fields("", b"", form) == as_json


def test_the_body_outranks_the_query_string_and_the_last_of_two_the_first() -> None:
    assert fields("application/json", b'{"a": "body", "b": 1, "b": 2}', b"a=query&c=3&c=4") == {"a": "body", "b": 2, "c": "4"}


@pytest.mark.parametrize(
    ("content_type", "body", "query"),
    [
        ("application/json", b"{", b""),
        ("application/json", b"[]", b""),
        ("application/json", b'"text"', b""),
        ("application/json", b'{"a": "\xff"}', b""),
        ("application/json", b'{"a":' + b"[" * 30_000, b""),
        ("application/x-www-form-urlencoded", b"a=%FF", b""),
        ("application/x-www-form-urlencoded", b"a=\xff", b""),
        ("application/x-www-form-urlencoded", b"&".join(b"a=1" for _ in range(101)), b""),
        ("multipart/form-data; boundary=x", b"--x", b""),
        ("text/xml", b"<a/>", b""),
        ("", b"", b"a=%FF"),
    ],
)
def test_what_cannot_be_read_is_invalid(content_type: str, body: bytes, query: bytes) -> None:
    with pytest.raises(IngestRefusedError) as refused:
        fields(content_type, body, query)

    assert refused.value.reason is INVALID


@given(
    st.binary(max_size=200), st.sampled_from(["application/json", "application/x-www-form-urlencoded", ""]), st.binary(max_size=60)
)
def test_whatever_is_sent_is_taken_or_refused(body: bytes, content_type: str, query: bytes) -> None:
    try:
        found = Checks(fields_of(Submission(content_type, query, body), "p"), "p", str).notification()
    except IngestRefusedError:
        return
    assert found.reference_id


_values = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=20))


@given(st.dictionaries(st.sampled_from([*REQUIRED, *MAX_BYTES, "status", "pr_number", "finished_at"]), _values))
def test_whatever_fields_hold_is_taken_or_refused_by_name(values: dict[str, Any]) -> None:
    try:
        found = check(**values)
    except IngestRefusedError as refused:
        assert refused.field is not None
        assert f"`{refused.field}`" in refused.message
    else:
        assert msgspec.json.encode(found)
