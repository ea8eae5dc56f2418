from collections.abc import Iterator
from typing import Any

import pytest

from gateway.providers.buildkite.simulator import SimulatorSettings
from tests.simulation.buildkite_account import Account, account, send

PIPELINES = "/organizations/acme/pipelines"
TEXT = 'steps:\n  - label: "Test"\n    command: make\n    parallelism: 2\n  - wait\n  - trigger: service-01\n'


@pytest.fixture(scope="module")
def acme() -> Iterator[Account]:
    with account("even") as opened:
        yield opened


def body(acme: Account, called: str, **more: Any) -> dict[str, Any]:
    cluster = acme.app.world.organizations[0].clusters[0].id
    found = {"name": called, "repository": f"git@github.com:acme/{called}.git", "cluster_id": cluster, "configuration": TEXT}
    return {key: value for key, value in (found | more).items() if value is not ...}


def create(acme: Account, called: str, **more: Any) -> Any:
    return send(acme, "POST", PIPELINES, 201, body(acme, called, **more))


def errors(answer: Any) -> list[tuple[str, str]]:
    assert answer["message"] == "Validation Failed"
    return [(error["field"], error["code"]) for error in answer["errors"]]


def test_a_created_pipeline_is_read_listed_and_built(acme: Account) -> None:
    made = create(acme, "My  New App", description="Fresh", tags=["a"], color="#00ff00", visibility="public")

    assert (made["slug"], made["name"], made["description"], made["tags"]) == ("my-new-app", "My  New App", "Fresh", ["a"])
    assert made["provider"]["id"] == "github"
    assert made["configuration"] == TEXT
    assert [step["type"] for step in made["steps"]] == ["script", "waiter", "trigger"]
    assert (made["allow_rebuilds"], made["skip_queued_branch_builds"], made["archived_at"]) == (True, False, None)
    assert acme.rows(made["url"]) == made
    assert made in acme.walk(f"{PIPELINES}?per_page=100")
    build = send(acme, "POST", made["builds_url"], 201, {"commit": "HEAD", "branch": "main"})
    assert (build["number"], len(build["jobs"])) == (1, 4)


def test_visual_steps_make_a_pipeline_without_a_configuration(acme: Account) -> None:
    steps = [{"type": "script", "name": "T", "command": "make"}, {"type": "manual", "label": "Go?"}, {"type": "waiter"}]
    made = create(acme, "Visual", configuration=..., steps=steps, env={"A": "1"})

    assert "configuration" not in made
    assert [step["type"] for step in made["steps"]] == ["script", "manual", "waiter"]
    assert made["env"] == {"A": "1"}
    assert len(send(acme, "PATCH", made["url"], 200, {"steps": steps[:1]})["steps"]) == 1


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"name": ...}, [("name", "missing")]),
        ({"name": " ", "repository": ""}, [("name", "missing"), ("repository", "missing")]),
        ({"configuration": ...}, [("configuration", 'Step configuration is missing, expected `steps: { yaml: "..." }`')]),
        ({"configuration": " \n"}, [("configuration", 'Step configuration is missing, expected `steps: { yaml: "..." }`')]),
        ({"name": "Service 00"}, [("name", "has already been taken")]),
        ({"slug": "service-07"}, [("slug", "has already been taken")]),
        ({"slug": "-dash"}, [("slug", "is invalid")]),
        ({"slug": "a" * 101}, [("slug", "is invalid")]),
        ({"name": "!!!"}, [("name", "is invalid")]),
        ({"cluster_id": "nothing"}, [("cluster_id", "is not a cluster of this organization")]),
        ({"visibility": "secret"}, [("visibility", "must be one of private, public")]),
        ({"color": "red"}, [("color", "must be a hex color such as #FF0000")]),
        ({"tags": "a"}, [("tags", "must be an array of strings")]),
        ({"teams": {"x": "admin"}}, [("teams", "must be one of read_only, build_and_read, manage_build_and_read")]),
        ({"default_command_step_timeout": 0}, [("default_command_step_timeout", "must be at least 1")]),
        ({"allow_rebuilds": "no"}, [("allow_rebuilds", "must be true or false")]),
        ({"configuration": ..., "steps": [{"type": "dance"}]}, [("steps", "is invalid")]),
    ],
)
def test_a_wrong_pipeline_is_refused_member_by_member(acme: Account, more: Any, expected: Any) -> None:
    before = len(acme.app.world.organizations[0].pipelines)

    assert errors(send(acme, "POST", PIPELINES, 422, body(acme, "Refused", **more))) == expected
    assert len(acme.app.world.organizations[0].pipelines) == before


def test_a_cluster_must_be_given_unless_the_organization_does_without(acme: Account) -> None:
    with account("even", settings=SimulatorSettings(cluster_required=False)) as lax:
        assert create(lax, "Loose", cluster_id=...)["cluster_id"] is None
    answer = send(acme, "POST", PIPELINES, 422, body(acme, "Loose", cluster_id=...))
    assert answer["message"] == "Cluster must be specified"


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_an_update_changes_what_it_names_and_null_clears(acme: Account, method: str) -> None:
    made = create(acme, f"Partial {method}", description="Old", tags=["x"], default_branch="trunk")
    after = send(acme, method, made["url"], 200, {"description": None, "tags": None, "skip_queued_branch_builds": True})

    changed = {key for key in after if after[key] != made[key]}
    assert changed == {"description", "tags", "skip_queued_branch_builds"}
    assert (after["description"], after["tags"]) == (None, None)
    assert acme.rows(made["url"]) == after


