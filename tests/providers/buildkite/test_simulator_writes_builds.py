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


def test_a_created_build_is_in_every_read_at_once(acme: Account) -> None:
    newest = acme.rows(f"{SERVICE}/builds?per_page=1")[0]["number"]
    build = create(acme, message="Try it")

    assert (build["number"], build["state"], build["source"]) == (newest + 1, "scheduled", "api")
    assert build["creator"]["name"] == "Sam Lee"
    assert acme.rows(build["url"])["id"] == build["id"]
    assert acme.rows(f"{SERVICE}/builds?per_page=1")[0]["id"] == build["id"]
    assert acme.rows("/organizations/acme/builds?per_page=1")[0]["id"] == build["id"]
    assert acme.rows("/builds?per_page=1")[0]["id"] == build["id"]
    acme.clock.advance(1)
    assert create(acme)["number"] == newest + 2
    assert [row["number"] for row in acme.rows(f"{SERVICE}/builds?per_page=2")] == [newest + 2, newest + 1]


def test_a_created_build_runs_by_the_clock_and_passes(acme: Account) -> None:
    build = create(acme)
    before = acme.rows(SERVICE)["scheduled_builds_count"]

    assert states(acme, build["url"], 7, 300) == ["scheduled", "running", "passed"]
    done = acme.rows(build["url"])
    assert {job["state"] for job in done["jobs"]} == {"passed"}
    assert done["scheduled_at"] < done["started_at"] < done["finished_at"]
    assert acme.rows(SERVICE)["scheduled_builds_count"] < before


def test_a_pipeline_told_to_fail_makes_a_build_that_fails(acme: Account) -> None:
    acme.client.post(
        f"{acme.running.origin}/__control/verdicts", json={"org": "acme", "pipeline": "service-00", "verdict": "failed"}
    )
    build = create(acme)

    assert states(acme, build["url"], 7, 300) == ["scheduled", "running", "failed"]
    done = acme.rows(build["url"])
    assert sorted(job["state"] for job in done["jobs"]) == ["failed", "passed"]
    assert done["failing_at"] is not None


def test_later_steps_wait_until_a_failure_is_known(acme: Account) -> None:
    text = "steps:\n  - command: one\n  - command: two\n  - wait\n  - command: three\n"
    send(acme, "PATCH", "/organizations/acme/pipelines/service-02", 200, {"configuration": text})
    acme.app.decide("acme", "service-02", "failed")
    build = send(acme, "POST", "/organizations/acme/pipelines/service-02/builds", 201, BODY)
    acme.clock.advance(8)
    running = acme.rows(build["url"])
    acme.clock.advance(300)

    assert [job.get("state") for job in running["jobs"]] == ["running", "running", None, "waiting"]
    assert [job.get("state") for job in acme.rows(build["url"])["jobs"]] == ["failed", "passed", None, "waiting_failed"]


def test_what_is_asked_for_is_what_the_build_shows(acme: Account) -> None:
    build = create(
        acme,
        message="Deploy\n\n🚀",
        author={"name": "Noor", "email": "noor@example.com"},
        env={"TARGET": "staging"},
        meta_data={"release": "2.0"},
        clean_checkout=True,
        ignore_pipeline_branch_filters=True,
        pull_request_id=1245,
        pull_request_base_branch="main",
        pull_request_repository="git://example.com/x.git",
        pull_request_labels=["bug"],
    )

    assert (build["commit"], build["branch"], build["message"]) == ("HEAD", "main", "Deploy\n\n🚀")
    assert build["author"] == {"name": "Noor", "email": "noor@example.com"}
    assert (build["env"], build["meta_data"]) == ({"TARGET": "staging"}, {"release": "2.0"})
    assert build["pull_request"] == {"id": "1245", "base": "main", "repository": "git://example.com/x.git", "labels": ["bug"]}
    assert acme.rows(f"{SERVICE}/builds?meta_data[release]=2.0")[0]["id"] == build["id"]


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({"branch": "main"}, [("commit", "missing")]),
        ({"commit": "", "branch": None}, [("commit", "missing"), ("branch", "missing")]),
        (None, [("commit", "missing"), ("branch", "missing")]),
        (BODY | {"env": {"A": 1}}, [("env", "must be an object of strings")]),
        (BODY | {"pull_request_id": "7"}, [("pull_request_id", "must be an integer")]),
        (BODY | {"author": {"login": "x"}}, [("author", "must have only name and email")]),
    ],
)
def test_a_wrong_build_request_names_every_wrong_member_and_makes_nothing(acme: Account, body: Any, errors: Any) -> None:
    before = len(acme.app.writes())
    answer = send(acme, "POST", f"{SERVICE}/builds", 422, body)

    assert answer["message"] == "Validation Failed"
    assert [(error["field"], error["code"]) for error in answer["errors"]] == errors
    assert len(acme.app.writes()) == before


def test_canceling_a_scheduled_build_ends_it_at_once(acme: Account) -> None:
    build = create(acme)
    canceled = send(acme, "PUT", f"{build['url']}/cancel", 200)

    assert canceled["state"] == "canceled"
    assert canceled["finished_at"] is not None
    assert {job["state"] for job in canceled["jobs"]} == {"canceled"}


def test_canceling_a_running_build_takes_until_its_jobs_have_ended(acme: Account) -> None:
    build = create(acme)
    acme.clock.advance(7)
    canceling = send(acme, "PUT", f"{build['url']}/cancel", 200)

    assert (canceling["state"], canceling["finished_at"]) == ("canceling", None)
    assert "canceling" in {job["state"] for job in canceling["jobs"]}
    assert states(acme, build["url"], 9, 1) == ["canceling", "canceling", "canceled"]
    assert {job["state"] for job in acme.rows(build["url"])["jobs"]} == {"canceled"}


def test_a_finished_build_cannot_be_canceled(acme: Account) -> None:
    build = create(acme)
    acme.clock.advance(300)

    assert send(acme, "PUT", f"{build['url']}/cancel", 422)["message"]
    assert acme.rows(build["url"])["state"] == "passed"


def test_a_branch_filter_refuses_other_branches_unless_it_is_to_be_ignored() -> None:
    with account("even") as fresh:
        send(fresh, "PATCH", SERVICE, 200, {"branch_configuration": "main release/* !release/0.*"})
        builds = f"{SERVICE}/builds"

        send(fresh, "POST", builds, 201, BODY | {"branch": "release/1"})
        for branch in ("fix", "release/0.9"):
            assert send(fresh, "POST", builds, 422, BODY | {"branch": branch})["errors"][0]["field"] == "branch"
        send(fresh, "POST", builds, 201, BODY | {"branch": "fix", "ignore_pipeline_branch_filters": True})
