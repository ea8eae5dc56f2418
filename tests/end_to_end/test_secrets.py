"""The canary: no token, and no secret that a vendor keeps, is in any answer or log line.

The simulators put canaries into everything secret they send. Queries are made from the schema, so that a new field is asked
for without a word here.
"""

import asyncio
import functools
import json
import os
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from unittest import mock

import httpx
import pytest
from graphql import TypeInfo, TypeInfoVisitor, Visitor, parse, validate, visit

from gateway.simulation.clock import ManualClock
from gateway.simulation.server import start
from tests.end_to_end.every_destination import create, destination_answers, manual, previews, sends, tries
from tests.end_to_end.every_field import (
    SCHEMA,
    everything,
    id_queries,
    is_object,
    is_thing,
    root_query,
    roots,
    support_query,
    with_arguments,
)
from tests.end_to_end.every_mutation import ended_mutations, least_mutations, not_started_mutation
from tests.end_to_end.reported_runs import report, runs_of
from tests.end_to_end.secret_search import CANARIES, CANARY, CI_KEY, Records, assert_clean, secrets_of
from tests.gateway_under_test import ALL_NAMES, ALL_VENDORS, GatewayUnderTest

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
LOOKUPS = (
    '{ build(by: {number: {provider: "acme-buildkite", workspace: "acme", pipeline: "web-app", number: 100000}}) { id } }',
    '{ build(by: {externalId: {provider: "shop-codefresh", externalId: "0123456789abcdef01234567"}}) { id } }',
    '{ build(by: {externalId: {provider: "acme-buildkite", externalId: "x"}}) { id } }',
    '{ pipeline(by: {slug: {provider: "shop-codefresh", slug: "shop/deploy"}}) { id name definition { yaml } triggers { id } } }',
    '{ pipeline(by: {slug: {provider: "acme-buildkite", workspace: "acme", slug: "web-app"}}) { id name } }',
    '{ pipeline(by: {externalId: {provider: "talend-eu", externalId: "ffffffffffffffffffffffff"}}) { id } }',
    '{ execution(by: {externalId: {provider: "imports", externalId: "ffffffffffffffffffffffff"}}) { id } }',
    '{ execution(by: {externalId: {provider: "talend-eu", externalId: "00000000-0000-4000-8000-000000000000"}}) { id } }',
)
"""What only a lookup asks for, and lookups that find nothing."""
RECORD = """
mutation { recordPipelineRun(input: {provider: "%s", referenceId: "r", pipelineSource: "Jenkins", pipelineName: "%s", startedAt: "2026-03-02T10:00:00Z"}) {
  __typename build { id } errors { __typename code message path ... on NotSupportedError { code message path supportedBy } ... on InvalidInputError { code message path } } } }
"""
REPORTS = tuple(RECORD % each for each in (("homegrown", "shop"), ("nobody", "shop"), ("imports", "shop")))
FAILED_PLANS = "{ executions(first: 6, filter: {executionKinds: [PLAN], statuses: [FAILED]}) { nodes { __typename id steps { __typename id errorHandler { __typename id } } } } }"
TASKS = """
{ pipelines(first: 100, filter: {kinds: [TALEND]}) { nodes { name pause { __typename reason by { name } at } runConfiguration { %s } } } }
""" % everything(SCHEMA.type_map["RunConfiguration"], 0)  # noqa: UP031  braces
"""All of them: few are paused, and few are started by a webhook."""
ARTIFACTS = "{ artifacts(first: 3) { nodes { __typename id versions } } }"


def walk(value):
    """Every object in an answer."""
    if isinstance(value, dict):
        yield value
        for each in value.values():
            yield from walk(each)
    elif isinstance(value, list):
        for each in value:
            yield from walk(each)


@pytest.fixture(scope="module")
def evidence():
    """Everything that can be asked for, asked once: answers by query, what else was shown, and what the vendors sent."""
    clock = ManualClock(NOW)  # the same things each time
    running = {each.kind: start(each, clock=clock) for each in ALL_VENDORS}
    with Records() as found, mock.patch.dict(os.environ, {"WEBHOOK_SECRET": f"{CANARY}of-webhooks"}):
        answers, shown, sent = asyncio.run(everything_from(running))
    yield Evidence(secrets_of(running), answers, shown, sent, found.text())
    for simulator in running.values():
        simulator.stop()


class Evidence(NamedTuple):
    secrets: set
    answers: dict
    shown: str
    sent: dict
    logged: str


async def everything_from(running):
    async with GatewayUnderTest(running) as gateway:
        await report(gateway, runs_of("uneven", running["dx"].clock.start)[:10])
        ask = functools.partial(asked, gateway.client)
        ended = await ended_mutations(ask, running) | await destination_answers(ask, running["buildkite"], CANARY)
        answers = await ask_everything(gateway.client, running["talend"].app.runs.promotions.past[:3]) | ended
        health = (await gateway.client.get("/health/ready")).text
        shown = repr(gateway.gateway) + repr(list(gateway.gateway.providers.values())) + health
    async with GatewayUnderTest(running, data_dir=Path(__file__)) as without_store:
        answers |= await not_started_mutation(functools.partial(asked, without_store.client))
    sent = {}
    for kind in CANARIES:
        simulator = running[kind]
        headers = {"Authorization": ("" if kind == "codefresh" else "Bearer ") + simulator.token}
        targets = {f"{call.raw_path}?{call.query}" for call in simulator.control.calls if call.method == "GET"}
        async with httpx.AsyncClient(base_url=simulator.origin, headers=headers, trust_env=False) as client:
            sent[kind] = [(await client.get(target)).text for target in sorted(targets)]
    return answers, shown, sent


