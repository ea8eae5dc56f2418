"""The simulated instance: its checks, in the vendor's order, and its switches."""

from typing import Any

import httpx
import pytest

from gateway.providers.dx.simulator import DxSimulator
from gateway.providers.dx.simulator.keys import EXPIRED_KEY, FULL_KEY, INACTIVE_KEY
from gateway.simulation.clock import ManualClock
from gateway.simulation.server import RunningSimulator
from tests.providers.dx.opened import PLAIN

FIELDS: dict[str, Any] = {"pipeline_name": "web", "pipeline_source": "Jenkins", "reference_id": "run-1", "started_at": "100"}
METHODS = ("pipelineRuns.sync", "pipelineRuns.upsert")


def app_of(instance: RunningSimulator) -> DxSimulator:
    assert isinstance(instance.app, DxSimulator)
    return instance.app


def post(instance: RunningSimulator, method: str = METHODS[0], key: str | None = FULL_KEY, **request: Any) -> httpx.Response:
    headers = {} if key is None else {"authorization": f"Bearer {key}"}
    return httpx.post(f"{instance.base_url}/{method}", headers=headers, **request, verify=PLAIN)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("time", [100, "100", "100.5", "1970-01-01T00:01:40", "1970-01-01T00:01:40Z"])
def test_both_names_take_every_form_of_time(instance: RunningSimulator, method: str, time: object) -> None:
    answer = post(instance, method, json=FIELDS | {"started_at": time})

    assert (answer.status_code, answer.json()) == (200, {"ok": True})
    assert int(app_of(instance).records.all()[0].started_at) == 100


def test_forms_and_query_strings(instance: RunningSimulator) -> None:
    assert post(instance, data=FIELDS).json() == {"ok": True}
    assert post(instance, params=FIELDS).json() == {"ok": True}
    record = app_of(instance).records.get("run-1")
    assert record is not None
    assert record.reports == 2


@pytest.mark.parametrize(
    ("key", "error", "status"),
    [
        (None, "not_authed", 401),
        ("x", "invalid_auth", 401),
        (EXPIRED_KEY, "invalid_auth", 401),
        (INACTIVE_KEY, "account_inactive", 403),
    ],
)
def test_errors_about_keys_under_each_switch(instance: RunningSimulator, key: str | None, error: str, status: int) -> None:
    expected: dict[Any, int] = {"422": 422, "401/403": status, "200": 200}
    for switch, expected_status in expected.items():
        app_of(instance).settings.auth_errors = switch
        answer = post(instance, key=key, json=FIELDS)
        assert (answer.status_code, answer.json()) == (expected_status, {"ok": False, "error": error})
    assert app_of(instance).records.all() == []


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"reference_id": ""}, "required_params_missing"),
        ({"started_at": None}, "required_params_missing"),
        ({"commit_sha": "9fceb02"}, "required_params_missing"),
        ({"pr_number": 17, "status": "odd"}, "required_params_missing"),
        ({"status": "unknown"}, "invalid_arguments"),
        ({"status": "failed"}, "invalid_arguments"),
        ({"started_at": 1702193699000}, "invalid_arguments"),
        ({"finished_at": "2023-12-10T11:46:67"}, "invalid_arguments"),
        ({"pr_number": "x", "repository": "acme/web"}, "invalid_arguments"),
        ({"pipeline_name": ["web"]}, "invalid_arguments"),
        ({"pipelineName": "web"}, "invalid_arguments"),
    ],
)
def test_what_is_refused_is_not_kept(instance: RunningSimulator, fields: dict[str, Any], error: str) -> None:
    answer = post(instance, json=FIELDS | fields)

    assert (answer.status_code, answer.json()["ok"], answer.json()["error"]) == (422, False, error)
    assert app_of(instance).records.all() == []


def test_a_body_that_cannot_be_read(instance: RunningSimulator) -> None:
    for kind, content in (("application/json", b"{"), ("text/plain", b"x")):
        headers = {"authorization": f"Bearer {FULL_KEY}", "content-type": kind}
        answer = httpx.post(f"{instance.base_url}/{METHODS[0]}", headers=headers, content=content, verify=PLAIN)
        assert answer.json()["error"] == "invalid_arguments"


def test_unknown_arguments_can_be_let_pass(instance: RunningSimulator) -> None:
    app_of(instance).settings.ignore_unknown = True

    assert post(instance, json=FIELDS | {"pipelineName": "web"}).json() == {"ok": True}


def test_methods_that_are_not_there(instance: RunningSimulator) -> None:
    app_of(instance).settings.served = frozenset({METHODS[1]})

    for method in ("deployments.create", METHODS[0], "x/y"):
        answer = post(instance, method, json=FIELDS)
        assert (answer.status_code, answer.json()["error"]) == (404, "unknown_method")
    assert post(instance, METHODS[1], json=FIELDS).json() == {"ok": True}
    got = httpx.get(
        f"{instance.base_url}/{METHODS[1]}", params=FIELDS, headers={"authorization": f"Bearer {FULL_KEY}"}, verify=PLAIN
    )
    assert got.json()["error"] == "unknown_method"


def test_the_rate_limit_says_when_to_come_back(instance: RunningSimulator) -> None:
    app_of(instance).settings.rate_limit = 2
    instance.control.rate_limit_enabled = True
    answers = [post(instance, json=FIELDS) for _ in range(3)]
    assert isinstance(instance.clock, ManualClock)
    instance.clock.advance(1)

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].headers["retry-after"] == "1"
    assert post(instance, json=FIELDS).status_code == 200


def test_records_are_read_and_forgotten_by_the_control_route(instance: RunningSimulator) -> None:
    post(instance, json=FIELDS | {"email": "dev@example.com", "status": "running"})
    post(instance, json=FIELDS | {"finished_at": "160", "status": "success", "head_branch": "main"})

    (record,) = httpx.get(f"{instance.origin}/__control/records", verify=PLAIN).json()

    assert record == {
        "reference_id": "run-1", "started_at": 100, "finished_at": 160, "status": "success", "duration": 60, "pr_number": None,
        "texts": {
            "pipeline_name": "web", "pipeline_source": "Jenkins", "reference_id": "run-1", "email": "dev@example.com",
            "head_branch": "main",
        },
        "reports": 2,
    }  # fmt: skip
    assert httpx.delete(f"{instance.origin}/__control/records", verify=PLAIN).status_code == 204
    assert httpx.get(f"{instance.origin}/__control/records", verify=PLAIN).json() == []
    assert httpx.put(f"{instance.origin}/__control/records", verify=PLAIN).status_code == 405
