"""The canary: no token, and no secret that a vendor keeps, is in any answer or log line.

The simulators put `CANARY-SECRET-` into everything secret they send. Queries are made from the schema, so that a new field
is asked for without a word here.
"""

import asyncio
import base64
import binascii
import json
import logging
import re
import socket
import traceback
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

import httpx
import pytest
from graphql import (
    GraphQLObjectType,
    Lexer,
    Source,
    TokenKind,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    build_schema,
    get_named_type,
    is_leaf_type,
    is_required_argument,
    parse,
    validate,
    visit,
)  # fmt: skip
from structlog.testing import capture_logs

from gateway.providers.buildkite.simulator import SIMULATOR as BUILDKITE
from gateway.providers.codefresh.simulator import SIMULATOR as CODEFRESH
from gateway.simulation.control import Fault
from gateway.simulation.server import start
from tests.bench.rig import Vendor, gateways
from tests.gateway_under_test import NAMES, GatewayUnderTest

SCHEMA = build_schema((Path(__file__).parents[2] / "schema" / "schema.graphql").read_text())
CANARY = "CANARY-SECRET-"
WRONG = "WRONG-TOKEN-that-opens-nothing-0123456789"
MOST_TOKENS = 2_000
DEEPEST = 5
PACKED = re.compile(r"[A-Za-z0-9+/_-]{8,}")


def is_object(named):
    return isinstance(named, GraphQLObjectType)


def is_frame(named):
    return named.name.endswith(("Connection", "Edge"))


def is_plain(named):
    """Of scalars alone."""
    return is_object(named) and all(is_leaf_type(get_named_type(field.type)) for field in named.fields.values())


def everything(named, depth, path=()):
    """All fields of a type, down to `depth` further objects; of what would lead in a circle, or deeper, the id alone."""
    parts = ["__typename"]
    for name, field in named.fields.items():
        inner = get_named_type(field.type)
        arguments = "(first: 2)" if "first" in field.args else ""
        if is_leaf_type(inner):
            parts.append(name)
        elif is_plain(inner) or (depth > 0 and is_object(inner) and inner.name not in path):
            left = depth if is_frame(inner) else depth - 1
            parts.append(f"{name}{arguments} {{ {everything(inner, left, (*path, inner.name))} }}")
        elif "id" in inner.fields:
            parts.append(f"{name} {{ __typename id }}")
    return " ".join(parts)


def fitting(make):
    """The deepest of the queries `make(depth)` that the gateway takes."""
    return [query for query in map(make, range(1, DEEPEST)) if tokens(query) <= MOST_TOKENS][-1]


def tokens(query):
    lexer, count = Lexer(Source(query)), 0
    while lexer.advance().kind is not TokenKind.EOF:
        count += 1
    return count


def root_queries():
    """Everything under each root that needs no argument, for each vendor apart."""
    for name, field in SCHEMA.query_type.fields.items():
        if any(is_required_argument(argument) for argument in field.args.values()):
            continue
        named = get_named_type(field.type)
        for kind in NAMES:
            chosen = f"kinds: [{kind.upper()}]"
            arguments = f"first: 4, filter: {{{chosen}}}" if "first" in field.args else chosen
            yield fitting(lambda depth, call=f"{name}({arguments})", named=named: f"{{ {call} {{ {everything(named, depth)} }} }}")


def id_queries(ids_by_type):
    """Everything of things by their ids, a type at a time."""
    for typename, ids in sorted(ids_by_type.items()):
        named = SCHEMA.type_map[typename]
        listed = json.dumps(sorted(ids)[:12])
        yield fitting(
            lambda depth, listed=listed, named=named: (
                f"{{ nodes(ids: {listed}) {{ __typename ... on {named.name} {{ {everything(named, depth, (named.name,))} }} }} }}"
            )
        )


def lookups():
    """What only a lookup asks for, and lookups that find nothing."""
    yield '{ build(by: {number: {provider: "acme-buildkite", workspace: "acme", pipeline: "web-app", number: 100000}}) { id } }'
    yield '{ build(by: {externalId: {provider: "shop-codefresh", externalId: "0123456789abcdef01234567"}}) { id } }'
    yield '{ build(by: {externalId: {provider: "acme-buildkite", externalId: "x"}}) { id } }'
    yield '{ pipeline(by: {slug: {provider: "shop-codefresh", slug: "shop/deploy"}}) { id name definition { yaml } triggers { id } } }'
    yield '{ pipeline(by: {slug: {provider: "acme-buildkite", workspace: "acme", slug: "web-app"}}) { id name } }'


def walk(value):
    """Every object in an answer."""
    if isinstance(value, dict):
        yield value
        for each in value.values():
            yield from walk(each)
    elif isinstance(value, list):
        for each in value:
            yield from walk(each)


