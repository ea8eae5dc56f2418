"""Destinations as their users see them: over GraphQL and HTTP, with simulated vendors."""

import asyncio
import json

import httpx
import pytest

from gateway.simulation.clock import SystemClock
from gateway.simulation.control import Fault
from gateway.simulation.server import start
from tests.gateway_under_test import BUILDKITE, CODEFRESH, NUVO, GatewayUnderTest

pytestmark = pytest.mark.anyio

MANUAL = """mutation ($manual: ManualEndpointInput!, $batching: BatchingInput) {
  createDestination(input: {provider: "acme-buildkite", name: "Manual", manual: $manual, batching: $batching, confirmDestructive: true}) {
    destination { id state warnings problems manual { headers { name value } } } errors { __typename message path } } }"""
TEMPLATE = """mutation ($provider: String!, $template: TemplateUseInput!, $key: String) {
  createDestination(input: {provider: $provider, name: "Template", template: $template, keyAttribute: $key}) {
    destination { id state problems } errors { message path } } }"""
ACTIVATE = (
    "mutation ($id: ID!) { activateDestination(input: {destinationId: $id}) { destination { state } errors { message code } } }"
)
DESTINATION = """query ($id: ID!) { node(id: $id) { ... on Destination { name state mode providerName failuresInRow lastError { code message }
    counters { accepted queued running succeeded failed unknown canceled calls }
    deliveries(first: 50) { nodes { id status code message recordKey record } } } } }"""
SEND = """mutation ($id: ID!, $records: [JSON!]!, $key: String) {
  sendRecords(input: {destinationId: $id, records: $records, idempotencyKey: $key}) {
    accepted duplicates refused replayed refusals { number code message } errors { __typename code message path } } }"""
PREVIEW = """query ($of: PreviewOf!, $records: [JSON!]!) { previewDestination(input: {of: $of, records: $records}) {
    batches { calls { write method url body } errors { message } } problems warnings errors { message path } } }"""


@pytest.fixture
async def buildkite():
    with start(BUILDKITE, profile="even", clock=SystemClock()) as simulator:
        async with GatewayUnderTest({"buildkite": simulator}) as gateway:
            yield gateway


def base(gateway, kind="buildkite"):
    simulator = gateway.simulators[kind]
    return simulator.base_url


def url_of(gateway, path):
    return f"{base(gateway)}/organizations/acme{path}"


async def made(gateway, query, variables, *, active=True):
    created = (await gateway.data(query, variables))["createDestination"]
    assert created["errors"] == [], created
    identity = {"id": created["destination"]["id"]}
    if active:
        activated = (await gateway.data(ACTIVATE, identity))["activateDestination"]
        assert activated["destination"]["state"] == "ACTIVE", activated
    return identity


async def settled(gateway, identity):
    for _ in range(300):
        node = (await gateway.data(DESTINATION, identity))["node"]
        if not node["counters"]["queued"] and not node["counters"]["running"]:
            return node
        await asyncio.sleep(0.02)
    raise AssertionError(node)


async def test_a_manual_endpoint_sends_records_with_its_headers_and_the_credential(buildkite):
    endpoint = {"method": "PATCH", "url": url_of(buildkite, "/pipelines/service-00"), "headersText": "X-Team:core,X-List:a,b"}
    identity = await made(buildkite, MANUAL, {"manual": endpoint})
    buildkite.reset_calls()

    await buildkite.data(SEND, {**identity, "records": [{"description": "One"}, {"description": "Two"}]})
    node = await settled(buildkite, identity)

    assert node["counters"]["succeeded"] == 2
    calls = [call for call in buildkite.simulators["buildkite"].control.calls if call.method == "PATCH"]
    assert [json.loads(call.body) for call in calls] == [{"description": "One"}, {"description": "Two"}]
    assert {(call.headers["x-team"], call.headers["x-list"], call.headers["content-type"]) for call in calls} == {
        ("core", "a,b", "application/json")
    }
    assert all(call.headers["authorization"] == "[redacted]" for call in calls)


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/v2/organizations/acme/pipelines",
        "{origin}@elsewhere.example/v2",
        "{base}/organizations/acme/../../../admin",
        "{base}/organizations/acme/%2e%2e/x",
        "{base}/organizations/{{org_slug}}/pipelines",
        "{base}/organizations/<org>/pipelines",
        "{base}//organizations",
        "ftp://127.0.0.1/x",
        "//elsewhere.example/x",
        "/organizations/acme/pipelines",
        "{base}/organizations/acme/pipelines#frag",
    ],
)
async def test_an_endpoint_anywhere_else_is_refused_when_it_is_saved(buildkite, url):
    origin = buildkite.simulators["buildkite"].control.origin
    given = url.replace("{origin}", origin).replace("{base}", base(buildkite)).replace("{{", "{").replace("}}", "}")

    created = (await buildkite.data(MANUAL, {"manual": {"method": "POST", "url": given}}))["createDestination"]

    assert created["destination"] is None
    assert [(error["__typename"], error["path"]) for error in created["errors"]] == [
        ("InvalidInputError", ["input", "manual", "url"])
    ]


