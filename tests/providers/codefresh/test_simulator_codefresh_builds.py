import re
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from gateway.providers.codefresh.simulator import SIMULATOR, CodefreshSimulator
from gateway.providers.codefresh.simulator.build import STATUSES, TERMINAL
from gateway.providers.codefresh.simulator.canary import CANARY
from gateway.providers.codefresh.simulator.times import epoch_ms
from gateway.simulation.clock import ManualClock
from gateway.simulation.control import Control
from gateway.simulation.server import RunningSimulator, start

START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def connect(simulator: RunningSimulator) -> httpx.Client:
    headers = {"Authorization": simulator.token}
    return httpx.Client(base_url=simulator.base_url, headers=headers, timeout=2, trust_env=False)


@pytest.fixture(scope="module")
def simulator() -> Iterator[RunningSimulator]:
    """At its start time, for tests that only read."""
    with start(SIMULATOR, clock=ManualClock(START)) as running:
        yield running


@pytest.fixture(scope="module")
def client(simulator: RunningSimulator) -> Iterator[httpx.Client]:
    with connect(simulator) as opened:
        yield opened


@pytest.fixture(scope="module")
def storage() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=2, trust_env=False) as opened:
        yield opened


@pytest.fixture(scope="module")
def app(simulator: RunningSimulator) -> CodefreshSimulator:
    assert isinstance(simulator.app, CodefreshSimulator)
    return simulator.app


@pytest.fixture
def own() -> Iterator[RunningSimulator]:
    """For one test alone, which moves its clock or inserts builds."""
    with start(SIMULATOR, clock=ManualClock(START)) as running:
        yield running


def advance(simulator: RunningSimulator, seconds: float) -> None:
    assert isinstance(simulator.clock, ManualClock)
    simulator.clock.advance(seconds)


def build_app(profile: str = "uneven", seed: int = 1) -> CodefreshSimulator:
    return CodefreshSimulator(profile, seed, ManualClock(START), Control())


def rows(app: CodefreshSimulator) -> list[dict[str, Any]]:
    now_ms = epoch_ms(START)
    return [build.document_at(now_ms) for build in app.world.builds.newest_first]


def listed(client: httpx.Client, **params: Any) -> list[dict[str, Any]]:
    answer = client.get("/workflow", params={"page": 1, "limit": 100, **params})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["workflows"]["docs"]
    return found


def test_equal_seeds_give_equal_bytes_and_other_seeds_do_not() -> None:
    now_ms = epoch_ms(START)
    one, same, other = ([build.body_at(now_ms) for build in build_app(seed=seed).world.builds.newest_first] for seed in (1, 1, 2))

    assert one == same
    assert one != other


def test_it_is_built_in_well_under_a_second() -> None:
    before = time.perf_counter()
    build_app()

    assert time.perf_counter() - before < 1


def test_the_uneven_account_has_busy_idle_and_empty_pipelines() -> None:
    app = build_app()
    counts = Counter(build.pipeline_id for build in app.world.builds.newest_first)
    per_pipeline = sorted((counts[pipeline.id] for pipeline in app.world.pipelines.all), reverse=True)

    assert (len(app.world.projects.all), len(app.world.pipelines.all), len(app.world.builds)) == (10, 50, 3_000)
    assert per_pipeline[0] > 500
    assert per_pipeline.count(0) == 4
    assert sum(0 < count < 10 for count in per_pipeline) == 8


def test_any_100_builds_in_a_row_of_the_even_account_hold_2_of_each_pipeline() -> None:
    app = build_app("even")
    owners = [build.pipeline_id for build in app.world.builds.newest_first]

    assert (len(app.world.projects.all), len(app.world.pipelines.all), len(owners)) == (5, 50, 2_000)
    for first in (0, 1, 37, 1_900):
        assert set(Counter(owners[first : first + 100]).values()) == {2}


def test_builds_have_every_documented_status_and_keys_only_where_they_apply() -> None:
    found = rows(build_app())

    assert {row["status"] for row in found} == set(STATUSES)
    for row in found:
        assert ("finished" in row) == (row["status"] in TERMINAL)
        assert ("started" in row) or row["status"] not in ("running", "success", "terminating", "pending-approval")
        assert "started" not in row or row["status"] not in ("pending", "elected", "delayed")
        assert ("revision" in row) == ("commitURL" in row) == ("repoOwner" in row)
        assert None not in row.values()
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", row["created"])
        assert int(row["id"][:8], 16) == int(datetime.fromisoformat(row["created"]).timestamp())
        assert row["created"] <= row.get("started", row["created"]) <= row.get("finished", "9")
    for key in ("started", "finished", "revision", "serviceId", "progress", "project", "triggeredBy", "webhookTriggered"):
        assert 0 < sum(key in row for row in found) < len(found)
    assert {type(row["triggeredBy"]) for row in found if "triggeredBy" in row} == {str, dict}
    assert any(row.get("pendingLicense") for row in found)


