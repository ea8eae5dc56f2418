from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import quote

import httpx
import pytest

from gateway.providers.codefresh.simulator import SIMULATOR, CodefreshSimulator
from gateway.simulation.clock import ManualClock
from gateway.simulation.server import RunningSimulator, start


@pytest.fixture(scope="module")
def simulator() -> Iterator[RunningSimulator]:
    with start(SIMULATOR, clock=ManualClock(datetime(2026, 3, 2, 9, 30, tzinfo=UTC))) as running:
        yield running


@pytest.fixture(scope="module")
def client(simulator: RunningSimulator) -> Iterator[httpx.Client]:
    headers = {"Authorization": simulator.token}
    with httpx.Client(base_url=simulator.base_url, headers=headers, timeout=2, trust_env=False) as opened:
        yield opened


@pytest.fixture
def app(simulator: RunningSimulator) -> CodefreshSimulator:
    assert isinstance(simulator.app, CodefreshSimulator)
    return simulator.app


def encoded(text: str) -> str:
    return quote(text, safe="")


def test_each_collection_has_its_own_shape(client: httpx.Client) -> None:
    pipelines = client.get("/pipelines").json()
    projects = client.get("/projects").json()
    builds = client.get("/workflow").json()
    images = client.get("/images").json()
    bare = [client.get(path).json() for path in ("/contexts", "/hermes/events", "/annotations", "/clusters", "/team", "/auth/keys")]

    assert set(pipelines) == {"docs", "count"}
    assert set(projects) == {"projects"}
    assert set(builds) == {"workflows", "pagination"}
    assert set(builds["workflows"]) == {"docs"}
    assert set(builds["pagination"]) == {"sessionId", "nextPage"}
    assert set(images) == {"docs"}
    assert all(isinstance(answer, list) and answer for answer in bare)


def test_lists_have_25_rows_unless_asked_otherwise_and_are_capped_silently(client: httpx.Client) -> None:
    assert len(client.get("/pipelines").json()["docs"]) == 25
    assert len(client.get("/pipelines?limit=10000").json()["docs"]) == 50
    assert len(client.get("/workflow").json()["workflows"]["docs"]) == 25
    assert len(client.get("/workflow?limit=1000").json()["workflows"]["docs"]) == 100
    assert len(client.get("/images?limit=1000").json()["docs"]) == 100
    assert len(client.get("/projects").json()["projects"]) == 10


def test_offsets_walk_the_pipelines_once(client: httpx.Client) -> None:
    pages = [client.get(f"/pipelines?limit=20&offset={offset}").json() for offset in (0, 20, 40, 60)]
    ids = [pipeline["metadata"]["id"] for page in pages for pipeline in page["docs"]]

    assert [len(page["docs"]) for page in pages] == [20, 20, 10, 0]
    assert {page["count"] for page in pages} == {50}
    assert len(set(ids)) == 50


def test_the_id_search_finds_parts_of_names_and_is_repeatable(client: httpx.Client) -> None:
    one = client.get("/pipelines", params={"id": "shop/deploy"}).json()
    two = client.get("/pipelines", params={"id": ["shop/deploy", "infra/dns"]}).json()
    by_id = client.get("/pipelines", params={"id": one["docs"][0]["metadata"]["id"]}).json()

    assert {row["metadata"]["name"] for row in one["docs"]} == {"shop/deploy", "shop/deploy-canary"}
    assert two["count"] == 3
    assert by_id["count"] == 1
    assert client.get("/pipelines?id=no-such").json() == {"docs": [], "count": 0}


def test_pipelines_can_be_narrowed_by_project_and_tag(client: httpx.Client) -> None:
    project = client.get("/projects/name/payments").json()
    of_project = client.get(f"/pipelines?projectId={project['id']}").json()
    tagged = client.get("/pipelines?limit=100&labels[tags]=prod&includeBuilds=false").json()

    assert of_project["count"] == project["pipelinesNumber"] == 5
    assert tagged["count"] > 0
    assert all("prod" in row["metadata"]["labels"]["tags"] for row in tagged["docs"])


def test_names_alone_can_be_listed(client: httpx.Client) -> None:
    answer = client.get("/pipelines/names?id=shop&limit=2").json()

    assert answer["count"] == 7
    assert [row["name"] for row in answer["docs"]] == ["shop/deploy", "shop/deploy-canary"]