async def test_a_redirect_is_a_failure_and_is_not_followed(buildkite):
    path = "/pipelines/service-00"
    identity = await made(buildkite, MANUAL, {"manual": {"method": "PATCH", "url": url_of(buildkite, path)}})
    control = buildkite.simulators["buildkite"].control
    control.add_fault(Fault("service-00$", method="PATCH", status=307, headers={"Location": f"{base(buildkite)}/user"}))
    buildkite.reset_calls()

    await buildkite.data(SEND, {**identity, "records": [{"description": "One"}]})
    node = await settled(buildkite, identity)

    assert [each["status"] for each in node["deliveries"]["nodes"]] == ["FAILED"]
    assert [call.method for call in control.calls if "user" in call.raw_path] == []


async def test_batching_at_a_vendor_of_single_objects_is_warned_of(buildkite):
    endpoint = {"method": "POST", "url": url_of(buildkite, "/pipelines/service-00/builds")}

    created = (await buildkite.data(MANUAL, {"manual": endpoint, "batching": {"size": 10}}))["createDestination"]

    assert created["destination"]["state"] == "PAUSED"
    assert "no address of acme-buildkite is known to take several objects" in created["destination"]["warnings"][0]


async def test_records_stream_in_over_http_and_each_is_built_once(buildkite):
    template = {"name": "create-build", "parameters": [{"name": "pipeline", "value": "{{service}}"}]}
    identity = await made(buildkite, TEMPLATE, {"provider": "acme-buildkite", "template": template, "key": "ticket"})
    lines = [
        json.dumps({"service": f"service-0{number % 3}", "branch": "main", "commit": "HEAD", "ticket": f"T-{number}"})
        for number in range(12)
    ]
    body = "\n".join([*lines[:6], "{broken", *lines[6:], lines[0]])

    answer = await buildkite.client.post(
        f"/destinations/{identity['id']}/records", content=body, headers={"content-type": "application/x-ndjson"}
    )
    node = await settled(buildkite, identity)

    told = answer.json()
    assert (answer.status_code, told["accepted"], told["duplicates"], told["refused"]) == (200, 12, 1, 1)
    assert [refusal["number"] for refusal in told["refusals"]] == [7]
    assert node["counters"]["succeeded"] == 12
    posts = [call for call in buildkite.simulators["buildkite"].control.calls if call.method == "POST"]
    assert len(posts) == 12


async def test_sending_again_under_one_key_sends_nothing(buildkite):
    template = {"name": "create-build", "parameters": [{"name": "pipeline", "value": "service-00"}]}
    identity = await made(buildkite, TEMPLATE, {"provider": "acme-buildkite", "template": template})
    records = [{"branch": "main", "commit": "HEAD"}]

    first = (await buildkite.data(SEND, {**identity, "records": records, "key": "k"}))["sendRecords"]
    again = (await buildkite.data(SEND, {**identity, "records": records, "key": "k"}))["sendRecords"]
    other = (await buildkite.data(SEND, {**identity, "records": [{"branch": "x"}], "key": "k"}))["sendRecords"]

    assert (first["accepted"], first["replayed"], again["accepted"], again["replayed"]) == (1, False, 1, True)
    assert [error["__typename"] for error in other["errors"]] == ["IdempotencyError"]
    assert (await settled(buildkite, identity))["counters"]["accepted"] == 1


async def test_what_is_not_active_refuses_records(buildkite):
    template = {"name": "create-build", "parameters": [{"name": "pipeline", "value": "service-00"}]}
    identity = await made(buildkite, TEMPLATE, {"provider": "acme-buildkite", "template": template}, active=False)

    sent = (await buildkite.data(SEND, {**identity, "records": [{"branch": "main"}]}))["sendRecords"]
    streamed = await buildkite.client.post(
        f"/destinations/{identity['id']}/records", content='{"branch":"main"}', headers={"content-type": "application/x-ndjson"}
    )

    assert [error["code"] for error in sent["errors"]] == ["DESTINATION_NOT_ACTIVE"]
    assert (streamed.status_code, streamed.json()["errors"][0]["extensions"]["code"]) == (409, "DESTINATION_NOT_ACTIVE")


