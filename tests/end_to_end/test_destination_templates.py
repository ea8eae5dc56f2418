"""Every template of every vendor, from a preview to what the vendor then got: letter by letter the same."""

import asyncio
import json

import pytest

from gateway.simulation.clock import SystemClock
from gateway.simulation.server import start
from tests.gateway_under_test import ALL_NAMES, ALL_VENDORS, GatewayUnderTest

pytestmark = pytest.mark.anyio

SIMULATORS = {definition.kind: definition for definition in ALL_VENDORS}
PIPELINE = "{ pipelines(first: 1, filter: {archived: false}) { nodes { id externalId slug } } }"
PLAIN_PIPELINE = "{ pipelines(first: 1) { nodes { id externalId slug } } }"
PLAN = "{ pipelines(first: 1, filter: {pipelineKinds: [PLAN]}) { nodes { id externalId slug } } }"
RUN = "mutation ($id: ID!) { runPipeline(input: {pipelineId: $id}) { runs { ... on Build { externalId number } } errors { message } } }"
CREATE_PROJECT = (
    'mutation { createProject(input: {provider: "shop-codefresh", name: "old"}) { project { externalId } errors { message } } }'
)
CREATE_CONTEXT = """mutation { createIntegrationContext(input: {provider: "shop-codefresh", name: "old", type: "config", data: {A: "b"}}) {
    ids errors { message } } }"""
SETTINGS = "template: {name: $template, parameters: $parameters}, confirmDestructive: true, name: $template"
CREATE = f"""mutation ($provider: String!, $template: String!, $parameters: [PairInput!]) {{
  createDestination(input: {{provider: $provider, {SETTINGS}}}) {{
    destination {{ id state problems }} errors {{ message path }} }} }}"""
PREVIEW = """query ($id: ID!, $records: [JSON!]!) { previewDestination(input: {of: {destinationId: $id}, records: $records}) {
    batches { recordNumbers calls { write method url body } errors { message } } problems errors { message } } }"""
ACTIVATE = "mutation ($id: ID!) { activateDestination(input: {destinationId: $id}) { destination { state } errors { message } } }"
SEND = """mutation ($id: ID!, $records: [JSON!]!) { sendRecords(input: {destinationId: $id, records: $records}) {
    accepted refusals { message } errors { message } } }"""
DELIVERIES = """query ($id: ID!) { deliveries(first: 10, filter: {destinationIds: [$id]}) {
    nodes { status code message receipt { method path status } changedIds } } }"""


async def a_pipeline(gateway, kind):
    found = (await gateway.data(PIPELINE if kind in ("buildkite", "codefresh") else PLAIN_PIPELINE))["pipelines"]["nodes"][0]
    project, _, name = (found["slug"] or "").rpartition("/")
    return {"pipeline": name or found["externalId"], "project": project, "id": found["id"], "externalId": found["externalId"]}


async def a_plan(gateway, _):
    return {"pipeline": (await gateway.data(PLAN))["pipelines"]["nodes"][0]["externalId"]}


async def a_build(gateway, kind):
    pipeline = await a_pipeline(gateway, kind)
    run = (await gateway.data(RUN, {"id": pipeline["id"]}))["runPipeline"]["runs"][0]
    return pipeline | {"build": str(run["number"]), "buildId": run["externalId"]}


async def an_ended_build(gateway, kind):
    if kind == "buildkite":
        found = await gateway.data("{ builds(first: 1, filter: {statuses: [SUCCEEDED]}) { nodes { number pipeline { slug } } } }")
        build = found["builds"]["nodes"][0]
        return {"pipeline": build["pipeline"]["slug"], "build": str(build["number"])}
    found = await gateway.data("{ builds(first: 1, filter: {statuses: [SUCCEEDED]}) { nodes { externalId } } }")
    return {"buildId": found["builds"]["nodes"][0]["externalId"]}


async def a_project(gateway, _):
    return {"projectId": (await gateway.data(CREATE_PROJECT))["createProject"]["project"]["externalId"]}


async def a_context(gateway, _):
    assert (await gateway.data(CREATE_CONTEXT))["createIntegrationContext"]["ids"]
    return {"contextName": "old"}


async def a_cluster(gateway, _):
    return {
        "cluster": (await gateway.data("{ clusters(first: 1) { nodes { externalId } } }"))["clusters"]["nodes"][0]["externalId"]
    }


async def nothing(_, __):
    return {}