def test_a_rename_moves_the_slug_and_every_link(acme: Account) -> None:
    made = create(acme, "Before")
    build = send(acme, "POST", made["builds_url"], 201, {"commit": "HEAD", "branch": "main"})
    acme.clock.advance(600)
    assert acme.rows(f"{made['builds_url']}?per_page=1")[0]["url"] == build["url"]

    after = send(acme, "PATCH", made["url"], 200, {"name": "After Wards"})

    assert (after["slug"], after["id"]) == ("after-wards", made["id"])
    assert acme.refusal(made["url"], 404) == "No pipeline found"
    assert acme.rows(f"{after['builds_url']}/1")["url"] == f"{after['url']}/builds/1"
    newest = next(row for row in acme.rows("/organizations/acme/builds?per_page=5") if row["id"] == build["id"])
    assert newest["url"] == f"{after['url']}/builds/1"
    kept = send(acme, "PATCH", after["url"], 200, {"name": "Third", "slug": "after-wards"})
    assert (kept["slug"], kept["name"]) == ("after-wards", "Third")
    same = send(acme, "PATCH", after["url"], 200, {"name": "Third"})
    assert same["slug"] == "after-wards"


def test_a_rename_to_a_taken_slug_changes_nothing(acme: Account) -> None:
    made = create(acme, "Lonely")

    assert errors(send(acme, "PATCH", made["url"], 422, {"name": "Service 03", "description": "x"})) == [
        ("name", "has already been taken")
    ]
    assert acme.rows(made["url"]) == made


def test_a_configuration_outranks_steps_and_the_environment(acme: Account) -> None:
    made = create(acme, "Program", env={"A": "1"})
    text = "steps:\n  - command: one\n  - command: two\n"

    assert made["env"] is None
    assert send(acme, "PATCH", made["url"], 200, {"env": {"A": "1"}})["env"] is None
    alone = send(acme, "PATCH", made["url"], 422, {"steps": [{"type": "waiter"}]})
    assert errors(alone)[0][0] == "configuration"
    both = send(acme, "PATCH", made["url"], 200, {"configuration": text, "steps": [{"type": "waiter"}]})
    assert both["configuration"] == text
    assert [step["command"] for step in both["steps"]] == ["one", "two"]


def test_new_steps_leave_old_builds_as_they_were(acme: Account) -> None:
    url = f"{PIPELINES}/service-09"
    before = acme.rows(f"{url}/builds?per_page=1")[0]
    send(acme, "PATCH", url, 200, {"configuration": "steps:\n  - command: one\n"})

    assert [job["command"] for job in acme.rows(before["url"])["jobs"]] == [job["command"] for job in before["jobs"]]
    build = send(acme, "POST", f"{url}/builds", 201, {"commit": "HEAD", "branch": "main"})
    assert [job["command"] for job in build["jobs"]] == ["one"]


def test_archiving_and_unarchiving_are_shown_and_refused_the_second_time(acme: Account) -> None:
    url = create(acme, "Cold")["url"]

    assert send(acme, "POST", f"{url}/archive", 200)["archived_at"] is not None
    assert send(acme, "POST", f"{url}/archive", 422)["message"] == "Pipeline could not be archived."
    assert acme.rows(url)["archived_at"] is not None
    assert send(acme, "POST", f"{url}/unarchive", 200)["archived_at"] is None
    assert send(acme, "POST", f"{url}/unarchive", 422)["message"] == "Pipeline could not be unarchived."


def test_a_deleted_pipeline_takes_its_builds_along(acme: Account) -> None:
    made = create(acme, "Short Lived")
    build = send(acme, "POST", made["builds_url"], 201, {"commit": "HEAD", "branch": "main"})
    send(acme, "DELETE", made["url"], 204)

    assert send(acme, "DELETE", made["url"], 404)["message"] == "No pipeline found"
    assert acme.refusal(build["url"], 404) == "No pipeline found"
    assert acme.refusal(f"/organizations/acme/jobs/{build['jobs'][0]['id']}", 404) == "No job found"
    assert build["id"] not in {row["id"] for row in acme.rows("/organizations/acme/builds?per_page=5")}
    assert create(acme, "Short Lived")["id"] != made["id"]


def test_webhooks_are_made_and_processing_is_switched(acme: Account) -> None:
    github = create(acme, "Hooked")["url"]
    bare = create(acme, "Bare", repository="/srv/git/bare.git")["url"]
    answer = acme.client.post(f"{github}/webhook")

    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (201, b"", "text/html")
    assert send(acme, "POST", f"{bare}/webhook", 422)["message"] == "Auto-creating webhooks is not supported for your repository."
    assert acme.rows(f"{github}/github-webhooks")["enabled"] is True
    assert send(acme, "DELETE", f"{github}/github-webhooks", 200)["disabled_by"]["name"] == "Sam Lee"
    assert acme.rows(f"{github}/github-webhooks")["enabled"] is False
    assert send(acme, "PUT", f"{github}/github-webhooks", 200)["enabled"] is True
    assert send(acme, "GET", f"{bare}/github-webhooks", 404)
