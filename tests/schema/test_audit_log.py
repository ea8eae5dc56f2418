"""The audit log as clients read it."""

from datetime import UTC, datetime, timedelta

import pytest

from gateway.context import RequestContext, RequestLimits
from gateway.domain.audit import Attempt, AuditEntry, AuditOutcome, AuditQuery, Settlement
from gateway.domain.budget import RequestBudget
from gateway.domain.errors import StoreUnavailableError
from gateway.domain.global_id import encode_id
from gateway.domain.keys import BuildKey, PipelineKey
from gateway.operations.mutations import Mutations
from tests.schema.data_vendor import SCHEMA, Forgetful, codes

pytestmark = pytest.mark.anyio

NOON = datetime(2026, 3, 2, 12, 0, 0, 123457, tzinfo=UTC)
PIPELINE, BUILD = encode_id(PipelineKey("acme", ("p",))), encode_id(BuildKey("acme", ("b",)))
ALL_FIELDS = """attemptId at caller mutation provider targetId idempotencyKey outcome code durationSeconds
    method path status requestId writes changedIds"""


def attempt_id(number):
    return f"{number:032x}"


def entry(number, at=NOON, outcome=AuditOutcome.DONE, **settled):
    attempt = Attempt(id=attempt_id(number), at=at, caller="ann", mutation="runPipeline", provider="acme", target=PIPELINE)
    settlement = Settlement(outcome=outcome, duration_s=0.5, **settled)
    return AuditEntry(attempt=attempt, outcome=outcome, settlement=settlement)


class Log:
    """A log in memory; remembers how it was asked."""

    def __init__(self, *entries):
        self.kept = sorted(entries, key=self.place, reverse=True)
        self.asked = []

    @staticmethod
    def place(each):
        return each.attempt.at, each.attempt.id

    async def entries(self, query, after, limit):
        self.asked.append((query, after, limit))
        found = [each for each in self.kept if after is None or self.place(each) < (after.at, after.id)]
        return found[:limit]


class Away:
    async def entries(self, *_):
        raise StoreUnavailableError("The gateway's store did not answer.", retry_after_s=1)


async def read(log, arguments="", selection="nodes { attemptId }", most=100, **variables):
    """The whole answer. `arguments` is what stands between the brackets."""
    request = RequestContext({}, RequestLimits(most), RequestBudget(5, 100), mutations=Mutations(Forgetful(), 5), audit=log)
    declared = "($filter: AuditFilter)" if variables else ""
    query = f"query {declared} {{ auditLog{f'({arguments})' if arguments else ''} {{ {selection} }} }}"
    try:
        return await SCHEMA.execute(query, variable_values=variables, context_value=request)
    finally:
        request.close()


async def page(log, arguments="", **variables):
    answer = await read(log, arguments, "nodes { attemptId } pageInfo { hasNextPage endCursor }", **variables)
    assert answer.errors is None, answer.errors
    shown = answer.data["auditLog"]
    return [node["attemptId"] for node in shown["nodes"]], shown["pageInfo"]["hasNextPage"], shown["pageInfo"]["endCursor"]


async def test_an_attempt_with_its_end():
    told = {"method": "PUT", "path": "/pipelines/p", "status": 200, "request_id": "r-1", "writes": 2, "changed": (BUILD,)}
    answer = await read(Log(entry(1, **told)), "", f"nodes {{ {ALL_FIELDS} }} totalCount outcomes {{ status }}")

    assert answer.errors is None
    assert answer.data["auditLog"] == {
        "nodes": [
            {
                "attemptId": attempt_id(1),
                "at": "2026-03-02T12:00:00.123457Z",
                "caller": "ann",
                "mutation": "runPipeline",
                "provider": "acme",
                "targetId": PIPELINE,
                "idempotencyKey": None,
                "outcome": "DONE",
                "code": None,
                "durationSeconds": 0.5,
                "method": "PUT",
                "path": "/pipelines/p",
                "status": 200,
                "requestId": "r-1",
                "writes": 2,
                "changedIds": [BUILD],
            }
        ],
        "totalCount": None,
        "outcomes": [],
    }


@pytest.mark.parametrize("outcome", [AuditOutcome.IN_PROGRESS, AuditOutcome.UNKNOWN])
async def test_of_an_attempt_without_an_end_only_the_beginning_is_told(outcome):
    attempt = Attempt(id="1", at=NOON, caller="ann", mutation="createProject", idempotency_key="k")
    answer = await read(Log(AuditEntry(attempt=attempt, outcome=outcome)), "", f"nodes {{ {ALL_FIELDS} }}")

    assert answer.errors is None
    (node,) = answer.data["auditLog"]["nodes"]
    assert {name: value for name, value in node.items() if value is not None} == {
        "attemptId": "1",
        "at": "2026-03-02T12:00:00.123457Z",
        "caller": "ann",
        "mutation": "createProject",
        "idempotencyKey": "k",
        "outcome": outcome.name,
        "changedIds": [],
    }


async def test_page_by_page_every_attempt_comes_once_even_at_one_moment():
    log = Log(
        *(entry(number) for number in range(5)), entry(5, NOON - timedelta(microseconds=1)), entry(6, NOON - timedelta(days=9))
    )

    assert await page(log, "first: 7") == (await page(log))
    walked, cursor, more = [], None, True
    while more:
        shown, more, cursor = await page(log, f'first: 2, after: "{cursor}"' if cursor else "first: 2")
        walked += shown
    assert walked == [attempt_id(4), attempt_id(3), attempt_id(2), attempt_id(1), attempt_id(0), attempt_id(5), attempt_id(6)]


