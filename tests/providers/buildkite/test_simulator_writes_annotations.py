from collections.abc import Iterator
from typing import Any

import pytest

from tests.simulation.buildkite_account import Account, account, send

SERVICE = "/organizations/acme/pipelines/service-00"


@pytest.fixture(scope="module")
def acme() -> Iterator[Account]:
    with account("even") as opened:
        yield opened


@pytest.fixture
def build(acme: Account) -> Any:
    return send(acme, "POST", f"{SERVICE}/builds", 201, {"commit": "HEAD", "branch": "main"})


def test_a_created_annotation_is_listed(acme: Account, build: Any) -> None:
    url = f"{build['url']}/annotations"
    made = send(acme, "POST", url, 201, {"body": "Coverage 91%", "style": "info", "context": "coverage", "priority": 9})
    plain = send(acme, "POST", url, 201, {"body": "<b>x</b>"})

    assert (made["body_html"], made["style"], made["context"], made["priority"]) == ("<p>Coverage 91%</p>\n", "info", "coverage", 9)
    assert (made["scope"], made["job_id"]) == ("build", None)
    assert (plain["body_html"], plain["context"], plain["priority"], plain["style"]) == ("<b>x</b>", "default", 3, None)
    assert acme.rows(url) == [made, plain]


def test_the_same_context_is_replaced_or_appended_to(acme: Account, build: Any) -> None:
    url = f"{build['url']}/annotations"
    first = send(acme, "POST", url, 201, {"body": "one", "context": "c", "style": "error", "priority": 7})
    acme.clock.advance(1)
    longer = send(acme, "POST", url, 201, {"body": " two", "context": "c", "append": True})
    other = send(acme, "POST", url, 201, {"body": "three", "context": "c", "style": "success"})

    assert {first["id"], longer["id"], other["id"]} == {first["id"]}
    assert (longer["body_html"], longer["style"], longer["priority"]) == ("<p>one two</p>\n", "error", 7)
    assert (other["body_html"], other["style"], other["priority"]) == ("<p>three</p>\n", "success", 3)
    assert first["created_at"] == other["created_at"] < other["updated_at"]
    assert acme.rows(url) == [other]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, ("body", "missing")),
        ({"body": "x", "style": "default"}, ("style", "must be one of success, info, warning, error")),
        ({"body": "x", "priority": 11}, ("priority", "must be between 1 and 10")),
        ({"body": "x", "append": "yes"}, ("append", "must be true or false")),
    ],
)
def test_a_wrong_annotation_is_refused(acme: Account, build: Any, body: Any, error: Any) -> None:
    answer = send(acme, "POST", f"{build['url']}/annotations", 422, body)

    assert answer == {"message": "Validation Failed", "errors": [{"field": error[0], "code": error[1]}]}
    assert acme.rows(f"{build['url']}/annotations") == []


def test_an_annotation_of_a_job_has_a_context_of_its_own(acme: Account, build: Any) -> None:
    job = build["jobs"][0]["id"]
    of_build = send(acme, "POST", f"{build['url']}/annotations", 201, {"body": "b", "context": "c"})
    of_job = send(acme, "POST", f"{build['url']}/jobs/{job}/annotations", 201, {"body": "j", "context": "c"})
    by_organization = send(acme, "POST", f"/organizations/acme/jobs/{job}/annotations", 201, {"body": "k", "context": "d"})

    assert (of_job["scope"], of_job["job_id"]) == ("job", job)
    assert acme.rows(f"{build['url']}/annotations") == [of_build]
    assert acme.rows(f"{build['url']}/jobs/{job}/annotations") == [of_job, by_organization]
    assert len(acme.rows(f"{build['url']}/annotations?scope=all")) == 3
    send(acme, "DELETE", f"/organizations/acme/jobs/{job}/annotations/{of_job['id']}", 204)
    send(acme, "DELETE", f"{build['url']}/jobs/{job}/annotations/{of_build['id']}", 404)
    assert len(acme.rows(f"{build['url']}/annotations?scope=all")) == 2


def test_a_deleted_annotation_is_gone_and_its_context_free(acme: Account, build: Any) -> None:
    url = f"{build['url']}/annotations"
    made = send(acme, "POST", url, 201, {"body": "x"})

    send(acme, "DELETE", f"{url}/{made['id']}", 204)

    assert send(acme, "DELETE", f"{url}/{made['id']}", 404)["message"] == "No annotation found"
    assert send(acme, "POST", url, 201, {"body": "y"})["id"] != made["id"]


def test_seeded_annotations_are_replaced_and_deleted_too(acme: Account) -> None:
    rows = acme.rows("/organizations/acme/builds?per_page=50&exclude_pipeline=true")
    url, seeded = next((f"{row['url']}/annotations", found) for row in rows if (found := acme.rows(f"{row['url']}/annotations")))

    replaced = send(acme, "POST", url, 201, {"body": "mine", "context": seeded[0]["context"]})
    assert replaced["id"] == seeded[0]["id"]
    assert len(acme.rows(url)) == len(seeded)
    send(acme, "DELETE", f"{url}/{replaced['id']}", 204)
    assert len(acme.rows(url)) == len(seeded) - 1
