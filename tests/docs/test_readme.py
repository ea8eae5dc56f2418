"""What the README shows is what happens: every query runs, every answer is the real one, every table is the code's."""

import asyncio
import contextlib
import json
import re
import shlex
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import msgspec
import pytest
from graphql import GraphQLSchema, OperationDefinitionNode, parse, validate
from typer.testing import CliRunner

from gateway.cli.demo_environment import CI_KEY
from gateway.cli.main import app
from gateway.cli.simulators import definitions
from gateway.providers.buildkite.simulator import SimulatorSettings, Token, simulator
from gateway.providers.codefresh.simulator.keys import READ_ONLY_KEY
from gateway.providers.talend.simulator.credentials import READ_ONLY_TOKEN
from gateway.settings import Settings, load_settings
from gateway.simulation.control import Fault
from gateway.simulation.server import start
from schema.types.job import MAX_TAIL_BYTES
from tests.docs.conftest import ACCOUNTS, own_demo
from tests.docs.markdown import PAGES, README, Block, between, blocks
from tests.docs.tables import TABLES
from tests.gateway_under_test import CI_VENDORS, GatewayUnderTest, serve

pytestmark = pytest.mark.anyio

ALL = blocks(README)
IN_PRODUCTION = README.parent / "docs" / "running-in-production.md"
QUERIES = [block for block in ALL if block.language == "graphql"]
ELSEWHERE = [block for page in PAGES if page != README for block in blocks(page, "graphql")]
CONFIGURATIONS = [block for page in PAGES for block in blocks(page, "toml") if block.comment != "pyproject.toml"]
SIMULATORS = {definition.kind: definition for definition in definitions()}


async def one_page_further(gateway):
    found = await gateway.data("{ runs(first: 50) { pageInfo { endCursor } } }")
    return {"after": found["runs"]["pageInfo"]["endCursor"]}


async def an_external_pipeline_id(gateway):
    found = await gateway.data('{ pipeline(by: {slug: {provider: "shop-codefresh", slug: "shop/deploy"}}) { externalId } }')
    return found["pipeline"]


async def ids_of_a_build(gateway):
    found = await gateway.data("{ builds(first: 1, filter: {kinds: [CODEFRESH]}) { nodes { id externalId } } }")
    return found["builds"]["nodes"][0]


async def ids_of_anything(gateway):
    found = await gateway.data("{ providers { id } pipelines(first: 1) { nodes { id } } runs(first: 5) { nodes { id } } }")
    return {"ids": [node["id"] for node in found["providers"] + found["pipelines"]["nodes"] + found["runs"]["nodes"]]}


async def a_month_ago(gateway):
    found = await gateway.data("{ builds(first: 1) { nodes { createdAt } } }")
    newest = datetime.fromisoformat(found["builds"]["nodes"][0]["createdAt"])
    return {"since": (newest - timedelta(days=30)).isoformat()}


async def first_of(gateway, found: str):
    """The only id in the answer to a query."""
    return re.findall(r'"id": *"([^"]+)"', json.dumps(await gateway.data(found)))[0]


async def a_build_pipeline(gateway):
    return {
        "pipelineId": await first_of(
            gateway, "{ pipelines(first: 1, filter: {kinds: [BUILDKITE], archived: false}) { nodes { id } } }"
        )
    }


async def a_task(gateway):
    return {"pipelineId": await first_of(gateway, "{ pipelines(first: 1, filter: {pipelineKinds: [TASK]}) { nodes { id } } }")}


async def a_running_build(gateway):
    variables = await a_build_pipeline(gateway)
    started = "mutation ($pipelineId: ID!) { runPipeline(input: {pipelineId: $pipelineId}) { ids errors { code } } }"
    return {"runId": (await gateway.data(started, variables))["runPipeline"]["ids"][0]}


async def a_failed_build(gateway):
    return {
        "runId": await first_of(gateway, "{ builds(first: 1, filter: {kinds: [BUILDKITE], statuses: [FAILED]}) { nodes { id } } }")
    }


async def something_done(gateway):
    await a_running_build(gateway)
    return {}


async def a_destination(gateway):
    found = await gateway.data(text_of("SetUp"))
    return {"destinationId": found["createDestination"]["destination"]["id"]}


async def a_destination_that_sends(gateway):
    variables = await a_destination(gateway)
    await gateway.data(text_of("Activate"), variables)
    return variables


