import httpx
import pytest

from gateway.providers.codefresh.simulator import CodefreshSimulator
from tests.providers.codefresh.writes.definitions import address, created, definition


def test_a_created_pipeline_has_what_the_server_fills_in(client: httpx.Client, app: CodefreshSimulator) -> None:
    made = created(client, "shop/made", stages=["build"], steps={"build": {"image": "alpine"}}, anything={"goes": True})

    metadata = made["metadata"]
    project = app.world.projects.named("shop")
    assert project is not None
    assert (metadata["shortName"], metadata["project"], metadata["projectId"]) == ("made", "shop", project.id)
    assert (metadata["revision"], metadata["created_at"]) == (1, metadata["updated_at"])
    assert len(metadata["id"]) == 24
    assert made["spec"]["anything"] == {"goes": True}
    assert client.get(address(metadata["id"])).json() == client.get(address("shop/made")).json() == made
    assert [write.made for write in app.journal.of("pipeline.create", "shop/made")] == [metadata["id"]]


def test_a_created_pipeline_is_listed_counted_and_can_be_run(client: httpx.Client) -> None:
    before = client.get("/pipelines?limit=1").json()["count"]
    size = client.get("/projects/name/shop").json()["pipelinesNumber"]

    made = created(client, "shop/listed", steps={"build": {"image": "alpine"}})

    assert client.get("/pipelines?limit=1").json()["count"] == before + 1
    assert client.get("/pipelines?id=shop/listed").json()["docs"] == [made]
    assert client.get("/projects/name/shop").json()["pipelinesNumber"] == size + 1
    build_id = client.post("/pipelines/run/shop%2Flisted").json()
    assert client.get(f"/builds/{build_id}").json()["pipelineName"] == "shop/listed"


def test_a_pipeline_needs_no_project(client: httpx.Client) -> None:
    assert "project" not in created(client, "loose")["metadata"]
    assert "projectId" not in created(client, "acme/legacy-api/extra")["metadata"]


@pytest.mark.parametrize(
    "body",
    [
        definition("shop/deploy"),
        definition("no-such-project/deploy"),
        definition("shop/with blanks"),
        definition("/deploy"),
        definition(""),
        definition("a/b/c/d"),
        definition("shop/bad", variables=[{"key": "PORT"}]),
        definition("shop/bad", variables={"PORT": "8080"}),
        definition("shop/bad", contexts="shared-config"),
        definition("shop/bad", mode="sideways"),
        definition("shop/bad", steps=["build"]),
        definition("shop/bad") | {"kind": "step-type"},
        definition("shop/bad") | {"extra": 1},
        {"version": "1.0", "kind": "pipeline", "metadata": {}, "spec": {}},
        {"version": "1.0", "kind": "pipeline", "metadata": {"name": "shop/bad", "project": "web"}, "spec": {}},
        {"metadata": {"name": "shop/bad"}, "spec": {}},
        "shop/bad",
    ],
)
def test_a_bad_definition_is_refused_and_nothing_is_made(client: httpx.Client, app: CodefreshSimulator, body: object) -> None:
    before = len(app.world.pipelines.all)

    answer = client.post("/pipelines", json=body)

    assert (answer.status_code, answer.json()["status"]) == (400, 400)
    assert len(app.world.pipelines.all) == before
    assert app.journal.writes == []


def test_a_deleted_pipeline_is_gone_and_its_builds_stay(client: httpx.Client, app: CodefreshSimulator) -> None:
    pipeline_id = created(client, "shop/doomed")["metadata"]["id"]
    build_id = client.post(f"/pipelines/run/{pipeline_id}").json()

    answer = client.delete(address("shop/doomed"))

    assert (answer.status_code, answer.content) == (200, b"")
    assert client.get(address(pipeline_id)).status_code == 404
    assert client.delete(address("shop/doomed")).status_code == 404
    assert client.get(f"/builds/{build_id}").json()["serviceId"] == pipeline_id
    assert len(app.journal.of("pipeline.delete", pipeline_id)) == 1


def test_there_is_no_partial_update(client: httpx.Client) -> None:
    assert client.patch(address("shop/deploy"), json={}).status_code == 404
    assert client.put(address("shop/missing"), json=definition("shop/missing")).status_code == 404
