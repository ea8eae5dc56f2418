"""`recordPipelineRun`: a run that is reported can be read at once, refusals are data, and an instance that is down delays nobody."""

import asyncio
import time
from datetime import timedelta

import pytest

from gateway.simulation.control import Fault
from tests.end_to_end.reported_runs import ROUTE, SENDER
from tests.gateway_under_test import GatewayUnderTest

pytestmark = pytest.mark.anyio

MUTATION = """
mutation ($input: RecordPipelineRunInput!) {
  recordPipelineRun(input: $input) {
    build { __typename id externalId status finished createdAt finishedAt durationSeconds repository branch commit url
      pullRequest { externalId } actor { email username } provider { name }
      pipeline { id name slug latestRun { id status } stats { count succeeded } } }
    errors { __typename code message path ... on NotSupportedError { supportedBy } }
  }
}
"""
FORWARDING = "{ providers(kinds: [DX]) { forwarding { queued refused lastError } } }"


@pytest.fixture
def started(_clock):
    return (_clock.start - timedelta(minutes=9)).replace(microsecond=0)


@pytest.fixture
def report(started):
    """What is required."""
    return {
        "provider": "homegrown", "referenceId": "release-1", "pipelineSource": "Jenkins", "pipelineName": "brand-new",
        "startedAt": started.isoformat(),
    }  # fmt: skip


async def record(gateway, values):
    return (await gateway.data(MUTATION, {"input": values}))["recordPipelineRun"]


async def test_a_reported_run_is_in_the_same_answer_and_in_the_next_one(gateway_of_five, report, started):
    commit = "0123456789abcdef" * 2 + "01234567"
    more = {
        "status": "RUNNING", "repository": "acme/shop", "commit": commit, "branch": "main", "pullRequest": 7,
        "url": "https://ci.example.com/1", "email": "ada@example.com", "githubUsername": "ada",
    }  # fmt: skip

    begun = await record(gateway_of_five, report | more)
    ended = await record(
        gateway_of_five, report | {"status": "SUCCEEDED", "finishedAt": (started + timedelta(minutes=4)).isoformat()}
    )

    assert begun["errors"] == ended["errors"] == []
    build = ended["build"]
    assert begun["build"] | {"pipeline": None} == {
        "__typename": "Build", "id": build["id"], "externalId": "release-1", "status": "RUNNING", "finished": False,
        "createdAt": started.isoformat().replace("+00:00", "Z"), "finishedAt": None, "durationSeconds": None,
        "repository": "acme/shop", "branch": "main", "commit": commit, "url": "https://ci.example.com/1",
        "pullRequest": {"externalId": "7"}, "actor": {"email": "ada@example.com", "username": "ada"},
        "provider": {"name": "homegrown"}, "pipeline": None,
    }  # fmt: skip
    assert (build["status"], build["finished"], build["durationSeconds"], build["branch"]) == ("SUCCEEDED", True, 240.0, "main")
    assert build["pipeline"]["slug"] == "Jenkins/brand-new"
    assert build["pipeline"]["latestRun"] == {"id": build["id"], "status": "SUCCEEDED"}
    assert build["pipeline"]["stats"] == {"count": 1, "succeeded": 1}
    data = await gateway_of_five.data(
        "query ($id: ID!, $commit: String!) { node(id: $id) { ... on Build { status } } runs(first: 5, filter: {commits: [$commit]}) { nodes { id } } "
        'build(by: {externalId: {provider: "homegrown", externalId: "release-1"}}) { id } '
        'pipeline(by: {slug: {provider: "homegrown", slug: "Jenkins/brand-new"}}) { builds { nodes { id } } } }',
        {"id": build["id"], "commit": commit},
    )
    assert data == {
        "node": {"status": "SUCCEEDED"}, "runs": {"nodes": [{"id": build["id"]}]}, "build": {"id": build["id"]},
        "pipeline": {"builds": {"nodes": [{"id": build["id"]}]}},
    }  # fmt: skip


async def test_reports_by_the_mutation_and_by_the_route_make_one_run_in_any_order(gateway_of_five, report, started):
    end = {"finished_at": str(int(started.timestamp()) + 60), "status": "failure"}
    posted = {
        "reference_id": "release-1",
        "pipeline_source": "Jenkins",
        "pipeline_name": "brand-new",
        "started_at": str(int(started.timestamp()) + 30),
    }

    answer = await gateway_of_five.client.post(ROUTE, json=posted | end, headers=SENDER)
    found = await record(gateway_of_five, report | {"status": "SUCCEEDED"})

    assert answer.json() == {"ok": True}
    assert found["errors"] == []
    assert (found["build"]["status"], found["build"]["durationSeconds"]) == ("FAILED", 60.0)
    assert found["build"]["createdAt"] == started.isoformat().replace("+00:00", "Z")


