"""Odd shapes of rows, the job table, times, logs."""

from datetime import UTC, datetime

import msgspec
import pytest

from gateway.domain.agent import AgentStatus
from gateway.domain.keys import BuildKey, PipelineKey
from gateway.domain.run import Actor, RunStatus
from gateway.providers.buildkite.agent_mapping import agent_status
from gateway.providers.buildkite.build_content_mapping import job_status, plain_log
from gateway.providers.buildkite.keys import build_place, place_of_address, reference
from gateway.providers.buildkite.mapping import build_status, milliseconds, to_author, to_build, utc
from gateway.providers.buildkite.wire import WireAuthor, WireBuild

ADDRESS = "https://api.buildkite.com/v2/organizations/acme/pipelines/web-app/builds/27"

# Docs, Job states (REST), with what each means for whoever waits for the job.
JOB_STATES = {
    **dict.fromkeys(("pending", "waiting", "limiting", "limited", "platform_limiting", "platform_limited"), RunStatus.QUEUED),
    **dict.fromkeys(("scheduled", "reserved", "assigned", "accepted"), RunStatus.QUEUED),
    **dict.fromkeys(("running", "canceling", "timing_out"), RunStatus.RUNNING),
    "blocked": RunStatus.BLOCKED,
    **dict.fromkeys(("unblocked", "passed"), RunStatus.SUCCEEDED),
    **dict.fromkeys(("failed", "timed_out", "expired"), RunStatus.FAILED),
    **dict.fromkeys(("waiting_failed", "blocked_failed", "unblocked_failed", "skipped", "broken"), RunStatus.SKIPPED),
    "canceled": RunStatus.CANCELED,
}


def _wire(**members: object) -> WireBuild:
    row = {"id": "u", "number": 27, "url": ADDRESS, "created_at": "2026-03-02T10:11:12.345Z", "state": "passed", **members}
    return msgspec.json.decode(msgspec.json.encode(row), type=WireBuild)


def test_every_documented_job_state_is_mapped() -> None:
    assert {state: job_status(state) for state in JOB_STATES} == JOB_STATES


def test_a_job_without_a_state_or_with_an_invented_one_is_unknown() -> None:
    assert job_status(None) is RunStatus.UNKNOWN
    assert job_status("levitating") is RunStatus.UNKNOWN


def test_a_finished_job_is_judged_by_its_exit_status() -> None:
    assert job_status("finished", 0) is RunStatus.SUCCEEDED
    assert job_status("finished", -1) is RunStatus.FAILED
    assert job_status("finished", None) is RunStatus.UNKNOWN


@pytest.mark.parametrize("state", ["passed", "failed", "running", "levitating", None])
def test_blocked_outranks_the_state(state: str | None) -> None:
    build = to_build(_wire(state=state, blocked=True, finished_at="2026-03-02T10:13:19.015Z"), "p", {})

    assert build.status is RunStatus.BLOCKED
    assert build.native_status == state
    assert build.finished_at is None
    assert not build.finished


def test_the_two_l_spelling_of_cancelled_is_known() -> None:
    assert build_status("cancelled") is RunStatus.CANCELED


def test_both_forms_of_time_are_read() -> None:
    assert utc("2026-03-02T10:11:12.345Z") == datetime(2026, 3, 2, 10, 11, 12, 345000, UTC)
    assert utc("2026-03-02 10:11:12 UTC") == datetime(2026, 3, 2, 10, 11, 12, 0, UTC)
    assert utc("2026-03-02T12:11:12+02:00") == datetime(2026, 3, 2, 10, 11, 12, 0, UTC)
    assert utc("2026-03-02T12:11:12+02:00").tzinfo is UTC


@pytest.mark.parametrize("text", ["", "soon", "2026-03-02", "2026-03-02T10:11:12", "2026-13-02T10:11:12Z", "Z", " UTC"])
def test_other_times_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"time|isoformat|month"):
        utc(text)


