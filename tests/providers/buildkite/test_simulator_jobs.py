from collections.abc import Iterator
from typing import Any

import pytest

from gateway.providers.buildkite.simulator.job_plans import JOB_STATES
from tests.simulation.buildkite_account import Account, account


@pytest.fixture(scope="module")
def acme() -> Iterator[Account]:
    with account() as opened:
        yield opened


@pytest.fixture(scope="module")
def build(acme: Account) -> Any:
    """A passed build with script jobs that ran."""
    return acme.rows("/organizations/acme/pipelines/web-app/builds?state=passed&per_page=1")[0]


@pytest.fixture(scope="module")
def job(build: Any) -> Any:
    return next(job for job in build["jobs"] if job["type"] == "script" and job["state"] == "passed")


def test_a_job_is_found_by_both_forms_of_its_path(acme: Account, build: Any, job: Any) -> None:
    below_build = acme.rows(f"{build['url']}/jobs/{job['id']}")
    below_organization = acme.rows(f"/organizations/acme/jobs/{job['id']}")

    assert below_build == below_organization
    assert below_build == {key: value for key, value in job.items() if key != "group_key"}
    assert acme.refusal(f"/organizations/beta-labs/jobs/{job['id']}", 404) == "No job found"
    other = acme.rows("/organizations/acme/pipelines/docs-site/builds?per_page=1")[0]
    assert acme.refusal(f"{other['url']}/jobs/{job['id']}", 404) == "No job found"


def test_each_job_type_has_its_own_members(acme: Account) -> None:
    jobs = {job["type"]: job for row in acme.rows("/organizations/acme/builds?per_page=100") for job in row["jobs"]}

    assert set(jobs) == {"script", "waiter", "manual", "trigger"}
    assert set(jobs["waiter"]) == {"id", "graphql_id", "type"}
    assert "name" not in jobs["manual"]
    assert jobs["manual"]["unblock_url"].endswith(f"/jobs/{jobs['manual']['id']}/unblock")
    assert "command" not in jobs["trigger"]
    assert {"agent_query_rules", "exit_status", "group_key", "raw_log_url"} <= set(jobs["script"])


def test_every_documented_job_state_occurs_in_two_builds(acme: Account) -> None:
    rows = acme.rows("/organizations/acme/pipelines/every-job-state/builds")

    found = {job["state"] for row in rows for job in row["jobs"] if "state" in job}
    assert found == set(JOB_STATES)
    assert acme.rows(f"{rows[0]['url']}/jobs?state[]=reserved")["items"][0]["state"] == "reserved"


def test_jobs_are_filtered_by_step_and_group(acme: Account, build: Any) -> None:
    def keys(query: str) -> set[Any]:
        return {job["step_key"] for job in acme.rows(f"{build['url']}/jobs?{query}")["items"]}

    assert keys("step_key=build") == {"build"}
    assert "test" in keys("group_key=checks")
    assert keys("step_key=nothing") == set()


def test_a_log_comes_as_json_text_and_html(acme: Account, job: Any) -> None:
    shown = acme.rows(job["log_url"])
    text = acme.get(job["log_url"], Accept="text/plain")
    raw = acme.get(job["raw_log_url"])
    page = acme.get(job["log_url"], Accept="text/html")

    assert set(shown) == {"url", "content", "size", "header_times"}
    assert shown["url"] == job["log_url"]
    assert shown["content"].startswith("\x1b_bk;t=")
    assert "\r\n" in shown["content"]
    assert "\x1b[" in shown["content"]
    assert shown["size"] == len(shown["content"].encode())
    assert all(isinstance(moment, int) and moment > 10**18 for moment in shown["header_times"])
    assert text.content == raw.content == shown["content"].encode()
    assert text.headers["content-type"] == "text/plain; charset=utf-8"
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "&lt;ok&gt;" in page.text
    assert "\x1b" not in page.text


def test_a_log_has_a_size_and_a_tail(acme: Account, job: Any) -> None:
    content = acme.rows(job["log_url"])["content"].encode()
    head = acme.client.head(job["log_url"])
    tail = acme.get(job["log_url"], status=206, Accept="text/plain", Range="bytes=-50")
    whole = acme.get(job["log_url"], status=206, Accept="text/plain", Range="bytes=-99999999")

    assert (head.status_code, head.headers["content-length"], head.headers["accept-ranges"]) == (200, str(len(content)), "bytes")
    assert head.content == b""
    assert tail.content == content[-50:]
    assert tail.headers["content-range"] == f"bytes {len(content) - 50}-{len(content) - 1}/{len(content)}"
    assert whole.content == content
    assert acme.refusal(job["log_url"], 400, Accept="text/plain", Range="bytes=0-9")


def test_the_tail_of_an_empty_log_cannot_be_had(acme: Account) -> None:
    rows = acme.rows("/organizations/acme/builds?state=scheduled&per_page=100")
    waiting = next(job for row in rows for job in row["jobs"] if job["type"] == "script")

    assert acme.rows(waiting["log_url"])["content"] == ""
    assert acme.refusal(waiting["log_url"], 416, Accept="text/plain", Range="bytes=-10")


def test_a_block_step_has_no_log(acme: Account) -> None:
    rows = acme.rows("/organizations/acme/builds?state=blocked&per_page=5")
    manual = next(job for row in rows for job in row["jobs"] if job["type"] == "manual")

    assert (manual["state"], manual["unblockable"]) == ("blocked", True)
    assert acme.refusal(manual["unblock_url"].replace("/unblock", "/log"), 404) == "No job log found"


def test_the_environment_holds_a_canary(acme: Account, job: Any) -> None:
    environment = acme.rows(job["log_url"].replace("/log", "/env"))["env"]

    assert environment["DEPLOY_TOKEN"].startswith("CANARY-SECRET-")


def test_annotations_are_of_the_build_unless_asked_otherwise(acme: Account) -> None:
    rows = acme.rows("/organizations/acme/builds?state=finished&per_page=100&exclude_jobs=true")
    everything = {row["url"]: acme.rows(f"{row['url']}/annotations?scope=all") for row in rows[:30]}
    url, mixed = next((u, a) for u, a in everything.items() if {"build", "job"} == {row["scope"] for row in a})
    of_build = acme.rows(f"{url}/annotations")
    of_jobs = acme.rows(f"{url}/annotations?scope=job&omit_body=true")
    of_one = acme.rows(f"/organizations/acme/jobs/{of_jobs[0]['job_id']}/annotations")

    assert [row for row in mixed if row["scope"] == "build"] == of_build
    assert all("body_html" not in row for row in of_jobs)
    assert {row["id"] for row in of_one} <= {row["id"] for row in of_jobs}
    assert acme.refusal(f"{url}/annotations?scope=none", 400)


def test_artifacts_are_filtered_by_state_and_path(acme: Account) -> None:
    rows = acme.rows("/organizations/acme/pipelines/web-app/builds?state=passed&per_page=30")
    url, artifacts = next((row["url"], a) for row in rows if len(a := acme.rows(f"{row['url']}/artifacts")) > 5)

    one = artifacts[0]
    assert acme.rows(one["url"]) == one
    assert {row["path"] for row in acme.rows(f"{url}/artifacts?path=dist/*")} == {"dist/app.tar.gz"}
    assert all(row["state"] == "finished" for row in acme.rows(f"{url}/artifacts?state=finished"))
    assert acme.get(f"{url}/artifacts?state=lost", status=422)
    assert any(row["dirname"] == "." for row in artifacts)
    nothing = one["url"].replace(one["id"], "nothing")
    assert acme.refusal(nothing, 404) == "No artifact found"
