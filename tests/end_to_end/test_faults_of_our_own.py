"""A bug of the gateway in one provider's part: told without details, logged with them, and paid for by that provider alone."""

import logging

import pytest

from gateway.domain.errors import InternalError

pytestmark = pytest.mark.anyio
SECRET = "10.0.0.7 is where it went"


def broken(error):
    async def stream(*_):
        raise error
        yield

    return stream


@pytest.fixture(params=[KeyError(SECRET), InternalError(SECRET)], ids=["bug", "internal error"])
def bug(request):
    return request.param


async def test_a_bug_in_one_providers_list_leaves_the_others_whole(gateway, monkeypatch, caplog, bug):
    reader = gateway.gateway.providers["acme-buildkite"].builds
    monkeypatch.setattr(type(reader), "stream_builds", lambda *_: broken(bug)())

    with caplog.at_level(logging.ERROR):
        answer = await gateway.ask(
            "{ builds(first: 5) { nodes { provider { name } } outcomes { provider { name } status fault { code message } } } }"
        )

    outcomes = {each["provider"]["name"]: each for each in answer["data"]["builds"]["outcomes"]}
    assert [node["provider"]["name"] for node in answer["data"]["builds"]["nodes"]] == ["shop-codefresh"] * 5
    assert outcomes["acme-buildkite"]["status"] == "FAILED"
    assert outcomes["acme-buildkite"]["fault"]["code"] == "INTERNAL"
    assert SECRET not in str(answer)
    assert SECRET in caplog.text
    assert caplog.records[0].correlation_id in outcomes["acme-buildkite"]["fault"]["message"]


async def test_a_bug_in_one_providers_lookup_leaves_the_others_whole(gateway, monkeypatch, bug):
    data = await gateway.data("{ pipelines(first: 100) { nodes { id provider { name } } } }")
    ids = {node["provider"]["name"]: node["id"] for node in data["pipelines"]["nodes"]}
    reader = gateway.gateway.providers["acme-buildkite"].pipelines

    async def fail(*_):
        raise bug

    monkeypatch.setattr(type(reader), "get_pipelines", fail)
    answer = await gateway.ask("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": list(ids.values())})

    assert [node and node["id"] for node in answer["data"]["nodes"]] == [None, ids["shop-codefresh"]]
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["INTERNAL"]
    assert SECRET not in str(answer)
    assert {each["provider"] for each in answer["extensions"]["outcomes"]} == {"acme-buildkite"}
