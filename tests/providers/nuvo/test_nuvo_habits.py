"""What is kept of a server's ways, and a server that cuts pages and does not say so."""

from datetime import timedelta

import pytest

from gateway.providers.nuvo import wire
from gateway.providers.nuvo.execution_pages import ExecutionPages
from gateway.providers.nuvo.habits import Habits
from gateway.providers.nuvo.keys import Origin
from gateway.providers.nuvo.list_query import ListQuery
from gateway.providers.nuvo.pipeline_pages import PipelinePages
from gateway.providers.nuvo.rows import BadRow, Listing, Pagination
from gateway.upstream.offset_walk import walk
from tests.providers.nuvo.conftest import NOW

pytestmark = pytest.mark.anyio

ORIGIN = Origin("imports", "https://api.example.com", "USER", "ops@example.com")


def test_a_page_shorter_than_the_longest_seen_is_an_end() -> None:
    habits = Habits()
    habits.saw_page(30)

    assert [habits.is_end(count) for count in (0, 1, 29, 30)] == [True, True, True, None]


def test_a_single_row_is_no_full_page() -> None:
    assert Habits().is_end(1) is True


@pytest.mark.parametrize(("looks", "end"), [([False], True), ([True], False), ([True, False], False), ([False, True], False)])
def test_the_longest_page_is_an_end_unless_more_was_ever_found_behind_it(looks: list[bool], end: bool) -> None:
    habits = Habits()
    habits.saw_page(30)
    for more in looks:
        habits.looked_behind(30, more=more)

    assert habits.is_end(30) is end


def test_a_longer_page_asks_the_question_anew() -> None:
    habits = Habits()
    habits.saw_page(30)
    habits.looked_behind(30, more=False)
    habits.saw_page(40)
    habits.looked_behind(30, more=True)

    assert (habits.is_end(30), habits.is_end(40)) == (True, None)


class Cutting:
    """A client of a server that sends 30 rows at most, repeats the request in its answer, and tells how many rows it sent."""

    def __init__(self, count: int) -> None:
        self.executions = [wire.Execution(f"e{place}", NOW - timedelta(minutes=place)) for place in range(count)]
        self.pipelines = [wire.Pipeline(f"p{place}", "Orders") for place in range(count)]
        self.calls = 0

    async def list_executions(self, query: ListQuery) -> Listing[wire.Execution]:
        rows: list[wire.Execution | BadRow] = [*self.executions[query.offset : query.offset + min(30, query.limit)]]
        return Listing(rows, self._told(query, len(rows)))

    async def list_pipelines(self, query: ListQuery) -> Listing[wire.Pipeline]:
        rows: list[wire.Pipeline | BadRow] = [*self.pipelines[query.offset : query.offset + min(30, query.limit)]]
        return Listing(rows, self._told(query, len(rows)))

    def _told(self, query: ListQuery, count: int) -> Pagination:
        self.calls += 1
        return Pagination(count, query.offset, query.limit)


@pytest.mark.parametrize("count", [0, 1, 2, 29, 30, 31, 59, 60, 88, 200])
async def test_pages_that_are_cut_without_a_word_are_all_read(count: int) -> None:
    server, habits = Cutting(count), Habits()
    for most in (2, 1):
        server.calls = 0
        pages = ExecutionPages(server, (), 100, habits)  # type: ignore[arg-type]
        executions = []
        while pages.more:
            executions += await pages.read()

        assert executions == server.executions
        assert pages.note is None
        assert server.calls <= most + count // 29

        server.calls = 0
        listed = PipelinePages(server, ORIGIN, habits)  # type: ignore[arg-type]
        chunks = [chunk async for chunk in walk(listed.fetch, lambda row: row.external_id, None, 100, largest=100)]

        assert [item.id if hasattr(item, "id") else item.external_id for chunk in chunks for item in chunk.items] == [
            pipeline.id for pipeline in server.pipelines
        ]
        assert server.calls <= 2 + count // 30
