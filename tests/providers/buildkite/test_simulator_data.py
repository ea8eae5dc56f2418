import uuid
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from gateway.simulation.control import Fault
from tests.simulation.buildkite_account import Account, account

LEAN = "exclude_jobs=true&exclude_pipeline=true&per_page=100"


@pytest.fixture(scope="module")
def acme() -> Iterator[Account]:
    with account() as opened:
        yield opened


@pytest.fixture(scope="module")
def builds(acme: Account) -> list[Any]:
    return acme.walk(f"/builds?{LEAN}")


@pytest.fixture(scope="module")
def pipelines(acme: Account) -> list[Any]:
    return acme.walk("/organizations/acme/pipelines?per_page=100")


def test_the_same_seed_gives_the_same_account_and_another_one_another() -> None:
    def newest(seed: int) -> Any:
        with account(seed=seed) as fresh:
            rows = fresh.get("/organizations/acme/builds?per_page=100").text
            return rows.replace(fresh.running.origin, "")

    assert newest(1) == newest(1)
    assert newest(1) != newest(2)


def test_there_are_five_thousand_builds_with_every_state_and_some_blocked(builds: list[Any]) -> None:
    states = Counter(row["state"] for row in builds)

    assert len(builds) == 5_000
    assert set(states) == {
        *("creating", "scheduled", "running", "failing", "canceling", "waiting", "waiting_failed"),
        *("passed", "failed", "canceled", "skipped", "not_run"),
    }
    assert {row["blocked_state"] for row in builds} == {"", "passed", "failed", "running"}
    assert all(row["blocked"] == (row["blocked_state"] != "") for row in builds)


def test_activity_is_very_uneven(builds: list[Any], pipelines: list[Any]) -> None:
    counts = Counter(row["url"].split("/pipelines/")[1].split("/")[0] for row in builds if "/acme/" in row["url"])
    per_pipeline = sorted((counts.get(row["slug"], 0) for row in pipelines), reverse=True)

    assert len(pipelines) == 60
    assert per_pipeline[0] > 1_000
    assert per_pipeline.count(0) >= 3
    assert sum(0 < count < 10 for count in per_pipeline) >= 5


def test_new_build_ids_carry_their_creation_time_and_old_ones_do_not(builds: list[Any]) -> None:
    versions = Counter()
    for row in builds:
        parsed = uuid.UUID(row["id"])
        versions[parsed.version] += 1
        created_ms = round(datetime.fromisoformat(row["created_at"]).timestamp() * 1000)
        assert (parsed.version == 7) == (parsed.int >> 80 == created_ms)

    assert versions[4] == 20


def test_builds_show_every_odd_shape(builds: list[Any]) -> None:
    assert {type(row["author"]).__name__ for row in builds} == {"dict", "str", "NoneType"}
    assert {} in [row["author"] for row in builds]
    assert {} in [row["pull_request"] for row in builds]
    assert None in [row["pull_request"] for row in builds]
    assert any((row["pull_request"] or {}).get("id") for row in builds)
    assert None in [row["message"] for row in builds]
    assert any(row["rebuilt_from"] for row in builds)
    assert any(row["triggered_from"] for row in builds)
    assert any("cluster_id" not in row for row in builds)
    assert any(row["commit"] == "HEAD" for row in builds)
    assert any(row["creator"] and "email" not in row["creator"] for row in builds)
    assert any("CANARY-SECRET-" in str(row["env"]) for row in builds)


def test_numbers_rise_with_gaps(acme: Account) -> None:
    rows = acme.walk(f"/organizations/acme/pipelines/web-app/builds?{LEAN}")

    oldest_first = sorted(row["number"] for row in rows)
    assert len(set(oldest_first)) == len(rows)
    assert oldest_first[-1] - oldest_first[0] > len(rows)
    created = {row["number"]: row["created_at"] for row in rows}
    assert [created[number] for number in oldest_first] == sorted(created.values())


def test_pipelines_show_every_odd_shape(pipelines: list[Any]) -> None:
    assert None in [row["provider"] for row in pipelines]
    assert {} in [row["provider"] for row in pipelines]
    assert {type(row["tags"]).__name__ for row in pipelines} == {"NoneType", "list"}
    assert {type(row["env"]).__name__ for row in pipelines} == {"NoneType", "dict"}
    assert any("configuration" not in row for row in pipelines)
    assert any(row["created_at"].endswith(" UTC") for row in pipelines)
    assert any((row["archived_at"] or "").endswith(" UTC") for row in pipelines)
    assert any((row["archived_at"] or "").endswith("Z") for row in pipelines)
    assert {row["name"]: row["slug"] for row in pipelines}["Checkout Service"] == "shop-api"
    assert {step["type"] for row in pipelines for step in row["steps"]} == {"script", "waiter", "manual", "trigger"}


def test_webhook_addresses_are_shown_to_writers_only(acme: Account) -> None:
    path = "/organizations/acme/pipelines/web-app"
    reader = {"Authorization": "Bearer bkua_simulated_read_only"}

    assert "CANARY-SECRET-" in acme.rows(path)["provider"]["webhook_url"]
    assert acme.get(path, **reader).json()["provider"]["webhook_url"] == ""
    inside = acme.get(f"{path}/builds?per_page=1", **reader).json()[0]["pipeline"]
    assert inside["provider"]["webhook_url"] == ""


def test_agents_clusters_and_queues(acme: Account) -> None:
    clusters = acme.rows("/organizations/acme/clusters")
    queues = [queue for cluster in clusters for queue in acme.rows(cluster["queues_url"])]
    agents = acme.rows("/organizations/acme/agents?per_page=100")

    assert (len(clusters), len(queues)) == (2, 5)
    assert [queue["key"] for queue in queues if queue["dispatch_paused"]] == ["deploy"]
    assert acme.rows(clusters[0]["url"]) == clusters[0]
    assert acme.rows(queues[0]["url"]) == queues[0]
    assert acme.rows(clusters[0]["default_queue_url"])["key"] == "default"
    assert len(agents) == 27
    assert any("graphql_id" not in agent for agent in agents)
    assert any(agent.get("paused") for agent in agents)
    assert any(agent["job"] for agent in agents)
    offline = next(agent.id for agent in acme.app.world.organizations[0].agents if agent.connection_state == "lost")
    assert acme.rows(f"/organizations/acme/agents/{offline}")["connection_state"] == "lost"
    assert acme.rows("/organizations/beta-labs/clusters") == []


def test_faults_work_on_this_vendor(acme: Account) -> None:
    control = acme.running.control
    control.add_fault(Fault("/builds", "wrong_types", fields=("number",), row=1, times=1))
    rows = acme.rows(f"/organizations/acme/builds?{LEAN}")

    assert rows[1]["number"] == {"unexpected": True}
    assert isinstance(rows[0]["number"], int)
    assert isinstance(rows[2]["number"], int)