async def test_what_is_added_in_front_does_not_move_the_pages_behind():
    log = Log(entry(1), entry(2), entry(3))
    _, _, cursor = await page(log, "first: 1")
    grown = Log(*log.kept, entry(9, NOON + timedelta(seconds=1)))

    assert (await page(grown, f'first: 1, after: "{cursor}"'))[0] == [attempt_id(2)]


async def test_edges_carry_the_cursors():
    answer = await read(Log(entry(1), entry(2)), "", "edges { cursor node { attemptId } } pageInfo { startCursor endCursor }")
    edges, info = answer.data["auditLog"]["edges"], answer.data["auditLog"]["pageInfo"]

    assert [edge["node"]["attemptId"] for edge in edges] == [attempt_id(2), attempt_id(1)]
    assert [edge["cursor"] for edge in edges] == [info["startCursor"], info["endCursor"]]


async def test_an_empty_log():
    assert await page(Log()) == ([], False, None)


async def test_the_filter_is_passed_on_whole():
    log = Log()
    given = {
        "providers": ["acme", "gone since"],
        "mutations": ["runPipeline", "cancelRun"],
        "outcomes": ["UNKNOWN", "IN_PROGRESS"],
        "callers": ["ann"],
        "targetIds": [PIPELINE],
        "idempotencyKeys": ["k"],
        "since": "2026-03-01T01:00:00+01:00",
        "until": "2026-03-02T00:00:00Z",
    }
    await page(log, "first: 3, filter: $filter", filter=given)

    assert log.asked == [
        (
            AuditQuery(
                providers=("acme", "gone since"),
                mutations=("runPipeline", "cancelRun"),
                outcomes=(AuditOutcome.UNKNOWN, AuditOutcome.IN_PROGRESS),
                callers=("ann",),
                targets=(PIPELINE,),
                idempotency_keys=("k",),
                since=datetime(2026, 3, 1, tzinfo=UTC),
                until=datetime(2026, 3, 2, tzinfo=UTC),
            ),
            None,
            4,
        )
    ]


async def test_no_filter_and_an_empty_one_are_the_same():
    log = Log(entry(1), entry(2))
    _, _, cursor = await page(log, "first: 1")

    assert (await page(log, f'after: "{cursor}", filter: $filter', filter={}))[0] == [attempt_id(1)]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        *(({name: []}, name) for name in ("providers", "mutations", "outcomes", "callers", "targetIds", "idempotencyKeys")),
        *(({name: [" "]}, name) for name in ("providers", "mutations", "callers", "targetIds", "idempotencyKeys")),
        *(({name: ["a\0b"]}, name) for name in ("providers", "mutations", "callers", "targetIds", "idempotencyKeys")),
        ({"callers": ["x"] * 501}, "callers"),
        ({"mutations": ["RunPipeline"]}, "mutations"),
        ({"targetIds": [PIPELINE, "nonsense"]}, "targetIds"),
        ({"since": "2026-03-02T00:00:00Z", "until": "2026-03-02T00:00:00Z"}, "since"),
    ],
    ids=repr,
)
async def test_a_filter_that_cannot_be_meant_names_its_field(given, field):
    log = Log()
    answer = await read(log, "filter: $filter", filter=given)

    assert answer.data == {"auditLog": None}
    assert codes(answer) == [(["auditLog"], "BAD_USER_INPUT")]
    assert answer.errors[0].extensions["field"] == field
    assert log.asked == []


@pytest.mark.parametrize("arguments", ["first: 0", "first: -1", "first: 11"])
async def test_a_page_has_its_bounds(arguments):
    assert codes(await read(Log(), arguments, most=10)) == [(["auditLog"], "BAD_USER_INPUT")]
    assert (await read(Log(), "first: 10", most=10)).errors is None


async def test_a_cursor_belongs_to_its_filter_and_its_list():
    log = Log(entry(1), entry(2))
    _, _, cursor = await page(log, "first: 1")
    other = "InNbCg"  # damaged
    for arguments in (f'after: "{cursor}", filter: {{ callers: ["bob"] }}', f'after: "{other}"'):
        answer = await read(log, arguments)
        assert codes(answer) == [(["auditLog"], "BAD_USER_INPUT")]
        assert answer.errors[0].extensions["field"] == "after"
    workspaces = await SCHEMA.execute(
        f'{{ workspaces(after: "{cursor}") {{ nodes {{ id }} }} }}',
        context_value=RequestContext({}, RequestLimits(), RequestBudget(5, 100), mutations=Mutations(Forgetful(), 5), audit=log),
    )
    assert codes(workspaces) == [(["workspaces"], "BAD_USER_INPUT")]


async def test_a_store_that_is_away_is_an_error_of_this_field_alone():
    request = RequestContext({}, RequestLimits(), RequestBudget(5, 100), mutations=Mutations(Forgetful(), 5), audit=Away())
    answer = await SCHEMA.execute("{ auditLog { nodes { attemptId } } providers { name } }", context_value=request)

    assert answer.data == {"auditLog": None, "providers": []}
    assert codes(answer) == [(["auditLog"], "STORE_UNAVAILABLE")]
    assert answer.errors[0].extensions["retryAfterSeconds"] == 1