async def test_a_refused_credential_is_found_when_it_is_activated(buildkite):
    template = {"name": "create-build", "parameters": [{"name": "pipeline", "value": "service-00"}]}
    identity = await made(buildkite, TEMPLATE, {"provider": "acme-buildkite", "template": template}, active=False)
    buildkite.simulators["buildkite"].control.add_fault(Fault(".*", status=401, body='{"message":"Authentication required"}'))

    activated = (await buildkite.data(ACTIVATE, identity))["activateDestination"]

    assert [error["code"] for error in activated["errors"]] == ["UPSTREAM_UNAUTHENTICATED"]


async def test_a_rate_limit_is_waited_for_and_nothing_overtakes(buildkite):
    template = {"name": "create-build", "parameters": [{"name": "pipeline", "value": "service-00"}]}
    identity = await made(buildkite, TEMPLATE, {"provider": "acme-buildkite", "template": template})
    control = buildkite.simulators["buildkite"].control
    limited = Fault("builds$", method="POST", status=429, headers={"Retry-After": "0"}, body='{"message":"slow down"}', times=4)
    control.add_fault(limited)

    await buildkite.data(
        SEND, {**identity, "records": [{"branch": "main", "commit": "HEAD", "message": f"m{number}"} for number in range(3)]}
    )
    node = await settled(buildkite, identity)

    assert node["counters"]["succeeded"] == 3
    done = [json.loads(call.body)["message"] for call in control.calls if call.method == "POST" and call.status == 201]
    assert done == ["m0", "m1", "m2"]


async def test_a_preview_shows_no_credential_even_where_it_has_to_log_in():
    with start(NUVO, profile="even", clock=SystemClock()) as simulator:
        async with GatewayUnderTest({"nuvo": simulator}) as gateway:
            found = await gateway.data("{ pipelines(first: 1) { nodes { externalId } } }")
            pipeline = found["pipelines"]["nodes"][0]["externalId"]
        async with GatewayUnderTest({"nuvo": simulator}) as fresh:
            template = {"name": "create-execution", "parameters": [{"name": "pipeline", "value": "{{pipeline}}"}]}
            settings = {"provider": "imports", "name": "x", "template": template}
            answer = await fresh.ask(PREVIEW, {"of": {"settings": settings}, "records": [{"pipeline": pipeline}]})

    text = json.dumps(answer)
    assert '"method": "POST"' in text
    assert simulator.token not in text
    assert "license" not in text


async def test_a_destination_outlives_the_configuration_of_its_provider(buildkite, tmp_path):
    del buildkite
    with start(BUILDKITE, profile="even") as first, start(CODEFRESH, profile="even") as second:
        template = {"name": "create-build", "parameters": [{"name": "pipeline", "value": "service-00"}]}
        async with GatewayUnderTest({"buildkite": first}, data_dir=tmp_path) as gateway:
            identity = await made(gateway, TEMPLATE, {"provider": "acme-buildkite", "template": template}, active=False)
        async with GatewayUnderTest({"codefresh": second}, data_dir=tmp_path) as gateway:
            node = (await gateway.data(DESTINATION, identity))["node"]
            assert (node["providerName"], node["state"]) == ("acme-buildkite", "PAUSED")
            deleted = await gateway.data(
                "mutation ($id: ID!) { deleteDestination(input: {destinationId: $id}) { destination { state provider { name } } errors { message } } }",
                identity,
            )
            assert deleted["deleteDestination"]["destination"] == {"state": "DELETED", "provider": None}


async def test_a_server_that_only_reads_has_no_destinations():
    with start(BUILDKITE, profile="even") as simulator:
        async with GatewayUnderTest({"buildkite": simulator}, graphql={"mutations": False}) as gateway:
            answer = await gateway.ask("{ destinations(first: 1) { nodes { id } } }")
            route = await gateway.client.post("/destinations/x/records", content="{}", headers={"content-type": "application/json"})

    assert answer["errors"][0]["extensions"]["code"] == "NOT_SUPPORTED"
    assert route.status_code == 404
    assert isinstance(route, httpx.Response)
