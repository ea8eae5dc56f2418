from collections import Counter
from typing import Any

from tests.simulation.buildkite_account import account

LEAN = "exclude_jobs=true&exclude_pipeline=true"
ORDER = {"creating": 0, "scheduled": 1, "running": 2, "failing": 3, "canceling": 3}
FINAL = {"passed", "failed", "canceled", "blocked"}


def states(rows: list[Any]) -> Counter[str]:
    return Counter("blocked" if row["blocked"] else row["state"] for row in rows)


def test_open_builds_go_forward_with_the_clock_and_end() -> None:
    with account() as live:
        path = f"/organizations/acme/builds?{LEAN}&per_page=100"
        before = {row["id"]: row for row in live.rows(path)}
        seen = {key: [row["state"]] for key, row in before.items() if row["state"] in ORDER}
        for _ in range(12):
            live.clock.advance(30)
            for row in live.rows(path):
                if row["id"] in seen:
                    seen[row["id"]].append("blocked" if row["blocked"] else row["state"])
        live.clock.advance(7_200)
        after = {row["id"]: row for row in live.rows(path)}

    stuck = {key for key, row in before.items() if row["state"] == "running" and row["blocked"]}
    assert {"creating", "scheduled", "running", "failing", "canceling"} <= {history[0] for history in seen.values()}
    for key, history in seen.items():
        ranks = [ORDER.get(state, 9) for state in history]
        assert ranks == sorted(ranks)
        final = "blocked" if after[key]["blocked"] else after[key]["state"]
        assert final in FINAL
        assert key in stuck or after[key]["finished_at"] is not None
    unchanged = [key for key, row in before.items() if row["state"] in ("passed", "failed", "canceled", "skipped", "not_run")]
    assert unchanged
    assert all(after[key] == before[key] for key in unchanged)
    assert states(list(after.values()))["waiting"] == states(list(before.values()))["waiting"] == 2


def test_an_inserted_build_runs_its_jobs_and_writes_its_log() -> None:
    with account() as live:
        [build] = live.app.insert_builds("acme", "web-app")
        url = f"/organizations/acme/pipelines/web-app/builds/{build.number}"
        fresh = live.rows(url)
        live.clock.advance(1)
        scheduled = live.rows(url)
        live.clock.advance(40)
        running = live.rows(url)
        counts = live.rows("/organizations/acme/pipelines/web-app")
        job = next(job for job in running["jobs"] if job["state"] == "running")
        log = live.rows(f"{url}/jobs/{job['id']}/log")["content"]
        live.clock.advance(10)
        longer = live.rows(f"{url}/jobs/{job['id']}/log")["content"]
        live.clock.advance(400)
        done = live.rows(url)
        counts_after = live.rows("/organizations/acme/pipelines/web-app")

    assert (fresh["state"], fresh["jobs"], fresh["started_at"]) == ("creating", [], None)
    assert scheduled["state"] == "scheduled"
    assert "scheduled" in {job.get("state") for job in scheduled["jobs"]}
    assert (running["state"], running["finished_at"]) == ("running", None)
    assert job["finished_at"] is None
    assert job["exit_status"] is None
    assert longer.startswith(log)
    assert done["state"] == "passed"
    assert done["finished_at"] is not None
    assert counts["running_builds_count"] >= 1
    assert counts["running_jobs_count"] >= 1
    assert counts_after["running_builds_count"] < counts["running_builds_count"]


def test_filters_follow_the_clock() -> None:
    with account() as live:
        path = f"/organizations/acme/builds?{LEAN}&per_page=100&state[]=creating&state[]=scheduled&state[]=running"
        open_before = live.rows(path)
        live.clock.advance(7_200)
        open_after = live.rows(path)

    assert len(open_before) >= 20
    assert {row["url"].split("/")[7] for row in open_after} <= {"every-job-state"}


def test_a_signed_artifact_address_lives_for_sixty_seconds() -> None:
    with account() as live:
        url = live.rows("/organizations/acme/pipelines/web-app/builds?state=passed&per_page=1&exclude_pipeline=true")[0]["url"]
        artifacts = live.rows(f"{url}/artifacts?state=finished")
        answer = live.get(f"{artifacts[0]['download_url']}", status=302)
        address = answer.json()["url"]
        with_credential = live.client.get(address)
        live.client.headers.pop("Authorization")
        content = live.client.get(address)
        forged = live.client.get(address.replace("signature=", "signature=0"))
        live.clock.advance(60)
        late = live.client.get(address)

    assert answer.headers["location"] == address
    assert with_credential.status_code == 400
    assert (content.status_code, len(content.content)) == (200, artifacts[0]["file_size"])
    assert (forged.status_code, late.status_code) == (403, 403)
