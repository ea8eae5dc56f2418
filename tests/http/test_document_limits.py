"""Each limit of `[graphql]` refuses what exceeds it, before validation, and says which limit it was."""

from typing import Any

import pytest
from graphql import get_introspection_query

from tests.http.small_gateway import Build, codes, post


@pytest.mark.parametrize(
    ("limit", "allowed", "refused"),
    [
        ({"max_depth": 3}, "{ thing { inner { name } } }", "{ thing { inner { inner { name } } } }"),
        (
            {"max_depth": 3},
            "{ thing { ...F } } fragment F on Thing { inner { name } }",
            "{ thing { ...F } } fragment F on Thing { inner { ...G } } fragment G on Thing { inner { name } }",
        ),
        ({"max_depth": 2}, "{ ... { ... { thing { name } } } }", "{ ... { thing { inner { name } } } }"),
        ({"max_aliases": 2}, "{ a: hello b: hello hello }", "{ a: hello ... { b: hello c: hello } }"),
        (
            {"max_aliases": 2},
            "{ thing { ...F } } fragment F on Thing { a: name b: name }",
            "{ x: thing { ...F } y: thing { ...F } } fragment F on Thing { a: name }",
        ),
        ({"max_root_fields": 2}, "{ hello thing { name inner { name } } }", "{ hello ...F } fragment F on Query { hello hello }"),
        ({"max_tokens": 10}, "{ hello" + " hello" * 7 + "}", "{ hello" + " hello" * 8 + "}"),
    ],
)  # fmt: skip
def test_a_limit_allows_its_own_value_and_not_one_more(build: Build, limit: dict[str, Any], allowed: str, refused: str) -> None:
    app = build(**limit)

    inside, outside = post(app, allowed), post(app, refused)

    assert (inside.status_code, "errors" in inside.json()) == (200, False), inside.text
    assert (outside.status_code, codes(outside)) == (400, ["GRAPHQL_VALIDATION_FAILED"])
    error = outside.json()["errors"][0]
    assert error["extensions"]["limit"] in limit
    assert str(next(iter(limit.values()))) in error["message"]


def test_fragments_that_double_at_every_level_are_counted_as_they_expand(build: Build) -> None:
    fragments = "".join(f"fragment F{n} on Thing {{ inner {{ ...F{n + 1} }} other: inner {{ ...F{n + 1} }} }}" for n in range(15))
    query = "{ thing { ...F0 } }" + fragments + "fragment F15 on Thing { name }"

    answer = post(build(max_aliases=100_000), query)

    assert codes(answer) == ["GRAPHQL_VALIDATION_FAILED"]
    assert answer.json()["errors"][0]["extensions"]["limit"] == "max_tokens"


def test_every_operation_of_a_document_is_held_to_the_limits(build: Build) -> None:
    query = "query A { hello } query B { a: hello b: hello }"

    answer = post(build(max_aliases=1), query, operationName="A")

    assert answer.json()["errors"][0]["extensions"]["limit"] == "max_aliases"


def test_fragments_in_a_circle_are_left_to_validation(build: Build) -> None:
    answer = post(build(), "{ thing { ...F } } fragment F on Thing { inner { ...F } }")

    assert "Cannot spread fragment" in answer.json()["errors"][0]["message"]


def test_a_chain_of_700_fragments_is_measured_without_recursion(build: Build) -> None:
    chain = "".join(f"fragment F{n} on Query {{ ...F{n + 1} }}" for n in range(700))

    answer = post(build(), "{ ...F0 }" + chain + "fragment F700 on Query { hello }")

    assert answer.status_code in {200, 400}


def test_the_introspection_query_of_every_tool_fits_the_defaults(build: Build) -> None:
    query = get_introspection_query(directive_is_repeatable=True, schema_description=True, input_value_deprecation=True)

    assert "errors" not in post(build(), query).json()


def test_components_that_ask_for_the_same_fields_fit_the_defaults(build: Build) -> None:
    spreads = " ".join(f"...F{n}" for n in range(40))
    fragments = "".join(f"fragment F{n} on Thing {{ name inner {{ name inner {{ name }} }} }}" for n in range(40))

    assert "errors" not in post(build(), "{ thing { " + spreads + " } }" + fragments).json()
