import httpx
import pytest

from gateway.providers.codefresh.simulator import CodefreshSimulator
from gateway.simulation.server import RunningSimulator
from tests.providers.codefresh.writes.builds import APPROVAL, advance, build_of, finished, new_build, status_of


@pytest.mark.parametrize("age_s", [0, 6, 12])
def test_a_terminated_build_is_terminating_first(
    client: httpx.Client, simulator: RunningSimulator, app: CodefreshSimulator, age_s: int
) -> None:
    build = new_build(client)
    advance(simulator, age_s)

    answer = client.delete(f"/progress/{build['progress']}")
    at_once = build_of(client, build["id"])
    again = client.delete(f"/progress/{build['progress']}")
    advance(simulator, 3)
    later = build_of(client, build["id"])

    assert (answer.status_code, again.status_code) == (200, 200)
    assert (at_once["status"], later["status"]) == ("terminating", "terminated")
    assert ("finished" in at_once, "finished" in later) == (False, True)
    assert ("started" in later) == (age_s >= 10)
    assert client.get(f"/progress/{build['progress']}").json()["status"] == "terminated"
    assert len(app.journal.of("build.terminate", build["id"])) == 1


def test_terminating_a_finished_build_changes_nothing_and_may_be_refused(client: httpx.Client, app: CodefreshSimulator) -> None:
    build = finished(client)
    before = build_of(client, build["id"])

    mild = client.delete(f"/progress/{build['progress']}")
    app.settings.refuse_terminating_finished = True
    strict = client.delete(f"/progress/{build['progress']}")

    assert (mild.status_code, strict.status_code) == (200, 400)
    assert build_of(client, build["id"]) == before
    assert app.journal.writes == []


def test_the_id_of_the_build_will_do_for_its_progress_unless_switched_off(client: httpx.Client, app: CodefreshSimulator) -> None:
    first, second = new_build(client), new_build(client)

    taken = client.delete(f"/progress/{first['id']}")
    app.settings.terminate_by_build_id = False
    refused = client.delete(f"/progress/{second['id']}")

    assert (taken.status_code, refused.status_code) == (200, 404)
    assert (status_of(client, first), status_of(client, second)) == ("terminating", "pending")
    assert client.delete("/progress/5f0c3b7e8a1d2e0011aa0000").status_code == 404


def test_a_rebuild_is_a_new_build_of_the_same_commit_and_the_old_one_stays(client: httpx.Client, app: CodefreshSimulator) -> None:
    old = finished(client)
    before = build_of(client, old["id"])

    answer = client.get(f"/builds/rebuild/{old['id']}")

    new = build_of(client, answer.json())
    assert answer.text == f'"{new["id"]}"'
    same = ("pipelineName", "serviceId", "repoOwner", "repoName", "branchName", "revision", "commitMessage")
    assert [new.get(key) for key in same] == [old.get(key) for key in same]
    assert (new["status"], new["webhookTriggered"]) == ("pending", False)
    assert new["progress"] != old["progress"]
    assert build_of(client, old["id"]) == before
    assert [write.made for write in app.journal.of("build.rebuild", old["id"])] == [new["id"]]


def test_a_rebuild_is_started_with_what_the_run_was_started_with(client: httpx.Client, app: CodefreshSimulator) -> None:
    body = {"variables": {"PORT": "8080"}, "userYamlDescriptor": APPROVAL}
    old_id = client.post("/pipelines/run/shop%2Fdeploy", json=body).json()

    build = app.world.builds.get(client.get(f"/builds/rebuild/{old_id}").json())

    assert build is not None
    assert build.request == body
    assert "pending-approval" in [phase.status for phase in build.phases]


def test_builds_of_deleted_pipelines_and_unknown_ones_cannot_be_rebuilt(client: httpx.Client, app: CodefreshSimulator) -> None:
    gone = next(build for build in app.world.builds.newest_first if build.facts.get("pipelineName") == "shop/removed")

    assert client.get(f"/builds/rebuild/{gone.id}").status_code == 404
    assert client.get("/builds/rebuild/5f0c3b7e8a1d2e0011aa0000").status_code == 404
    assert app.journal.writes == []


def test_pull_request_flags_are_accepted_for_a_build(client: httpx.Client, app: CodefreshSimulator) -> None:
    build = new_build(client)

    good = client.post(f"/builds/{build['id']}/update", json={"pullRequest": {"mergeOnSuccess": True}})
    bad = client.post(f"/builds/{build['id']}/update", json={"mergeOnSuccess": True})

    assert (good.status_code, bad.status_code) == (200, 400)
    assert len(app.journal.of("build.update")) == 1
