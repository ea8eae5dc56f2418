from typing import Any
from urllib.parse import quote

import httpx
import pytest

from gateway.providers.codefresh.simulator import CodefreshSimulator


def made_project(client: httpx.Client, name: str, **keys: object) -> dict[str, Any]:
    answer = client.post("/projects", json={"projectName": name, **keys})
    assert answer.status_code == 200, answer.text
    project: dict[str, Any] = answer.json()
    return project


def config(name: str, kind: str = "config", **data: object) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "context", "metadata": {"name": name}, "spec": {"type": kind, "data": data}}


def test_a_project_can_be_created_and_found(client: httpx.Client, app: CodefreshSimulator) -> None:
    variables = [{"key": "REGION", "value": "eu", "encrypted": False}, {"key": "TOKEN", "value": "hush", "encrypted": True}]

    project = made_project(client, "new project", tags=["backend"], variables=variables)

    assert (project["projectName"], project["tags"], project["pipelinesNumber"]) == ("new project", ["backend"], 0)
    assert project["variables"][1]["value"].startswith("*****")
    assert client.get(f"/projects/{project['id']}").json() == client.get("/projects/name/new%20project").json() == project
    assert client.get("/projects?tags=backend&name=new").json()["projects"] == [project]
    assert [write.made for write in app.journal.of("project.create", "new project")] == [project["id"]]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"projectName": "shop"},
        {"projectName": " "},
        {"projectName": "a/b"},
        {"projectName": 7},
        {"projectName": "fine", "tags": "backend"},
        {"projectName": "fine", "variables": ["PORT"]},
        {"name": "fine"},
    ],
)
def test_a_bad_or_taken_project_is_refused(client: httpx.Client, app: CodefreshSimulator, body: dict[str, object]) -> None:
    assert client.post("/projects", json=body).status_code == 400
    assert app.journal.writes == []


def test_a_change_replaces_only_the_lists_that_are_sent(client: httpx.Client, app: CodefreshSimulator) -> None:
    variables = [{"key": "TOKEN", "value": "hush", "encrypted": True}]
    project = made_project(client, "partial", tags=["backend"], variables=variables)

    tagged = client.patch(f"/projects/{project['id']}", json={"tags": ["frontend", "prod"]}).json()
    more = [*tagged["variables"], {"key": "PORT", "value": "1"}]
    client.patch(f"/projects/{project['id']}", json={"variables": more})

    found = app.world.projects.get(project["id"])
    assert found is not None
    assert tagged["tags"] == ["frontend", "prod"]
    assert tagged["variables"] == project["variables"]
    assert found.stored.document["variables"] == [*variables, {"key": "PORT", "value": "1"}]
    assert client.get("/projects?tags=frontend&name=partial").json()["projects"][0]["id"] == project["id"]
    assert client.put(f"/projects/{project['id']}", json={}).status_code == 404


def test_a_renamed_project_takes_its_pipelines_along(client: httpx.Client) -> None:
    project = made_project(client, "before")
    body = {"version": "1.0", "kind": "pipeline", "metadata": {"name": "before/build"}, "spec": {}}
    client.post("/pipelines", json=body)

    taken = client.patch(f"/projects/{project['id']}", json={"projectName": "shop"})
    renamed = client.patch(f"/projects/{project['id']}", json={"projectName": "after"})

    metadata = client.get("/pipelines/after%2Fbuild").json()["metadata"]
    assert (taken.status_code, renamed.status_code) == (400, 200)
    assert (metadata["name"], metadata["project"], metadata["projectId"]) == ("after/build", "after", project["id"])
    assert client.get("/projects/name/before").status_code == client.get("/pipelines/before%2Fbuild").status_code == 404


def test_a_project_goes_only_without_pipelines(client: httpx.Client, app: CodefreshSimulator) -> None:
    shop = client.get("/projects/name/shop").json()["id"]
    empty = made_project(client, "empty")["id"]

    statuses = [client.delete(f"/projects/{each}").status_code for each in (shop, empty, empty)]

    assert statuses == [400, 200, 404]
    assert client.get("/projects/name/empty").status_code == 404
    assert client.patch(f"/projects/{empty}", json={}).status_code == 404
    assert len(app.journal.of("project.delete")) == 1


@pytest.mark.parametrize("path", ["/contexts", "/contexts/"])
def test_a_context_can_be_created_at_both_addresses(client: httpx.Client, app: CodefreshSimulator, path: str) -> None:
    name = f"made at {len(path)}"

    answer = client.post(path, json=config(name, REGION="eu"))

    assert answer.status_code == 200
    assert answer.json()["spec"] == {"type": "config", "data": {"REGION": "eu"}}
    assert client.get(f"/contexts/{quote(name)}").json() == answer.json()
    assert len(app.journal.of("context.create", name)) == 1


@pytest.mark.parametrize(
    "body",
    [
        config("shared-config"),
        config("fine", "no-such-type"),
        config("fine", "config", PORT=8080),
        config("fine", "git.github", password="x"),
        config("fine", "helm-repository", url="x"),
        config(" "),
        config("fine") | {"colour": "red"},
        config("fine") | {"kind": "pipeline"},
        {"metadata": {"name": "fine"}, "spec": {"type": "config"}},
    ],
)
def test_a_bad_or_taken_context_is_refused(client: httpx.Client, app: CodefreshSimulator, body: dict[str, object]) -> None:
    assert client.post("/contexts", json=body).status_code == 400
    assert app.journal.writes == []


def test_the_check_of_the_data_can_be_left_out_but_not_that_of_the_type(client: httpx.Client) -> None:
    skip = {"skipValidation": "true"}

    assert client.post("/contexts", params=skip, json=config("unchecked", "git.github", x="y")).status_code == 200
    assert client.post("/contexts", params=skip, json=config("unchecked-2", "no-such-type")).status_code == 400


def test_secret_data_is_masked_and_stars_keep_it(client: httpx.Client, app: CodefreshSimulator) -> None:
    made = client.post("/contexts", json=config("vaulted", "secret", KEY="hush", OTHER="quiet")).json()
    assert made["spec"]["data"]["KEY"].startswith("*****")

    client.put("/contexts/vaulted", json=config("vaulted", "secret", KEY=made["spec"]["data"]["KEY"], OTHER="louder"))

    stored = client.get("/contexts/vaulted?decrypt=true").json()["spec"]["data"]
    assert stored == {"KEY": "hush", "OTHER": "louder"}
    assert len(app.journal.of("context.replace", "vaulted")) == 1


def test_a_context_is_replaced_whole_or_changed_in_part(client: httpx.Client) -> None:
    client.post("/contexts", json=config("mutable", A="1", B="2"))

    replaced = client.put("/contexts/mutable", json=config("mutable", C="3")).json()
    patched = client.patch("/contexts/mutable", json={"spec": {"data": {"D": "4"}}}).json()

    assert (replaced["spec"]["data"], patched["spec"]) == ({"C": "3"}, {"type": "config", "data": {"D": "4"}})
    assert client.put("/contexts/mutable", json=config("other")).status_code == 400
    assert client.patch("/contexts/mutable", json={"spec": {"type": "secret"}}).status_code == 400


def test_a_deleted_context_is_gone(client: httpx.Client, app: CodefreshSimulator) -> None:
    statuses = [client.delete("/contexts/feature-flags").status_code for _ in range(2)]

    assert statuses == [200, 404]
    assert client.get("/contexts/feature-flags").status_code == 404
    assert client.put("/contexts/feature-flags", json=config("feature-flags")).status_code == 404
    assert len(app.journal.of("context.delete")) == 1