def test_old_builds_can_still_be_unfinished() -> None:
    day_ago = (START - timedelta(days=1)).isoformat()

    assert {row["status"] for row in rows(build_app()) if row["created"] < day_ago and row["status"] not in TERMINAL}


@pytest.mark.parametrize(
    ("name", "key"),
    [("revision", "revision"), ("branchName", "branchName"), ("pipelineTriggerId", "pipelineTriggerId"), ("trigger", "trigger")],
)
def test_values_of_one_filter_are_alternatives(client: httpx.Client, app: CodefreshSimulator, name: str, key: str) -> None:
    values = sorted({row[key] for row in rows(app) if key in row})[:2]

    found = listed(client, **{name: values})

    expected = [row["id"] for row in rows(app) if row.get(key) in values]
    assert [row["id"] for row in found] == expected[:100]


def test_builds_are_filtered_by_pipeline_id_and_status(client: httpx.Client, app: CodefreshSimulator) -> None:
    ids = [pipeline.id for pipeline in app.world.pipelines.all[:3]]

    several = listed(client, pipeline=ids, status=["error", "running"])
    one = listed(client, pipeline=ids[1])

    assert {row["status"] for row in several} == {"error", "running"}
    assert {row["serviceId"] for row in several} <= set(ids)
    assert {row["serviceId"] for row in one} == {ids[1]}
    assert listed(client, pipeline="5f0c3b7e8a1d2e0011aa0000") == []


def test_dates_are_whole_utc_days_and_the_last_one_is_included(client: httpx.Client, app: CodefreshSimulator) -> None:
    day = (START - timedelta(days=3)).date().isoformat()

    found = listed(client, startDate=day, endDate=day)

    assert found
    assert [row["id"] for row in found] == [row["id"] for row in rows(app) if row["created"].startswith(day)]


@pytest.mark.parametrize(
    "query",
    [
        "status=skipped",
        "trigger=webhook",
        "pipeline=shop/deploy",
        "startDate=yesterday",
        "endDate=2026-02-30",
        "page=x",
        "sort=created",
    ],
)
def test_filters_that_cannot_be_meant_are_bad_requests(client: httpx.Client, query: str) -> None:
    assert client.get(f"/workflow?{query}").status_code == 400


def test_one_build_has_all_that_its_row_has_and_more(client: httpx.Client) -> None:
    row = listed(client, limit=1)[0]

    build = client.get(f"/builds/{row['id']}?noAccount=false").json()

    assert row.items() <= build.items()
    assert build["accountId"]
    assert "accountId" not in client.get(f"/builds/{row['id']}?noAccount=true").json()
    assert client.get("/builds/5f0c3b7e8a1d2e0011aa0000").json()["status"] == 404


def test_a_new_build_goes_on_as_the_clock_does(own: RunningSimulator) -> None:
    assert isinstance(own.app, CodefreshSimulator)
    [build_id] = own.app.insert_builds("shop/deploy")
    seen = []
    with connect(own) as client:
        for seconds in (0, 5, 5, 300):
            advance(own, seconds)
            seen.append(client.get(f"/builds/{build_id}").json())
        row = listed(client, limit=1)[0]

    assert [build["status"] for build in seen[:3]] == ["pending", "elected", "running"]
    assert seen[3]["status"] in ("success", "error")
    assert ["started" in build for build in seen] == [False, False, True, True]
    assert ["finished" in build for build in seen] == [False, False, False, True]
    assert (row["id"], row["status"]) == (build_id, seen[3]["status"])


def test_unfinished_builds_of_the_start_move_on(own: RunningSimulator) -> None:
    with connect(own) as client:
        [early] = listed(client, status="elected", limit=1)
        [leaving] = listed(client, status="terminating", limit=1)

        advance(own, 3_600)

        assert client.get(f"/builds/{early['id']}").json()["status"] in ("success", "error")
        assert client.get(f"/builds/{leaving['id']}").json()["status"] == "terminated"
        assert listed(client, status=["pending", "elected", "terminating"]) == []