async def a_destination_with_a_dead_letter(gateway):
    variables = await a_destination_that_sends(gateway)
    record = {"ticket": "SHOP-204", "pipeline": "deploy", "branch": "main", "colour": "red"}
    path = f"/destinations/{variables['destinationId']}/records"
    answer = await gateway.client.post(path, json=[record])
    assert answer.json()["accepted"] == 1
    async with asyncio.timeout(10):
        while (await gateway.data(text_of("Fates"), variables))["node"]["deliveries"]["nodes"] == []:  # noqa: ASYNC110  nothing tells
            await asyncio.sleep(0.02)
    return variables


VARIABLES = {
    "WhatItWouldDo": a_destination,
    "Activate": a_destination,
    "Send": a_destination_that_sends,
    "Fates": a_destination_with_a_dead_letter,
    "SendAgain": a_destination_with_a_dead_letter,
    "Deploy": a_build_pipeline,
    "Describe": a_build_pipeline,
    "StartTwiceAWeek": a_task,
    "Stop": a_running_build,
    "Again": a_failed_build,
    "WhoDidWhat": something_done,
    "NewestRuns": one_page_further,
    "PipelinesByName": an_external_pipeline_id,
    "BuildsById": ids_of_a_build,
    "Things": ids_of_anything,
    "BuildsOf": a_month_ago,
}
"""Operation -> where a reader would take its variables from."""
MAY_BE_EMPTY = ("annotations", "artifacts")
"""What hangs on a simulated build is drawn by the build's id, and that depends on the moment of the start."""


CHANGING = {"Deploy", "Describe", "StartTwiceAWeek", "Stop", "Again", "WhoDidWhat", "Send", "SendAgain"}
"""Operations that need vendors of their own, because they change them."""


def operation_of(block: Block) -> str:
    (operation,) = (node for node in parse(block.text).definitions if isinstance(node, OperationDefinitionNode))
    assert operation.name is not None, f"{block.name}: a query has a name, which logs show"
    return operation.name.value


def text_of(name: str) -> str:
    """The operation of this name."""
    return next(block.text for block in QUERIES if operation_of(block) == name)


def answer_below(block: Block) -> dict[str, object] | None:
    """The answer that the page shows for a query, if it shows one."""
    following = ALL[ALL.index(block) + 1]
    return json.loads(following.text) if following.language == "json" and following.comment == "answer" else None


def curls_above(block: Block) -> list[list[str]]:
    """The curl commands that the page gives before this block, in words."""
    lines = [line for each in ALL[: ALL.index(block)] if each.language == "sh" for line in commands(each.text)]
    return [words for line in lines if (words := shlex.split(line))[0] == "curl"]


def commands(text: str) -> list[str]:
    """Shell text cut into commands; one that a quoted text carries over several lines stays one."""
    found: list[str] = []
    open_command = ""
    for line in text.replace("\\\n", " ").splitlines():
        open_command += line
        if open_command.count("'") % 2 == 0:
            found.append(open_command)
            open_command = ""
    return found


def fault_above(block: Block) -> tuple[str, Fault]:
    """(vendor, fault) of the command that the page gives last before this query."""
    words = curls_above(block)[-1]
    kind = next(kind for kind, each in SIMULATORS.items() if f":{each.default_port}/" in words[3])
    assert words[:3] == ["curl", "-X", "POST"]
    assert words[3].endswith("/__control/faults")
    return kind, msgspec.json.decode(words[words.index("-d") + 1], type=Fault)


async def send_reports_above(gateway: GatewayUnderTest, block: Block) -> int:
    """Sends what the page reports before this query; how many reports."""
    reports = [words for words in curls_above(block) if "/api/" in words[3]]
    for words in reports:
        headers = dict(words[at + 1].split(": ", 1) for at, word in enumerate(words) if word == "-H")
        path = words[3].removeprefix("http://127.0.0.1:8000")
        answer = await gateway.client.post(path, content=words[words.index("-d") + 1], headers=headers)
        assert (answer.status_code, answer.text) == (200, '{"ok":true}')
    return len(reports)


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
    assert len(QUERIES) >= 20
    assert sum(answer_below(block) is not None for block in QUERIES) == 6
    assert set(VARIABLES) <= {operation_of(block) for block in QUERIES}


@pytest.mark.parametrize("block", QUERIES, ids=operation_of)
def test_a_query_fits_the_schema(graphql_schema: GraphQLSchema, block: Block):
    assert validate(graphql_schema, parse(block.text)) == []


