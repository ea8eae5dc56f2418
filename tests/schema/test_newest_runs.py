"""Latest run, statistics and lists of many pipelines: they share what they can, and a fault counts only where it stands."""

from datetime import UTC, datetime, timedelta

import pytest

from gateway.domain.errors import MalformedResponseError
from gateway.domain.execution import Execution, ExecutionKind
from gateway.domain.keys import ExecutionKey, PipelineKey
from gateway.domain.page import Chunk, RowFault
from gateway.domain.pipeline import Pipeline, PipelineKind
from gateway.domain.run import RunStatus, RunTrigger, TriggerKind
from tests.schema.data_vendor import NAME, Port, ask, codes, data, id_of, key, vendor

pytestmark = pytest.mark.anyio

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
PIPELINE = Pipeline(key=key(PipelineKey, "p"), external_id="p", kind=PipelineKind.DATA, name="p")


def execution(name, minutes_ago, status=RunStatus.SUCCEEDED):
    return Execution(
        key=key(ExecutionKey, name),
        external_id=name,
        kind=ExecutionKind.DATA,
        pipeline=PIPELINE.key,
        status=status,
        native_status=None,
        created_at=NINE - timedelta(minutes=minutes_ago),
        trigger=RunTrigger(TriggerKind.API),
    )


def unreadable(minutes_ago):
    return RowFault(MalformedResponseError("no", provider=NAME), "bad", NINE - timedelta(minutes=minutes_ago))


class Runs(Port):
    """Remembers how many runs of which query were asked for."""

    def __init__(self, *rows, more=False):
        super().__init__("executions", [row for row in rows if isinstance(row, Execution)])
        self._chunk = Chunk(rows, more)

    async def newest_executions(self, pipelines, query, first, _want):
        self.asked.append(("newest", (query, first)))
        return [self._chunk for _ in pipelines]


def platform(*rows, **more):
    runs = Runs(*rows, **more)
    return vendor(pipelines=Port("pipelines", [PIPELINE]), executions=runs), runs


QUERY = """query ($id: ID!) { pipeline(by: {id: $id}) { %s } }"""


async def test_fields_that_come_to_the_same_question_share_one_load():
    provider, runs = platform(execution("a", 1), execution("b", 2, RunStatus.FAILED))
    fields = (
        "latestRun { externalId } stats(lastRuns: 7) { count } runs(first: 5, filter: {includeChildren: true}) { nodes { id } }"
    )

    found = await data(provider, QUERY % fields, id=id_of(PIPELINE))

    assert found["pipeline"]["latestRun"]["externalId"] == "a"
    assert [first for _, first in runs.calls("newest")] == [7]


async def test_a_row_that_cannot_be_read_fails_only_what_it_belongs_to():
    provider, _ = platform(execution("a", 1), execution("b", 2), unreadable(3), execution("c", 4))
    fields = "latestRun { externalId } two: stats(lastRuns: 2) { count complete } four: stats(lastRuns: 4) { count }"

    answer = await ask(provider, QUERY % fields, id=id_of(PIPELINE))

    assert codes(answer) == [(["pipeline", "four"], "UPSTREAM_MALFORMED")]
    assert answer.data["pipeline"]["latestRun"] == {"externalId": "a"}
    assert answer.data["pipeline"]["two"] == {"count": 2, "complete": False}


@pytest.mark.parametrize(
    ("filter_", "field"),
    [("{actors: [\" \"]}", "actors"), ("{statuses: []}", "statuses"), (
        '{createdFrom: "2026-03-02T00:00:00Z", createdTo: "2026-03-01T00:00:00Z"}', "createdFrom")],
)  # fmt: skip
async def test_a_filter_that_cannot_be_meant_is_the_callers_mistake(filter_, field):
    provider, runs = platform(execution("a", 1))

    answer = await ask(provider, QUERY % f"runs(first: 1, filter: {filter_}) {{ nodes {{ id }} }}", id=id_of(PIPELINE))

    (error,) = answer.errors
    assert (error.extensions["code"], error.extensions["field"]) == ("BAD_USER_INPUT", field)
    assert runs.calls("newest") == []


async def test_references_that_want_little_come_from_rows_of_lists():
    """And what a row leaves out is read from the thing itself."""
    row = Pipeline(key=PIPELINE.key, external_id="p", kind=PipelineKind.TASK, name="p", whole=False)
    whole = Pipeline(key=PIPELINE.key, external_id="p", kind=PipelineKind.TASK, name="p", description="for a purpose")
    rows = Port("pipeline_rows", [row])
    pipelines = Port("pipelines", [whole])
    provider = vendor(pipelines=pipelines, pipeline_rows=rows, executions=Port("executions", [execution("a", 1)]))
    query = "query ($id: ID!) { execution(by: {id: $id}) { pipeline { %s } } }"
    run = id_of(execution("a", 1))

    little = await data(provider, query % "name kind", id=run)
    much = await data(provider, query % "name description", id=run)

    assert little["execution"]["pipeline"] == {"name": "p", "kind": "TASK"}
    assert much["execution"]["pipeline"] == {"name": "p", "description": "for a purpose"}
    assert (len(rows.calls("get_pipeline_rows")), len(pipelines.calls("get_pipelines"))) == (1, 1)


async def test_what_is_listed_but_cannot_be_read_by_itself_is_not_called_empty():
    row = Pipeline(key=PIPELINE.key, external_id="p", kind=PipelineKind.TASK, name="p", whole=False)
    provider = vendor(pipelines=Port("pipelines", rows=[row]))

    answer = await ask(provider, "{ pipelines(first: 1) { nodes { name paused } } }")

    assert codes(answer) == [(["pipelines", "nodes", 0, "paused"], "FORBIDDEN")]
    assert answer.data["pipelines"]["nodes"] == [{"name": "p", "paused": None}]
