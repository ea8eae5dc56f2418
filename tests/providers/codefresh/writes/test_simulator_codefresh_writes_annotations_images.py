from typing import Any

import httpx
import pytest

from gateway.providers.codefresh.simulator import CodefreshSimulator
from gateway.simulation.server import RunningSimulator


@pytest.fixture
def app(simulator: RunningSimulator) -> CodefreshSimulator:
    assert isinstance(simulator.app, CodefreshSimulator)
    simulator.app.journal.clear()
    return simulator.app


def annotation(entity: str, key: str, value: object, **more: object) -> dict[str, Any]:
    return {"entityId": entity, "entityType": "build", "key": key, "value": value, **more}


def test_an_annotation_is_made_or_overwritten_by_the_same_request(client: httpx.Client, app: CodefreshSimulator) -> None:
    first = client.post("/annotations", json=annotation("b1", "coverage", "83%", entityName="shop/deploy"))
    second = client.post("/annotations", json=annotation("b1", "coverage", {"lines": 84}))

    assert (first.status_code, second.status_code) == (200, 200)
    assert second.json() == first.json() | {"value": {"lines": 84}}
    assert client.get("/annotations?entityId=b1").json() == [second.json()]
    assert [write.made is None for write in app.journal.of("annotation.put", "build/b1/coverage")] == [False, True]


@pytest.mark.parametrize(
    "body",
    [
        {"entityId": "b2", "entityType": "build", "key": "coverage"},
        annotation("", "coverage", 1),
        annotation("b2", "", 1),
        annotation("b2", "coverage", 1, colour="red"),
        annotation("b2", "coverage", 1) | {"entityType": "planet"},
    ],
)
def test_a_bad_annotation_is_refused_with_a_word_for_a_status(
    client: httpx.Client, app: CodefreshSimulator, body: dict[str, object]
) -> None:
    answer = client.post("/annotations", json=body)

    assert (answer.status_code, answer.json()["status"]) == (400, "Error")
    assert app.journal.writes == []


def test_a_deletion_tells_how_many_annotations_went(client: httpx.Client, app: CodefreshSimulator) -> None:
    made = [client.post("/annotations", json=annotation("b3", key, 1)).json() for key in ("a", "b", "c")]
    app.journal.clear()

    by_key = client.delete("/annotations?entityId=b3&entityType=build&key=a").json()
    by_id = client.delete(f"/annotations?id={made[1]['_id']}").json()
    by_entity = client.delete("/annotations?entityId=b3&entityType=build").json()
    nothing = client.delete("/annotations?entityId=b3&entityType=build").json()

    assert [by_key, by_id, by_entity, nothing] == [{"n": 1, "ok": 1}, {"n": 1, "ok": 1}, {"n": 1, "ok": 1}, {"n": 0, "ok": 1}]
    assert len(app.journal.of("annotation.delete")) == 3


@pytest.mark.parametrize("query", ["", "?key=coverage", "?entityId=b1", "?entityType=planet&entityId=b1"])
def test_a_deletion_that_names_no_entity_is_refused(client: httpx.Client, query: str) -> None:
    assert client.delete(f"/annotations{query}").status_code == 400


def test_an_image_is_tagged_and_untagged(client: httpx.Client, app: CodefreshSimulator) -> None:
    image_id = client.get("/images?limit=1").json()["docs"][0]["_id"]

    tagged = [client.post(f"/images/{image_id}/tag/v1%2E0?registry=r.example.io").status_code for _ in range(2)]
    found = client.get("/images?tag=v1.0").json()["docs"]
    untagged = [client.delete(f"/images/{image_id}/tag/v1.0").status_code for _ in range(2)]

    assert (tagged, [image["_id"] for image in found], untagged) == ([200, 200], [image_id], [200, 404])
    assert client.get("/images?tag=v1.0").json()["docs"] == []
    assert [write.action for write in app.journal.writes] == ["image.tag", "image.untag"]
    assert client.post("/images/5f0c3b7e8a1d2e0011aa0000/tag/v1").status_code == 404


def test_metadata_of_an_image_is_added_and_taken_away(client: httpx.Client) -> None:
    image_id = client.get("/images?limit=1").json()["docs"][0]["_id"]

    client.post(f"/images/{image_id}/metadata", json={"coverage": "60%", "failed": 7})
    added = client.get(f"/images/{image_id}").json()["metadata"]
    statuses = [client.delete(f"/images/{image_id}/metadata/coverage").status_code for _ in range(2)]

    assert added.items() >= {"coverage": "60%", "failed": 7}.items()
    assert statuses == [200, 404]
    assert "coverage" not in client.get(f"/images/{image_id}").json()["metadata"]
