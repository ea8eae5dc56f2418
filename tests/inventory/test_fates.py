"""The fates of the inventory notice what is wrong, on a schema of their own."""

import pytest
from graphql import build_schema

from tests.inventory.fates import (
    Argument,
    CommandLine,
    Fate,
    Gap,
    Inside,
    LeftOut,
    Route,
    SectionSetting,
    Setting,
    Shown,
    Together,
    given,
    inputs,
)
from tests.inventory.schema_paths import leads_somewhere
from tests.inventory.tables import joined

SCHEMA = build_schema(
    """
    type Query { things(filter: Filter, first: Int): [Thing!]! }
    type Mutation { createProject(input: Filter!): Thing }
    input Filter { names: [String!]  below: Filter }
    interface Named { name: String }
    type Thing implements Named { name: String  owner: Thing  color: Color! }
    enum Color { RED }
    scalar DateTime
    """
)


@pytest.mark.parametrize(
    "path",
    [
        "DateTime", "Thing.name", "Named.name", "Query.things.owner.name", "Color.RED", "Filter.names", "Query.things(first)",
        "Query.things(filter.names)", "Query.things(filter.below.names)", "Mutation.createProject(input.names)",
    ],
)  # fmt: skip
def test_paths_that_are_there(path: str) -> None:
    assert leads_somewhere(SCHEMA, path)


@pytest.mark.parametrize(
    "path",
    [
        "", "Nothing", "Thing.", "Thing.size", "Thing.name.size", "Color.BLUE", "Color.RED.RED", "Filter.first", "Query.things(after)",
        "Query.things(filter.owner)", "Query.things(first.names)", "Query.thing(first)", "Query(first)", "Filter.below(first)",
        "Query.things()", "Query.things(first).name",
    ],
)  # fmt: skip
def test_paths_that_are_not(path: str) -> None:
    assert not leads_somewhere(SCHEMA, path)


@pytest.mark.parametrize(
    "fate",
    [
        Shown("Thing.name", "Mutation.createProject(input.names)"),
        Argument("Query.things(first)"),
        Setting("buildkite", "base_url"),
        Setting("talend", "region", "eu"),
        SectionSetting("destinations", "webhook_secret_env"),
        Route("/api/pipelineRuns.sync", "not_authed"),
        Route("/destinations/{id}/records", "DESTINATION_NOT_ACTIVE"),
        CommandLine("send"),
        Together(Shown("Thing.name"), CommandLine("send")),
        Inside("gateway/app.py"),
        LeftOut("It is a secret."),
        Gap("Thing.size"),
    ],
    ids=repr,
)
def test_what_is_true_is_not_complained_about(fate: Fate) -> None:
    assert list(fate.complaints(SCHEMA)) == []


@pytest.mark.parametrize(
    ("fate", "complaint"),
    [
        (Shown(), "names no path"),
        (Shown("Thing.size"), "Thing.size is not in the schema"),
        (Shown("Mutation.createProject(input.size)"), "Mutation.createProject(input.size) is not in the schema"),
        (Argument("Query.things(after)"), "Query.things(after) is not in the schema"),
        (Argument("Query.things"), "Query.things is no argument"),
        (Setting("buildkite", "base"), "[[providers]] of kind buildkite has no key base"),
        (Setting("talend", "region", "mars"), "region cannot be mars"),
        (SectionSetting("destinations", "address"), "[destinations] has no key address"),
        (SectionSetting("origins", "at_once"), "[origins] has no key at_once"),
        (Route("/api/other"), "/api/other takes no POST"),
        (Route("/health/live"), "/health/live takes no POST"),
        (Route("/api/pipelineRuns.sync", "CONFLICT"), "CONFLICT is not answered at /api/pipelineRuns.sync"),
        (Route("/destinations/{id}/records", "not_authed"), "not_authed is not answered at /destinations/{id}/records"),
        (CommandLine("receive"), "cicd-gateway has no command receive"),
        (Together(Shown("Thing.name")), "names fewer than two fates"),
        (Together(Shown("Thing.name"), Shown("Thing.size")), "Thing.size is not in the schema"),
        (Together(Shown("Thing.name"), LeftOut("It is a secret.")), "left out: It is a secret. covers nothing"),
        (Inside("gateway/none.py"), "gateway/none.py is not there"),
        (LeftOut("secret"), "the reason is not one short sentence"),
        (LeftOut("It is a secret. It is old."), "the reason is not one short sentence"),
        (Gap("Thing.name"), "Thing.name exists: it is no gap any more"),
        (Gap("users of things"), "users of things is no path"),
    ],
    ids=repr,
)
def test_what_is_wrong_is_named(fate: Fate, complaint: str) -> None:
    assert list(fate.complaints(SCHEMA)) == [complaint]


def test_what_covers_together_names_all_paths_and_tells_all() -> None:
    fate = Together(Shown("Thing.name"), CommandLine("send"), Argument("Query.things(first)"))

    assert fate.paths == ("Thing.name", "Query.things(first)")
    assert fate.told() == "`Thing.name`, `cicd-gateway send`, `Query.things(first)`"


def test_members_of_several_inputs() -> None:
    one, other = "Mutation.createThing(input.name)", "Mutation.updateThing(input.name)"

    assert given("createThing updateThing", "name") == (one, other)
    assert inputs("createThing updateThing", "name") == {"name": Argument(one, other)}


def test_an_object_stands_in_one_table() -> None:
    with pytest.raises(ValueError, match="Artifact: in two tables"):
        joined({"Artifact": {}}, {"Artifact": {}})
