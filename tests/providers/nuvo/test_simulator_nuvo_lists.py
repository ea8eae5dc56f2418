import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from gateway.providers.nuvo.simulator import SimulatorSettings
from gateway.simulation.server import RunningSimulator
from tests.providers.nuvo.dialect import app_of, logged_in

Rows = list[dict[str, Any]]


@pytest.fixture
def client(uneven: RunningSimulator) -> Iterator[httpx.Client]:
    with logged_in(uneven) as opened:
        yield opened


@pytest.fixture
def settings(uneven: RunningSimulator) -> SimulatorSettings:
    return app_of(uneven).settings


def rows(client: httpx.Client, **params: str) -> Rows:
    answer = client.get("/execution/", params=params)
    assert answer.status_code == 200, answer.text
    found: Rows = answer.json()["data"]
    return found


def busiest(client: httpx.Client) -> str:
    found: str = client.get("/pipeline/").json()["data"][0]["id"]
    return found


def test_lists_leave_out_what_only_a_single_read_has(client: httpx.Client) -> None:
    listed = client.get("/execution/").json()
    single = client.get(f"/execution/{listed['data'][0]['id']}").json()

    assert set(listed) == {"data", "pagination"}
    assert set(listed["pagination"]) == {"total", "offset", "limit"}
    assert set(single) == {"data"}
    assert set(single["data"]) - set(listed["data"][0]) == {"logs", "configuration"}


def test_brackets_and_json_mean_the_same(client: httpx.Client) -> None:
    pipeline = busiest(client)
    brackets = rows(
        client,
        **{"filters[pipeline]": pipeline, "sort[created_at]": "desc", "pagination[offset]": "3", "pagination[limit]": "7"},
    )
    as_json = rows(
        client,
        filters=json.dumps({"pipeline": pipeline}),
        sort=json.dumps({"created_at": "desc"}),
        pagination=json.dumps({"offset": 3, "limit": 7}),
    )

    assert brackets == as_json
    assert len(brackets) == 7
    assert {row["pipeline"] for row in brackets} == {pipeline}
    assert [row["created_at"] for row in brackets] == sorted((row["created_at"] for row in brackets), reverse=True)


def test_the_style_that_is_switched_off_is_ignored(client: httpx.Client, settings: SimulatorSettings) -> None:
    settings.query_styles = ("json",)

    assert len(rows(client, **{"pagination[limit]": "3"})) == 25
    assert len(rows(client, pagination='{"limit":3}')) == 3


def test_the_copied_example_works_only_when_switched_on(client: httpx.Client, settings: SimulatorSettings) -> None:
    pipeline = busiest(client)
    asked = {
        "sort[0]": "created_at:desc",
        "filters[pipeline][$eq]": pipeline,
        "pagination[page]": "2",
        "pagination[pageSize]": "10",
        "populate": "*",
        "locale[0]": "en",
    }
    ignored = rows(client, **asked)
    settings.query_styles = ("brackets", "copied")
    honoured = rows(client, **asked)

    assert len(ignored) == 25
    assert honoured == rows(
        client,
        **{"filters[pipeline]": pipeline, "sort[created_at]": "desc", "pagination[offset]": "10", "pagination[limit]": "10"},
    )


def test_dots_look_inside_objects_and_may_not(client: httpx.Client, settings: SimulatorSettings) -> None:
    asked = {"filters[created_by.identifier]": "acme-apac", "pagination[limit]": "100"}
    inside = rows(client, **asked)
    settings.dotted_filters = False

    assert len(inside) == 24
    assert len(rows(client, **asked)) == 100


def test_filters_sort_and_pages_can_each_be_ignored(client: httpx.Client, settings: SimulatorSettings) -> None:
    asked = {"filters[status]": "FAILED", "sort[created_at]": "desc", "pagination[limit]": "10"}
    settings.filters_honoured = False
    unfiltered = rows(client, **asked)
    settings.sort_honoured = False
    unsorted = rows(client, **asked)
    settings.pagination = "all"
    everything = rows(client, **asked)
    settings.pagination = "first"

    assert len(unfiltered) == len(unsorted) == 10
    assert {row["status"] for row in unfiltered} > {"FAILED"}
    assert [row["created_at"] for row in unsorted] == sorted(row["created_at"] for row in unsorted)
    assert len(everything) == 1640
    assert rows(client, **asked, **{"pagination[offset]": "50"}) == rows(client) == everything[:25]


@pytest.mark.parametrize(
    ("echo", "total", "expected"),
    [
        ("served", "matches", {"total": 1640, "offset": 1636, "limit": 100}),
        ("served", "page", {"total": 4, "offset": 1636, "limit": 100}),
        ("asked", "matches", {"total": 1640, "offset": 1636, "limit": 100}),
        ("zero", "matches", {"total": 0, "offset": 0, "limit": 0}),
        ("absent", "matches", None),
    ],
)
def test_the_echo_can_differ(client: httpx.Client, settings: SimulatorSettings, echo: Any, total: Any, expected: Any) -> None:
    settings.pagination_echo, settings.total = echo, total

    answer = client.get("/execution/", params={"pagination[offset]": "1636", "pagination[limit]": "500"}).json()

    assert len(answer["data"]) == 4
    assert answer.get("pagination") == expected


@pytest.mark.parametrize(
    "query",
    [
        "colour=red",
        "filters[colour]=red",
        "filters[status][$ne]=FAILED",
        "sort[created_at]=down",
        "pagination[limit]=many",
        "pagination[limit]=0",
        "pagination[size]=3",
        "filters=status",
        'pagination={"limit":-1}',
    ],
)
def test_a_parameter_that_cannot_be_meant_is_a_bad_request(client: httpx.Client, query: str) -> None:
    assert client.get(f"/execution/?{query}").status_code == 400


def test_unknown_parameters_can_be_ignored_as_the_vendor_does(client: httpx.Client, settings: SimulatorSettings) -> None:
    settings.unknown_parameters = "ignore"

    assert len(rows(client, colour="red")) == 25


def test_limits_over_the_most_can_be_refused(client: httpx.Client, settings: SimulatorSettings) -> None:
    settings.over_limit = "refuse"

    assert client.get("/execution/?pagination[limit]=101").status_code == 400


def test_pipelines_are_listed_short_or_in_full(client: httpx.Client, settings: SimulatorSettings) -> None:
    short = client.get("/pipeline/").json()["data"]
    settings.pipeline_rows = "full"
    full = client.get("/pipeline/").json()["data"]

    assert {tuple(row) for row in short} == {("id", "name", "active", "created_at")}
    assert full[0] == client.get(f"/pipeline/{full[0]['id']}").json()["data"]


@pytest.mark.parametrize("collection", ["connector", "pipeline-template", "tdm", "user", "sub-organization"])
def test_the_other_collections_can_be_listed_and_read(client: httpx.Client, collection: str) -> None:
    listed = client.get(f"/{collection}/").json()

    assert listed["pagination"]["total"] >= 2
    assert client.get(f"/{collection}/{listed['data'][0]['id']}").json() == {"data": listed["data"][0]}


def test_even_activity_is_even(even: RunningSimulator) -> None:
    with logged_in(even) as client:
        pipelines = client.get("/pipeline/", params={"pagination[limit]": "100"}).json()["data"]
        counts = {
            client.get("/execution/", params={"filters[pipeline]": row["id"]}).json()["pagination"]["total"] for row in pipelines
        }

    assert len(pipelines) == 50
    assert counts == {10}
