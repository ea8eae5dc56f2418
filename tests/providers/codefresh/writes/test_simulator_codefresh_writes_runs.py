from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from gateway.providers.codefresh.simulator import CodefreshSimulator
from gateway.simulation.server import RunningSimulator
from tests.providers.codefresh.writes.builds import advance, build_of, run

GIT_KEYS = {"repoOwner", "repoName", "branchName", "revision", "commitMessage", "commitURL", "pipelineTriggerId"}


@pytest.fixture
def app(simulator: RunningSimulator) -> Iterator[CodefreshSimulator]:
    assert isinstance(simulator.app, CodefreshSimulator)
    simulator.app.journal.clear()
    yield simulator.app
    simulator.app.settings.new_build_hidden_s = 0
    simulator.app.settings.build_outcome = None


def test_a_run_answers_with_a_bare_id_and_the_address_of_the_build(client: httpx.Client, simulator: RunningSimulator) -> None:
    answer = client.post("/pipelines/run/shop%2Fdeploy", json={})

    assert answer.text == f'"{answer.json()}"'
    assert len(answer.json()) == 24
    assert answer.headers["location"] == f"{simulator.base_url}/builds/{answer.json()}"


def test_a_pipeline_is_run_by_name_or_id_with_or_without_a_body(client: httpx.Client, app: CodefreshSimulator) -> None:
    pipeline = app.world.pipelines.get("shop/deploy")
    assert pipeline is not None

    answers = [client.post(f"/pipelines/run/{path}") for path in (pipeline.id, "shop%2Fdeploy")]

    assert [build_of(client, answer.json())["serviceId"] for answer in answers] == [pipeline.id] * 2
    assert [write.made for write in app.journal.of("pipeline.run", pipeline.id)] == [answer.json() for answer in answers]


def test_a_new_build_can_be_read_and_listed_at_once_and_has_a_progress(client: httpx.Client) -> None:
    build_id = run(client)

    build = build_of(client, build_id)
    row = client.get("/workflow?page=1&limit=1").json()["workflows"]["docs"][0]

    assert (build["status"], build["pipelineName"], build["webhookTriggered"]) == ("pending", "shop/deploy", False)
    assert row["id"] == build_id
    assert client.get(f"/progress/{build['progress']}").json()["status"] == "pending"
    assert client.get(f"/workflow/{build_id}/context-revision").json() == []


def test_a_new_build_goes_through_its_life_by_the_clock(
    client: httpx.Client, simulator: RunningSimulator, app: CodefreshSimulator
) -> None:
    app.settings.build_outcome = "error"
    build_id = run(client)
    seen = []
    for seconds in (0, 5, 5, 300):
        advance(simulator, seconds)
        seen.append(build_of(client, build_id)["status"])

    assert seen == ["pending", "elected", "running", "error"]
    assert client.get(f"/workflow/{build_id}/context-revision").json()[-1]["metadata"]["annotations"]["final"] is True


def test_a_new_build_can_be_hidden_for_a_while(client: httpx.Client, simulator: RunningSimulator, app: CodefreshSimulator) -> None:
    app.settings.new_build_hidden_s = 2

    build_id = run(client)

    assert client.get(f"/builds/{build_id}").status_code == 404
    assert client.get("/workflow?page=1&limit=1").json()["workflows"]["docs"][0]["id"] == build_id
    advance(simulator, 2)
    assert client.get(f"/builds/{build_id}").status_code == 200


@pytest.mark.parametrize("key", ["id", "name"])
def test_a_trigger_lends_its_repository_and_a_run_without_one_has_none(
    client: httpx.Client, app: CodefreshSimulator, key: str
) -> None:
    pipeline = app.world.pipelines.get("shop/deploy")
    assert pipeline is not None
    trigger = pipeline.git_triggers[0]

    with_trigger = build_of(client, run(client, {"trigger": trigger[key], "branch": "fix/tax", "sha": "0f3d5b7a9c1e"}))
    without = build_of(client, run(client, {"branch": "fix/tax"}))

    assert with_trigger["pipelineTriggerName"] == trigger["name"]
    assert f"{with_trigger['repoOwner']}/{with_trigger['repoName']}" == trigger["repo"]
    assert (with_trigger["branchName"], with_trigger["revision"]) == ("fix/tax", "0f3d5b7a9c1e")
    assert not GIT_KEYS & without.keys()
    listed = client.get("/workflow", params={"page": 1, "revision": "0f3d5b7a9c1e"}).json()["workflows"]["docs"]
    assert with_trigger["id"] in [row["id"] for row in listed]


@pytest.mark.parametrize(
    "body",
    [
        {"variables": {"PORT": "8080"}},
        {"variables": [{"key": "PORT", "value": "8080"}, {"key": "TOKEN", "value": "hush", "encrypted": True}]},
        {"contexts": ["shared-config"]},
        {"annotations": {"ticket": "SHOP-1"}},
        {"options": {"noCache": True, "noCfCache": True, "resetVolume": False, "enableNotifications": True}},
        {"userMachineConfig": {"cpu": "1000m", "memory": "2Gi", "disk": 20, "runtimeName": "a/b", "packName": "small"}},
    ],
)
def test_what_a_run_may_hold_is_kept_with_the_build(client: httpx.Client, app: CodefreshSimulator, body: dict[str, Any]) -> None:
    build = app.world.builds.get(run(client, body))

    assert build is not None
    assert build.request == body


@pytest.mark.parametrize(
    "body",
    [
        {"trigger": "no-such-trigger"},
        {"variables": "PORT=8080"},
        {"variables": {"PORT": 8080}},
        {"variables": [{"name": "PORT", "value": "8080"}]},
        {"branch": "with blanks"},
        {"branch": 7},
        {"sha": "main"},
        {"contexts": ["no-such-context"]},
        {"options": {"skip": "build"}},
        {"options": {"nocache": True}},
        {"noCache": True},
        {"userYamlDescriptor": "stages: []"},
        {"userMachineConfig": {"size": "small"}},
        [],
    ],
)
def test_a_run_that_cannot_be_meant_is_refused_and_makes_no_build(
    client: httpx.Client, app: CodefreshSimulator, body: object
) -> None:
    before = len(app.world.builds)

    answer = client.post("/pipelines/run/shop%2Fdeploy", json=body)

    assert (answer.status_code, answer.json()["status"]) == (400, 400)
    assert len(app.world.builds) == before
    assert app.journal.writes == []


def test_the_body_has_to_be_json_and_say_so(client: httpx.Client) -> None:
    not_json = client.post("/pipelines/run/shop%2Fdeploy", content=b"{", headers={"Content-Type": "application/json"})
    unnamed = client.post("/pipelines/run/shop%2Fdeploy", content=b"{}")

    assert [not_json.status_code, unnamed.status_code] == [400, 400]


def test_an_unknown_pipeline_is_not_found(client: httpx.Client) -> None:
    answer = client.post("/pipelines/run/shop%2Fmissing", json={})

    assert answer.status_code == 404
    assert "not find" in answer.json()["message"]
    assert client.post("/pipelines/run/shop/deploy", json={}).status_code == 404


def test_a_debug_run_is_a_run(client: httpx.Client, app: CodefreshSimulator) -> None:
    answer = client.post("/pipelines/debug/shop%2Fdeploy", json={})

    assert build_of(client, answer.json())["status"] == "pending"
    assert len(app.journal.of("pipeline.debug")) == 1
