from collections.abc import Iterator
from typing import Any

import pytest

from gateway.providers.buildkite.simulator import SimulatorSettings
from tests.providers.buildkite.gated import TEXT, job_states
from tests.simulation.buildkite_account import Account, account, send

PIPELINE = "/organizations/acme/pipelines/gated"


@pytest.fixture(scope="module")
def shared() -> Iterator[Account]:
    with account("even", settings=SimulatorSettings(cluster_required=False)) as opened:
        send(
            opened,
            "POST",
            "/organizations/acme/pipelines",
            201,
            {"name": "Gated", "repository": "/srv/x.git", "configuration": TEXT},
        )
        yield opened


@pytest.fixture
def labs(shared: Account) -> Iterator[Account]:
    yield shared
    shared.app.decide("acme", "gated", "passed")


def gated(labs: Account, after_s: float, verdict: Any = "passed") -> Any:
    labs.app.decide("acme", "gated", verdict)
    build = send(labs, "POST", f"{PIPELINE}/builds", 201, {"commit": "HEAD", "branch": "main"})
    labs.app.decide("acme", "gated", "passed")
    labs.clock.advance(after_s)
    return labs.rows(build["url"])


def manual(build: Any) -> Any:
    return next(job for job in build["jobs"] if job["type"] == "manual")


def test_a_build_stops_at_its_block_step(labs: Account) -> None:
    build = gated(labs, 600)

    assert (build["state"], build["blocked"], build["blocked_state"]) == ("passed", True, "passed")
    assert job_states(build) == ["passed", None, "passed", "blocked", "waiting"]
    assert build["finished_at"] is not None


@pytest.mark.parametrize("form", ["below the build", "below the organization"])
def test_unblocking_lets_the_build_go_on_to_its_end(labs: Account, form: str) -> None:
    build = gated(labs, 600)
    step = manual(build)
    path = step["unblock_url"] if form == "below the build" else f"/organizations/acme/jobs/{step['id']}/unblock"

    job = send(labs, "PUT", path, 200, {"fields": {"release-name": "Dolphin"}})

    assert (job["state"], job["unblockable"], job["unblocked_by"]["name"]) == ("unblocked", False, "Sam Lee")
    running = labs.rows(build["url"])
    assert (running["state"], running["blocked"], running["finished_at"]) == ("running", False, None)
    assert running["meta_data"]["release-name"] == "Dolphin"
    labs.clock.advance(300)
    done = labs.rows(build["url"])
    assert (done["state"], done["blocked"]) == ("passed", False)
    assert job_states(done) == ["passed", None, "passed", "unblocked", "passed"]


def test_a_block_step_unblocked_early_does_not_hold_the_build(labs: Account) -> None:
    build = gated(labs, 0)
    send(labs, "PUT", manual(build)["unblock_url"], 200)
    labs.clock.advance(900)

    done = labs.rows(build["url"])
    assert (done["state"], done["blocked"]) == ("passed", False)


def test_unblocking_for_another_user(labs: Account) -> None:
    build = gated(labs, 600)
    user = labs.app.world.organizations[0].users[3]

    refused = send(labs, "PUT", manual(build)["unblock_url"], 422, {"unblocker": "00000000-0000-4000-8000-000000000000"})
    job = send(labs, "PUT", manual(build)["unblock_url"], 200, {"unblocker": user.id})

    assert refused["message"] == "Unblocker is not a valid user id for this organization"
    assert job["unblocked_by"]["id"] == user.id


def test_what_cannot_be_unblocked_is_refused(labs: Account) -> None:
    build = gated(labs, 600)
    url = build["url"]
    script = build["jobs"][0]["id"]
    canceled = gated(labs, 1)
    send(labs, "PUT", f"{canceled['url']}/cancel", 200)

    assert send(labs, "PUT", f"{url}/jobs/{script}/unblock", 400)["message"] == "This job type cannot be unblocked"
    late = send(labs, "PUT", manual(canceled)["unblock_url"], 422)
    assert late["message"] == "Jobs from canceled builds cannot be unblocked"
    send(labs, "PUT", manual(build)["unblock_url"], 422, {"fields": "x"})
    send(labs, "PUT", manual(build)["unblock_url"], 200)
    send(labs, "PUT", manual(build)["unblock_url"], 422)
    assert send(labs, "PUT", f"{url}/jobs/nothing/unblock", 404)["message"] == "No job found"


def test_a_priority_is_an_integer_and_is_shown(labs: Account) -> None:
    build = gated(labs, 0)
    jobs = f"{build['url']}/jobs"
    script = build["jobs"][0]["id"]

    assert send(labs, "PUT", f"{jobs}/{script}/reprioritize", 200, {"priority": -3})["priority"] == {"number": -3}
    assert labs.rows(f"{jobs}/{script}")["priority"] == {"number": -3}
    for wrong in ({"priority": "5"}, {"priority": True}, {}):
        assert send(labs, "PUT", f"{jobs}/{script}/reprioritize", 400, wrong)["message"] == "Priority must be an integer"


def test_a_deleted_log_is_empty_and_a_deleted_artifact_is_gone(labs: Account) -> None:
    url = labs.rows("/organizations/acme/pipelines/service-00/builds?state=passed&per_page=1")[0]["url"]
    artifact = labs.rows(f"{url}/artifacts?state=finished")[0]
    log = f"{url}/jobs/{artifact['job_id']}/log"

    assert labs.rows(log)["size"] > 0
    send(labs, "DELETE", log, 204)
    send(labs, "DELETE", artifact["url"], 204)

    assert labs.rows(log)["size"] == 0
    assert labs.rows(artifact["url"])["state"] == "deleted"
    assert send(labs, "DELETE", artifact["url"], 404)["message"] == "No artifact found"
