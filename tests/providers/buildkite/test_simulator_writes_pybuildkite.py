"""The public Python client writes to the simulator, so the simulator takes what real clients send."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from pybuildkite.buildkite import Buildkite

from gateway.providers.buildkite.simulator import SimulatorSettings
from tests.simulation.buildkite_account import Account, account

WHERE = ("acme", "service-00")
TEXT = "steps:\n  - command: make\n  - block: Deploy?\n  - command: make deploy\n"


@pytest.fixture(scope="module")
def acme() -> Iterator[Account]:
    with account("even", settings=SimulatorSettings(cluster_required=False)) as opened:
        yield opened


@pytest.fixture
def buildkite(acme: Account, monkeypatch: pytest.MonkeyPatch) -> Buildkite:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    client = Buildkite(per_page=50)
    client.base_url = f"{acme.running.base_url}/"
    client.set_access_token(acme.running.token)
    return client


def new_build(buildkite: Buildkite, pipeline: str = "service-00") -> Any:
    return buildkite.builds().create_build("acme", pipeline, "HEAD", "main", message="From a client", env={"A": "1"})


def test_builds_are_created_canceled_and_rebuilt(buildkite: Buildkite) -> None:
    made = new_build(buildkite)
    canceled = buildkite.builds().cancel_build(*WHERE, made["number"])
    rebuilt = buildkite.builds().rebuild_build(*WHERE, made["number"])

    assert (made["state"], made["env"]) == ("scheduled", {"A": "1"})
    assert canceled["state"] == "canceled"
    assert rebuilt["rebuilt_from"]["number"] == made["number"]
    with pytest.raises(requests.HTTPError, match="422"):
        buildkite.builds().cancel_build(*WHERE, made["number"])


def test_a_failed_job_is_retried(acme: Account, buildkite: Buildkite) -> None:
    acme.app.decide(*WHERE, "failed")
    number = new_build(buildkite)["number"]
    acme.clock.advance(300)
    jobs = buildkite.builds().get_build_by_number(*WHERE, number)["jobs"]
    failed = next(job for job in jobs if job["state"] == "failed")

    assert buildkite.jobs().retry_job(*WHERE, number, failed["id"])["state"] == "scheduled"
    assert buildkite.jobs().delete_job_log(*WHERE, number, failed["id"]) is True


def test_a_block_step_is_unblocked(acme: Account, buildkite: Buildkite) -> None:
    pipeline = buildkite.pipelines().create_yaml_pipeline("acme", "Gate", "git@github.com:acme/gate.git", TEXT)
    build = new_build(buildkite, pipeline["slug"])
    acme.clock.advance(300)
    step = next(job for job in build["jobs"] if job["type"] == "manual")

    unblocked = buildkite.jobs().unblock_job("acme", pipeline["slug"], build["number"], step["id"], {"name": "Dolphin"})

    assert unblocked["state"] == "unblocked"
    acme.clock.advance(300)
    done = buildkite.builds().get_build_by_number("acme", pipeline["slug"], build["number"])
    assert (done["state"], done["blocked"], done["meta_data"]) == ("passed", False, {"name": "Dolphin"})


def test_a_pipeline_lives_from_creation_to_deletion(buildkite: Buildkite) -> None:
    pipelines = buildkite.pipelines()
    made = pipelines.create_pipeline("acme", "Short Life", "git@github.com:acme/short.git")
    updated = pipelines.update_pipeline("acme", made["slug"], description="Changed", name="Shorter Life")
    archived = pipelines.archive_pipeline("acme", updated["slug"])
    unarchived = pipelines.unarchive_pipeline("acme", updated["slug"])

    assert (made["slug"], made["steps"][0]["command"]) == ("short-life", "buildkite-agent pipeline upload")
    assert (updated["slug"], updated["description"]) == ("shorter-life", "Changed")
    assert archived["archived_at"] is not None
    assert unarchived["archived_at"] is None
    assert pipelines.delete_pipeline("acme", updated["slug"]) is True
    with pytest.raises(requests.HTTPError, match="404"):
        pipelines.get_pipeline("acme", updated["slug"])


def test_annotations_are_created_and_deleted(buildkite: Buildkite) -> None:
    number = new_build(buildkite)["number"]
    annotations = buildkite.annotations()
    url = annotations.path.format(*WHERE, number)

    made = annotations.client.post(url, body={"body": "Hello", "context": "greeting", "style": "info"})

    assert annotations.list_annotations(*WHERE, number) == [made]
    assert annotations.client.delete(f"{url}{made['id']}") is True
    assert annotations.list_annotations(*WHERE, number) == []


def test_an_agent_is_stopped(buildkite: Buildkite) -> None:
    agent = next(row for row in buildkite.agents().list_all("acme") if row["connection_state"] == "connected")

    assert buildkite.agents().stop_agent("acme", agent["id"]) is True
    assert buildkite.agents().get_agent("acme", agent["id"])["connection_state"] == "stopping"
