"""Links lead somewhere, named files and fields are there, commands exist, decisions are told in one form."""

import re
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import anyio
import httpx
import pytest
from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema
from typer.main import get_command

from gateway.cli.main import app
from gateway.settings import sections
from tests.architecture.imports import modules
from tests.docs.markdown import PAGES, ROOT, anchors, blocks, links, prose

pytestmark = pytest.mark.anyio

PARTS = ("Context", "Decision", "Alternatives", "What would make us revisit")
DECISIONS = sorted((ROOT / "docs" / "adr").glob("*.md"))
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
COMMANDS = get_command(app).commands  # type: ignore[attr-defined]  # a group
PAGE = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
IN_PRODUCTION = ROOT / "docs" / "running-in-production.md"


def code_of(page: Path) -> list[str]:
    """Lines of commands, and words set as code."""
    lines = [line for block in blocks(page, "sh", "") for line in block.text.replace("\\\n", " ").splitlines()]
    return lines + re.findall(r"`([^`\n]+)`", prose(page))


@PAGE
def test_links_lead_somewhere(page: Path):
    for target in links(page):
        file, _, anchor = target.partition("#")
        if file.startswith("https://"):
            continue
        found = page if not file else (page.parent / file).resolve()
        assert found.exists(), target
        assert not anchor or anchor in anchors(found), target


@PAGE
def test_named_files_are_there(page: Path):
    for word in code_of(page):
        if re.fullmatch(r"(gateway|schema|tests|docs)/[\w./*<>-]*", word):
            pattern = re.sub(r"<\w+>", "*", word).rstrip("/")
            assert list(ROOT.glob(pattern)), f"{word} is not there"


def test_the_hops_of_the_tours_are_where_they_say():
    text = (ROOT / "docs" / "tour.md").read_text(encoding="utf-8")
    hops = re.findall(r"^\| (\d) \| `([\w/.]+)` \| `(\w+)` \|", text, re.MULTILINE)

    assert [int(number) for number, _, _ in hops] == [1, 2, 3, 4, 5, 6] * 4
    for _, file, name in hops:
        assert re.search(rf"^ *(async def|def|class) {name}\b", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE), (
            f"{file}: {name}"
        )


@PAGE
def test_named_fields_are_in_the_schema(graphql_schema: GraphQLSchema, page: Path):
    for type_name, field in re.findall(r"`([A-Z]\w+)\.([a-z]\w*)", prose(page)):
        type_ = graphql_schema.get_type(type_name)
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            assert field in type_.fields, f"{type_name}.{field}"


@PAGE
def test_commands_exist(page: Path):
    for line in code_of(page):
        for target in re.findall(r"(?:^|\s)make ([a-z]+)\b", line):
            assert target in TARGETS, line
        for name, rest in re.findall(r"(?:^|[\s/])cicd-gateway ([a-z][a-z-]*)(.*)", line):
            assert name in COMMANDS, line
            known = {option for parameter in COMMANDS[name].params for option in (*parameter.opts, *parameter.secondary_opts)}
            assert set(re.findall(r"--[a-z-]+", rest)) <= known | {"--help"}, line


@PAGE
def test_environment_variables_are_settings(page: Path):
    tables = sections()
    for section, key in re.findall(r"GATEWAY_([A-Z]+)__([A-Z_]+)", page.read_text(encoding="utf-8")):
        if section not in ("SECTION", "PROVIDERS"):
            assert key.lower() in tables[section.lower()].model_fields, f"GATEWAY_{section}__{key}"


@PAGE
def test_lines_can_be_read_in_a_terminal(page: Path):
    long = [line for line in prose(page).splitlines() if len(line) > 140 and not line.startswith("|")]

    assert long == []


async def test_health_answers_as_the_page_shows(gateway):
    shown = next(block.text for block in blocks(IN_PRODUCTION, "json") if '"ready"' in block.text)
    keys = re.findall(r'"(\w+)":', shown)

    assert (await gateway.client.get("/health/live")).status_code == 200
    ready = (await gateway.client.get("/health/ready")).json()

    assert [*ready, *ready["providers"][0]] == keys


async def test_the_backup_holds_what_was_reported(demo_ledger, tmp_path: Path):
    (command,) = (block.text for block in blocks(IN_PRODUCTION, "sh") if "VACUUM INTO" in block.text)
    _, runs = demo_ledger

    await anyio.run_process(command.replace("python3", sys.executable), cwd=tmp_path)

    with closing(sqlite3.connect(tmp_path / "gateway-backup.sqlite3")) as copy:
        assert copy.execute("SELECT count(*) FROM ledger_runs").fetchone() == (runs,)


async def test_a_restored_copy_sends_nothing_by_itself(demo, demo_ledger):
    (block,) = blocks(IN_PRODUCTION, "sql")
    folder, _ = demo_ledger
    settings = 'provider: "acme-buildkite", name: "Nightly", template: {name: "create-pipeline"}'
    created = await demo.data(f"mutation {{ createDestination(input: {{{settings}}}) {{ ids }} }}")
    variables = {"id": created["createDestination"]["ids"][0]}
    await demo.data("mutation ($id: ID!) { activateDestination(input: {destinationId: $id}) { ids } }", variables)

    with closing(sqlite3.connect(folder / "gateway.sqlite3")) as copy, copy:
        assert copy.execute(block.text).rowcount == 1

    found = await demo.data("query ($id: ID!) { node(id: $id) { ... on Destination { state } } }", variables)
    assert found["node"] == {"state": "PAUSED"}


def test_probes_ask_paths_that_are_served(gateway_url):
    (manifest,) = blocks(IN_PRODUCTION, "yaml")

    paths = re.findall(r"path: (/[\w/]+)", manifest.text)

    assert len(paths) == 2
    assert [httpx.get(gateway_url + path, trust_env=False).status_code for path in paths] == [200, 200]


def test_decisions_are_numbered_without_gaps():
    assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_is_one_page_in_one_form(path: Path):
    text = path.read_text(encoding="utf-8")
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)

    assert text.startswith(f"# {int(path.name[:4])}. ")
    assert [part for part in PARTS if part not in headings] == []
    assert len(text.splitlines()) <= 60


def test_decisions_that_code_refers_to_exist():
    named = {number for path in modules().values() for number in re.findall(r"docs/adr/(\d{4})", path.read_text(encoding="utf-8"))}

    assert named <= {path.name[:4] for path in DECISIONS}
