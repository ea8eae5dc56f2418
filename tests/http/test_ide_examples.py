"""The example tabs of GraphiQL: whoever presses run first gets an answer, not an error."""

import json
from pathlib import Path

import pytest
from graphql import GraphQLSchema, OperationDefinitionNode, build_schema, get_variable_values, parse, validate

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "gateway" / "http" / "ide" / "src" / "examples"
DOCUMENTS = sorted(EXAMPLES.glob("*.graphql"))


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return build_schema((ROOT / "schema" / "schema.graphql").read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_an_example_is_one_named_query_that_todays_schema_takes(schema: GraphQLSchema, path: Path) -> None:
    document = parse(path.read_text(encoding="utf-8"))

    (operation,) = (node for node in document.definitions if isinstance(node, OperationDefinitionNode))

    assert operation.name is not None, "its name is the title of the tab"
    assert validate(schema, document) == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_an_example_comes_with_variables_of_the_right_types(schema: GraphQLSchema, path: Path) -> None:
    document = parse(path.read_text(encoding="utf-8"))
    (operation,) = (node for node in document.definitions if isinstance(node, OperationDefinitionNode))
    beside = path.with_suffix(".variables.json")
    given = json.loads(beside.read_text(encoding="utf-8")) if beside.exists() else {}

    values = get_variable_values(schema, operation.variable_definitions or (), given)

    assert not isinstance(values, list), values
    assert set(given) <= {definition.variable.name.value for definition in operation.variable_definitions or ()}


def test_every_file_of_variables_belongs_to_an_example() -> None:
    named = {path.name.removesuffix(".variables.json") for path in EXAMPLES.glob("*.variables.json")}

    assert named <= {path.stem for path in DOCUMENTS}
