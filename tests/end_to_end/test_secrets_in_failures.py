"""The canary again, when vendors fail in every way they can, quote the token back, or cannot be reached."""

import asyncio
import json
import re
import time

import httpx
import pytest

from gateway.simulation.control import Fault
from tests.bench.rig import CI_KEY as PROCESS_CI_KEY
from tests.bench.rig import Vendor, gateways
from tests.end_to_end.reported_runs import ROUTE, SENDER
from tests.end_to_end.secret_search import WRONG, Records, assert_clean, secrets_of
from tests.gateway_under_test import ALL_NAMES, GatewayUnderTest, closed_port

ASKED = [kind for kind in ALL_NAMES if kind != "dx"]
"""The vendors that are asked when something is read."""
TRIES = 150
TOKEN_KEYS = {"nuvo": "license_key_env", "dx": "forward_token_env"}


def faults(token):
    """Every way to fail, with the token in whatever the vendor says."""
    said = json.dumps({"message": f"Bearer {token} is wrong", "error": token, "errors": [{"message": token}]})
    for status in (400, 401, 403, 404, 409, 422, 429, 500, 503):
        yield Fault(route=".*", status=status, body=said, headers={"X-Request-Id": token, "Retry-After": "1"})
    yield Fault(route=".*", status=200, body=said)
    yield Fault(route=".*", status=302, body=token, headers={"Location": f"http://127.0.0.1:9/{token}"})
    yield Fault(route=".*", status=500, body=f"<html>{token}</html>", headers={"Content-Type": "text/html"})
    for kind in ("cut", "html", "wrong_types", "drop_after_read", "hang"):
        yield Fault(route=".*", kind=kind)


REPORT = {"reference_id": "r", "pipeline_source": "Jenkins", "pipeline_name": "shop", "started_at": "1772000000"}
FORWARDING = "{ providers(kinds: [DX]) { forwarding { lastError } } }"
FAULT = "outcomes { fault { code message requestId missingScope } note }"


def broad(kind):
    """Little of everything, of one vendor."""
    of_it = f"filter: {{kinds: [{kind.upper()}]}}"
    yield f"{{ runs(first: 3, {of_it}) {{ nodes {{ id warning failure {{ message }} }} {FAULT} }} }}"
    yield f"{{ pipelines(first: 2, {of_it}) {{ nodes {{ id name paused triggers {{ id }} latestRun {{ id }} runs(first: 1) {{ nodes {{ id }} {FAULT} }} }} {FAULT} }} }}"
    lists = (
        "workspaces projects environments artifacts dataConnections promotions schedules images integrationContexts agents clusters"
    )
    yield f"{{ {' '.join(f'{name}(first: 2, {of_it}) {{ nodes {{ id }} {FAULT} }}' for name in lists.split())} }}"
    yield f"{{ providers(kinds: [{kind.upper()}]) {{ health {{ status lastFailure {{ code message requestId }} }} rateLimit {{ scope }} forwarding {{ lastError }} }} }}"


LOOKUPS = """
{ a: build(by: {number: {provider: "acme-buildkite", workspace: "acme", pipeline: "web-app", number: 1}}) { id }
  b: pipeline(by: {slug: {provider: "shop-codefresh", slug: "shop/deploy"}}) { id definition { yaml } }
  c: execution(by: {externalId: {provider: "talend-eu", externalId: "00000000-0000-4000-8000-000000000000"}}) { id }
  d: execution(by: {externalId: {provider: "imports", externalId: "ffffffffffffffffffffffff"}}) { id } }
"""
DETAILS = """
query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Build { jobs(first: 2) { nodes { id } } } ... on Execution { attempts { number } steps { id } }
  ... on Pipeline { paused schedule { id } task { version } } } }
"""


@pytest.fixture
def records():
    with Records() as found:
        yield found


async def asked(client, query, variables=None):
    return (await client.post("/graphql", json={"query": query, "variables": variables})).text


@pytest.mark.parametrize("kind", ASKED)
@pytest.mark.anyio
async def test_no_failure_shows_a_secret(all_simulators, records, kind):
    running = {kind: all_simulators()[kind]}
    control = running[kind].control
    async with GatewayUnderTest(running, accounts={kind: {"timeout_s": 0.1}}) as gateway:
        query = f"{{ runs(first: 2, filter: {{kinds: [{kind.upper()}]}}) {{ nodes {{ id pipeline {{ id }} }} }} }}"
        data = await gateway.data(query)
        ids = [each for node in data["runs"]["nodes"] for each in (node["id"], node["pipeline"]["id"])]
        secrets = secrets_of(running)
        for fault in faults(running[kind].token):
            control.clear_faults()
            control.add_fault(fault)
            for query in broad(kind):
                assert_clean(await asked(gateway.client, query), secrets, f"{fault.kind} {fault.status}: {query[:80]}")
            assert_clean(await asked(gateway.client, DETAILS, {"ids": ids}), secrets, f"{fault.kind} {fault.status}: by id")
            assert_clean((await gateway.client.get("/health/ready")).text, secrets, "health")

    assert_clean(records.text(), secrets, "log")


