from typing import Any

import httpx
import pytest

from gateway.providers.codefresh.simulator import CodefreshSimulator
from gateway.simulation.server import RunningSimulator
from tests.providers.codefresh.writes.builds import APPROVAL, advance, build_of, finished, new_build, status_of


def waiting_build(client: httpx.Client, simulator: RunningSimulator) -> dict[str, Any]:
    """One that waits for an approval."""
    build = new_build(client, APPROVAL)
    advance(simulator, 40)
    return build


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