def unpacked(text):
    """The text, and all that is in it in another guise: ids and cursors are base64, addresses are percent-encoded."""
    found = [text, unquote(text)]
    for word in set(PACKED.findall(text)):
        try:
            found.append(
                base64.urlsafe_b64decode(word.replace("+", "-").replace("/", "_") + "=" * (-len(word) % 4)).decode("latin-1")
            )
        except binascii.Error:
            continue
    return "\n".join(found)


def secrets_of(simulators):
    """Whole tokens, and the part of a token that is secret by itself."""
    tokens_of = [simulator.token for simulator in simulators.values()]
    return {CANARY, WRONG, *tokens_of, *(token.partition(".")[2] for token in tokens_of if "." in token)}


def assert_clean(text, secrets, about):
    shown = unpacked(text)
    for secret in secrets:
        at = shown.find(secret)
        assert at < 0, f"{about}: ...{shown[max(0, at - 200) : at + 60]}"


class Records(logging.Handler):
    """All that is logged: by the standard library with its traces, and by structlog."""

    def __enter__(self):
        self.records = []
        self.setLevel(logging.DEBUG)
        self.level_before = logging.root.level
        logging.root.setLevel(logging.DEBUG)
        logging.root.addHandler(self)
        self.capture = capture_logs()
        self.lines = self.capture.__enter__()
        return self

    def __exit__(self, *arguments):
        self.capture.__exit__(*arguments)
        logging.root.removeHandler(self)
        logging.root.setLevel(self.level_before)

    def emit(self, record):
        self.records.append(record)

    def text(self):
        """With the values that a formatter could show, and with the traces."""
        parts, errors = [], []
        for record in self.records:
            parts += [record.getMessage(), repr(record.__dict__)]
            errors += record.exc_info[1:2] if record.exc_info else []
        for line in self.lines:
            parts.append(repr(line))
            errors.append(line.get("exc_info"))
        for error in errors:
            parts += traceback.format_exception(error) if isinstance(error, BaseException) else []
        return "\n".join(parts)


@pytest.fixture
def records():
    with Records() as found:
        yield found


@pytest.fixture(scope="module")
def evidence():
    """Everything that can be asked for, asked once: answers by query, what else was shown, and what the vendors sent."""
    running = {each.kind: start(each) for each in (BUILDKITE, CODEFRESH)}
    with Records() as found:
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
        answers = await ask_everything(gateway.client)
        health = (await gateway.client.get("/health/ready")).text
        shown = repr(gateway.gateway) + repr(list(gateway.gateway.providers.values())) + health
    sent = {}
    for kind, simulator in running.items():
        headers = {"Authorization": {"buildkite": "Bearer "}.get(kind, "") + simulator.token}
        targets = {f"{call.raw_path}?{call.query}" for call in simulator.control.calls if call.method == "GET"}
        async with httpx.AsyncClient(base_url=simulator.origin, headers=headers, trust_env=False) as client:
            sent[kind] = [(await client.get(target)).text for target in sorted(targets)]
    return answers, shown, sent


async def asked(client, query):
    return (await client.post("/graphql", json={"query": query})).text


async def ask_everything(client):
    """Answers by query, and what of the schema they show."""
    answers = {query: await asked(client, query) for query in [*root_queries(), *lookups()]}
    ids = defaultdict(set)
    for answer in answers.values():
        for each in walk(json.loads(answer).get("data")):
            if "id" in each and "__typename" in each:
                ids[each["__typename"]].add(each["id"])
    answers |= {query: await asked(client, query) for query in id_queries(ids)}
    return answers


def test_the_queries_ask_for_every_field_of_the_schema():
    objects = [each for each in SCHEMA.type_map.values() if is_object(each) and not each.name.startswith("__")]
    ids = {each.name: ["x"] for each in objects if "id" in each.fields}
    asked_for = set()

    class Note(Visitor):
        def enter_field(self, node, *_):
            asked_for.add((info.get_parent_type().name, node.name.value))

    info = TypeInfo(SCHEMA)
    for query in [*root_queries(), *id_queries(ids), *lookups(), '{ node(id: "x") { id } }']:
        document = parse(query)
        assert not validate(SCHEMA, document)
        visit(document, TypeInfoVisitor(info, Note()))

    assert {(each.name, name) for each in objects for name in each.fields} - asked_for == set()


def test_nothing_that_a_query_can_ask_for_is_a_secret(evidence):
    for query, answer in evidence.answers.items():
        assert_clean(answer, evidence.secrets, query[:120])
    assert_clean(evidence.shown, evidence.secrets, "health and repr")


def test_nothing_that_is_logged_meanwhile_is_a_secret(evidence):
    assert "duration_ms" in evidence.logged
    assert_clean(evidence.logged, evidence.secrets, "log")


