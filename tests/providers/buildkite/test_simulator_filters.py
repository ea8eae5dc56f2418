from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from tests.simulation.buildkite_account import Account, account

LEAN = "exclude_jobs=true&exclude_pipeline=true&per_page=100"
BUILDS = f"/organizations/acme/builds?{LEAN}"


@pytest.fixture(scope="module")
def acme() -> Iterator[Account]:
    with account() as opened:
        yield opened


@pytest.fixture(scope="module")
def everything(acme: Account) -> list[Any]:
    return acme.walk(BUILDS)


def ids(rows: list[Any]) -> list[str]:
    return [row["id"] for row in rows]


def filter_state(row: Any) -> str:
    return "blocked" if row["blocked"] else row["state"]


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("branch=main", lambda row: row["branch"] == "main"),
        ("branch=*dev*", lambda row: "dev" in row["branch"]),
        ("branch=feature/*", lambda row: row["branch"].startswith("feature/")),
        ("branch=feature/100%25-coverage", lambda row: row["branch"] == "feature/100%-coverage"),
        ("branch=user%2Bsam/dev-tools", lambda row: row["branch"] == "user+sam/dev-tools"),
        (f"branch={quote('fix/ünïcode')}", lambda row: row["branch"] == "fix/ünïcode"),
        ("branch[]=develop&branch[]=release/1.4", lambda row: row["branch"] in ("develop", "release/1.4")),
        ("state=failed", lambda row: filter_state(row) == "failed"),
        ("state=blocked", lambda row: row["blocked"]),
        ("state[]=running&state[]=scheduled", lambda row: filter_state(row) in ("running", "scheduled")),
        ("state=finished", lambda row: filter_state(row) in ("passed", "failed", "blocked", "canceled")),
        ("state=not_run", lambda row: row["state"] == "not_run"),
        ("meta_data[release]=1.4.2", lambda row: row["meta_data"].get("release") == "1.4.2"),
        (
            "meta_data[deploy%2Ftarget%20env]=us%26east&branch=main",
            lambda row: row["meta_data"].get("deploy/target env") == "us&east" and row["branch"] == "main",
        ),
        ("created_from=2026-02-20", lambda row: row["created_at"] >= "2026-02-20T00:00:00.000Z"),
        ("created_to=2026-02-01T12:00:00%2B01:00", lambda row: row["created_at"] < "2026-02-01T11:00:00.000Z"),
        ("finished_from=2026-03-01T00:00:00Z", lambda row: (row["finished_at"] or "") >= "2026-03-01T00:00:00.000Z"),
    ],
)
def test_a_filter_keeps_exactly_the_rows_it_describes(acme: Account, everything: list[Any], query: str, wanted: Any) -> None:
    found = acme.walk(f"{BUILDS}&{query}")

    assert found
    assert ids(found) == ids([row for row in everything if wanted(row)])


def test_created_bounds_include_from_and_exclude_to(acme: Account, everything: list[Any]) -> None:
    moment = everything[99]["created_at"]
    assert everything[100]["created_at"] == moment

    since = acme.walk(f"{BUILDS}&created_from={moment}")
    before = acme.rows(f"{BUILDS}&created_to={moment}")

    assert ids(since) == ids(everything[:101])
    assert ids(before) == ids(everything[101:201])


def test_commit_needs_the_full_sha(acme: Account, everything: list[Any]) -> None:
    commit = next(row["commit"] for row in everything if row["commit"] != "HEAD")

    assert commit in {row["commit"] for row in acme.rows(f"{BUILDS}&commit={commit}")}
    assert acme.rows(f"{BUILDS}&commit[]={commit[:10]}") == []


def test_creator_is_a_user_id(acme: Account, everything: list[Any]) -> None:
    creator = next(row["creator"]["id"] for row in everything if row["creator"])

    found = acme.walk(f"{BUILDS}&creator={creator}")

    assert ids(found) == ids([row for row in everything if (row["creator"] or {}).get("id") == creator])