@pytest.mark.parametrize("block", QUERIES, ids=operation_of)
async def test_a_query_is_answered_as_the_page_says(all_simulators, demo_ledger, _clock, block: Block):
    name = operation_of(block)
    folder, _ = demo_ledger
    shared = GatewayUnderTest(all_simulators(), accounts=ACCOUNTS, data_dir=folder)
    async with own_demo(folder, _clock) if name in CHANGING else shared as demo:
        await shown_as_answered(demo, block, name)


async def shown_as_answered(demo: GatewayUnderTest, block: Block, name: str):
    variables = await VARIABLES[name](demo) if name in VARIABLES else {}
    if "fault" in block.comment:
        kind, fault = fault_above(block)
        demo.simulators[kind].control.add_fault(fault)
    if "reports" in block.comment:
        assert await send_reports_above(demo, block) == 2

    answer = await demo.ask(block.text, variables)

    errors = [error["extensions"]["code"] for error in answer.get("errors", [])]
    assert errors == re.findall(r"[A-Z_]{4,}", block.comment.partition("errors:")[2]), answer
    if not errors:
        assert empty_places(answer["data"]) == []
        assert all(payload.get("errors", []) == [] for payload in answer["data"].values() if isinstance(payload, dict)), answer
    shown = answer_below(block)
    if shown is not None:
        assert answer == shown


def test_records_come_in_as_the_page_says_and_each_has_its_fate(_clock, tmp_path: Path):
    """By the mutation, by the curl command with its file, and by `cicd-gateway send` with the same file."""
    (by_curl,) = (block for block in ALL if "--data-binary" in block.text)
    (by_command,) = (block for block in ALL if "cicd-gateway send" in block.text)
    answered = ALL[ALL.index(by_curl) + 1].text
    name, content = re.findall(r"^cat > (\S+) <<'END'\n(.*?)^END$", by_curl.text, re.MULTILINE | re.DOTALL)[0]
    file = tmp_path / name
    file.write_text(content, encoding="utf-8")
    words = next(words for line in commands(by_curl.text) if (words := shlex.split(line))[0] == "curl")
    with contextlib.ExitStack() as stack:
        running = {each.kind: stack.enter_context(start(each, clock=_clock)) for each in CI_VENDORS}
        url = stack.enter_context(serve(running))
        client = stack.enter_context(httpx.Client(base_url=url, trust_env=False))

        def ask(operation: str, variables: dict[str, str]) -> dict:
            return client.post("/graphql", json={"query": text_of(operation), "variables": variables}).json()["data"]

        variables = {"destinationId": ask("SetUp", {})["createDestination"]["destination"]["id"]}
        ask("Activate", variables)
        ask("Send", variables)
        path = words[3].removeprefix("http://127.0.0.1:8000").replace("$DESTINATION", variables["destinationId"])
        header, media_type = words[words.index("-H") + 1].split(": ")
        sent = client.post(path, content=content, headers={header: media_type})
        arguments = shlex.split(by_command.text.replace("http://127.0.0.1:8000", url).replace(name, str(file)))[1:]
        again = CliRunner().invoke(app, arguments)
        until = time.monotonic() + 10
        while (fates := ask("Fates", variables)["node"])["counters"]["failed"] + fates["counters"][
            "succeeded"
        ] < 4 and time.monotonic() < until:
            time.sleep(0.02)

    assert (sent.status_code, sent.json()) == (200, json.loads(answered))
    assert (again.exit_code, "\n0 accepted, 3 duplicates, 0 refused\n" in f"\n{again.output}") == (0, True)
    assert fates["counters"] == {"accepted": 4, "queued": 0, "running": 0, "succeeded": 3, "failed": 1, "unknown": 0}
    (failed,) = fates["deliveries"]["nodes"]
    assert failed["record"]["ticket"] == "SHOP-204"
    assert "takes no `colour`" in failed["message"]


