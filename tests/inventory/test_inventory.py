"""Every entry of the vendors' interfaces has one fate, and what is said of it is so."""

import ast
from collections import Counter
from pathlib import Path

import pytest
from graphql import GraphQLSchema

from schema import build_schema
from tests.inventory.commands import takes
from tests.inventory.demonstration import providers
from tests.inventory.fates import Progress
from tests.inventory.page import PAGE, page
from tests.inventory.tables import VENDORS, Vendor, entries_of, fields_of

ENTRIES = {
    # operations, fields, features
    "Buildkite": (7, 17, 13),
    "Codefresh": (15, 28, 21),
    "Talend": (42, 369, 66),
    "nuvo": (3, 70, 23),
    "DX": (1, 21, 26),
    "Nexla": (0, 0, 62),
}
"""How much there is to account for: an entry that is dropped from the tables is missed."""

PROVIDERS = providers()
TABLES = sorted(Path(__file__).parent.glob("*.py"))


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return build_schema()._schema


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.name)
def test_what_is_said_of_entries_is_so(vendor: Vendor, schema: GraphQLSchema) -> None:
    wrong = [f"{name}: {complaint}" for name, fate in entries_of(vendor) for complaint in fate.complaints(schema)]

    assert wrong == []


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.name)
def test_no_entry_is_forgotten(vendor: Vendor) -> None:
    found = (len(vendor.operations), len(list(fields_of(vendor))), len(vendor.features))

    assert found == ENTRIES[vendor.name]


def test_all_operations_fields_and_features_are_accounted_for() -> None:
    assert {vendor.name for vendor in VENDORS} == set(ENTRIES)
    assert [sum(numbers) for numbers in zip(*ENTRIES.values(), strict=True)] == [68, 505, 211]


@pytest.mark.parametrize("file", TABLES, ids=lambda path: path.stem)
def test_no_entry_has_two_fates(file: Path) -> None:
    """A key that is written twice in one table would silently lose its first value."""
    tables = [node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Dict)]
    keys = [[key.value for key in table.keys if isinstance(key, ast.Constant)] for table in tables]

    assert [key for table in keys for key, times in Counter(table).items() if times > 1] == []


def test_operations_are_covered() -> None:
    """The gateway was asked for all of them. The one that is not there is not documented by the vendor either."""
    fates = {name: fate for vendor in VENDORS for name, fate in vendor.operations.items()}

    assert [name for name, fate in fates.items() if fate.progress is not Progress.COVERED] == ["buildkite.pipelines.replace"]


@pytest.mark.parametrize("vendor", [each for each in VENDORS if each.name.lower() in PROVIDERS], ids=lambda vendor: vendor.name)
def test_the_vendor_takes_what_a_mutation_is_said_to_give_it(vendor: Vendor) -> None:
    paths = {path for _, fate in entries_of(vendor) for path in getattr(fate, "paths", ())}

    assert sorted(path for path in paths if not takes(PROVIDERS[vendor.name.lower()], path)) == []


@pytest.mark.parametrize(
    ("path", "taken"),
    [
        ("Query.pipelines(first)", True),
        ("Mutation.stopAgent", True),
        ("Mutation.stopAgent(input.agentId)", True),
        ("Mutation.pauseAgent(input.timeoutSeconds)", True),
        ("Mutation.deletePipeline(input.confirmName)", True),
        ("Mutation.createPipeline(input.vendorOptions)", True),
        ("RunPipelinePayload.runs.externalId", True),
        ("Mutation.createDestination(input.manual.url)", True),
        ("Mutation.updateDestination(input.batching.size)", True),
        ("Mutation.createDestination(input.template.name)", True),
        ("CreateDestinationPayload.errors", True),
        ("Mutation.replacePipeline", False),
        ("Mutation.stopAgents", False),
        ("Mutation.stopAgent(input.confirmName)", False),
        ("Mutation.runPipeline(input.noCache)", False),
        ("Mutation.runPipeline(input.vendorOptions)", False),
        ("ReplacePipelinePayload.pipeline", False),
    ],
)
def test_what_a_vendor_takes(path: str, taken: bool) -> None:
    """Buildkite, by its table of commands, and as a destination's vendor."""
    assert takes(PROVIDERS["buildkite"], path) is taken


@pytest.mark.parametrize(("member", "taken"), [("manual.url", False), ("batching", False), ("template", True), ("name", True)])
def test_what_a_vendor_without_addresses_takes(member: str, taken: bool) -> None:
    """DX, which only takes reports."""
    assert takes(PROVIDERS["dx"], f"Mutation.createDestination(input.{member})") is taken


def test_the_page_is_made_of_the_tables() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `python -m tests.inventory.page` and look at the difference"
