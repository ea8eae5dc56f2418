"""What clients have sent since a date still validates. A document leaves only with its last client."""

from pathlib import Path

import pytest
from graphql import DocumentNode, GraphQLSchema, build_schema, concat_ast, extend_schema, parse, validate

ROOT = Path(__file__).parents[2]
SAVED = sorted(path for path in Path(__file__).parent.iterdir() if path.is_dir() and path.name[0].isdigit())

# Relay's compiler takes these out before anything is sent.
RELAY_DIRECTIVES = """
directive @alias(as: String) on FRAGMENT_SPREAD | INLINE_FRAGMENT
directive @refetchable(queryName: String!, directives: [String!], preferFetchable: Boolean) on FRAGMENT_DEFINITION
directive @connection(key: String!, filters: [String], handler: String) on FIELD
"""


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    served = build_schema((ROOT / "schema" / "schema.graphql").read_text(encoding="utf-8"))
    return extend_schema(served, parse(RELAY_DIRECTIVES))


def documents(folder: Path) -> DocumentNode:
    return concat_ast([parse(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.graphql"))])


@pytest.mark.parametrize("folder", SAVED, ids=lambda path: path.name)
def test_saved_documents_validate_against_todays_schema(schema: GraphQLSchema, folder: Path) -> None:
    assert validate(schema, documents(folder)) == []


def test_there_are_saved_documents() -> None:
    assert [folder.name for folder in SAVED if documents(folder).definitions]