async def test_credentials_with_the_rights_on_the_page_may_do_everything_on_it(
    all_simulators, demo_ledger, monkeypatch: pytest.MonkeyPatch
):
    (row,) = (line for line in README.read_text(encoding="utf-8").splitlines() if line.startswith("| Buildkite | Personal"))
    scopes = tuple(re.findall(r"`(\w+)`", row))
    token = Token("bkua_readme", "00000000-0000-4000-8000-000000000000", scopes, user=0)
    monkeypatch.setenv("README_CODEFRESH_TOKEN", READ_ONLY_KEY.token)
    monkeypatch.setenv("README_TALEND_TOKEN", READ_ONLY_TOKEN.value)
    weak = {kind: {"token_env": f"README_{kind.upper()}_TOKEN"} for kind in ("codefresh", "talend")}
    folder, _ = demo_ledger
    with start(simulator(SimulatorSettings(tokens=(token,)))) as buildkite:
        running = all_simulators() | {"buildkite": buildkite}
        async with GatewayUnderTest(running, accounts=ACCOUNTS | weak, data_dir=folder) as gateway:
            for block in QUERIES:
                name = operation_of(block)
                if name in CHANGING:
                    continue
                answer = await gateway.ask(block.text, await VARIABLES[name](gateway) if name in VARIABLES else {})
                assert "FORBIDDEN" not in json.dumps(answer), name

    assert [scope.partition("_")[0] for scope in scopes] == ["read"] * 7 + ["write"] * 4


async def test_pages_of_the_newest_runs_follow_one_another(demo):
    block = next(block for block in QUERIES if operation_of(block) == "NewestRuns")
    first = (await demo.data(block.text))["runs"]
    second = (await demo.data(block.text, {"after": first["pageInfo"]["endCursor"]}))["runs"]

    times = [datetime.fromisoformat(node["createdAt"]) for node in first["nodes"] + second["nodes"]]
    assert len(times) == 100
    assert times == sorted(times, reverse=True)


@pytest.mark.parametrize("block", ELSEWHERE, ids=lambda block: block.name)
def test_a_query_elsewhere_fits_the_schema(graphql_schema: GraphQLSchema, block: Block):
    assert validate(graphql_schema, parse(block.text)) == []


@pytest.mark.parametrize(("page", "name", "table"), TABLES, ids=[name for _, name, _ in TABLES])
def test_a_table_is_the_codes(page: Path, name: str, table: Callable[[], str]):
    assert between(page, name) == table(), "run `python -m tests.docs.tables` and look at the difference"


@pytest.mark.parametrize("block", CONFIGURATIONS, ids=lambda block: block.name)
def test_a_configuration_can_be_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: Block):
    for variable in re.findall(r'env = "(\w+)"', block.text):
        monkeypatch.setenv(variable, f"secret-{variable}")
    for key, file in re.findall(r'(\w*file) = "([\w/.-]+)"', block.text):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        text = "postgresql://gateway:password@database/gateway" if key == "url_file" else f"secret-{file}"
        (tmp_path / file).write_text(text, encoding="utf-8")
    path = tmp_path / "gateway.toml"
    path.write_text(block.text, encoding="utf-8")

    settings = load_settings(path)

    kinds = {account.kind for account in settings.providers}
    assert kinds == set(SIMULATORS) if block.page in (README, IN_PRODUCTION) else kinds


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


async def test_home_made_ci_reports_as_many_runs_as_the_page_says(demo_ledger):
    _, runs = demo_ledger

    assert f"  ledger       {runs} runs of home-made CI reported to " in README.read_text(encoding="utf-8")


async def test_what_the_page_says_of_reports_is_so(demo):
    """The refusals by name, and the worst state that wins."""
    key = {"authorization": f"Bearer {CI_KEY}"}
    report = {"pipeline_source": "Make", "pipeline_name": "docs", "reference_id": "readme-1", "started_at": "1772445600"}

    async def code(headers: dict[str, str], **changes: str | None) -> str:
        body = {name: value for name, value in (report | changes).items() if value is not None}
        answer = await demo.client.post("/api/pipelineRuns.upsert", json=body, headers=headers)
        assert answer.status_code == (200 if answer.json()["ok"] else 422)
        return answer.json().get("error", "ok")

    codes = [
        await code({}),
        await code({"authorization": "Bearer unknown"}),
        await code(key, started_at=None),
        await code(key, commit_sha="4f0c9d1"),
        await code(key, started_at="1772445600000"),
        await code(key, status="failure"),
        await code(key, status="success", started_at="2026-03-02T10:05:00", finished_at="1772446000"),
    ]
    found = await demo.data(
        '{ build(by: {externalId: {provider: "homegrown", externalId: "readme-1"}}) { status durationSeconds } }'
    )

    assert codes == [
        "not_authed",
        "invalid_auth",
        "required_params_missing",
        "required_params_missing",
        "invalid_arguments",
        "ok",
        "ok",
    ]
    assert found["build"] == {"status": "FAILED", "durationSeconds": 400.0}
    text = README.read_text(encoding="utf-8")
    assert all(f"`{code}`" in text for code in {*codes, "account_inactive"} - {"ok"})