async def asked(client, query):
    return (await client.post("/graphql", json={"query": query})).text


async def ask_everything(client, promotion_runs):
    """Answers by query, and what of the schema they show."""
    data = json.loads(await asked(client, support_query()))["data"]
    lacking = {
        (name, each["provider"]["kind"].lower())
        for name, connection in data.items()
        for each in connection["outcomes"]
        if each["status"] == "NOT_SUPPORTED"
    }
    queries = [root_query(name, kind) for name in roots() for kind in ALL_NAMES if (name, kind) not in lacking]
    first = [*least_mutations(), *REPORTS]
    answers = {query: await asked(client, query) for query in [*first, *queries, *LOOKUPS, FAILED_PLANS, TASKS, ARTIFACTS]}
    ids, versions = defaultdict(set), {}
    for answer in answers.values():
        for each in walk(json.loads(answer).get("data")):
            if "id" in each and "__typename" in each and is_thing(SCHEMA.type_map[each["__typename"]]):
                ids[each["__typename"]].add(each["id"])
    for node in json.loads(answers[ARTIFACTS])["data"]["artifacts"]["nodes"]:
        versions[node["id"]] = node["versions"][0]
    more = [*id_queries(ids), *with_arguments(versions, promotion_runs)]
    return answers | {query: await asked(client, query) for query in more}


def test_the_queries_ask_for_every_field_of_the_schema():
    objects = [each for each in SCHEMA.type_map.values() if is_object(each) and not each.name.startswith("__")]
    ids = {each.name: ["x"] for each in objects if is_thing(each)}
    asked_for = set()

    class Note(Visitor):
        def enter_field(self, node, *_):
            asked_for.add((info.get_parent_type().name, node.name.value))

    info = TypeInfo(SCHEMA)
    made = [*(root_query(name, "dx") for name in roots()), *id_queries(ids), *with_arguments({"x": "1"}, ["x"]), *least_mutations()]
    made += [create(manual("https://a.example", "x")), previews('{destinationId: "x"}'), sends("x"), tries("x")]
    for query in [*made, *LOOKUPS, *REPORTS, '{ node(id: "x") { id } }']:
        document = parse(query, no_location=True)
        assert not validate(SCHEMA, document)
        visit(document, TypeInfoVisitor(info, Note()))

    assert {(each.name, name) for each in objects for name in each.fields} - asked_for == set()


def test_nothing_that_a_query_can_ask_for_is_a_secret(evidence):
    for query, answer in evidence.answers.items():
        assert_clean(answer, evidence.secrets, query[:120])
    assert_clean(evidence.shown, evidence.secrets, "health and repr")


def test_secrets_in_settings_of_destinations_are_shown_as_stars(evidence):
    shown = "".join(evidence.answers.values())

    for stars in ("builds?api_key=***", '"name":"X-Api-Key","value":"***"', "https://hooks.example.com/hook/***"):
        assert stars in shown.replace(", ", ",").replace('": ', '":').replace('"__typename":"Pair",', "")


def test_nothing_that_is_logged_meanwhile_is_a_secret(evidence):
    assert "duration_ms" in evidence.logged
    assert_clean(evidence.logged, evidence.secrets, "log")


def test_the_vendors_did_send_their_secrets_for_these_queries(evidence):
    """Otherwise the tests above would prove nothing."""
    assert {kind: any(canary in text for text in evidence.sent[kind]) for kind, canary in CANARIES.items()} == dict.fromkeys(
        CANARIES, True
    )
    assert CI_KEY in evidence.secrets
    assert any(secret.startswith("nuvo-token-") for secret in evidence.secrets)


def test_no_query_was_too_much_for_the_gateway(evidence):
    """A refused one would have shown nothing."""
    refused = {"GRAPHQL_VALIDATION_FAILED", "BUDGET_EXCEEDED", "DEADLINE_EXCEEDED", "INTERNAL", "BAD_REQUEST"}
    for query, answer in evidence.answers.items():
        codes = {error["extensions"]["code"] for error in json.loads(answer).get("errors", [])}
        assert not codes & refused, (query[:160], codes)


def test_the_answers_hold_every_kind_of_thing_and_of_part(evidence):
    seen = {each["__typename"] for answer in evidence.answers.values() for each in walk(json.loads(answer)) if "__typename" in each}
    known = {each.name for each in SCHEMA.type_map.values() if is_object(each) and not each.name.startswith("__")}

    assert known - seen - {"Query", "Mutation"} == set()
