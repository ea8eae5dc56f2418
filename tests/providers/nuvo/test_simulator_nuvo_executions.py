import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import httpx
import pytest

from gateway.providers.nuvo.simulator import SIMULATOR, SimulatorSettings
from gateway.simulation.clock import ManualClock
from gateway.simulation.server import RunningSimulator, start
from tests.providers.nuvo.conftest import NOW
from tests.providers.nuvo.dialect import app_of, clock_of, control, logged_in

BLANK = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}")
ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


@pytest.fixture
def client(own: RunningSimulator) -> Iterator[httpx.Client]:
    with logged_in(own) as opened:
        yield opened


@pytest.fixture
def reader(uneven: RunningSimulator) -> Iterator[httpx.Client]:
    with logged_in(uneven) as opened:
        yield opened


@pytest.fixture
def settings(own: RunningSimulator) -> SimulatorSettings:
    return app_of(own).settings


def read(client: httpx.Client, execution_id: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"/execution/{execution_id}").json()["data"]
    return found


def everything(client: httpx.Client) -> list[dict[str, Any]]:
    pages = [
        client.get("/execution/", params={"pagination[offset]": str(offset), "pagination[limit]": "100"}).json()["data"]
        for offset in range(0, 1_700, 100)
    ]
    return [row for page in pages for row in page]


def pipeline_id(client: httpx.Client, name: str) -> str:
    found: str = client.get("/pipeline/", params={"filters[name]": name}).json()["data"][0]["id"]
    return found


def run(client: httpx.Client, name: str = "Supplier catalogue") -> list[dict[str, Any]]:
    answer = client.post("/execution/", json={"pipeline_id": pipeline_id(client, name)})
    assert answer.is_success, answer.text
    found: list[dict[str, Any]] = answer.json()["data"]
    return found


def test_creating_answers_a_short_list(client: httpx.Client) -> None:
    answer = client.post("/execution/", json={"pipeline_id": pipeline_id(client, "Supplier catalogue")})

    assert answer.status_code == 201
    (row,) = answer.json()["data"]
    assert set(row) == {"id", "pipeline", "status", "trigger_type"}
    assert (row["status"], row["trigger_type"]) == ("PROCESSING", "MANUAL")


@pytest.mark.parametrize("files", [0, 1, 3])
def test_a_file_source_makes_an_execution_for_each_file(own: RunningSimulator, client: httpx.Client, files: int) -> None:
    script = {"pipeline": "Daily order feed", "files": files, "endings": ["FAILED", "SUCCESSFUL", "FAILED"], "seconds": 10}
    control(own, "POST", "scripts", script)

    rows = run(client, "Daily order feed")
    clock_of(own).advance(10)

    assert [read(client, row["id"])["status"] for row in rows] == ["FAILED", "SUCCESSFUL", "FAILED"][:files]
    assert len({row["id"] for row in rows}) == files


def test_an_execution_works_and_ends_as_scripted(own: RunningSimulator, client: httpx.Client) -> None:
    control(own, "POST", "scripts", {"pipeline": "Supplier catalogue", "endings": ["FAILED"], "seconds": 12.5})
    (row,) = run(client)
    at_work = read(client, row["id"])
    clock_of(own).advance(12.5)
    ended = read(client, row["id"])

    assert at_work["status"] == "PROCESSING"
    assert "error" not in at_work
    assert [(log["status"], log["duration"]) for log in at_work["logs"]] == [("PROCESSING", 0)]
    assert ended["status"] == "FAILED"
    assert set(ended["error"]) == {"message", "type"}
    assert [(log["status"], log["duration"], log["type"]) for log in ended["logs"]] == [("FAILED", 12_500, "CREATE")]
    assert set(ended["logs"][0]["data"]) == {"total_rows", "total_cells", "total_error_cells", "total_error_rows"}


def test_a_failed_execution_is_fixed_under_its_own_id(own: RunningSimulator, client: httpx.Client) -> None:
    control(own, "POST", "scripts", {"pipeline": "Supplier catalogue", "endings": ["FAILED"], "seconds": 1})
    (row,) = run(client)
    early = control(own, "POST", "fixes", {"execution": row["id"]})
    clock_of(own).advance(1)
    begun = control(own, "POST", "fixes", {"execution": row["id"], "by": "ana@example.com", "seconds": 20})
    again = read(client, row["id"])
    clock_of(own).advance(20)
    fixed = read(client, row["id"])

    assert (early.status_code, begun.status_code) == (409, 204)
    assert (again["status"], [log["status"] for log in again["logs"]]) == ("PROCESSING", ["FAILED", "PROCESSING"])
    assert (fixed["status"], [log["type"] for log in fixed["logs"]]) == ("SUCCESSFUL", ["CREATE", "FIX"])
    assert "error" not in fixed
    assert fixed["created_at"] == again["created_at"] < again["updated_at"] < fixed["updated_at"]
    assert (fixed["created_by"]["type"], fixed["updated_by"]["identifier"]) == ("USER", "ana@example.com")


