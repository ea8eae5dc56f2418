from typing import Any
from urllib.parse import quote

import httpx
import pytest

GIT = {"name": "push", "type": "git", "repo": "acme/shop", "events": ["push.heads"], "provider": "github", "context": "github"}
CRON = {"name": "nightly", "expression": "0 0 2 * * *", "message": "every night"}


def saved(client: httpx.Client, name: str, query: str = "", **spec: object) -> httpx.Response:
    """The answer to a replacement of the pipeline's specification; it is created if need be."""
    body = {"version": "1.0", "kind": "pipeline", "metadata": {"name": name}, "spec": {}}
    client.post("/pipelines", json=body)
    read = client.get(f"/pipelines/{quote(name, safe='')}").json()
    return client.put(f"/pipelines/{quote(name, safe='')}{query}", json=read | {"spec": spec})


def test_git_triggers_come_with_the_pipeline_and_get_ids_and_secrets(client: httpx.Client) -> None:
    [trigger] = saved(client, "shop/git", triggers=[GIT]).json()["spec"]["triggers"]
    again = trigger | {"name": "renamed", "endpoint": "https://elsewhere.example", "secret": "mine"}

    kept, added = saved(client, "shop/git", triggers=[again, GIT]).json()["spec"]["triggers"]

    assert len(trigger["id"]) == 24
    assert (trigger["disabled"], trigger["verified"]) == (False, True)
    assert (kept["id"], kept["name"]) == (trigger["id"], "renamed")
    assert (kept["endpoint"], kept["secret"]) == (trigger["endpoint"], trigger["secret"])
    assert added["id"] != trigger["id"]
    assert client.post("/pipelines/run/shop%2Fgit", json={"trigger": "renamed"}).status_code == 200


def test_cron_triggers_come_with_the_pipeline_and_get_an_event(client: httpx.Client) -> None:
    [git] = saved(client, "shop/cron", triggers=[GIT]).json()["spec"]["triggers"]

    [cron] = saved(client, "shop/cron", triggers=[git], cronTriggers=[CRON | {"gitTriggerId": git["id"]}]).json()["spec"][
        "cronTriggers"
    ]

    assert len(cron["id"]) == 24
    assert cron["event"].startswith("cron:codefresh:0 0 2 * * *:every night:")
    assert (cron["type"], cron["disabled"]) == ("cron", False)


@pytest.mark.parametrize(
    "spec",
    [
        {"triggers": [GIT | {"events": ["push.tag"]}]},
        {"triggers": [GIT | {"events": []}]},
        {"triggers": [GIT | {"repo": "shop"}]},
        {"triggers": [GIT | {"context": "no-such-context"}]},
        {"triggers": [GIT, GIT]},
        {"cronTriggers": [CRON | {"expression": "every night"}]},
        {"cronTriggers": [CRON | {"message": "x"}]},
        {"cronTriggers": [CRON | {"gitTriggerId": "5f0c3b7e8a1d2e0011aa0000"}]},
    ],
)
def test_a_bad_trigger_is_refused_unless_the_check_is_left_out(client: httpx.Client, spec: dict[str, Any]) -> None:
    assert saved(client, "shop/checked", **spec).status_code == 400
    assert saved(client, "shop/checked", "?skipTriggerValidation=true", **spec).status_code == 200


@pytest.mark.parametrize("spec", [{"triggers": [GIT | {"type": "cron"}]}, {"triggers": [{"name": "x"}]}, {"cronTriggers": [{}]}])
def test_a_trigger_of_no_form_is_refused_in_any_case(client: httpx.Client, spec: dict[str, Any]) -> None:
    assert saved(client, "shop/formless", "?skipTriggerValidation=true", **spec).status_code == 400