@pytest.mark.anyio
async def test_an_instance_that_quotes_its_key_or_a_sender_that_has_none_shows_no_secret(all_simulators, ledger, records):
    running = all_simulators()
    token = running["dx"].token
    secrets = secrets_of(running)
    said = json.dumps({"ok": False, "error": f"invalid_auth {token}", "message": token})
    for status in (200, 401, 422, 500):
        running["dx"].control.clear_faults()
        running["dx"].control.add_fault(Fault(route=".*", status=status, body=said, headers={"X-Request-Id": token}))
        async with GatewayUnderTest({"dx": running["dx"]}, data_dir=await ledger()) as gateway:
            taken = await gateway.client.post(ROUTE, json=REPORT, headers=SENDER)
            refused = await gateway.client.post(ROUTE, json=REPORT, headers={"Authorization": f"Bearer {WRONG}"})
            assert taken.json() == {"ok": True}
            assert refused.json()["error"] == "invalid_auth"
            forwarding = await last_error(gateway)
            assert forwarding
            for text in (taken.text, refused.text, forwarding, *[await asked(gateway.client, query) for query in broad("dx")]):
                assert_clean(text, secrets, f"status {status}")

    assert_clean(records.text(), secrets, "log")


async def last_error(gateway):
    """What the provider says of an instance that does not take what is passed on."""
    for _ in range(TRIES):
        data = await gateway.data(FORWARDING)
        if data["providers"][0]["forwarding"]["lastError"]:
            return data["providers"][0]["forwarding"]["lastError"]
        await asyncio.sleep(0.02)
    return None


@pytest.mark.parametrize("how", ["wrong token", "refused"])
@pytest.mark.anyio
async def test_an_account_that_cannot_be_reached_shows_none_either(all_simulators, records, monkeypatch, how):
    running = all_simulators()
    monkeypatch.setenv("TEST_WRONG_TOKEN", WRONG)
    address = f"http://127.0.0.1:{closed_port()}/api"
    if how == "wrong token":
        accounts = {kind: {TOKEN_KEYS.get(kind, "token_env"): "TEST_WRONG_TOKEN"} for kind in running}
    else:
        accounts = {kind: {"forward_base_url" if kind == "dx" else "base_url": address} for kind in running}
    async with GatewayUnderTest(running, accounts=accounts) as gateway:
        queries = [*(query for kind in running for query in broad(kind)), LOOKUPS]
        answers = [await asked(gateway.client, query) for query in queries]

    codes = set(re.findall(r'"code":"([A-Z_]+)"', "".join(answers)))
    assert ("UPSTREAM_UNAVAILABLE" in codes) == (how == "refused"), codes
    assert ("UPSTREAM_UNAUTHENTICATED" in codes) == (how == "wrong token"), codes
    for answer in answers:
        assert_clean(answer, secrets_of(running), how)
    assert_clean(records.text(), secrets_of(running), "log")


def quoted_by_an_instance(client, simulator):
    """A report that the instance refuses, with its key in the answer; what the gateway says of that."""
    quoted = json.dumps({"ok": False, "error": "invalid_auth", "message": simulator.token})
    simulator.control.add_fault(Fault(route=".*", status=401, body=quoted, headers={"X-Request-Id": simulator.token}))
    assert client.post(ROUTE, json=REPORT, headers={"Authorization": f"Bearer {PROCESS_CI_KEY}"}).json() == {"ok": True}
    for _ in range(TRIES):
        state = client.post("/graphql", json={"query": FORWARDING}).json()["data"]["providers"][0]["forwarding"]
        if state["lastError"]:
            return state["lastError"]
        time.sleep(0.02)
    return None


def test_a_process_that_logs_all_it_can_writes_no_secret(all_simulators, monkeypatch):
    running = all_simulators()
    monkeypatch.setenv("GATEWAY_LOG__LEVEL", "debug")
    known = {kind: Vendor(kind, each.base_url, each.token) for kind, each in running.items()}
    with gateways(known, [{kind: each.base_url for kind, each in known.items()}], patience_s=0.2) as (process,):
        with httpx.Client(base_url=f"http://127.0.0.1:{process.port}", trust_env=False, timeout=20) as client:
            queries = {kind: list(broad(kind)) for kind in running}
            for query in (*(each for those in queries.values() for each in those), LOOKUPS):
                assert_clean(client.post("/graphql", json={"query": query}).text, secrets_of(running), query[:120])
            for kind in ASKED:
                for fault in faults(running[kind].token):
                    if fault.kind == "hang":
                        continue  # takes a call's whole time
                    running[kind].control.clear_faults()
                    running[kind].control.add_fault(fault)
                    for query in queries[kind][:2]:
                        answer = client.post("/graphql", json={"query": query}).text
                        assert_clean(answer, secrets_of(running), f"{kind} {fault.kind} {query[:80]}")
                running[kind].control.clear_faults()
            passing_on = quoted_by_an_instance(client, running["dx"])
        written = process.log.read_text()

    assert passing_on
    assert '"level":"debug"' in written
    assert_clean(written, {*secrets_of(running), PROCESS_CI_KEY}, "standard error")
