"""Credentials, permissions, rates, and the form of refusals."""

from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime

import pytest

from gateway.providers.talend.simulator import SIMULATOR
from gateway.providers.talend.simulator.credentials import (
    FULL_TOKEN,
    ONE_ENVIRONMENT_TOKEN,
    READ_ONLY_TOKEN,
    REVOKED_TOKEN,
    RUNNER_ACCOUNT,
    UNTRUSTED_ACCOUNT,
)
from gateway.providers.talend.simulator.settings import SimulatorSettings
from gateway.simulation.clock import ManualClock
from gateway.simulation.server import RunningSimulator, start
from tests.providers.talend.vendor import PLANS, PROMOTIONS, TASKS, Vendor, vendor_client

TOKEN = "/security/oauth/token"
AUDIENCE = "https://api.eu.cloud.talend.com/"
GRANT = {"grant_type": "client_credentials", "audience": AUDIENCE}
RUNNER = (RUNNER_ACCOUNT.client_id, RUNNER_ACCOUNT.secret)


@pytest.fixture(scope="module")
def _running() -> Iterator[RunningSimulator]:
    with start(SIMULATOR, clock=ManualClock(datetime(2026, 3, 2, 12, 0, tzinfo=UTC))) as running:
        yield running


@pytest.fixture
def tenant(_running: RunningSimulator) -> Iterator[Vendor]:
    """One of its own for this file, which moves the clock and the switches."""
    with vendor_client(_running) as client:
        yield client


@pytest.fixture
def settings(tenant: Vendor) -> Iterator[SimulatorSettings]:
    """Back at their defaults afterwards; the rate window starts anew."""
    tenant.advance(60)
    defaults = SimulatorSettings()
    yield tenant.settings
    for field in fields(SimulatorSettings):
        setattr(tenant.settings, field.name, getattr(defaults, field.name))
    tenant.running.control.rate_limit_enabled = False


def service_token(vendor: Vendor) -> str:
    answer = vendor.http.post(TOKEN, auth=RUNNER, json=GRANT)
    assert answer.status_code == 200
    token: str = answer.json()["access_token"]
    return token


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer nonsense", FULL_TOKEN.value, f"Bearer {REVOKED_TOKEN.value}"])
def test_a_request_without_a_good_token_is_unauthorized_and_told_so_without_a_message(tenant: Vendor, header: str) -> None:
    answer = tenant.call("GET", "/environments", headers={"Authorization": header})

    assert answer.status_code == 401
    assert answer.json().keys() == {"status", "detail"}


def test_a_service_account_gets_a_token_that_lasts_half_an_hour(tenant: Vendor) -> None:
    answer = tenant.http.post(TOKEN, auth=RUNNER, json=GRANT)
    headers = bearer(answer.json()["access_token"])

    assert answer.json() | {"access_token": ""} == {"access_token": "", "token_type": "Bearer", "expires_in": "1800"}
    assert tenant.status("GET", "/environments", headers=headers) == 200
    tenant.advance(1_799)
    assert tenant.status("GET", "/environments", headers=headers) == 200
    tenant.advance(1)
    assert tenant.status("GET", "/environments", headers=headers) == 401


def test_all_tokens_of_service_accounts_can_be_revoked(tenant: Vendor) -> None:
    headers = bearer(service_token(tenant))

    tenant.app.tokens.revoke_all()

    assert tenant.status("GET", "/environments", headers=headers) == 401
    assert tenant.status("GET", "/environments") == 200


@pytest.mark.parametrize("audience", [AUDIENCE, "https://api.us-west.cloud.talend.com"])
def test_the_audience_may_end_with_a_slash_or_not(tenant: Vendor, audience: str) -> None:
    assert tenant.http.post(TOKEN, auth=RUNNER, json={**GRANT, "audience": audience}).status_code == 200


@pytest.mark.parametrize(
    ("account", "body", "status"),
    [
        ((RUNNER_ACCOUNT.client_id, "wrong"), GRANT, 401),
        (("wrong", RUNNER_ACCOUNT.secret), GRANT, 401),
        ((UNTRUSTED_ACCOUNT.client_id, UNTRUSTED_ACCOUNT.secret), GRANT, 403),
        (RUNNER, {**GRANT, "audience": "https://elsewhere.example/"}, 401),
        (RUNNER, {**GRANT, "grant_type": "password"}, 401),
        (RUNNER, {"grant_type": "client_credentials"}, 400),
    ],
)
def test_refusals_of_the_token_endpoint_have_no_body(
    tenant: Vendor, account: tuple[str, str], body: dict[str, str], status: int
) -> None:
    answer = tenant.http.post(TOKEN, auth=account, json=body)

    assert (answer.status_code, answer.content) == (status, b"")


def test_a_token_request_as_a_form_is_refused_until_it_is_allowed(tenant: Vendor, settings: SimulatorSettings) -> None:
    refused = tenant.http.post(TOKEN, auth=RUNNER, data=GRANT).status_code
    settings.accept_token_form = True

    assert (refused, tenant.http.post(TOKEN, auth=RUNNER, data=GRANT).status_code) == (400, 200)


def test_the_life_of_a_token_may_be_told_as_a_number_or_not_at_all(tenant: Vendor, settings: SimulatorSettings) -> None:
    settings.expires_in = "number"
    number = tenant.http.post(TOKEN, auth=RUNNER, json=GRANT).json()
    settings.expires_in = "absent"

    assert number["expires_in"] == 1_800
    assert "expires_in" not in tenant.http.post(TOKEN, auth=RUNNER, json=GRANT).json()