def test_milliseconds_are_exact_before_and_after_1970() -> None:
    assert milliseconds(datetime(2026, 3, 2, 10, 11, 12, 345999, UTC)) == 1772446272345
    assert milliseconds(datetime(1969, 12, 31, 23, 59, 59, 999000, UTC)) == -1


def test_authors_come_in_four_shapes() -> None:
    assert to_author(None) is None
    assert to_author("") is None
    assert to_author(WireAuthor()) is None
    assert to_author("sam@example.com") == Actor(email="sam@example.com")
    assert to_author("Sam Lee") == Actor(name="Sam Lee")
    assert to_author(WireAuthor("Sam", "sam", "")) == Actor("Sam", "sam", None)


def test_a_build_row_is_read_whatever_may_be_missing() -> None:
    nothing: tuple[object, ...] = (None, {})
    for absent in nothing:
        build = to_build(_wire(author=absent, creator=absent, pull_request=absent), "p", {})

        assert (build.author, build.actor, build.pull_request) == (None, None, None)


def test_a_build_carries_the_full_key_of_a_pipeline_that_was_asked_for() -> None:
    full = PipelineKey("p", ("acme", "web-app", "uuid"))

    assert to_build(_wire(), "p", {("acme", "web-app"): full}).pipeline is full
    assert to_build(_wire(), "p", {}).pipeline == PipelineKey("p", ("acme", "web-app", ""))


def test_a_build_key_can_be_taken_apart_again() -> None:
    place = build_place(to_build(_wire(), "p", {}).key)

    assert place == ("acme", "web-app", 27, "u", 1772446272345)


@pytest.mark.parametrize("address", ["", "https://example.com", ADDRESS + "/jobs/1", "/organizations/acme/pipelines/x", "/"])
def test_an_unknown_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="address"):
        place_of_address(address)


def test_references_by_address() -> None:
    assert reference("p", ADDRESS, None) == BuildKey("p", ("acme", "web-app", "27", "", ""))
    assert reference("p", ADDRESS, 28) == BuildKey("p", ("acme", "web-app", "28", "", ""))
    assert reference("p", ADDRESS.rpartition("/")[0], 28) is None
    assert reference("p", None, 28) is None


def test_agent_states() -> None:
    assert agent_status("connected") is AgentStatus.CONNECTED
    assert agent_status("connected", paused=True) is AgentStatus.PAUSED
    assert agent_status("stopped", paused=True) is AgentStatus.STOPPED
    assert agent_status("disconnected") is AgentStatus.STOPPED
    assert agent_status("never_connected") is AgentStatus.UNKNOWN
    assert agent_status("levitating") is AgentStatus.UNKNOWN
    assert agent_status(None) is AgentStatus.UNKNOWN


MARK = b"\x1b_bk;t=1772446272345\x07"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (MARK + b"make\r\n" + MARK + b"\x1b[31mfailed\x1b[0m\r\n", "make\nfailed\n"),
        (b"\x1b[1;38;5;208mbold\x1b[K\x1b[2J", "bold"),
        (b"\x1b]1339;url=a.png\x07after", "after"),
        (b"\x1b]0;title\x1b\\after", "after"),
        (b"\x1b(Bplain\x1b7\x1b8", "plain"),
        ("ünï \U0001f528".encode(), "ünï \U0001f528"),
        (b"10%\r20%\r\n", "10%\r20%\n"),
        (b"broken \xff byte", "broken \ufffd byte"),
        (b"ends in an escape \x1b[3", "ends in an escape "),
        (b"ends in a mark \x1b_bk;t=17", "ends in a mark "),
        (b"", ""),
    ],
)
def test_a_log_is_shown_as_plain_text(raw: bytes, text: str) -> None:
    assert plain_log(raw, cut=False) == text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"\xbcnd of a line\nwhole line\n", "whole line\n"),
        (b"k;t=1772446272345\x07only line", "only line"),
        (b"\x9f\x94\xa8 only line", " only line"),
        (b"only " + MARK + b"line", "only line"),
    ],
)
def test_the_tail_of_a_log_begins_with_something_whole(raw: bytes, text: str) -> None:
    assert plain_log(raw, cut=True) == text