def test_steps_are_the_last_of_an_array_that_can_be_empty(client: httpx.Client, app: CodefreshSimulator) -> None:
    statuses: set[str | None] = set()
    retried = 0
    for build in app.world.builds.newest_first[:150]:
        revisions = client.get(f"/workflow/{build.id}/context-revision").json()
        state = build.state_at(epoch_ms(START))
        assert (revisions == []) == (state.started_ms is None)
        if not revisions:
            continue
        assert [revision["metadata"]["revision"] for revision in revisions] == list(range(1, len(revisions) + 1))
        last = revisions[-1]["context"]
        word = {"error": "failure", "denied": "failure", "terminating": "running"}.get(state.status, state.status)
        assert last["workflowMetadata"]["status"] == word
        statuses |= {step.get("status") for step in last["stepsMetadata"].values()}
        retried += sum(step.get("currentAttempt", 1) > 1 for step in last["stepsMetadata"].values())

    assert {"success", "failure", "running", "pending-approval", "skipped", "terminated", None} <= statuses
    assert retried > 0
    assert client.get("/workflow/5f0c3b7e8a1d2e0011aa0000/context-revision").status_code == 404


def test_a_finished_log_is_a_signed_document_elsewhere(
    client: httpx.Client, storage: httpx.Client, simulator: RunningSimulator
) -> None:
    build = listed(client, status="success", limit=1)[0]

    progress = client.get(f"/progress/{build['progress']}").json()
    url = progress["location"]["url"]
    document = storage.get(url).json()

    assert progress["status"] == "success"
    assert not url.startswith(simulator.base_url)
    assert document["id"] == build["progress"]
    assert document["data"]["finished"] == int(datetime.fromisoformat(build["finished"]).timestamp())


def test_the_signed_address_refuses_keys_and_wrong_or_old_signatures(own: RunningSimulator, storage: httpx.Client) -> None:
    with connect(own) as client:
        build = listed(client, status="success", limit=1)[0]
        url = client.get(f"/progress/{build['progress']}").json()["location"]["url"]

        with_key = client.get(url)
    unsigned = storage.get(url.partition("?")[0])
    wrong = storage.get(url[:-1] + ("0" if url[-1] != "0" else "1"))
    advance(own, 901)
    old = storage.get(url)

    assert [with_key.status_code, unsigned.status_code, wrong.status_code, old.status_code] == [400, 403, 403, 403]
    assert "xml" in with_key.headers["content-type"]


def test_logs_come_in_all_four_forms_with_colours_and_epoch_seconds(client: httpx.Client, storage: httpx.Client) -> None:
    forms: set[tuple[type, type]] = set()
    text = ""
    for build in listed(client, status=["success", "error"]):
        if "progress" not in build:
            continue
        url = client.get(f"/progress/{build['progress']}").json()["location"]["url"]
        steps = storage.get(url).json()["steps"]
        for step in steps.values() if isinstance(steps, dict) else steps:
            assert step["creationTimeStamp"] <= step["finishTimeStamp"] < 2_000_000_000
            if "logs" in step:
                logs = step["logs"]
                forms.add((type(steps), type(logs)))
                text += "".join(logs.values() if isinstance(logs, dict) else logs)
    assert forms == {(list, list), (list, dict), (dict, list), (dict, dict)}
    assert "\x1b[32m" in text


def test_a_log_that_still_grows_has_no_address_to_read(client: httpx.Client, storage: httpx.Client) -> None:
    build = next(row for row in listed(client, status="running") if "progress" in row)

    location = client.get(f"/progress/{build['progress']}").json()["location"]

    assert location["type"] == "firebase"
    assert storage.get(location["url"]).status_code == 403
    assert client.get(f"/progress/{build['id']}").status_code == 404
    assert client.get(f"/progress/download/{build['progress']}").headers["content-type"].startswith("text/html")


def test_every_kind_of_secret_carries_the_canary(client: httpx.Client) -> None:
    pipelines = client.get("/pipelines?limit=100").json()["docs"]
    projects = client.get("/projects").json()["projects"]
    contexts = client.get("/contexts").json()
    events = client.get("/hermes/events").json()
    specs = [pipeline["spec"] for pipeline in pipelines]
    triggers = [trigger for spec in specs for trigger in spec.get("triggers", [])]
    owners = [*specs, *projects, *triggers]
    encrypted = [variable for owner in owners for variable in owner.get("variables", []) if variable.get("encrypted")]

    assert all(CANARY in trigger["secret"] and CANARY in trigger["endpoint"] for trigger in triggers)
    assert all(variable["value"].startswith(f"*****{CANARY}") for variable in encrypted)
    assert all(CANARY in str(context["spec"]["data"]) for context in contexts)
    assert all(CANARY in event["secret"] for event in events)
    assert any(CANARY in event.get("endpoint", "") for event in events)
    assert len(encrypted) > 20


def test_builds_and_their_logs_carry_no_secret(client: httpx.Client, app: CodefreshSimulator) -> None:
    now_ms = epoch_ms(START)

    assert all(CANARY.encode() not in build.body_at(now_ms) for build in app.world.builds.newest_first)