def test_the_vendors_did_send_their_secrets_for_these_queries(evidence):
    """Otherwise the tests above would prove nothing."""
    assert all(any(CANARY in text for text in texts) for texts in evidence.sent.values())


def test_the_answers_hold_every_kind_of_thing(evidence):
    seen = {each["__typename"] for answer in evidence.answers.values() for each in walk(json.loads(answer)) if "__typename" in each}
    things = {each.name for each in SCHEMA.type_map.values() if is_object(each) and "id" in each.fields}

    assert things - seen == set()


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


BROAD = [
    "{ builds(first: 3) { nodes { id failure { message } } outcomes { fault { code message requestId } note } } }",
    "{ pipelines(first: 3) { nodes { id name triggers { id } builds(first: 1) { nodes { id } outcomes { fault { message requestId } } } } outcomes { fault { message requestId } note } } }",
    "{ agents { nodes { id } outcomes { fault { message requestId } } } images { nodes { id } outcomes { fault { message requestId } } } }",
    "{ integrationContexts { nodes { id } outcomes { fault { message requestId } } } workspaces { nodes { id } } projects { nodes { id } } }",
    "{ providers { health { status lastFailure { code message requestId } } rateLimit { scope } } }",
]  # fmt: skip


@pytest.mark.parametrize("kind", NAMES)
@pytest.mark.anyio
async def test_no_failure_shows_a_secret(simulators, records, kind):
    running = simulators()
    secrets = secrets_of(running)
    accounts = {each: {"timeout_s": 0.2} for each in running}
    async with GatewayUnderTest(running, accounts=accounts, graphql={"patience_s": 0.2}) as gateway:
        data = await gateway.data(
            f"{{ builds(first: 2, filter: {{kinds: [{kind.upper()}]}}) {{ nodes {{ id pipeline {{ id }} }} }} }}"
        )
        ids = [each for node in data["builds"]["nodes"] for each in (node["id"], node["pipeline"]["id"])]
        by_id = f"{{ nodes(ids: {json.dumps(ids)}) {{ id ... on Build {{ jobs(first: 2) {{ nodes {{ id name }} }} }} }} }}"
        for fault in faults(running[kind].token):
            running[kind].control.clear_faults()
            running[kind].control.add_fault(fault)
            for query in [*BROAD, by_id]:
                answer = await asked(gateway.client, query)
                assert_clean(answer, secrets, f"{fault.kind} {fault.status}: {query[:80]}")
            assert_clean((await gateway.client.get("/health/ready")).text, secrets, "health")

    assert_clean(records.text(), secrets, "log")


@pytest.mark.parametrize("how", ["wrong token", "refused"])
@pytest.mark.anyio
async def test_an_account_that_cannot_be_reached_shows_none_either(simulators, records, monkeypatch, how):
    running = simulators()
    monkeypatch.setenv("TEST_WRONG_TOKEN", WRONG)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        refused = {"base_url": f"http://127.0.0.1:{closed.getsockname()[1]}/api"}
        accounts = dict.fromkeys(running, {"token_env": "TEST_WRONG_TOKEN"} if how == "wrong token" else refused)
        async with GatewayUnderTest(running, accounts=accounts) as gateway:
            answers = [await asked(gateway.client, query) for query in [*BROAD, *lookups()]]

    codes = set(re.findall(r'"code":"([A-Z_]+)"', "".join(answers)))
    assert ("UPSTREAM_UNAVAILABLE" in codes) == (how == "refused"), codes
    for answer in answers:
        assert_clean(answer, secrets_of(running), how)
    assert_clean(records.text(), secrets_of(running), "log")


def test_a_process_that_logs_all_it_can_writes_no_secret(simulators, monkeypatch):
    running = simulators()
    secrets = secrets_of(running)
    monkeypatch.setenv("GATEWAY_LOG__LEVEL", "debug")
    known = {kind: Vendor(kind, each.base_url, each.token) for kind, each in running.items()}
    with gateways(known, [{kind: each.base_url for kind, each in known.items()}], patience_s=0.2) as (process,):
        with httpx.Client(base_url=f"http://127.0.0.1:{process.port}", trust_env=False, timeout=20) as client:
            for query in [*root_queries(), *lookups()]:
                assert_clean(client.post("/graphql", json={"query": query}).text, secrets, query[:120])
            for kind, simulator in running.items():
                for fault in faults(simulator.token):
                    if fault.kind == "hang":
                        continue  # takes a call's whole time
                    simulator.control.clear_faults()
                    simulator.control.add_fault(fault)
                    for query in BROAD:
                        assert_clean(
                            client.post("/graphql", json={"query": query}).text, secrets, f"{kind} {fault.kind} {query[:80]}"
                        )
                simulator.control.clear_faults()
        written = process.log.read_text()

    assert '"level":"debug"' in written
    assert_clean(written, secrets, "standard error")