def test_an_execution_at_work_can_be_ended(own: RunningSimulator, client: httpx.Client) -> None:
    (row,) = run(client)

    ended = control(own, "POST", "endings", {"execution": row["id"], "ending": "FAILED"})

    assert ended.status_code == 204
    assert read(client, row["id"])["status"] == "FAILED"
    assert control(own, "POST", "endings", {"execution": row["id"]}).status_code == 409
    assert control(own, "POST", "endings", {"execution": "nope"}).status_code == 404


def test_executions_can_be_started_from_outside(own: RunningSimulator, client: httpx.Client) -> None:
    before = client.get("/execution/").json()["pagination"]["total"]

    made = control(own, "POST", "executions", {"pipeline": "Payroll upload", "trigger": "EVENT", "by": "ana@example.com"})

    assert client.get("/execution/").json()["pagination"]["total"] == before + 1
    assert read(client, made.json()["ids"][0])["trigger_type"] == "EVENT"


@pytest.mark.parametrize(("form", "outer", "inner"), [("documented", BLANK, ISO), ("iso", ISO, ISO), ("blank", BLANK, BLANK)])
def test_times_come_in_each_form(
    uneven: RunningSimulator, reader: httpx.Client, form: str, outer: re.Pattern[str], inner: re.Pattern[str]
) -> None:
    some = reader.get("/execution/").json()["data"][0]["id"]
    control(uneven, "POST", "settings", {"timestamps": form})
    row = read(reader, some)

    assert outer.fullmatch(row["created_at"])
    assert outer.fullmatch(row["updated_at"])
    assert inner.fullmatch(row["logs"][0]["started_at"])


def test_words_differ_by_switch(uneven: RunningSimulator, reader: httpx.Client) -> None:
    rows = everything(reader)
    event = next(row["id"] for row in rows if row["trigger_type"] == "EVENT")
    app_of(uneven).settings.log_start_name, app_of(uneven).settings.log_type_words = "started_on", "example"
    app_of(uneven).settings.trigger_words = "connector_past"
    row = read(reader, event)
    app_of(uneven).settings.trigger_words = "connector"

    assert row["trigger_type"] == "EVENT_BASED"
    assert row["logs"][0]["type"] == "CREATED"
    assert "started_on" in row["logs"][0]
    assert "started_at" not in row["logs"][0]
    assert {row["trigger_type"] for row in everything(reader)} == {"MANUAL", "EVENT_BASE", "TIME_BASE"}


def test_errors_stand_beside_failures_and_by_switch_beside_successes(uneven: RunningSimulator, reader: httpx.Client) -> None:
    plain = everything(reader)
    app_of(uneven).settings.error_on_success = True
    odd = everything(reader)

    assert {row["status"] for row in plain if "error" in row} == {"FAILED"}
    assert {row["status"] for row in odd if "error" in row} == {"FAILED", "SUCCESSFUL"}


def test_creating_answers_in_other_ways_by_switch(client: httpx.Client, settings: SimulatorSettings) -> None:
    settings.create_status, settings.create_shape = 200, "object"

    answer = client.post("/execution/", json={"pipeline_id": pipeline_id(client, "Supplier catalogue")})

    assert answer.status_code == 200
    assert answer.json()["data"]["status"] == "PROCESSING"


def test_a_pipeline_that_is_switched_off_runs_only_by_switch(client: httpx.Client, settings: SimulatorSettings) -> None:
    body = {"pipeline_id": pipeline_id(client, "Legacy CRM migration")}
    refused = client.post("/execution/", json=body).status_code
    settings.inactive_pipelines_run = True

    assert (refused, client.post("/execution/", json=body).status_code) == (400, 201)


def test_pipelines_are_changed_whole_or_in_part_and_deleted(client: httpx.Client, settings: SimulatorSettings) -> None:
    sandbox = pipeline_id(client, "Sandbox")
    refused = client.put(f"/pipeline/{sandbox}", json={"name": "Playground"})
    settings.put_body = "partial"
    changed = client.put(f"/pipeline/{sandbox}", json={"name": "Playground", "configuration": {"developer_mode": False}})
    deleted = client.delete(f"/pipeline/{sandbox}")

    assert refused.status_code == 400
    assert (changed.json()["data"]["name"], changed.json()["data"]["configuration"]["developer_mode"]) == ("Playground", False)
    assert deleted.json() == {"message": "success"}
    assert client.get(f"/pipeline/{sandbox}").status_code == 404


def test_the_account_looks_lived_in(reader: httpx.Client) -> None:
    rows = everything(reader)
    details = [read(reader, row["id"]) for row in rows[-300:]]
    pipelines = {row["id"] for row in reader.get("/pipeline/?pagination[limit]=100").json()["data"]}

    assert {row["status"] for row in rows} == {"PROCESSING", "SUCCESSFUL", "FAILED"}
    assert any(row["pipeline"] not in pipelines for row in rows)
    assert len({row["created_at"] for row in rows}) < len(rows)
    assert max(len(row["logs"]) for row in details) >= 2
    assert all(datetime.fromisoformat(row["created_at"]) <= NOW.replace(tzinfo=None) for row in rows)


def test_the_same_seed_makes_the_same_account() -> None:
    accounts = []
    for seed in (1, 1, 2):
        with start(SIMULATOR, clock=ManualClock(NOW), seed=seed) as running, logged_in(running) as client:
            accounts.append(everything(client))

    assert accounts[0] == accounts[1] != accounts[2]
