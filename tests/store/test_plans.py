"""Which way the databases take: one stretch of the right index, never the whole table, never a sort of it."""

import pytest
from sqlalchemy import Select, text
from sqlalchemy.sql.elements import TextClause

from gateway.domain.ledger import LedgerQuery, RunPlace, RunStatus
from gateway.store import Store
from gateway.store.instants import from_us
from gateway.store.ledger.pipeline_reader import WHOLE
from gateway.store.ledger.tables import pipelines
from tests.store.filling import COLUMNS, PROVIDER, fill, row

pytestmark = pytest.mark.anyio
COUNT = 6_000
MIDDLE = dict(zip(COLUMNS, row(COUNT // 2, COUNT), strict=True))
PIPELINE = (MIDDLE["pipeline_source"], MIDDLE["pipeline_name"])
BEHIND = RunPlace(from_us(MIDDLE["started_us"]), MIDDLE["reference_id"])
FILTERS = {
    "newest": LedgerQuery(),
    "pipeline": LedgerQuery(pipelines=(PIPELINE,)),
    "status": LedgerQuery(statuses=(RunStatus.RUNNING,)),
    "repository_folded": LedgerQuery(repositories=(MIDDLE["repository"],)),
    "commit_sha": LedgerQuery(commits=(MIDDLE["commit_sha"],)),
    "pull_request": LedgerQuery(pull_requests=(100,)),
    "branch": LedgerQuery(branches=("main",)),
}
TOGETHER = {
    "commit_sha": LedgerQuery(commits=(MIDDLE["commit_sha"],), repositories=(MIDDLE["repository"],), statuses=(RunStatus.FAILED,)),
    "pipeline": LedgerQuery(pipelines=(PIPELINE,), branches=("main", "release/*"), statuses=(RunStatus.SUCCEEDED,)),
}


class Explained:
    """`plan` is the text of EXPLAIN."""

    def __init__(self, store):
        self._database = store.ledger._repair._database
        self._reader = store.ledger._runs

    async def plan(self, statement: Select) -> str:
        def explain(connection):
            compiled = statement.compile(connection, compile_kwargs={"literal_binds": True})
            prefix = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
            rows = connection.execute(without_binds(f"{prefix} {compiled}")).all()
            return "\n".join(str(each[-1]) for each in rows)

        return await self._database.read(explain)

    async def pages(self, query, after=None):
        return [await self.plan(statement) for statement in self._reader.pages(PROVIDER, query, None, after, 50)]

    async def page(self, query, after=None):
        [plan] = await self.pages(query, after)
        return plan

    async def pages_of(self, pipelines, query):
        [statement] = self._reader.pages_of(PROVIDER, pipelines, query, 10)
        return await self.plan(statement)


def without_binds(sql) -> TextClause:
    return text(sql.replace(":", r"\:"))


@pytest.fixture
async def explained(address):
    async with Store(address) as store:
        await fill(address, COUNT)
        yield Explained(store)


def assert_narrow(plan, *indexes):
    assert "Seq Scan" not in plan, plan
    assert "SCAN ledger_runs" not in plan, plan
    for index in indexes:
        assert f"ix_ledger_runs_{index}" in plan, plan


async def test_a_page_is_one_stretch_of_an_index(explained):
    for index, query in FILTERS.items():
        for after in (None, BEHIND):
            plan = await explained.page(query, after)

            assert_narrow(plan, index)
            assert "Sort" not in plan, plan
            assert "TEMP B-TREE" not in plan, plan


async def test_several_filters_begin_with_the_one_that_promises_least(explained):
    for index, query in TOGETHER.items():
        assert_narrow(await explained.page(query), index)


async def test_several_values_are_several_stretches(explained):
    plan = await explained.page(LedgerQuery(repositories=("acme/service-001", "acme/service-002")))

    assert_narrow(plan, "repository_folded")


async def test_people_are_looked_for_under_each_of_their_names(explained):
    plans = await explained.pages(LedgerQuery(actors=("person1@example.org", "robot-1")))

    for plan, index in zip(plans, ("email_folded", "github_folded", "gitlab_folded"), strict=True):
        assert_narrow(plan, index)


async def test_pipelines_asked_together_are_a_stretch_each(explained):
    plan = await explained.pages_of([PIPELINE, ("Jenkins", "pipeline-001"), ("no", "such")], LedgerQuery(branches=("main",)))

    assert_narrow(plan, "pipeline")


async def test_a_commit_in_many_pipelines_is_looked_up_by_commit(explained):
    asked = LedgerQuery(commits=(MIDDLE["commit_sha"], "another"))

    plan = await explained.pages_of([PIPELINE, ("Jenkins", "pipeline-001")], asked)

    assert_narrow(plan, "commit_sha")


async def test_a_page_of_pipelines_asks_runs_by_their_index(explained):
    statement = WHOLE.where(pipelines.c.provider == PROVIDER).order_by(pipelines.c.source, pipelines.c.name).limit(50)

    assert_narrow(await explained.plan(statement), "pipeline")
