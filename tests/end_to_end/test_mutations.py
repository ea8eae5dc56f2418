"""Mutations over HTTP: what a client sees, in the payload, in the next query, in the audit log and in the logs."""

import asyncio
import json
import logging
from datetime import UTC, datetime

import pytest

from gateway.providers.nuvo.simulator import SIMULATOR as NUVO
from gateway.simulation.clock import ManualClock
from gateway.simulation.control import Fault
from gateway.simulation.server import start
from tests.gateway_under_test import GatewayUnderTest

pytestmark = pytest.mark.anyio

RUN = """
mutation ($input: RunPipelineInput!) {
  runPipeline(input: $input) {
    ids replayed
    runs { __typename id status provisional provider { name } pipeline { id latestRun { id } } }
    errors { __typename code message path
      ... on NotSupportedError { supportedBy } ... on UnknownOutcomeError { provider cause findOut } ... on IdempotencyError { reason } }
    receipt { provider method path status attempts }
  }
}
"""
AUDIT = """
query ($filter: AuditFilter, $after: String) {
  auditLog(filter: $filter, first: 2, after: $after) {
    nodes { attemptId at caller mutation provider targetId idempotencyKey outcome code durationSeconds method path status writes changedIds }
    pageInfo { hasNextPage endCursor }
  }
}
"""
PIPELINE = "{ pipelines(first: 1) { nodes { id name } } }"


@pytest.fixture(scope="module")
def vendor():
    with start(NUVO, clock=ManualClock(datetime(2026, 3, 2, 9, 30, tzinfo=UTC))) as running:
        yield running


@pytest.fixture
async def imports(vendor, tmp_path):
    """A gateway in front of one vendor whose pipelines have one file each, with a store of its own."""
    vendor.control.clear_faults()
    for pipeline in vendor.app.world.pipelines:
        pipeline.active, pipeline.script.files = True, 1
    async with GatewayUnderTest({"nuvo": vendor}, data_dir=tmp_path) as under_test:
        vendor.control.reset_calls()
        yield under_test


@pytest.fixture
async def pipeline(imports):
    return (await imports.data(PIPELINE))["pipelines"]["nodes"][0]


async def run(gateway, pipeline, **more):
    return (await gateway.data(RUN, {"input": {"pipelineId": pipeline["id"], **more}}))["runPipeline"]


async def test_what_was_started_is_readable_in_the_same_answer_and_in_the_next(imports, pipeline):
    started = await run(imports, pipeline)

    (shown,) = started["runs"]
    assert started["errors"] == []
    assert started["ids"] == [shown["id"]]
    assert (shown["__typename"], shown["status"], shown["provisional"]) == ("Execution", "RUNNING", False)
    assert shown["provider"] == {"name": "imports"}
    assert shown["pipeline"] == {"id": pipeline["id"], "latestRun": {"id": shown["id"]}}
    assert started["receipt"] == {
        "provider": "imports", "method": "POST", "path": "/dp/api/v1/execution/", "status": 201, "attempts": 1,
    }  # fmt: skip
    listed = await imports.data("{ executions(first: 1) { nodes { id } } }")
    assert listed["executions"]["nodes"] == [{"id": shown["id"]}]


async def test_several_mutations_of_one_request_are_carried_out_in_order_and_see_one_another(imports, pipeline):
    wanted = {"a": {"pipelineId": pipeline["id"]}, "b": {"pipelineId": pipeline["id"]}}
    both = """mutation ($a: PausePipelineInput!, $b: ResumePipelineInput!) {
      a: pausePipeline(input: $a) { pipeline { paused } errors { code } }
      b: resumePipeline(input: $b) { pipeline { paused } errors { code } } }"""

    data = await imports.data(both, wanted)

    assert data == {"a": {"pipeline": {"paused": True}, "errors": []}, "b": {"pipeline": {"paused": False}, "errors": []}}


async def test_a_refusal_is_data_and_never_an_error_of_the_request(imports, pipeline):
    refused = await run(imports, pipeline, branch="main")

    assert refused == {
        "ids": [], "replayed": False, "runs": [], "receipt": None,
        "errors": [{"__typename": "NotSupportedError", "code": "NOT_SUPPORTED", "path": ["input", "branch"], "supportedBy": [],
                    "message": "imports has no `branch` for runPipeline. Nothing was done."}],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("given", "path", "words"),
    [
        ({"pipelineId": "x"}, ["input", "pipelineId"], "is not an id of this gateway"),
        ({"idempotencyKey": " "}, ["input", "idempotencyKey"], "1 to 255"),
        ({"vendorOptions": [1]}, ["input", "vendorOptions"], "must be a JSON object"),
        ({"variables": [{"name": "1", "value": ""}]}, ["input", "variables", "0", "name"], "begin with a letter"),
        ({"author": {"name": "Ada", "email": "ada"}}, ["input", "author", "email"], "mail address"),
        ({"timeoutSeconds": -1}, ["input", "timeoutSeconds"], "more than 0"),
    ],
)
async def test_bad_input_is_refused_by_name_before_anything_is_asked(imports, pipeline, given, path, words):
    imports.reset_calls()

    (error,) = (await run(imports, pipeline, **given))["errors"]

    assert (error["__typename"], error["path"]) == ("InvalidInputError", path)
    assert words in error["message"]
    assert imports.calls() == {"nuvo": 0}