WHERE = {
    ("buildkite", "cancel-build"): a_build,
    ("buildkite", "rebuild-build"): an_ended_build,
    ("buildkite", "create-annotation"): an_ended_build,
    ("buildkite", "create-pipeline"): a_cluster,
    ("codefresh", "terminate-build"): a_build,
    ("codefresh", "restart-build"): an_ended_build,
    ("codefresh", "create-pipeline"): nothing,
    ("codefresh", "create-project"): nothing,
    ("codefresh", "delete-project"): a_project,
    ("codefresh", "create-integration-context"): nothing,
    ("codefresh", "delete-integration-context"): a_context,
    ("talend", "run-plan"): a_plan,
    ("dx", "record-pipeline-run"): nothing,
}
"""What the parameters are taken from, where that is not a pipeline."""
NAMES = {"pipelineId": "externalId", "task": "pipeline", "plan": "pipeline"}
CHANGES = {
    ("buildkite", "create-pipeline"): lambda record, found: {**record, "cluster_id": found["cluster"]},
    ("codefresh", "create-pipeline"): lambda record, _: {**record, "metadata": {**record["metadata"], "project": "alpha"}},
    ("codefresh", "update-pipeline"): lambda record, found: {
        **record,
        "metadata": {**record["metadata"], "name": f"{found['project']}/{found['pipeline']}"},
    },
    ("codefresh", "create-trigger"): lambda record, found: {**record, "pipeline": f"{found['project']}/{found['pipeline']}"},
    ("talend", "run-task"): lambda record, _: {name: value for name, value in record.items() if name != "parameters"},
}
"""Examples name things that an account of somebody else has."""
TEMPLATES = [
    *(("buildkite", each) for each in (
        "create-build", "cancel-build", "rebuild-build", "create-pipeline", "update-pipeline", "archive-pipeline", "delete-pipeline",
        "create-annotation",
    )),
    *(("codefresh", each) for each in (
        "run-pipeline", "create-pipeline", "update-pipeline", "delete-pipeline", "terminate-build", "restart-build", "create-project",
        "delete-project", "create-integration-context", "delete-integration-context", "create-trigger",
    )),
    *(("talend", each) for each in ("run-task", "run-plan", "pause-pipeline", "resume-pipeline")),
    ("nuvo", "create-execution"),
    ("dx", "record-pipeline-run"),
]  # fmt: skip


@pytest.fixture
async def desk(request):
    """(kind, template, a gateway over a vendor of its own)."""
    kind, template = request.param
    with start(SIMULATORS[kind], profile="even", clock=SystemClock()) as simulator:
        async with GatewayUnderTest({kind: simulator}) as gateway:
            yield kind, template, gateway


@pytest.mark.parametrize("desk", TEMPLATES, ids=["-".join(each) for each in TEMPLATES], indirect=True)
async def test_what_the_vendor_gets_is_what_the_preview_showed(desk):
    kind, name, gateway = desk
    shown = await gateway.data("{ destinationTemplates { name parameters { name required } example destructive } }")
    template = next(each for each in shown["destinationTemplates"] if each["name"] == name)
    found = await WHERE.get((kind, name), a_pipeline)(gateway, kind)
    wanted = [each["name"] for each in template["parameters"] if each["required"]]
    # Parameters come from attributes of the record that have no other meaning.
    record = CHANGES.get((kind, name), lambda example, _: example)(template["example"], found)
    record |= {f"p_{each}": found[NAMES.get(each, each)] for each in wanted}
    variables = {
        "provider": ALL_NAMES[kind],
        "template": name,
        "parameters": [{"name": each, "value": f"{{{{p_{each}}}}}"} for each in wanted],
    }
    if not wanted and not template["example"]:
        variables["parameters"] = []
    made = (await gateway.data(CREATE, variables))["createDestination"]
    assert made["destination"]["problems"] == [], made
    identity = {"id": made["destination"]["id"]}

    gateway.reset_calls()
    preview = (await gateway.data(PREVIEW, {**identity, "records": [record]}))["previewDestination"]
    [batch] = preview["batches"]
    assert batch["errors"] == [], batch
    sent_by_preview = [call for call in gateway.simulators[kind].control.calls if call.method in ("PUT", "PATCH", "DELETE")]
    assert sent_by_preview == []
    *reads, write = batch["calls"]
    assert write["write"], batch
    assert not any(call["write"] for call in reads)

    assert (await gateway.data(ACTIVATE, identity))["activateDestination"]["errors"] == []
    gateway.reset_calls()
    sent = (await gateway.data(SEND, {**identity, "records": [record]}))["sendRecords"]
    assert (sent["accepted"], sent["refusals"], sent["errors"]) == (1, [], [])
    delivery = await delivered(gateway, identity)

    assert delivery["status"] == "SUCCEEDED", delivery
    if kind == "dx":
        assert delivery["changedIds"]
        return
    assert write["method"] == delivery["receipt"]["method"] or kind == "codefresh"
    control = gateway.simulators[kind].control
    arrived = [
        call
        for call in control.calls
        if (call.method, control.origin + call.raw_path) == (write["method"], write["url"].partition("?")[0])
    ]
    assert arrived, (write, [(call.method, call.raw_path) for call in control.calls])
    assert any((json.loads(call.body) if call.body else None) == write["body"] for call in arrived), (write, arrived)


async def delivered(gateway, identity):
    for _ in range(200):
        [delivery] = (await gateway.data(DELIVERIES, identity))["deliveries"]["nodes"]
        if delivery["status"] not in ("QUEUED", "RUNNING"):
            return delivery
        await asyncio.sleep(0.02)
    raise AssertionError(delivery)


async def test_all_templates_are_tried_here():
    there = {}
    for kind, definition in SIMULATORS.items():
        with start(definition, profile="even") as simulator:
            async with GatewayUnderTest({kind: simulator}) as gateway:
                shown = await gateway.data("{ destinationTemplates { name } }")
                there[kind] = [(kind, each["name"]) for each in shown["destinationTemplates"]]

    assert sorted(each for kinds in there.values() for each in kinds) == sorted(TEMPLATES)