def test_a_pipeline_name_is_encoded_exactly_once(client: httpx.Client) -> None:
    by_name = client.get("/pipelines/shop%2Fdeploy")
    by_id = client.get(f"/pipelines/{by_name.json()['metadata']['id']}")
    twice = client.get("/pipelines/shop%252Fdeploy")
    never = client.get("/pipelines/shop/deploy")

    assert by_name.json() == by_id.json()
    assert [twice.status_code, never.status_code] == [404, 404]
    assert "not find" in twice.json()["message"]
    assert client.get("/pipelines/acme%2Flegacy-api%2Fbuild").status_code == 200


def test_pipelines_lack_what_they_may_lack(client: httpx.Client) -> None:
    pipelines = client.get("/pipelines?limit=100").json()["docs"]
    metadata = [row["metadata"] for row in pipelines]
    specs = [row["spec"] for row in pipelines]
    in_git = [spec for spec in specs if "specTemplate" in spec]

    assert any("labels" not in row for row in metadata)
    assert any(row.get("labels") == {"tags": []} for row in metadata)
    assert [row["name"] for row in metadata if "projectId" not in row] == [
        "nightly-cleanup",
        "license-report",
        "acme/legacy-api/build",
        "acme/legacy-api/deploy",
    ]
    assert {"steps" in spec for spec in in_git} == {True, False}
    assert all(not spec.get("steps") for spec in in_git)
    assert any("cronTriggers" not in spec for spec in specs)
    assert any(spec.get("cronTriggers") for spec in specs)
    assert any("triggers" not in spec for spec in specs)
    assert all(int(row["id"][:8], 16) == int(datetime.fromisoformat(row["created_at"]).timestamp()) for row in metadata)


def test_projects_can_be_found_by_id_and_name(client: httpx.Client) -> None:
    rows = client.get("/projects?limit=3&offset=1").json()["projects"]
    by_id = client.get(f"/projects/{rows[0]['id']}").json()

    assert [row["projectName"] for row in rows] == ["payments", "platform", "mobile"]
    assert by_id == client.get("/projects/name/payments").json()
    assert {"variables" in row for row in rows} == {True, False}
    assert client.get("/projects/5f0c3b7e8a1d2e0011aa0000").status_code == 404
    assert client.get("/projects/name/none").status_code == 404


def test_contexts_of_every_type_can_be_read_by_name(client: httpx.Client) -> None:
    contexts = client.get("/contexts").json()
    some = client.get("/contexts?type=secret&type=yaml").json()
    odd = client.get(f"/contexts/{encoded('eu west/limits')}").json()

    assert len({context["spec"]["type"] for context in contexts}) == 18
    assert {context["spec"]["type"] for context in some} == {"secret", "yaml"}
    assert odd["metadata"]["name"] == "eu west/limits"
    assert client.get("/contexts/git/default").json()["metadata"] == {"name": "github", "system": False, "default": True}
    assert client.get("/contexts/none").status_code == 404


def test_decryption_can_be_forbidden(client: httpx.Client, app: CodefreshSimulator) -> None:
    masked = client.get("/contexts/shop-secrets").json()
    plain = client.get("/contexts/shop-secrets?decrypt=true").json()
    app.settings.forbid_decrypt = True
    try:
        refused = [client.get(f"/contexts{name}?decrypt=true").status_code for name in ("", "/shop-secrets")]
        refused.append(client.get("/pipelines/shop%2Fdeploy?decryptVariables=true").status_code)
    finally:
        app.settings.forbid_decrypt = False

    assert masked["spec"]["data"]["STRIPE_KEY"].startswith("*****")
    assert plain["spec"]["data"]["STRIPE_KEY"].startswith("CANARY-SECRET-")
    assert refused == [403, 403, 403]


def test_an_event_uri_is_encoded_exactly_twice(client: httpx.Client) -> None:
    uri = client.get("/hermes/events?type=cron").json()[0]["uri"]
    assert "/" in uri

    twice = client.get(f"/hermes/events/{encoded(encoded(uri))}")
    once = client.get(f"/hermes/events/{encoded(uri)}")

    assert twice.json()["uri"] == uri
    assert once.status_code == 500


