"""Mutations made from the schema: each one with the least input it takes, asked for everything that its payload can show; and a few
that between them come to every kind of end.
"""

import json
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLList, GraphQLNonNull, get_named_type, get_nullable_type

from gateway.simulation.control import Fault
from tests.end_to_end.every_field import SCHEMA, everything, fitting, leaves

Ask = Callable[[str], Awaitable[str]]
LEAST = {
    "ID": '"x"',
    "String": '"x"',
    "Int": "1",
    "Float": "1",
    "Boolean": "true",
    "JSON": "{}",
    "DateTime": '"2026-03-02T10:00:00Z"',
}
BUILDS = r"/pipelines/[^/]+/builds$"
ENDS = (
    Fault(BUILDS, method="POST", status=403, body='{"message":"Forbidden"}'),
    Fault(BUILDS, method="POST", status=404, body='{"message":"No pipeline found"}'),
    Fault(BUILDS, method="POST", status=409, body='{"message":"Conflict"}'),
    Fault(BUILDS, method="POST", status=422, body='{"message":"Validation Failed"}'),
    Fault(BUILDS, method="POST", status=429, body='{"message":"Slow down"}'),
    Fault(BUILDS, method="POST", status=500, body='{"message":"Oops"}'),
    Fault(r"/pipelines/[^/]+$", method="GET", status=500, body='{"message":"Oops"}'),
)
"""Vendor's answers to the start of a build, one for each kind of error that they come to."""
FIRST = "{ pipelines(first: 1, filter: {%s}) { nodes { id } } }"
PROBLEMS = "errors {{ __typename code message path {} }}".format(
    " ".join(f"... on {each.name} {{ {leaves(each)} }}" for each in SCHEMA.get_possible_types(SCHEMA.type_map["MutationError"]))  # type: ignore[arg-type]
)
DETAILS = f"{PROBLEMS} receipt {{ __typename provider method path status requestId attempts }}"
"""Every kind of error with all that it tells, and the receipt."""


def least_mutations() -> Iterator[str]:
    """Each mutation once. Ids that are none are refused, so most of them end there."""
    assert SCHEMA.mutation_type is not None
    for name, field in SCHEMA.mutation_type.fields.items():
        given = _least(field.args["input"].type)
        payload: Any = get_named_type(field.type)
        details = DETAILS if "receipt" in payload.fields else PROBLEMS
        yield fitting(lambda depth: f"mutation {{ {name}(input: {given}) {{ {everything(payload, depth)} {details} }} }}")  # noqa: B023 used at once


async def ended_mutations(ask: Ask, running: dict[str, Any]) -> dict[str, str]:
    """Answers to mutations that come to every kind of error but one, and one with parts."""
    answers: dict[str, str] = {}

    async def told(query: str) -> dict[str, Any]:
        answers[query] = await ask(query)
        return json.loads(answers[query])["data"]

    build_pipeline = _first_id(await ask(FIRST % "kinds: [BUILDKITE], archived: false"))
    control = running["buildkite"].control
    for number, fault in enumerate(ENDS):
        control.add_fault(fault)
        await told(_run(build_pipeline, f'message: "{number}"'))
        control.clear_faults()
    for message in ("a", "b"):
        await told(_run(build_pipeline, f'idempotencyKey: "k", branch: "main", message: "{message}"'))
    await told(f'mutation {{ approveRun(input: {{runId: "{build_pipeline}"}}) {{ {DETAILS} }} }}')
    await told(_run(build_pipeline, 'logLevel: "INFO"'))
    plans = json.loads(await ask("{ pipelines(first: 20, filter: {pipelineKinds: [PLAN]}) { nodes { id } } }"))
    for node in plans["data"]["pipelines"]["nodes"]:
        started = (await told(_run(node["id"], "")))["runPipeline"]["ids"]
        cancel = 'mutation { cancelRun(input: {runId: "%s"}) { parts { __typename id done message } %s } }'
        if started and (await told(cancel % (started[0], DETAILS)))["cancelRun"]["parts"]:
            return answers
    raise AssertionError("no plan has parts")


async def not_started_mutation(ask: Ask) -> dict[str, str]:
    """What a gateway answers whose store is away."""
    query = _run(_first_id(await ask(FIRST % "kinds: [BUILDKITE], archived: false")), "")
    return {query: await ask(query)}


def _run(pipeline: str, more: str) -> str:
    return f'mutation {{ runPipeline(input: {{pipelineId: "{pipeline}" {more}}}) {{ __typename ids replayed {DETAILS} }} }}'


def _first_id(answer: str) -> str:
    found: str = json.loads(answer)["data"]["pipelines"]["nodes"][0]["id"]
    return found


def _least(type_: Any) -> str:
    """The shortest literal of an input type."""
    plain = get_nullable_type(type_)
    if isinstance(plain, GraphQLList):
        return f"[{_least(plain.of_type)}]"
    if isinstance(plain, GraphQLEnumType):
        return next(iter(plain.values))
    if isinstance(plain, GraphQLInputObjectType):
        needed = {name: field.type for name, field in plain.fields.items() if isinstance(field.type, GraphQLNonNull)}
        return "{" + ", ".join(f"{name}: {_least(inner)}" for name, inner in needed.items()) + "}"
    return LEAST[plain.name]
