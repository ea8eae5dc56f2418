from typing import Any
from urllib.parse import quote

import httpx
import pytest

from gateway.providers.codefresh.simulator import CodefreshSimulator

HELM = {"type": "helm", "kind": "jfrog", "secret": "!generate", "values": {"repository": "r", "chart name": "c", "action": "push"}}


def twice(uri: str) -> str:
    return quote(quote(uri, safe=""), safe="")


def registry(name: str, **keys: object) -> dict[str, Any]:
    values = {"namespace": "acme", "name": name, "action": "push"}
    return {"type": "registry", "kind": "dockerhub", "secret": "hush", "values": values, **keys}


def made_event(client: httpx.Client, body: object) -> str:
    answer = client.post("/hermes/events?public=false", json=body)
    assert answer.status_code == 200, answer.text
    uri: str = answer.json()
    return uri


def test_an_event_is_made_with_a_secret_and_answered_with_its_address(client: httpx.Client, app: CodefreshSimulator) -> None:
    uri = made_event(client, HELM)

    event = client.get(f"/hermes/events/{twice(uri)}").json()
    assert uri.startswith("helm:jfrog:r:c:push:")
    assert len(uri.rpartition(":")[2]) == 12
    assert (event["uri"], event["type"], event["kind"]) == (uri, "helm", "jfrog")
    assert event["secret"] not in ("", "!generate")
    assert event["secret"] in event["endpoint"]
    assert [write.made for write in app.journal.of("event.create")] == [uri]


def test_an_event_can_be_public_and_bring_its_own_secret(client: httpx.Client) -> None:
    answer = client.post("/hermes/events?public=true", json=registry("public"))
    private = made_event(client, registry("public"))

    listed = client.get("/hermes/events?public=true&filter=registry:dockerhub:acme:public:*").json()
    assert {event["uri"] for event in listed} == {answer.json(), private}
    assert {event["secret"] for event in listed} == {"hush"}


def test_an_event_that_is_there_already_is_refused_or_answered_as_the_published_code_does(
    client: httpx.Client, app: CodefreshSimulator
) -> None:
    uri = made_event(client, registry("twice"))

    strict = client.post("/hermes/events", json=registry("twice"))
    app.settings.hermes_as_published = True

    assert (strict.status_code, set(strict.json())) == (400, {"status", "message", "error"})
    assert client.post("/hermes/events", json=registry("twice")).json() == uri
    assert len(app.journal.of("event.create")) == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ([], 400),
        ({"type": "helm", "kind": "jfrog"}, 400),
        (HELM | {"values": {"repository": 7}}, 400),
        (HELM | {"kind": "quay"}, 500),
        (HELM | {"values": {"repository": "r", "action": "push"}}, 500),
        (HELM | {"values": {"repository": "r", "chart_name": "c", "action": "push"}}, 500),
        (HELM | {"values": {"repository": "r", "chart name": "c", "action": "pull"}}, 500),
        (registry("UPPER"), 500),
        ({"type": "cron", "kind": "codefresh", "values": {"expression": "0 2 * * *", "message": "five terms"}}, 500),
        ({"type": "cron", "kind": "codefresh", "values": {"expression": "@daily", "message": "x"}}, 500),
    ],
)
def test_an_event_of_bad_form_is_400_and_of_bad_values_500(
    client: httpx.Client, app: CodefreshSimulator, body: object, status: int
) -> None:
    answer = client.post("/hermes/events", json=body)

    assert (answer.status_code, answer.json()["status"]) == (status, status)
    assert app.journal.writes == []


def test_an_event_is_linked_and_unlinked(client: httpx.Client, app: CodefreshSimulator) -> None:
    pipeline = app.world.pipelines.all[20].id
    uri = made_event(client, {"type": "cron", "kind": "codefresh", "values": {"expression": "0 0/5 * * * *", "message": "a/b"}})
    link = f"/hermes/triggers/{twice(uri)}/{pipeline}"

    linked = client.post(link, json={"filters": {"tag": "^v"}})
    found = client.get(f"/hermes/triggers/pipeline/{pipeline}").json()
    blocked = client.delete(f"/hermes/events/{twice(uri)}/none")
    unlinked = [client.delete(link).status_code for _ in range(2)]
    removed = [client.delete(f"/hermes/events/{twice(uri)}/none").status_code for _ in range(2)]

    assert (linked.status_code, linked.content) == (200, b"")
    assert [(row["event"], row["filters"]) for row in found] == [(uri, {"tag": "^v"})]
    assert (blocked.status_code, unlinked, removed) == (500, [200, 404], [200, 500])
    assert [write.action for write in app.journal.writes] == ["event.create", "link.create", "link.delete", "event.delete"]


def test_a_link_needs_a_json_body_a_known_event_and_the_id_of_a_pipeline(client: httpx.Client, app: CodefreshSimulator) -> None:
    pipeline, uri = app.world.pipelines.all[21].id, made_event(client, registry("linkable"))
    own, foreign = uri.replace("linkable", "unknown"), uri[:-12] + "ffffffffffff"
    answers = [
        client.post(f"/hermes/triggers/{twice(uri)}/{pipeline}"),
        client.post(f"/hermes/triggers/{twice(uri)}/5f0c3b7e8a1d2e0011aa0000", json={}),
        client.post(f"/hermes/triggers/{twice(uri)}/shop%2Fdeploy", json={}),
        client.post(f"/hermes/triggers/{twice(own)}/{pipeline}", json={}),
        client.post(f"/hermes/triggers/{twice(foreign)}/{pipeline}", json={}),
        client.post(f"/hermes/triggers/{quote(uri, safe='')}/{pipeline}", json={}),
    ]

    assert [answer.status_code for answer in answers] == [400, 500, 500, 500, 404, 500]
    assert len(app.journal.writes) == 1


def test_a_deleted_pipeline_loses_its_links(client: httpx.Client) -> None:
    definition = {"version": "1.0", "kind": "pipeline", "metadata": {"name": "shop/linked"}, "spec": {}}
    pipeline = client.post("/pipelines", json=definition).json()["metadata"]["id"]
    client.post(f"/hermes/triggers/{twice(made_event(client, registry('loses')))}/{pipeline}", json={})

    client.delete(f"/pipelines/{pipeline}")

    assert client.get(f"/hermes/triggers/pipeline/{pipeline}").json() is None
