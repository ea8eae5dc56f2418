"""What the documents' tests share."""

import pytest
from graphql import GraphQLSchema

from schema import build_schema


@pytest.fixture(scope="session")
def graphql_schema() -> GraphQLSchema:
    return build_schema()._schema
