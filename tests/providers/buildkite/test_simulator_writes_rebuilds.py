from collections.abc import Iterator
from typing import Any

import pytest

from tests.simulation.buildkite_account import Account, account, send, states

SERVICE = "/organizations/acme/pipelines/service-00"
BODY = {"commit": "HEAD", "branch": "main"}


@pytest.fixture(scope="module")
def shared() -> Iterator[Account]:
    with account("even") as opened:
        yield opened


@pytest.fixture
def acme(shared: Account) -> Iterator[Account]:
    shared.clock.advance(1)
    yield shared
    shared.app.decide("acme", "service-00", "passed")


def create(acme: Account, **more: Any) -> Any:
    return send(acme, "POST", f"{SERVICE}/builds", 201, BODY | more)


def test_a_rebuild_is_a_new_build_that_names_the_old_one(acme: Account) -> None:
    old = create(acme, message="Again", env={"A": "1"}, meta_data={"kept": "no"})
    assert send(acme, "PUT", f"{old['url']}/rebuild", 422)["message"] == "Only finished builds can be rebuilt"
    acme.clock.advance(300)

    new = send(acme, "PUT", f"{old['url']}/rebuild", 200)

    assert new["id"] != old["id"]
    assert new["number"] == old["number"] + 1
    assert new["rebuilt_from"] == {"id": old["id"], "number": old["number"], "url": old["url"]}
    assert (new["source"], new["message"], new["env"], new["meta_data"]) == ("api", "Again", {"A": "1"}, {})
    assert states(acme, new["url"], 7, 300) == ["scheduled", "running", "passed"]


def test_retrying_failed_jobs_sets_the_build_going_again(acme: Account) -> None:
    acme.app.decide("acme", "service-00", "failed")
    build = create(acme)
    acme.clock.advance(300)
    failing_at = acme.rows(build["url"])["failing_at"]
    acme.app.decide("acme", "service-00", "passed")

    answer = send(acme, "PUT", f"{build['url']}/retry_failed_jobs", 202, {"states": "failed,soft_failed"})

    assert (answer["retried_jobs_count"], answer["state"], answer["finished_at"]) == (1, "running", None)
    assert states(acme, build["url"], 300) == ["running", "passed"]
    assert acme.rows(build["url"])["failing_at"] == failing_at
    attempts = acme.rows(f"{build['url']}/jobs")["items"]
    assert [job["retried"] for job in attempts].count(True) == 1
    assert send(acme, "PUT", f"{build['url']}/retry_failed_jobs", 202)["retried_jobs_count"] == 0


def test_unknown_retry_states_are_named(acme: Account) -> None:
    build = acme.rows(f"{SERVICE}/builds?per_page=1")[0]

    answer = send(acme, "PUT", f"{build['url']}/retry_failed_jobs", 400, {"states": "failed,late"})
    assert answer["message"] == "Invalid states: late. Valid states are canceled, expired, failed, soft_failed, timed_out."


def test_an_archived_pipeline_makes_no_builds() -> None:
    with account("even") as fresh:
        build = create(fresh)
        fresh.clock.advance(300)
        send(fresh, "POST", f"{SERVICE}/archive", 200)

        assert send(fresh, "POST", f"{SERVICE}/builds", 403, BODY) == {"message": "Forbidden"}
        assert send(fresh, "PUT", f"{build['url']}/rebuild", 403) == {"message": "Forbidden"}
        assert len(fresh.app.writes(route="/builds")) == 1


def test_seeded_builds_take_writes_too() -> None:
    with account() as live:
        running = next(
            row
            for row in live.rows("/organizations/acme/builds?state=running&per_page=100")
            if any(job.get("state") == "running" for job in row["jobs"])
        )
        failed = live.rows("/organizations/acme/builds?state=failed&per_page=1")[0]

        assert send(live, "PUT", f"{running['url']}/cancel", 200)["state"] == "canceling"
        retried = send(live, "PUT", f"{failed['url']}/retry_failed_jobs", 202)["retried_jobs_count"]
        live.clock.advance(20)
        assert live.rows(running["url"])["state"] == "canceled"
        live.clock.advance(600)
        again = live.rows(failed["url"])

    assert retried >= 1
    assert again["state"] == "passed" or again["blocked"]
