"""What the README shows is what happens: every query runs, every answer is the real one, every table is the code's."""

import json
import re
import shlex
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from graphql import GraphQLSchema, OperationDefinitionNode, parse, validate

from gateway.providers.buildkite.simulator import SIMULATOR as BUILDKITE
from gateway.providers.buildkite.simulator import SimulatorSettings, Token, simulator
from gateway.providers.codefresh.simulator import SIMULATOR as CODEFRESH
from gateway.providers.codefresh.simulator.keys import READ_ONLY_KEY
from gateway.settings import Settings, load_settings
from gateway.simulation.control import Fault
from gateway.simulation.server import start
from schema.types.job import MAX_TAIL_BYTES
from tests.docs.markdown import PAGES, README, Block, between, blocks
from tests.docs.tables import TABLES
from tests.gateway_under_test import GatewayUnderTest

pytestmark = pytest.mark.anyio

ALL = blocks(README)
QUERIES = [block for block in ALL if block.language == "graphql"]
ELSEWHERE = [block for page in PAGES if page != README for block in blocks(page, "graphql")]
CONFIGURATIONS = [block for page in PAGES for block in blocks(page, "toml")]
SIMULATORS = {definition.kind: definition for definition in (BUILDKITE, CODEFRESH)}


async def one_page_further(gateway):
    found = await gateway.data("{ builds(first: 50) { pageInfo { endCursor } } }")
    return {"after": found["builds"]["pageInfo"]["endCursor"]}


async def an_external_pipeline_id(gateway):
    found = await gateway.data('{ pipeline(by: {slug: {provider: "shop-codefresh", slug: "shop/deploy"}}) { externalId } }')
    return found["pipeline"]


async def ids_of_a_build(gateway):
    found = await gateway.data("{ builds(first: 1, filter: {kinds: [CODEFRESH]}) { nodes { id externalId } } }")
    return found["builds"]["nodes"][0]


async def ids_of_anything(gateway):
    found = await gateway.data("{ providers { id } pipelines(first: 1) { nodes { id } } builds(first: 3) { nodes { id } } }")
    return {"ids": [node["id"] for node in found["providers"] + found["pipelines"]["nodes"] + found["builds"]["nodes"]]}


async def a_month_ago(_):
    return {"since": (datetime.now(UTC) - timedelta(days=30)).isoformat()}


VARIABLES = {
    "NewestBuilds": one_page_further,
    "PipelinesByName": an_external_pipeline_id,
    "BuildsById": ids_of_a_build,
    "Things": ids_of_anything,
    "FailuresOnMain": a_month_ago,
}
"""Operation -> where a reader would take its variables from."""
MAY_BE_EMPTY = ("annotations", "artifacts")
"""What hangs on a simulated build is drawn by the build's id, and that depends on the moment of the start."""


def operation_of(block: Block) -> str:
    (operation,) = (node for node in parse(block.text).definitions if isinstance(node, OperationDefinitionNode))
    assert operation.name is not None, f"{block.name}: a query has a name, which logs show"
    return operation.name.value


def answer_below(block: Block) -> dict[str, object] | None:
    """The answer that the page shows for a query, if it shows one."""
    following = ALL[ALL.index(block) + 1]
    return json.loads(following.text) if following.language == "json" and following.comment == "answer" else None


def fault_above(block: Block) -> tuple[str, Fault]:
    """(vendor, fault) of the command that the page gives last before this query."""
    command = [each for each in ALL[: ALL.index(block)] if each.language == "sh"][-1]
    words = shlex.split(command.text)
    kind = next(kind for kind, each in SIMULATORS.items() if f":{each.default_port}/" in words[3])
    assert words[:3] == ["curl", "-X", "POST"]
    assert words[3].endswith("/__control/faults")
    return kind, msgspec.json.decode(words[words.index("-d") + 1], type=Fault)


def empty_places(value: object, path: str = "data") -> list[str]:
    """Lists without an item and objects that are missing at the root: such an example would show nothing."""
    if isinstance(value, dict):
        empty = value.get("nodes") == [] and not path.endswith(MAY_BE_EMPTY)
        found = [f"{path}.nodes"] if empty else []
        found += [f"{path}.{name}" for name, each in value.items() if each is None and path == "data"]
        return found + [place for name, each in value.items() for place in empty_places(each, f"{path}.{name}")]
    if isinstance(value, list):
        return [place for index, each in enumerate(value) for place in empty_places(each, f"{path}[{index}]")]
    return []


def test_there_are_queries_and_answers_to_them():
    assert len(QUERIES) >= 12
    assert sum(answer_below(block) is not None for block in QUERIES) == 3
    assert set(VARIABLES) <= {operation_of(block) for block in QUERIES}