REFUSED = [
    ({"provider": "nobody"}, "provider", "Configured: acme-buildkite, shop-codefresh, talend-eu, imports, homegrown"),
    ({"referenceId": " "}, "referenceId", "must not be blank"),
    ({"pipelineName": ""}, "pipelineName", "must not be blank"),
    ({"pipelineSource": "a\u0000b"}, "pipelineSource", "control character"),
    ({"commit": "abc"}, "repository", "`commit` means nothing without it"),
    ({"pullRequest": -1, "repository": "acme/shop"}, "pullRequest", "from 1 to"),
    ({"referenceId": "x" * 256}, "referenceId", "255"),
]


@pytest.mark.parametrize(("change", "field", "words"), REFUSED, ids=[case[1] for case in REFUSED])
async def test_what_cannot_be_meant_is_refused_as_data_with_a_path_into_the_input(gateway_of_five, report, change, field, words):
    found = await record(gateway_of_five, report | change)

    (error,) = found["errors"]
    assert (found["build"], error["__typename"], error["code"]) == (None, "InvalidInputError", "BAD_USER_INPUT")
    assert error["path"] == ["input", field]
    assert words in error["message"]
    nothing = await gateway_of_five.data('{ build(by: {externalId: {provider: "homegrown", externalId: "release-1"}}) { id } }')
    assert nothing == {"build": None}


async def test_a_state_that_reports_cannot_have_is_answered_in_the_callers_words(gateway_of_five, report):
    (error,) = (await record(gateway_of_five, report | {"status": "SKIPPED"}))["errors"]

    assert error["path"] == ["input", "status"]
    assert all(word in error["message"] for word in ("RUNNING", "SUCCEEDED", "FAILED", "CANCELED"))


@pytest.mark.parametrize("provider", ["acme-buildkite", "talend-eu", "imports"])
async def test_a_provider_without_a_ledger_names_those_that_keep_one_and_is_not_asked(gateway_of_five, report, provider):
    found = await record(gateway_of_five, report | {"provider": provider})

    (error,) = found["errors"]
    assert (error["__typename"], error["code"], error["path"]) == ("NotSupportedError", "NOT_SUPPORTED", ["input", "provider"])
    assert error["supportedBy"] == ["homegrown"]
    assert sum(gateway_of_five.calls().values()) == 0


async def test_several_reports_in_one_request_are_taken_one_after_the_other(gateway_of_five, report):
    fields = "{ build { status } errors { code } }"
    query = f"mutation ($a: RecordPipelineRunInput!, $b: RecordPipelineRunInput!, $c: RecordPipelineRunInput!) {{ a: recordPipelineRun(input: $a) {fields} b: recordPipelineRun(input: $b) {fields} c: recordPipelineRun(input: $c) {fields} }}"

    data = await gateway_of_five.data(
        query, {"a": report | {"status": "RUNNING"}, "b": report | {"provider": "nobody"}, "c": report | {"status": "FAILED"}}
    )

    assert data == {
        "a": {"build": {"status": "RUNNING"}, "errors": []},
        "b": {"build": None, "errors": [{"code": "BAD_USER_INPUT"}]},
        "c": {"build": {"status": "FAILED"}, "errors": []},
    }


@pytest.mark.parametrize("fault", [Fault(route=".*", kind="hang"), Fault(route=".*", status=503)], ids=["hangs", "503"])
async def test_an_instance_that_is_down_delays_no_report_and_loses_none(all_simulators, ledger, report, fault):
    running = all_simulators()
    running["dx"].control.add_fault(fault)
    async with GatewayUnderTest(running, data_dir=await ledger()) as gateway:
        took = []
        for number in range(4):
            began = time.perf_counter()
            found = await record(gateway, report | {"referenceId": f"{fault.kind}-{number}"})
            took.append(time.perf_counter() - began)
            assert found["errors"] == []
        state = (await gateway.data(FORWARDING))["providers"][0]["forwarding"]

    assert sorted(took)[1] < 0.3, took
    assert (state["queued"], state["refused"]) == (4, 0)


async def test_what_is_reported_is_passed_on(gateway_of_five, report):
    for number in range(3):
        await record(gateway_of_five, report | {"referenceId": f"passed-on-{number}", "status": "RUNNING"})

    records = gateway_of_five.simulators["dx"].app.records
    for _ in range(250):
        if all(records.get(f"passed-on-{number}") for number in range(3)):
            break
        await asyncio.sleep(0.02)
    assert sorted((each.reference_id, each.status) for each in records.all() if each.reference_id.startswith("passed-on")) == [
        (f"passed-on-{number}", "running") for number in range(3)
    ]


async def test_a_get_is_refused_and_records_nothing(gateway_of_five, report):
    inputs = ", ".join(f'{name}: "{value}"' for name, value in report.items())
    mutation = f"mutation {{ recordPipelineRun(input: {{{inputs}}}) {{ errors {{ code }} }} }}"

    refused = await gateway_of_five.client.get("/graphql", params={"query": mutation})
    taken = await gateway_of_five.data('{ a: build(by: {externalId: {provider: "homegrown", externalId: "release-1"}}) { id } }')

    assert (refused.status_code, refused.headers["allow"]) == (405, "POST")
    assert "POST" in refused.json()["errors"][0]["message"]
    assert taken == {"a": None}
    assert (await gateway_of_five.data(mutation)) == {"recordPipelineRun": {"errors": []}}
