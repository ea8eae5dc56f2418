from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from gateway.providers.codefresh.simulator import SIMULATOR, CodefreshSimulator
from gateway.providers.codefresh.simulator.keys import READ_ONLY_KEY
from gateway.simulation.clock import ManualClock
from gateway.simulation.server import RunningSimulator, start

SESSION = "X-Pagination-Session-Id"


@pytest.fixture
def simulator() -> Iterator[RunningSimulator]:
    with start(SIMULATOR, clock=ManualClock(datetime(2026, 3, 2, 9, 30, tzinfo=UTC))) as running:
        yield running


@pytest.fixture
def client(simulator: RunningSimulator) -> Iterator[httpx.Client]:
    headers = {"Authorization": simulator.token}
    with httpx.Client(base_url=simulator.base_url, headers=headers, timeout=2, trust_env=False) as opened:
        yield opened


@pytest.fixture
def app(simulator: RunningSimulator) -> CodefreshSimulator:
    assert isinstance(simulator.app, CodefreshSimulator)
    return simulator.app


def read(client: httpx.Client, page: int, session: str | None = None, **params: Any) -> list[str]:
    headers = {} if session is None else {SESSION: session}
    answer = client.get("/workflow", params={"page": page, **params}, headers=headers)
    assert answer.status_code == 200, answer.text
    return [row["id"] for row in answer.json()["workflows"]["docs"]]


def ids_in_order(app: CodefreshSimulator) -> list[str]:
    return [build.id for build in app.world.builds.newest_first]


def test_a_walk_gives_every_build_once_newest_first(client: httpx.Client, app: CodefreshSimulator) -> None:
    walked: list[str] = []
    page, more = 1, True
    while more:
        answer = client.get("/workflow", params={"page": page, "limit": 100}, headers={SESSION: "walk"}).json()
        walked += [row["id"] for row in answer["workflows"]["docs"]]
        assert answer["pagination"]["sessionId"] == "walk"
        more = answer["pagination"]["nextPage"]
        page += 1

    assert page == 31
    assert walked == ids_in_order(app)


def test_a_page_that_is_no_neighbour_is_refused_and_moves_nothing(client: httpx.Client) -> None:
    first = read(client, 1)

    jumps = [client.get(f"/workflow?page={page}").status_code for page in (3, -1, 5)]
    second = read(client, 2)

    assert jumps == [400, 400, 400]
    assert not set(first) & set(second)


def test_a_session_begins_with_its_first_page(client: httpx.Client) -> None:
    read(client, 1)

    assert client.get("/workflow?page=2", headers={SESSION: "new"}).status_code == 400


def test_the_same_page_cannot_be_read_again_unless_that_is_switched_on(client: httpx.Client, app: CodefreshSimulator) -> None:
    read(client, 1)
    second = read(client, 2)
    refused = client.get("/workflow?page=2").status_code
    app.settings.reread_page = True

    assert refused == 400
    assert read(client, 2) == second
    assert read(client, 3) == ids_in_order(app)[50:75]


def test_pages_can_be_walked_back(client: httpx.Client, app: CodefreshSimulator) -> None:
    expected = ids_in_order(app)
    pages = [read(client, page, limit=10) for page in (1, 2, 3, 2, 1, 2)]

    assert pages == [expected[start : start + 10] for start in (0, 10, 20, 10, 0, 10)]


def test_a_walk_past_the_end_finds_its_way_back(client: httpx.Client, app: CodefreshSimulator) -> None:
    pipeline = app.world.pipelines.get("shop/release")
    assert pipeline is not None
    of_pipeline = [build.id for build in app.world.builds.of_pipeline(pipeline.id)]

    pages = [read(client, page, limit=5, pipeline=pipeline.id) for page in (1, 2, 3, 2)]

    assert pages == [of_pipeline[:5], of_pipeline[5:], [], of_pipeline[4:]]


def test_two_loops_without_a_session_header_corrupt_each_other(client: httpx.Client, app: CodefreshSimulator) -> None:
    expected = ids_in_order(app)

    read(client, 1, limit=10)
    read(client, 1, limit=50)
    carried_on = read(client, 2, limit=10)

    assert carried_on != expected[10:20]
    assert carried_on == expected[50:60]


def test_two_loops_with_their_own_session_headers_do_not(client: httpx.Client, app: CodefreshSimulator) -> None:
    expected = ids_in_order(app)

    first = [*read(client, 1, "a", limit=10)]
    second = [*read(client, 1, "b", limit=50)]
    first += read(client, 2, "a", limit=10)
    second += read(client, 2, "b", limit=50)

    assert first == expected[:20]
    assert second == expected[:100]


def test_a_session_belongs_to_its_key(client: httpx.Client) -> None:
    read(client, 1, "same")

    other = client.get("/workflow?page=2", headers={SESSION: "same", "Authorization": READ_ONLY_KEY.token})

    assert other.status_code == 400


def test_builds_inserted_while_paging_do_not_shift_later_pages(client: httpx.Client, app: CodefreshSimulator) -> None:
    expected = ids_in_order(app)
    first = read(client, 1, limit=10)

    inserted = app.insert_builds("shop/deploy", 7)[::-1]
    later = [*read(client, 2, limit=10), *read(client, 3, limit=10)]

    assert first + later == expected[:30]
    assert read(client, 1, limit=10) == [*inserted, *expected[:3]]


def test_newer_builds_appear_on_page_0_and_below(client: httpx.Client, app: CodefreshSimulator) -> None:
    read(client, 1, limit=10)
    nothing = read(client, 0, limit=10)
    inserted = app.insert_builds("shop/deploy", 15)[::-1]

    below = [read(client, page, limit=10) for page in (-1, -2, -3)]

    assert nothing == []
    assert below == [inserted[5:], inserted[:5], []]


def test_the_session_can_be_reset_and_led_by_direction(client: httpx.Client, app: CodefreshSimulator) -> None:
    expected = ids_in_order(app)
    read(client, 1)
    read(client, 2)

    def ask(query: str) -> list[str]:
        return [row["id"] for row in client.get(f"/workflow?{query}").json()["workflows"]["docs"]]

    assert ask("paginationDirection=next") == expected[50:75]
    assert ask("paginationDirection=prev") == expected[25:50]
    assert ask("paginationReset=true") == expected[:25]
    assert ask("page=2&paginationDirection=next") == expected[25:50]
    assert client.get("/workflow?page=3&paginationDirection=prev").status_code == 400
    assert client.get("/workflow?paginationDirection=up").status_code == 400


def test_builds_of_one_millisecond_keep_a_stable_order_that_their_ids_do_not_have(app: CodefreshSimulator) -> None:
    builds = app.world.builds.newest_first
    tied = builds[24:27]

    assert len({build.key.created_ms for build in tied}) == 1
    ids = [build.id for build in tied]
    assert ids not in (sorted(ids), sorted(ids, reverse=True))


def test_builds_can_be_inserted_over_the_control_route(simulator: RunningSimulator, client: httpx.Client) -> None:
    url = f"{simulator.origin}/__control/builds"

    ids = httpx.post(url, json={"pipeline": "shop/deploy", "count": 2}, trust_env=False).json()["ids"]

    assert read(client, 1, limit=2) == ids[::-1]
    assert httpx.post(url, json={"pipeline": "no/such"}, trust_env=False).status_code == 404
    assert httpx.post(url, json={"pipelines": "x"}, trust_env=False).status_code == 400