def test_jobs_and_pipeline_are_there_unless_excluded(acme: Account) -> None:
    path = "/organizations/acme/pipelines/web-app/builds?per_page=1"
    full = acme.rows(path)[0]
    lean = acme.rows(f"{path}&exclude_jobs=true&exclude_pipeline=true")[0]

    assert full["pipeline"]["slug"] == "web-app"
    assert "configuration" not in full["pipeline"]
    assert isinstance(full["jobs"], list)
    assert not {"jobs", "pipeline"} & set(lean)
    assert lean["url"] == f"{acme.running.base_url}/organizations/acme/pipelines/web-app/builds/{lean['number']}"
    assert not {"job_state_counts", "test_engine"} & set(full)


def test_retried_attempts_are_shown_on_request_only(acme: Account) -> None:
    rows = acme.walk("/organizations/acme/pipelines/web-app/builds?state=passed&per_page=100&include_retried_jobs=true")
    build = next(row for row in rows if any(job.get("retried") for job in row["jobs"]))
    old = next(job for job in build["jobs"] if job.get("retried"))
    new = next(job for job in build["jobs"] if job["id"] == old["retried_in_job_id"])

    plain = acme.rows(build["url"])
    with_all = acme.rows(f"{build['url']}?include_retried_jobs=true")
    listed = acme.rows(f"{build['url']}/jobs")["items"]
    listed_latest = acme.rows(f"{build['url']}/jobs?include_retried_jobs=false")["items"]

    assert (old["state"], new["state"]) == ("failed", "passed")
    assert new["retry_source"] == {"job_id": old["id"], "retry_type": "automatic"}
    assert old["id"] not in ids(plain["jobs"])
    assert with_all["job_state_counts"]["total"] == plain["job_state_counts"]["total"] + 1
    assert len(listed) == len(listed_latest) + 1 == len(with_all["jobs"])


def test_getting_a_build_counts_job_states_whatever_the_filter(acme: Account) -> None:
    build = acme.rows("/organizations/acme/pipelines/every-job-state/builds?exclude_jobs=true")[0]

    shown = acme.rows(f"{build['url']}?job_states[]=running&job_states[]=limited&exclude_pipeline=true&include_test_engine=true")

    assert [job["state"] for job in shown["jobs"]] == ["limited", "running"]
    assert shown["job_state_counts"]["total"] == len(shown["job_state_counts"]["states"]) == 14
    assert shown["test_engine"] == {"runs": []}
    assert acme.refusal(f"{build['url']}?job_states[]=finished", 400)


def queued_rules(builds: list[Any]) -> list[Any]:
    jobs = [job for row in builds for job in row["jobs"] if job["type"] == "script"]
    return [job["agent_query_rules"] for job in jobs if job["cluster_queue_id"]]


def test_jobs_on_a_paused_queue_can_be_left_out(acme: Account) -> None:
    rows = acme.walk("/organizations/acme/builds?per_page=100&created_from=2026-02-26&exclude_pipeline=true")
    active = acme.walk("/organizations/acme/builds?per_page=100&created_from=2026-02-26&exclude_pipeline=true&include_paused=false")

    assert ["queue=deploy"] in queued_rules(rows)
    assert ["queue=deploy"] not in queued_rules(active)


def test_pipelines_are_found_by_part_of_name_and_repository(acme: Account) -> None:
    assert {row["name"] for row in acme.rows("/organizations/acme/pipelines?name=MOBILE")} == {"Mobile iOS", "Mobile Android"}
    found = acme.rows("/organizations/acme/pipelines?repository=gitlab.com&per_page=100")
    assert found
    assert all("gitlab.com" in row["repository"] for row in found)


def test_agents_are_filtered_and_only_live_ones_listed(acme: Account) -> None:
    path = "/organizations/acme/agents"
    listed = acme.rows(f"{path}?per_page=100")
    one = listed[1]

    assert {row["connection_state"] for row in listed} == {"connected", "stopping"}
    assert acme.rows(f"{path}?name={one['name']}&version={one['version']}&hostname={one['hostname']}") == [one]
    assert acme.rows(f"{path}?version=0.0.1") == []