async def test_an_id_of_another_type_names_what_is_wanted(imports, pipeline):
    data = await imports.data(
        "mutation ($i: CancelRunInput!) { cancelRun(input: $i) { errors { path message } } }", {"i": {"runId": pipeline["id"]}}
    )

    (error,) = data["cancelRun"]["errors"]
    assert error["path"] == ["input", "runId"]
    assert "takes an id of type Build or Execution, not of Pipeline" in error["message"]


async def test_an_unknown_outcome_says_so_and_how_to_find_out(imports, pipeline, vendor):
    vendor.control.add_fault(Fault(r"/execution/$", method="POST", kind="drop_after_read", times=1))

    unknown = await run(imports, pipeline, idempotencyKey="k")
    again = await run(imports, pipeline, idempotencyKey="k")

    (error,) = unknown["errors"]
    assert (error["__typename"], error["code"], error["cause"]) == (
        "UnknownOutcomeError",
        "UNKNOWN_OUTCOME",
        "UPSTREAM_UNAVAILABLE",
    )
    assert "Whether POST /dp/api/v1/execution/ was carried out is not known." in error["message"]
    assert "Look it up at imports" in error["findOut"]
    assert (again["errors"], again["replayed"], again["receipt"]) == (unknown["errors"], True, unknown["receipt"])


async def test_two_gateways_on_one_store_do_it_once(imports, pipeline, vendor, tmp_path):
    before = len(vendor.app.world.executions)
    async with GatewayUnderTest({"nuvo": vendor}, data_dir=tmp_path) as other:
        answers = await asyncio.gather(
            *(run(gateway, pipeline, idempotencyKey="deploy-42") for gateway in (imports, other) for _ in range(8))
        )

    assert len(vendor.app.world.executions) == before + 1
    assert len({json.dumps(answer["ids"]) for answer in answers}) == 1
    assert sorted(answer["replayed"] for answer in answers) == [False] + [True] * 15


async def test_the_audit_log_tells_every_attempt_newest_first(imports, pipeline):
    begun = datetime.now(UTC)
    started = await run(imports, pipeline, idempotencyKey="k")
    await run(imports, pipeline, idempotencyKey="k")
    await run(imports, pipeline, tag="v1")

    first = (await imports.data(AUDIT))["auditLog"]
    second = (await imports.data(AUDIT, {"after": first["pageInfo"]["endCursor"]}))["auditLog"]

    assert (first["pageInfo"]["hasNextPage"], second["pageInfo"]["hasNextPage"]) == (True, False)
    refused, replayed, done = first["nodes"] + second["nodes"]
    assert [entry["outcome"] for entry in (refused, replayed, done)] == ["REFUSED", "REPLAYED", "DONE"]
    assert {entry["caller"] for entry in (refused, replayed, done)} == {"anonymous"}
    assert datetime.fromisoformat(done["at"]) >= begun
    assert done["durationSeconds"] > 0
    known = {
        name: done[name]
        for name in ("mutation", "provider", "targetId", "idempotencyKey", "method", "status", "writes", "changedIds")
    }
    assert known == {
        "mutation": "runPipeline", "provider": "imports", "targetId": pipeline["id"], "idempotencyKey": "k", "method": "POST",
        "status": 201, "writes": 1, "changedIds": started["ids"],
    }  # fmt: skip
    assert (refused["code"], refused["writes"], replayed["writes"]) == ("NOT_SUPPORTED", 0, 0)
    only = (await imports.data(AUDIT, {"filter": {"outcomes": ["REFUSED"], "targetIds": [pipeline["id"]]}}))["auditLog"]["nodes"]
    assert [entry["attemptId"] for entry in only] == [refused["attemptId"]]


async def test_every_attempt_is_one_line_of_the_log(imports, pipeline, caplog):
    with caplog.at_level(logging.INFO, logger="gateway.audit"):
        await run(imports, pipeline, idempotencyKey="k")

    (line,) = [record for record in caplog.records if record.name == "gateway.audit"]
    assert (line.mutation, line.provider, line.outcome, line.caller, line.idempotency_key) == (
        "runPipeline", "imports", "DONE", "anonymous", "k",
    )  # fmt: skip
    assert (line.writes, line.status, line.method) == (1, 201, "POST")


async def test_values_that_are_given_are_in_no_log_and_in_no_table(imports, pipeline, caplog, tmp_path):
    secret = "CANARY-of-a-variable"
    with caplog.at_level(logging.DEBUG):
        answer = await imports.ask(RUN, {"input": {"pipelineId": pipeline["id"], "idempotencyKey": "k",
                                                   "variables": [{"name": "TOKEN", "value": secret, "encrypted": True}]}})  # fmt: skip

    assert answer["data"]["runPipeline"]["errors"][0]["path"] == ["input", "variables"]
    assert secret not in json.dumps(answer)
    assert secret not in caplog.text
    assert secret.encode() not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


async def test_a_store_that_cannot_be_opened_stops_writes_and_no_reads(vendor, tmp_path):
    (tmp_path / "file").write_text("no folder")
    async with GatewayUnderTest({"nuvo": vendor}, data_dir=tmp_path / "file") as gateway:
        pipeline = (await gateway.data(PIPELINE))["pipelines"]["nodes"][0]
        gateway.reset_calls()

        answer = await gateway.ask(RUN, {"input": {"pipelineId": pipeline["id"]}})

    assert "errors" not in answer
    [problem] = answer["data"]["runPipeline"]["errors"]
    assert (problem["__typename"], problem["code"]) == ("NotStartedError", "STORE_UNAVAILABLE")
    assert vendor.control.calls_total == 0
