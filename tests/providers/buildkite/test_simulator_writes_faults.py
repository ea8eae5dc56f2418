"""Faults spoil the answers to writes, before or after these take effect; the record tells which did."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from gateway.providers.buildkite.simulator import FULL_TOKEN
from gateway.simulation.control import Fault
from tests.simulation.buildkite_account import Account, account

BUILDS = "/organizations/acme/pipelines/service-00/builds"
BODY = {"commit": "HEAD", "branch": "main"}


@pytest.fixture(scope="module")
def shared() -> Iterator[Account]:
    with account("even") as opened:
        yield opened


@pytest.fixture
def acme(shared: Account) -> Iterator[Account]:
    shared.client.delete(f"{shared.running.origin}/__control/writes")
    shared.running.control.reset_calls()
    shared.clock.advance(1)
    yield shared
    shared.running.control.clear_faults()
    shared.running.control.rate_limit_enabled = False


def newest(acme: Account) -> Any:
    """The highest number; builds of one millisecond are listed in any order."""
    return max(row["number"] for row in acme.rows(f"{BUILDS}?per_page=100&exclude_jobs=true&exclude_pipeline=true"))


@pytest.mark.parametrize(
    ("fault", "takes_effect"),
    [
        (Fault("/builds$", "status", method="POST", times=1), False),
        (Fault("/builds$", "status", method="POST", times=1, perform=True), True),
        (Fault("/builds$", "status", method="POST", times=1, status=429, headers={"RateLimit-Reset": "7"}), False),
        (Fault("/builds$", "html", method="POST", times=1), False),
        (Fault("/builds$", "wrong_types", method="POST", times=1, fields=("number",)), True),
        (Fault("/builds$", "cut", method="POST", times=1), True),
        (Fault("/builds$", "drop_after_read", method="POST", times=1), True),
        (Fault("/builds$", "hang", method="POST", times=1), False),
    ],
    ids=lambda value: f"{value.kind}-{value.status}-{value.perform}" if isinstance(value, Fault) else None,
)
def test_a_fault_spoils_the_answer_before_or_after_the_write_takes_effect(acme: Account, fault: Fault, takes_effect: bool) -> None:
    before = newest(acme)
    acme.running.control.add_fault(fault)

    seen: httpx.Response | None
    try:
        seen = acme.client.post(BUILDS, json=BODY, timeout=0.1)
    except httpx.TransportError:
        seen = None

    assert (seen is None) == (fault.kind in ("cut", "drop_after_read", "hang"))
    assert newest(acme) == before + takes_effect
    assert len(acme.app.writes("POST", "/builds")) == takes_effect
    assert [call.fault for call in acme.running.control.calls if call.method == "POST"] == [fault.kind]
    assert acme.client.post(BUILDS, json=BODY).status_code == 201


def test_a_slow_write_takes_effect_after_its_client_has_left(acme: Account) -> None:
    url = acme.client.post(BUILDS, json=BODY).json()["url"]
    acme.running.control.set_latency(0.1, "/builds/")
    with pytest.raises(httpx.ReadTimeout):
        acme.client.put(f"{url}/cancel", timeout=0.05)
    seen = acme.rows(url)  # waits as long, behind the write
    acme.running.control.set_latency(0, "/builds/")

    assert seen["state"] == "canceled"
    assert len(acme.app.writes("PUT", "/cancel")) == 1


def test_a_fault_of_another_method_or_path_does_not_apply(acme: Account) -> None:
    control = acme.running.control
    control.add_fault(Fault("/builds$", method="PUT"))
    control.add_fault(Fault("/cancel$", method="POST"))

    assert acme.client.post(BUILDS, json=BODY).status_code == 201
    assert acme.client.put(f"{BUILDS}/{newest(acme)}/cancel").status_code == 200


def test_accepted_writes_are_told_with_their_bodies_and_without_the_token(acme: Account) -> None:
    acme.client.post(BUILDS, json=BODY | {"message": "Recorded"})
    acme.client.post(BUILDS, json={})
    acme.client.put(f"{BUILDS}/{newest(acme)}/cancel")
    shown = acme.client.get(f"{acme.running.origin}/__control/writes")

    created, canceled = shown.json()
    assert (created["method"], created["status"], created["body"]["message"]) == ("POST", 201, "Recorded")
    assert canceled["route"] == "/organizations/{org}/pipelines/{pipeline}/builds/{number}/cancel"
    assert created["token_uuid"] == FULL_TOKEN.uuid
    assert FULL_TOKEN.value not in shown.text
    assert acme.client.post(f"{acme.running.origin}/__control/verdicts", json={"org": "acme"}).status_code == 400
    unknown = {"org": "acme", "pipeline": "nothing", "verdict": "failed"}
    assert acme.client.post(f"{acme.running.origin}/__control/verdicts", json=unknown).status_code == 404
