"""What stands before and around every write: credentials, scopes, bodies and limits."""

from collections.abc import Iterator
from typing import Any

import pytest

from gateway.providers.buildkite.simulator import FULL_TOKEN, ONE_ORGANIZATION_TOKEN, READ_ONLY_TOKEN, SimulatorSettings, Token
from gateway.providers.buildkite.simulator.bodies import decode
from gateway.providers.buildkite.simulator.errors import ApiError
from gateway.simulation.messages import Request
from tests.simulation.buildkite_account import Account, account

BUILDS = "/organizations/acme/pipelines/service-00/builds"
BODY = {"commit": "HEAD", "branch": "main"}
ID = "0b461f65-e7be-4c80-888a-ef11d81fd971"
BUILDER = Token("bkua_simulated_builder", "c7a1c2c4-52f8-4d63-8c53-6f9f9cb7a3d1", ("read_builds", "write_builds"), user=3)
FLEETING = Token("bkua_simulated_fleeting", "f4b2b2f7-4a55-4b7e-9bb0-4f1d1ae9c0ee", ("read_user",), user=4)
WRITES = [
    ("POST", "/pipelines", "write_pipelines"),
    *((method, "/pipelines/service-00", "write_pipelines") for method in ("PATCH", "PUT", "DELETE")),
    *(("POST", f"/pipelines/service-00/{action}", "write_pipelines") for action in ("archive", "unarchive", "webhook")),
    ("POST", "/pipelines/service-00/builds", "write_builds"),
    *(("PUT", f"/pipelines/service-00/builds/1/{action}", "write_builds") for action in ("cancel", "rebuild", "retry_failed_jobs")),
    *(("PUT", f"/jobs/{ID}/{action}", "write_builds") for action in ("retry", "unblock", "reprioritize")),
    ("POST", "/pipelines/service-00/builds/1/annotations", "write_builds"),
    ("DELETE", f"/pipelines/service-00/builds/1/annotations/{ID}", "write_builds"),
    ("DELETE", f"/jobs/{ID}/log", "write_build_logs"),
    ("DELETE", f"/jobs/{ID}/artifacts/{ID}", "write_artifacts"),
    *(("PUT", f"/agents/{ID}/{action}", "write_agents") for action in ("stop", "pause", "resume")),
    ("POST", "/clusters", "write_clusters"),
    ("POST", f"/clusters/{ID}/queues/{ID}/pause_dispatch", "write_clusters"),
    ("POST", f"/clusters/{ID}/queues/{ID}/resume_dispatch", "write_clusters"),
]


@pytest.fixture(scope="module")
def shared() -> Iterator[Account]:
    tokens = (FULL_TOKEN, READ_ONLY_TOKEN, ONE_ORGANIZATION_TOKEN, BUILDER, FLEETING)
    with account("even", settings=SimulatorSettings(tokens=tokens)) as opened:
        yield opened


@pytest.fixture
def acme(shared: Account) -> Iterator[Account]:
    shared.client.delete(f"{shared.running.origin}/__control/writes")
    shared.running.control.reset_calls()
    shared.clock.advance(1)
    yield shared
    shared.running.control.rate_limit_enabled = False


def bearer(token: Token) -> dict[str, str]:
    return {"Authorization": f"Bearer {token.value}"}


def newest(acme: Account) -> Any:
    """The highest number; builds of one millisecond are listed in any order."""
    return max(row["number"] for row in acme.rows(f"{BUILDS}?per_page=100&exclude_jobs=true&exclude_pipeline=true"))


@pytest.mark.parametrize(("method", "path", "scope"), WRITES)
def test_a_token_without_the_scope_is_told_which_one_and_nothing_happens(acme: Account, method: str, path: str, scope: str) -> None:
    answer = acme.client.request(method, f"/organizations/acme{path}", headers=bearer(READ_ONLY_TOKEN), json={})

    assert (answer.status_code, answer.json()) == (403, {"message": "Forbidden"})
    assert answer.headers["x-accepted-oauth-scopes"] == scope
    assert acme.app.writes() == []


def test_a_token_with_one_write_scope_does_what_that_allows(acme: Account) -> None:
    made = acme.client.post(BUILDS, headers=bearer(BUILDER), json=BODY)

    assert made.status_code == 201
    assert made.json()["creator"]["name"] == "Kofi Mensah"
    assert made.json()["pipeline"]["provider"]["webhook_url"] == ""
    assert acme.client.post(BUILDS.removesuffix("/builds") + "/archive", headers=bearer(BUILDER)).status_code == 403


def test_what_is_not_visible_is_absent_for_writes_too(acme: Account) -> None:
    for path, message in [
        ("/organizations/beta-labs/pipelines/x/builds", "No organization found"),
        ("/organizations/acme/pipelines/nothing/builds", "No pipeline found"),
    ]:
        answer = acme.client.post(path, headers=bearer(ONE_ORGANIZATION_TOKEN), json=BODY)
        assert (answer.status_code, answer.json()) == (404, {"message": message})
    assert acme.client.put(f"{BUILDS}/999999/cancel").json() == {"message": "No build found"}


@pytest.mark.parametrize(
    ("content", "kind", "status", "message"),
    [
        (b'{"commit":', "application/json", 400, "Problems parsing JSON"),
        (b"\xff\xfe", "application/json", 400, "Problems parsing JSON"),
        (b"[1]", "application/json", 400, "Body should be a JSON object"),
        (b'{"commit":"HEAD","branch":"main","brunch":"x"}', "application/json; charset=utf-8", 400, "Unknown property: brunch"),
        (b'{"commit":"HEAD","branch":"main"}', "", 422, "Content-Type must be application/json"),
        (b"commit=HEAD&branch=main", "application/x-www-form-urlencoded", 422, "Content-Type must be application/json"),
    ],
)
def test_an_unreadable_body_is_refused(acme: Account, content: bytes, kind: str, status: int, message: str) -> None:
    answer = acme.client.post(BUILDS, content=content, headers={"Content-Type": kind} if kind else {})

    assert (answer.status_code, answer.json()["message"]) == (status, message)
    assert acme.app.writes() == []


def test_a_revoked_token_is_refused_from_then_on(acme: Account) -> None:
    assert acme.client.get("/user", headers=bearer(FLEETING)).status_code == 200
    assert acme.client.delete("/access-token", headers=bearer(FLEETING)).status_code == 204
    assert acme.client.get("/user", headers=bearer(FLEETING)).status_code == 401


def test_each_write_counts_against_the_limits_and_a_refused_one_does_nothing(acme: Account) -> None:
    acme.clock.advance(60)
    before = newest(acme)
    first = acme.client.post(BUILDS, json=BODY)
    second = acme.client.post(BUILDS, json=BODY)
    acme.running.control.rate_limit_enabled = True
    for _ in range(47):
        acme.client.put(f"{BUILDS}/{before}/cancel")
    refused = acme.client.post(BUILDS, json=BODY)
    acme.running.control.rate_limit_enabled = False

    assert int(first.headers["ratelimit-user-remaining"]) - int(second.headers["ratelimit-user-remaining"]) == 1
    assert (refused.status_code, refused.json()["scope"]) == (429, "rest_user")
    assert newest(acme) == before + 2
    assert len(acme.app.writes("POST", "/builds")) == 2


def test_half_a_body_is_not_taken_for_a_whole_one() -> None:
    headers = {"content-type": "application/json", "content-length": "40"}

    with pytest.raises(ApiError, match="incomplete"):
        decode(Request("PUT", "/v2/x/unblock", "", (), headers), {"fields"})
