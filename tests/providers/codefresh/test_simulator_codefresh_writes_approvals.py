from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from gateway.providers.codefresh.simulator import SIMULATOR, CodefreshSimulator
from gateway.providers.codefresh.simulator.settings import SimulatorSettings
from gateway.simulation.clock import ManualClock
from gateway.simulation.server import RunningSimulator, start

APPROVAL = "steps:\n  build:\n    image: alpine\n  ask:\n    type: pending-approval\n  deploy:\n    image: alpine\n"


@pytest.fixture(scope="module")
def simulator() -> Iterator[RunningSimulator]:
    with start(SIMULATOR, clock=ManualClock(datetime(2026, 3, 2, 9, 30, tzinfo=UTC))) as running:
        yield running


@pytest.fixture(scope="module")
def client(simulator: RunningSimulator) -> Iterator[httpx.Client]:
    headers = {"Authorization": simulator.token}
    with httpx.Client(base_url=simulator.base_url, headers=headers, timeout=2, trust_env=False) as opened:
        yield opened


@pytest.fixture
def app(simulator: RunningSimulator) -> Iterator[CodefreshSimulator]:
    """Its settings are back at their defaults afterwards."""
    assert isinstance(simulator.app, CodefreshSimulator)
    simulator.app.journal.clear()
    yield simulator.app
    for field in fields(SimulatorSettings):
        setattr(simulator.app.settings, field.name, getattr(SimulatorSettings(), field.name))


def new_build(client: httpx.Client, yaml: str | None = None) -> dict[str, Any]:
    build_id = client.post("/pipelines/run/shop%2Fdeploy", json={} if yaml is None else {"userYamlDescriptor": yaml}).json()
    return build_of(client, build_id)


def waiting_build(client: httpx.Client, simulator: RunningSimulator) -> dict[str, Any]:
    """One that waits for an approval."""
    build = new_build(client, APPROVAL)
    advance(simulator, 40)
    return build


def build_of(client: httpx.Client, build_id: str) -> dict[str, Any]:
    build: dict[str, Any] = client.get(f"/builds/{build_id}").json()
    return build


def status_of(client: httpx.Client, build: dict[str, Any]) -> str:
    return str(build_of(client, build["id"])["status"])


def advance(simulator: RunningSimulator, seconds: float) -> None:
    assert isinstance(simulator.clock, ManualClock)
    simulator.clock.advance(seconds)


def finished(client: httpx.Client) -> dict[str, Any]:
    """Of a pipeline and a commit."""
    rows = client.get("/workflow?page=1&limit=100&status=success").json()["workflows"]["docs"]
    found: dict[str, Any] = next(row for row in rows if {"revision", "serviceId", "progress"} <= row.keys())
    return found


def test_a_build_that_waits_for_approval_can_be_terminated(client: httpx.Client, simulator: RunningSimulator) -> None:
    build = waiting_build(client, simulator)

    client.delete(f"/progress/{build['progress']}")
    advance(simulator, 3)

    steps = client.get(f"/workflow/{build['id']}/context-revision").json()[-1]["context"]["stepsMetadata"]
    assert status_of(client, build) == "terminated"
    assert steps["approval"]["status"] == "terminated"


def test_an_approved_build_runs_to_its_end(client: httpx.Client, simulator: RunningSimulator, app: CodefreshSimulator) -> None:
    app.settings.build_outcome = "success"
    build = waiting_build(client, simulator)
    waited = status_of(client, build)

    answer = client.get(f"/workflow/{build['id']}/pending-approval/approve")
    approved = status_of(client, build)
    advance(simulator, 300)

    steps = client.get(f"/workflow/{build['id']}/context-revision").json()[-1]["context"]["stepsMetadata"]
    assert answer.status_code == 200
    assert (waited, approved, status_of(client, build)) == ("pending-approval", "running", "success")
    assert steps["approval"]["status"] == "approved"
    assert len(app.journal.of("build.approve", build["id"])) == 1


@pytest.mark.parametrize("ending", ["error", "denied"])
def test_a_denied_build_is_over(client: httpx.Client, simulator: RunningSimulator, app: CodefreshSimulator, ending: Any) -> None:
    app.settings.denied_ends_as = ending
    build = waiting_build(client, simulator)

    answer = client.get(f"/workflow/{build['id']}/pending-approval/deny")

    steps = client.get(f"/workflow/{build['id']}/context-revision").json()[-1]["context"]["stepsMetadata"]
    assert answer.status_code == 200
    assert status_of(client, build) == ending
    assert "finished" in build_of(client, build["id"])
    assert steps["approval"]["status"] == "denied"
    assert len(app.journal.of("build.deny", build["id"])) == 1


@pytest.mark.parametrize("word", ["approve", "deny"])
def test_only_a_build_that_waits_can_be_answered(
    client: httpx.Client, simulator: RunningSimulator, app: CodefreshSimulator, word: str
) -> None:
    waiting = waiting_build(client, simulator)
    addresses = [f"/workflow/{build['id']}/pending-approval/{word}" for build in (new_build(client), finished(client), waiting)]

    statuses = [client.get(address).status_code for address in (*addresses, addresses[-1])]

    assert statuses == [400, 400, 200, 400]
    assert client.get(f"/workflow/5f0c3b7e8a1d2e0011aa0000/pending-approval/{word}").status_code == 404
    assert len(app.journal.writes) == 3