def test_hermes_filters_its_events(client: httpx.Client) -> None:
    assert {event["type"] for event in client.get("/hermes/events").json()} == {"registry", "helm", "cron"}
    assert len(client.get("/hermes/events?type=helm&kind=jfrog").json()) == 2
    assert len(client.get("/hermes/events?filter=registry:quay:*").json()) == 1
    assert len(client.get("/hermes/events?public=true").json()) == len(client.get("/hermes/events").json()) + 1


def test_hermes_links_events_to_pipelines_by_id(client: httpx.Client) -> None:
    pipeline_id = client.get("/pipelines/shop%2Fdeploy").json()["metadata"]["id"]

    plain = client.get(f"/hermes/triggers/pipeline/{pipeline_id}").json()
    full = client.get(f"/hermes/triggers/pipeline/{pipeline_id}?with-event=true").json()
    of_event = client.get(f"/hermes/triggers/event/{encoded(encoded(full[0]['event']))}").json()

    assert [link["event-data"]["uri"] for link in plain] == ["", ""]
    assert [link["event-data"]["uri"] for link in full] == [link["event"] for link in full]
    assert full[0]["filters"] == {"tag": "^v.*$"}
    assert "filters" not in full[1]
    assert pipeline_id in {link["pipeline"] for link in of_event}
    assert len(client.get("/hermes/triggers").json()) == 11
    assert client.get("/hermes/triggers/pipeline/5f0c3b7e8a1d2e0011aa0000").json() is None


def test_hermes_answers_most_mistakes_with_500_and_a_body_of_its_own(client: httpx.Client) -> None:
    missing = client.get(f"/hermes/events/{encoded(encoded('helm:jfrog:x:y:push:0123'))}")
    unknown_type = client.get("/hermes/types/registry/none")

    assert missing.status_code == 500
    assert missing.json().keys() == {"status", "message", "error"}
    assert unknown_type.status_code == 404
    assert len(client.get("/hermes/types").json()) == 6
    assert client.get("/hermes/types/helm/jfrog").json()["config"][1]["name"] == "chart name"


def test_images_can_be_filtered_and_read_one_by_one(client: httpx.Client) -> None:
    images = [row for offset in range(0, 250, 50) for row in client.get(f"/images?limit=50&offset={offset}").json()["docs"]]
    tagged = next(row for row in images if row["tags"])
    shop = client.get("/images?imageDisplayNameRegex=^acme/shop$&limit=100&select=imageDisplayName").json()["docs"]

    assert len({row["_id"] for row in images}) == 200
    assert [row["created"] for row in images] == sorted((row["created"] for row in images), reverse=True)
    assert client.get(f"/images/{tagged['_id']}/tags").json() == tagged["tags"]
    assert client.get(f"/images/{encoded(tagged['internalImageId'])}").json() == tagged
    assert len(shop) == sum(row["imageDisplayName"] == "acme/shop" for row in images)
    assert all(set(row) == {"_id", "imageDisplayName"} for row in shop)
    assert client.get("/images?imageDisplayNameRegex=(").status_code == 400
    assert client.get("/images/none").status_code == 404


def test_the_short_lists_are_there(client: httpx.Client) -> None:
    runtime = client.get("/runtime-environments?limit=1&offset=1").json()[0]["metadata"]["name"]

    assert client.get(f"/runtime-environments/{encoded(runtime)}").json()["metadata"]["name"] == runtime
    assert client.get("/runtime-environments/none").status_code == 404
    assert client.get("/environments-v2").json()["docs"]
    assert len(client.get("/step-types").json()["docs"]) == 25
    assert client.get("/step-types/acme%2Fstep-03").json()["metadata"]["name"] == "acme/step-03"
    assert "version" in client.get("/version").json()


def test_annotations_are_filtered_and_fail_with_a_status_word(client: httpx.Client) -> None:
    pipeline_id = client.get("/pipelines/shop%2Fdeploy").json()["metadata"]["id"]

    found = client.get(f"/annotations?entityType=pipeline&entityId={pipeline_id}").json()
    wrong = client.get("/annotations?entityType=planet")

    assert [row["entityId"] for row in found] == [pipeline_id]
    assert wrong.status_code == 400
    assert wrong.json()["status"] == "Error"