def test_projects_are_for_personal_tokens_only(tenant: Vendor) -> None:
    headers = bearer(service_token(tenant))

    assert tenant.status("GET", "/projects", headers=headers) == 403
    assert tenant.status("GET", f"/projects/{next(iter(tenant.data.projects))}", headers=headers) == 403
    assert tenant.status("GET", TASKS, headers=headers) == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/environments"),
        ("DELETE", "/workspaces/x"),
        ("POST", PLANS),
        ("PUT", f"{TASKS}/x/run-config"),
        ("POST", "/schedules"),
        ("DELETE", f"{PROMOTIONS}/x"),
    ],
)
def test_changes_need_a_permission(tenant: Vendor, method: str, path: str) -> None:
    answer = tenant.call(method, path, headers=bearer(READ_ONLY_TOKEN.value))

    assert answer.status_code == 403
    assert "TMC_" in answer.json()["detail"]
    assert tenant.status("GET", "/environments", headers=bearer(READ_ONLY_TOKEN.value)) == 200


def test_a_token_for_one_environment_sees_shorter_lists(tenant: Vendor) -> None:
    with vendor_client(tenant.running, ONE_ENVIRONMENT_TOKEN.value) as limited:
        names = [found["name"] for found in limited.get("/environments")]
        totals = [limited.get(path)["total"] for path in ("/artifacts", "/connections", TASKS, PLANS, "/schedules")]

        assert names == ["Development"]
        assert totals == [7, 2, 4, 1, 1]
        assert limited.get(PROMOTIONS) == []
        assert limited.status("GET", f"{TASKS}/{tenant.task('Orders API')}") == 403
        assert limited.status("GET", f"{PROMOTIONS}/{tenant.promotion('Staging to Production')}") == 403


def test_requests_are_counted_per_caller_and_refused_only_when_enabled(tenant: Vendor, settings: SimulatorSettings) -> None:
    settings.rate_limit = 2
    unlimited = [tenant.status("GET", "/environments") for _ in range(4)]
    tenant.running.control.rate_limit_enabled = True

    refused = tenant.call("GET", "/environments")

    assert unlimited == [200, 200, 200, 200]
    assert (refused.status_code, refused.json()["status"]) == (429, 429)
    assert tenant.status("GET", "/environments", headers=bearer(READ_ONLY_TOKEN.value)) == 200
    tenant.advance(int(refused.headers["retry-after"]))
    assert tenant.status("GET", "/environments") == 200


def test_a_429_may_say_nothing_of_when_to_return(tenant: Vendor, settings: SimulatorSettings) -> None:
    settings.rate_limit, settings.retry_after_header = 0, False
    tenant.running.control.rate_limit_enabled = True

    refused = tenant.call("GET", "/environments")

    assert refused.status_code == 429
    assert "retry-after" not in refused.headers


@pytest.mark.parametrize(
    ("version", "status"), [("2021-03", 200), ("2026-01", 200), ("2020-12", 400), ("latest", 400), ("2021-13", 400)]
)
def test_the_version_may_be_chosen_by_header_or_parameter(tenant: Vendor, version: str, status: int) -> None:
    assert tenant.status("GET", "/environments", headers={"talend-version": version}) == status
    assert tenant.status("GET", "/environments", params={"talendVersion": version}) == status


def test_a_delete_that_wants_json_is_406_when_switched_on(own_tenant: Vendor) -> None:
    path = f"/schedules/{own_tenant.schedule('Left over from a migration')}"
    own_tenant.settings.delete_refuses_json = True

    assert own_tenant.status("DELETE", path, headers={"Accept": "application/json"}) == 406
    assert own_tenant.status("DELETE", path, headers={"Accept": "*/*"}) == 204


def test_every_answer_tells_the_vendors_time(tenant: Vendor) -> None:
    before = tenant.call("GET", "/environments").headers["date"]
    tenant.advance(3_600)

    after = tenant.call("GET", "/nothing").headers["date"]

    assert before.endswith("GMT")
    assert before != after


def test_a_body_must_be_json_of_the_documented_shape(tenant: Vendor) -> None:
    def search(**options: object) -> int:
        return tenant.status("POST", f"{TASKS}/search", **options)

    json_type = {"Content-Type": "application/json"}
    assert search(json={}) == 200
    assert search(content=b"{", headers=json_type) == 400
    assert search(content=b"[]", headers=json_type) == 400
    assert search(content=b'{"name": "\xff"}', headers=json_type) == 400
    assert search(json={"nmae": "Load"}) == 400
    assert search(json={"limit": "10"}) == 400
    assert search(content=b"{}") == 415


def test_runs_can_be_inserted_over_the_control_route(own_tenant: Vendor) -> None:
    task = own_tenant.task("Load stock levels")

    inserted = own_tenant.http.post("/__control/executions", json={"task": task, "count": 2}).json()["ids"]

    listed = own_tenant.http.get(f"/processing/executables/tasks/{task}/executions").json()["items"]
    assert len(inserted) == 2
    assert set(inserted) <= {run["executionId"] for run in listed}
    assert own_tenant.http.post("/__control/executions", json={"task": "nothing"}).status_code == 404
    assert own_tenant.http.post("/__control/executions", content=b"{").status_code == 400


def test_secrets_of_the_credentials_are_in_no_repr() -> None:
    shown = repr((SimulatorSettings(), FULL_TOKEN, RUNNER_ACCOUNT))

    assert FULL_TOKEN.value not in shown
    assert RUNNER_ACCOUNT.secret not in shown


def test_an_unknown_credential_scheme_gets_no_token(tenant: Vendor) -> None:
    headers = ("Bearer x", "Basic !!", "")
    answers = [tenant.http.post(TOKEN, json=GRANT, headers={"Authorization": header}) for header in headers]

    assert [answer.status_code for answer in answers] == [401, 401, 401]
