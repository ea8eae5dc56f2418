from collections.abc import Iterator
from typing import Any

import pytest

from tests.providers.buildkite.gated import TEXT, job_states
from tests.simulation.buildkite_account import Account, account, send

PIPELINE = "/organizations/beta-labs/pipelines/gated"


@pytest.fixture(scope="module")
def shared() -> Iterator[Account]:
    with account() as opened:
        send(
            opened,
            "POST",
            "/organizations/beta-labs/pipelines",
            201,
            {"name": "Gated", "repository": "/srv/x.git", "configuration": TEXT},
        )
        yield opened


@pytest.fixture
def labs(shared: Account) -> Iterator[Account]:
    yield shared
    shared.app.decide("beta-labs", "gated", "passed")


def gated(labs: Account, after_s: float, verdict: Any = "passed") -> Any:
    labs.app.decide("beta-labs", "gated", verdict)
    build = send(labs, "POST", f"{PIPELINE}/builds", 201, {"commit": "HEAD", "branch": "main"})
    labs.app.decide("beta-labs", "gated", "passed")
    labs.clock.advance(after_s)
    return labs.rows(build["url"])


def test_a_retried_job_is_a_new_one_and_the_build_runs_again(labs: Account) -> None:
    build = gated(labs, 600, "failed")
    assert (build["state"], job_states(build)) == ("failed", ["failed", None, "waiting_failed", "blocked_failed", "waiting_failed"])
    first = build["jobs"][0]

    retry = send(labs, "PUT", f"{build['url']}/jobs/{first['id']}/retry", 200)

    assert retry["id"] != first["id"]
    assert (retry["state"], retry["retries_count"]) == ("scheduled", 1)
    assert retry["retry_source"] == {"job_id": first["id"], "retry_type": "manual"}
    old = labs.rows(f"{build['url']}/jobs/{first['id']}")
    assert (old["retried"], old["retried_in_job_id"], old["retry_type"]) == (True, retry["id"], "manual")
    assert labs.rows(build["url"])["state"] == "running"
    labs.clock.advance(600)
    after = labs.rows(build["url"])
    assert (after["blocked"], job_states(after)) == (True, ["passed", None, "passed", "blocked", "waiting"])
    assert after["jobs"][0]["id"] == retry["id"]


def test_a_retry_that_fails_can_be_retried_by_its_own_id_only(labs: Account) -> None:
    build = gated(labs, 600, "failed")
    jobs = f"{build['url']}/jobs"
    labs.app.decide("beta-labs", "gated", "failed")
    second = send(labs, "PUT", f"{jobs}/{build['jobs'][0]['id']}/retry", 200)
    labs.clock.advance(300)

    assert labs.rows(build["url"])["state"] == "failed"
    again = send(labs, "PUT", f"{jobs}/{build['jobs'][0]['id']}/retry", 400)
    assert again["message"] == "Only failed, timed out or canceled jobs can be retried"
    assert send(labs, "PUT", f"/organizations/beta-labs/jobs/{second['id']}/retry", 200)["retries_count"] == 2
    assert len(labs.rows(jobs)["items"]) == 7


def test_what_cannot_be_retried_is_refused(labs: Account) -> None:
    passed = gated(labs, 600)
    canceled = gated(labs, 1)
    send(labs, "PUT", f"{canceled['url']}/cancel", 200)

    for index in (0, 1, 3):
        send(labs, "PUT", f"{passed['url']}/jobs/{passed['jobs'][index]['id']}/retry", 400)
    refused = send(labs, "PUT", f"{canceled['url']}/jobs/{canceled['jobs'][0]['id']}/retry", 422)
    assert refused["message"] == "Jobs from canceled builds cannot be retried"


def test_a_job_of_a_build_that_a_canceled_build_triggered_is_not_retried(labs: Account) -> None:
    build = gated(labs, 600, "failed")
    world = labs.app.world
    with world.lock:
        canceled = next(each for each in world.builds if each.plan.outcome == "canceled")
        world.builds[-1].triggered_from = canceled

    answer = send(labs, "PUT", f"{build['url']}/jobs/{build['jobs'][0]['id']}/retry", 422)
    assert "synchronous trigger step in a canceled build" in answer["message"]


def test_every_retryable_state_is_retried_in_one_call_or_by_choice(labs: Account) -> None:
    url = labs.rows("/organizations/acme/pipelines/every-job-state/builds?state=failed")[0]["url"]

    some = send(labs, "PUT", f"{url}/retry_failed_jobs", 202, {"states": "timed_out, expired"})
    rest = send(labs, "PUT", f"{url}/retry_failed_jobs", 202, {"states": ""})

    assert (some["retried_jobs_count"], rest["retried_jobs_count"]) == (2, 2)
