from typing import Any

import httpx
import pytest

from gateway.providers.codefresh.simulator import CodefreshSimulator
from tests.providers.codefresh.writes.definitions import address, created, definition


def decrypted(client: httpx.Client, name: str) -> dict[str, Any]:
    pipeline: dict[str, Any] = client.get(address(name), params={"decryptVariables": "true"}).json()
    return pipeline


def test_every_seeded_pipeline_can_be_sent_back_as_it_was_read(client: httpx.Client, app: CodefreshSimulator) -> None:
    for pipeline in list(app.world.pipelines.all):
        secrets = decrypted(client, pipeline.id)
        read = client.get(address(pipeline.id)).json()

        answer = client.put(address(pipeline.id), json=read)

        assert answer.status_code == 200, answer.text
        read["metadata"] |= {"revision": read["metadata"]["revision"] + 1, "updated_at": answer.json()["metadata"]["updated_at"]}
        assert answer.json() == read
        assert decrypted(client, pipeline.id)["spec"] == secrets["spec"]


def test_a_replacement_needs_the_revision_that_it_replaces(client: httpx.Client, app: CodefreshSimulator) -> None:
    read = created(client, "shop/revised", stages=["build"])
    changed = read | {"spec": {"stages": ["test"]}}

    first, second = (client.put(address("shop/revised"), json=changed) for _ in range(2))
    without = client.put(address("shop/revised"), json=definition("shop/revised"))
    forced = client.put(address("shop/revised"), json=changed, params={"disableRevisionCheck": "true"})

    assert [answer.status_code for answer in (first, second, without, forced)] == [200, 409, 409, 200]
    assert [first.json()["metadata"]["revision"], forced.json()["metadata"]["revision"]] == [2, 3]
    assert second.json()["status"] == 409
    assert len(app.journal.of("pipeline.replace", read["metadata"]["id"])) == 2


def test_a_replacement_is_the_whole_definition(client: httpx.Client, app: CodefreshSimulator) -> None:
    read = created(client, "shop/whole", stages=["build"], contexts=["shared-config"])
    read["metadata"] |= {"labels": {"tags": ["nightly"]}, "created_at": "1999-01-01T00:00:00.000Z", "accountId": "other"}
    read["spec"] = {"steps": {"only": {"image": "alpine"}}}

    answer = client.put(address("shop/whole"), json=read).json()

    assert answer["spec"] == {"steps": {"only": {"image": "alpine"}}}
    assert answer["metadata"]["created_at"] == answer["metadata"]["updated_at"]
    assert answer["metadata"]["accountId"] != "other"
    found = client.get("/pipelines", params={"labels[tags]": "nightly", "id": "shop/whole"}).json()
    assert [row["metadata"]["name"] for row in found["docs"]] == ["shop/whole"]


def test_a_pipeline_can_be_renamed_into_another_project_but_not_onto_another(client: httpx.Client) -> None:
    read = created(client, "shop/moves")
    taken = read | {"metadata": {"name": "shop/deploy", "id": read["metadata"]["id"], "revision": 1}}
    moved = read | {"metadata": {"name": "web/moved", "id": read["metadata"]["id"], "revision": 1}}
    foreign = read | {"metadata": {"name": "shop/moves", "id": "5f0c3b7e8a1d2e0011aa0000", "revision": 1}}

    statuses = [client.put(address("shop/moves"), json=body).status_code for body in (taken, foreign, moved)]

    assert statuses == [400, 400, 200]
    assert client.get(address("shop/moves")).status_code == 404
    assert client.get(address("web/moved")).json()["metadata"]["project"] == "web"


@pytest.mark.parametrize(("kept", "value"), [(True, "hush"), (False, "*****")])
def test_stars_sent_back_keep_the_secret_unless_the_account_takes_them_literally(
    client: httpx.Client, app: CodefreshSimulator, kept: bool, value: str
) -> None:
    app.settings.stars_keep_secrets = kept
    name = f"shop/secret-{kept}"
    variables = [{"key": "PORT", "value": 8080}, {"key": "TOKEN", "value": "hush", "encrypted": True}]
    read = created(client, name, variables=variables)
    masked = read["spec"]["variables"][1]
    assert masked["value"].startswith("*****")
    read["spec"]["variables"] = [{"key": "TOKEN", "value": "*****", "encrypted": True}, {"key": "NEW", "value": "*****"}]

    client.put(address(name), json=read)

    stored = {variable["key"]: variable["value"] for variable in decrypted(client, name)["spec"]["variables"]}
    assert stored == {"TOKEN": value, "NEW": "*****"}
