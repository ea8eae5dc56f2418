"""Lists of runs: the right ones, in order, page by page."""

import asyncio
import random

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.domain.ledger import LedgerQuery, RunPlace, RunStatus
from tests.store.matching import newest
from tests.store.reports import STATES, at, report

pytestmark = pytest.mark.anyio
BRANCHES = ["main", "release/1", "release/2", "a[b]?c", "100%_x\\", "Main"]
PEOPLE = ["Anna@X.org", "bert", "ÄRGER@x.org"]
queries = st.builds(
    LedgerQuery,
    pipelines=st.none()
    | st.lists(st.sampled_from([("Jenkins", "build"), ("Tekton", "test"), ("no", "such")]), max_size=3).map(tuple),
    statuses=st.none() | st.lists(st.sampled_from([*STATES.values(), RunStatus.QUEUED]), max_size=3).map(tuple),
    repositories=st.none() | st.lists(st.sampled_from(["acme/web", "ACME/api", "x"]), max_size=2).map(tuple),
    commits=st.none() | st.lists(st.sampled_from(["c1", "c2", "x"]), max_size=2).map(tuple),
    pull_requests=st.none() | st.lists(st.sampled_from([1, 2, 3]), max_size=2).map(tuple),
    branches=st.none()
    | st.lists(st.sampled_from([*BRANCHES, "*", "release/*", "*a*", "a[*", "100%*", "M*"]), max_size=2).map(tuple),
    actors=st.none() | st.lists(st.sampled_from(["anna@x.org", "BERT", "ärger@X.ORG", "nobody"]), max_size=2).map(tuple),
    started_from=st.none() | st.integers(0, 40).map(at),
    started_to=st.none() | st.integers(0, 40).map(at),
)


def made_up(count, seed=7):
    choose = random.Random(seed)
    return [
        report(
            f"run-{number:03}",
            start=choose.randrange(40),
            status=choose.choice(list(STATES)),
            pipeline_source=choose.choice(["Jenkins", "Tekton"]),
            pipeline_name=choose.choice(["build", "test"]),
            repository=choose.choice([None, "acme/web", "Acme/Web", "acme/api"]),
            commit=choose.choice([None, "c1", "c2"]),
            pull_request=choose.choice([None, 1, 2]),
            branch=choose.choice([None, *BRANCHES]),
            email=choose.choice([None, *PEOPLE]),
            github_username=choose.choice([None, *PEOPLE]),
            gitlab_username=choose.choice([None, *PEOPLE]),
        )
        for number in range(count)
    ]


async def filled(ledger, reports):
    return await asyncio.gather(*(ledger.record("homegrown", each, b"", forward=False) for each in reports))


async def walk(ledger, query, page_size):
    place, found = None, []
    while page := await ledger.newest_runs("homegrown", query, None, place, page_size):
        assert len(page) <= page_size
        found += page
        place = RunPlace(page[-1].started_at, page[-1].reference_id)
    return found


@pytest.fixture
async def runs(ledger):
    return await filled(ledger, made_up(150))


several = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@several
@given(query=queries, limit=st.integers(1, 30))
async def test_a_query_gives_the_newest_that_match(ledger, runs, query, limit):
    assert await ledger.newest_runs("homegrown", query, None, None, limit) == newest(runs, query)[:limit]


@several
@given(query=queries, limit=st.integers(1, 5))
async def test_each_pipeline_gets_its_own_newest(ledger, runs, query, limit):
    asked = [("Jenkins", "build"), ("no", "such"), ("Tekton", "test"), ("Jenkins", "build")]
    found = await ledger.newest_runs_of("homegrown", asked, query, limit)

    assert found == [newest(runs, msgspec.structs.replace(query, pipelines=(each,)))[:limit] for each in asked]


@pytest.mark.parametrize("page_size", [1, 7, 50])
@pytest.mark.parametrize(
    "query",
    [LedgerQuery(), LedgerQuery(branches=("release/*",)), LedgerQuery(actors=("bert", "anna@x.org"))],
    ids=["all", "pattern", "actors"],
)
async def test_pages_give_each_run_once(ledger, runs, query, page_size):
    assert await walk(ledger, query, page_size) == newest(runs, query)


async def test_runs_that_began_together_are_in_order_of_their_ids(ledger):
    await filled(ledger, [report(name, start=5) for name in ("b", "a", "Z", "é", "~", "𝄞")])

    assert [run.reference_id for run in await walk(ledger, LedgerQuery(), 2)] == sorted("baZé~𝄞")


async def test_a_list_can_begin_at_a_time_inclusive(ledger, runs):
    found = await ledger.newest_runs("homegrown", LedgerQuery(), at(20), None, 200)

    assert found == [run for run in newest(runs, LedgerQuery()) if run.started_at <= at(20)]
    assert found[0].started_at == at(20)


async def test_more_values_than_one_statement_takes(ledger, runs):
    commits = tuple(f"x{number}" for number in range(250))

    found = await ledger.newest_runs("homegrown", LedgerQuery(commits=(*commits, "c1", "c2")), None, None, 20)

    assert found == newest(runs, LedgerQuery(commits=("c1", "c2")))[:20]


async def test_more_pipelines_than_one_statement_takes(ledger, runs):
    asked = [("no", str(number)) for number in range(250)] + [("Jenkins", "build")]

    found = await ledger.newest_runs_of("homegrown", asked, LedgerQuery(), 3)

    assert found[:-1] == [[]] * 250
    assert found[-1] == newest(runs, LedgerQuery(pipelines=(("Jenkins", "build"),)))[:3]


async def test_ids_are_answered_in_order_and_once_each(ledger, runs):
    found = await ledger.get_runs("homegrown", ["run-003", "none", "run-001", "run-003"])

    assert found == [runs[3], None, runs[1], runs[3]]


async def test_providers_do_not_see_each_others_runs(ledger, runs):
    assert await ledger.newest_runs("other", LedgerQuery(), None, None, 10) == []
    assert await ledger.get_runs("other", ["run-001"]) == [None]


async def test_a_run_that_turns_out_to_have_begun_earlier_moves(ledger):
    await filled(ledger, [report("a", start=10), report("b", start=20)])
    await filled(ledger, [report("b", start=5)])

    assert [run.reference_id for run in await walk(ledger, LedgerQuery(), 1)] == ["a", "b"]
