from collections.abc import Iterator
from typing import Any

import pytest

from tests.simulation.buildkite_account import Account, account, send

AGENTS = "/organizations/acme/agents"
CLUSTERS = "/organizations/acme/clusters"


@pytest.fixture(scope="module")
def acme() -> Iterator[Account]:
    with account("even") as opened:
        yield opened


def agents(acme: Account, state: str) -> list[str]:
    found = acme.app.world.organizations[0].agents
    return [agent.id for agent in found if agent.connection_state == state and agent.modern and agent.pause is None]


def refused(acme: Account, method: str, path: str, body: Any = None) -> str:
    message = send(acme, method, path, 422, body)["message"]
    assert isinstance(message, str)
    return message


def test_a_stopped_agent_is_stopping_then_stopped_and_leaves_the_list(acme: Account) -> None:
    path = f"{AGENTS}/{agents(acme, 'connected')[0]}"

    send(acme, "PUT", f"{path}/stop", 204, {"force": True})

    assert acme.rows(path)["connection_state"] == "stopping"
    assert send(acme, "PUT", f"{path}/stop", 400)["message"] == "Can only stop connected agents"
    acme.clock.advance(10)
    assert acme.rows(path)["connection_state"] == "stopped"
    assert acme.rows(path)["stopped_at"] == "2026-03-02T12:00:10.000Z"
    assert acme.rows(path)["id"] not in {row["id"] for row in acme.rows(f"{AGENTS}?per_page=100")}


def test_an_agent_is_paused_once_until_it_is_resumed_or_the_time_is_up(acme: Account) -> None:
    path = f"{AGENTS}/{agents(acme, 'connected')[1]}"

    send(acme, "PUT", f"{path}/pause", 204, {"note": "Disk", "timeout_in_minutes": 2})

    row = acme.rows(path)
    assert (row["paused"], row["paused_note"], row["paused_timeout_in_minutes"]) == (True, "Disk", 2)
    assert row["paused_by"]["name"] == "Sam Lee"
    assert refused(acme, "PUT", f"{path}/pause") == "Agent is already paused"
    send(acme, "PUT", f"{path}/resume", 204)
    assert refused(acme, "PUT", f"{path}/resume") == "Agent is not paused"
    send(acme, "PUT", f"{path}/pause", 204)
    acme.clock.advance(300)
    assert acme.rows(path)["paused"] is False


def test_agents_that_are_not_there_are_not_paused_or_stopped(acme: Account) -> None:
    lost = f"{AGENTS}/{agents(acme, 'lost')[0]}"

    assert refused(acme, "PUT", f"{lost}/pause") == "Only connected agents may be paused"
    send(acme, "PUT", f"{lost}/stop", 400)
    for action in ("stop", "pause", "resume"):
        assert send(acme, "PUT", f"{AGENTS}/nobody/{action}", 404)["message"] == "No agent found"


def test_a_queue_is_paused_with_a_note_and_resumed(acme: Account) -> None:
    url = acme.rows(acme.rows(CLUSTERS)[0]["queues_url"])[0]["url"]

    paused = send(acme, "POST", f"{url}/pause_dispatch", 200, {"dispatch_paused_note": "Freeze"})

    assert (paused["dispatch_paused"], paused["dispatch_paused_note"]) == (True, "Freeze")
    assert paused["dispatch_paused_by"]["name"] == "Sam Lee"
    assert acme.rows(url) == paused
    assert refused(acme, "POST", f"{url}/pause_dispatch") == "Cluster queue is already paused"
    resumed = send(acme, "POST", f"{url}/resume_dispatch", 200)
    assert (resumed["dispatch_paused"], resumed["dispatch_paused_note"], resumed["dispatch_paused_at"]) == (False, None, None)
    assert refused(acme, "POST", f"{url}/resume_dispatch") == "Cluster queue is not paused"


def test_a_queue_is_created_changed_and_deleted(acme: Account) -> None:
    queues = acme.rows(CLUSTERS)[0]["queues_url"]
    made = send(acme, "POST", queues, 201, {"key": "arm", "hostedAgents": {"instanceShape": "LINUX_ARM64_2X4"}})

    assert (made["key"], made["retry_agent_affinity"], made["hosted"]) == ("arm", "prefer-warmest", True)
    assert made["hosted_agents"]["instance_shape"]["name"] == "LINUX_ARM64_2X4"
    changed = send(acme, "PUT", made["url"], 200, {"retry_agent_affinity": "prefer-different"})
    assert changed == made | {"retry_agent_affinity": "prefer-different"}
    assert refused(acme, "POST", queues, {"key": "arm"}) == "Validation failed: Key has already been taken"
    assert refused(acme, "POST", queues, {"key": ""}) == "Validation failed: Key can't be blank"
    assert refused(acme, "PUT", made["url"], {"key": "other"}) == "Validation failed: Key cannot be changed"
    refused(acme, "PUT", made["url"], {"hostedAgents": {"instanceShape": "MACOS_ARM64_M4_6X28"}})
    send(acme, "DELETE", made["url"], 204)
    assert send(acme, "DELETE", made["url"], 404)["message"] == "No queue found"


def test_a_cluster_is_created_changed_and_deleted(acme: Account) -> None:
    user = acme.app.world.organizations[0].users[0].id
    made = send(acme, "POST", CLUSTERS, 201, {"name": "Spare", "maintainers": [{"user": user}]})

    assert (made["name"], made["default_queue_id"], made["default_queue_url"]) == ("Spare", None, None)
    assert made["maintainers"]["users"] == [{"id": user}]
    queue = send(acme, "POST", made["queues_url"], 201, {"key": "default"})
    changed = send(acme, "PUT", made["url"], 200, {"description": "For tests", "color": "#AABBCC"})
    assert (changed["description"], changed["color"], changed["default_queue_id"]) == ("For tests", "#AABBCC", queue["id"])
    assert refused(acme, "DELETE", queue["url"]) == "Validation failed: The default queue cannot be deleted"
    assert refused(acme, "POST", CLUSTERS, {"name": "Spare"}) == "Validation failed: Name has already been taken"
    assert refused(acme, "POST", CLUSTERS) == "Validation failed: Name can't be blank"
    assert refused(acme, "DELETE", acme.rows(CLUSTERS)[0]["url"]) == "Validation failed: Cluster still has pipelines"
    send(acme, "DELETE", made["url"], 204)
    assert send(acme, "GET", queue["url"], 404)["message"] == "No cluster found"