@pytest.mark.parametrize("block", QUERIES, ids=operation_of)
def test_a_query_fits_the_schema(graphql_schema: GraphQLSchema, block: Block):
    assert validate(graphql_schema, parse(block.text)) == []


@pytest.mark.parametrize("block", QUERIES, ids=operation_of)
async def test_a_query_is_answered_as_the_page_says(gateway, block: Block):
    name = operation_of(block)
    variables = await VARIABLES[name](gateway) if name in VARIABLES else {}
    if "fault" in block.comment:
        kind, fault = fault_above(block)
        gateway.simulators[kind].control.add_fault(fault)

    answer = await gateway.ask(block.text, variables)

    errors = [error["extensions"]["code"] for error in answer.get("errors", [])]
    assert errors == re.findall(r"[A-Z_]{4,}", block.comment.partition("errors:")[2]), answer
    if not errors:
        assert empty_places(answer["data"]) == []
    shown = answer_below(block)
    if shown is not None:
        assert answer == shown


async def test_tokens_with_the_scopes_on_the_page_may_do_everything_on_it(simulators, monkeypatch: pytest.MonkeyPatch):
    (row,) = (line for line in README.read_text(encoding="utf-8").splitlines() if line.startswith("| Scopes for everything"))
    scopes = tuple(re.findall(r"`(\w+)`", row.split("|")[2]))
    token = Token("bkua_readme", "00000000-0000-4000-8000-000000000000", scopes, user=0)
    monkeypatch.setenv("README_CODEFRESH_TOKEN", READ_ONLY_KEY.token)
    with start(simulator(SimulatorSettings(tokens=(token,)))) as buildkite:
        running = simulators() | {"buildkite": buildkite}
        async with GatewayUnderTest(running, accounts={"codefresh": {"token_env": "README_CODEFRESH_TOKEN"}}) as gateway:
            for block in QUERIES:
                name = operation_of(block)
                answer = await gateway.ask(block.text, await VARIABLES[name](gateway) if name in VARIABLES else {})
                assert "FORBIDDEN" not in json.dumps(answer), name

    assert len(scopes) == 7


async def test_pages_of_the_newest_builds_follow_one_another(gateway):
    block = next(block for block in QUERIES if operation_of(block) == "NewestBuilds")
    first = (await gateway.data(block.text))["builds"]
    second = (await gateway.data(block.text, {"after": first["pageInfo"]["endCursor"]}))["builds"]

    times = [node["createdAt"] for node in first["nodes"] + second["nodes"]]
    assert len(times) == 100
    assert times == sorted(times, reverse=True)


@pytest.mark.parametrize("block", ELSEWHERE, ids=lambda block: block.name)
def test_a_query_elsewhere_fits_the_schema(graphql_schema: GraphQLSchema, block: Block):
    assert validate(graphql_schema, parse(block.text)) == []


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_the_codes(name: str):
    assert between(README, name) == TABLES[name](), "run `python -m tests.docs.tables` and look at the difference"


@pytest.mark.parametrize("block", CONFIGURATIONS, ids=lambda block: block.name)
def test_a_configuration_can_be_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: Block):
    for variable in re.findall(r'_env = "(\w+)"', block.text):
        monkeypatch.setenv(variable, "a-token")
    for file in re.findall(r'_file = "([\w/.]+)"', block.text):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text("a-token", encoding="utf-8")
    path = tmp_path / "gateway.toml"
    path.write_text(block.text, encoding="utf-8")

    settings = load_settings(path)

    assert {account.kind for account in settings.providers} == set(SIMULATORS)


def test_the_limits_are_the_defaults():
    limits, server = Settings().graphql, Settings().server
    table = README.read_text(encoding="utf-8").partition("## Limits")[2].partition("\n## ")[0]

    for cells in (
        f"| items of a page (`first`) | {limits.max_page_size} |",
        f"| calls to vendors | {limits.max_upstream_calls} |",
        f"| time | {server.request_deadline_s:g} s |",
        f"| {limits.max_depth}, {limits.max_tokens}, {limits.max_aliases}, {limits.max_root_fields} |",
        f"| body | {limits.max_body_bytes // 1_000_000} MB |",
        f"| {MAX_TAIL_BYTES // 1024**2} MiB |",
    ):
        assert cells in table


def test_the_simulators_are_where_the_page_says():
    text = README.read_text(encoding="utf-8")

    for kind, each in SIMULATORS.items():
        assert f"  {kind:<13}http://127.0.0.1:{each.default_port}{each.base_path}\n" in text
