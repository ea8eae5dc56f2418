from collections import Counter
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

from gateway.providers.buildkite.simulator import SimulatorSettings
from tests.simulation.buildkite_account import Account, account

BUILDS = "/organizations/acme/builds?exclude_jobs=true&exclude_pipeline=true"
TOO_DEEP = "Listing builds this deep is not supported. Please narrow your query using filters such as branch or created_from."


@pytest.fixture(scope="module")
def acme() -> Iterator[Account]:
    with account() as opened:
        yield opened


def pages(links: dict[str, dict[str, str]]) -> dict[str, list[str]]:
    return {rel: parse_qs(urlsplit(link["url"]).query)["page"] for rel, link in links.items()}


def test_the_link_header_of_first_middle_and_last_page(acme: Account) -> None:
    path = "/organizations/acme/pipelines?per_page=25"

    first, middle, last = (acme.get(f"{path}&page={page}") for page in (1, 2, 3))

    url = f"{acme.running.base_url}/organizations/acme/pipelines"
    assert first.headers["link"] == (f'<{url}?page=2&per_page=25>; rel="next", <{url}?page=3&per_page=25>; rel="last"')
    assert pages(middle.links) == {"first": ["1"], "prev": ["1"], "next": ["3"], "last": ["3"]}
    assert pages(last.links) == {"first": ["1"], "prev": ["2"]}
    assert [len(answer.json()) for answer in (first, middle, last)] == [25, 25, 10]


def test_a_single_page_has_no_link_header(acme: Account) -> None:
    assert "link" not in acme.get("/organizations").headers


def test_links_keep_the_other_parameters_encoded(acme: Account) -> None:
    answer = acme.get("/organizations/acme/builds?state[]=passed&state[]=failed&branch=*dev*&per_page=5")

    query = urlsplit(answer.links["next"]["url"]).query
    assert query == "branch=%2Adev%2A&page=2&per_page=5&state%5B%5D=passed&state%5B%5D=failed"


def test_page_size_defaults_to_30_and_is_capped_at_100(acme: Account) -> None:
    assert len(acme.rows(BUILDS)) == 30
    assert len(acme.rows(BUILDS + "&per_page=500")) == 100
    assert acme.rows(BUILDS + "&page=0") == acme.rows(BUILDS + "&page=1")


def test_a_page_past_the_end_is_empty(acme: Account) -> None:
    answer = acme.get("/organizations/acme/pipelines?per_page=100&page=9")

    assert answer.json() == []
    assert "next" not in answer.links


def test_a_trailing_slash_is_taken_as_none(acme: Account) -> None:
    assert acme.rows("/organizations/") == acme.rows("/organizations")


def test_every_build_is_listed_once_newest_first(acme: Account) -> None:
    rows = acme.walk(BUILDS + "&per_page=100")

    assert len({row["id"] for row in rows}) == len(rows) == 4_620
    created = [row["created_at"] for row in rows]
    assert created == sorted(created, reverse=True)


def test_ties_are_stable_at_page_edges_and_not_in_id_order(acme: Account) -> None:
    rows = acme.walk(BUILDS + "&per_page=100")

    tied = [rank for rank in range(len(rows) - 1) if rows[rank]["created_at"] == rows[rank + 1]["created_at"]]
    ordered = [rows[rank]["id"] < rows[rank + 1]["id"] for rank in tied]
    assert {29, 99, 199, 499, 710, 711, 712} <= set(tied)
    assert len(tied) < 25
    assert any(ordered)
    assert not all(ordered)
    assert acme.walk(BUILDS + "&per_page=50") == rows


def test_deep_pages_of_builds_are_refused_from_the_set_row_on() -> None:
    with account(settings=SimulatorSettings(deepest_build_row=200)) as shallow:
        assert len(shallow.rows(BUILDS + "&per_page=100&page=2")) == 100
        assert shallow.refusal(BUILDS + "&per_page=100&page=3", 400) == TOO_DEEP
        assert shallow.refusal(BUILDS + "&per_page=30&page=7", 400) == TOO_DEEP


def test_builds_inserted_while_paging_shift_the_later_pages() -> None:
    with account() as moving:
        first = moving.rows(BUILDS + "&per_page=10")
        root = moving.running.origin
        wanted = {"org": "acme", "pipeline": "web-app", "count": 2}
        created = moving.client.post(f"{root}/__control/builds", json=wanted)
        created_too = moving.app.insert_builds("acme", "hotfixes", 1)
        second = moving.rows(BUILDS + "&per_page=10&page=2")
        newest = moving.rows(BUILDS + "&per_page=3")
        unknown = moving.client.post(f"{root}/__control/builds", json=wanted | {"pipeline": "nothing"})

    assert created.status_code == 201
    assert [row["id"] for row in second[:3]] == [row["id"] for row in first[7:]]
    assert {row["id"] for row in newest} == {row["id"] for row in created.json()} | {created_too[0].id}
    assert {row["state"] for row in newest} == {"creating"}
    assert created_too[0].number >= 1
    assert unknown.status_code == 404


def test_even_profile_holds_two_builds_of_each_pipeline_in_any_hundred() -> None:
    with account("even") as even:
        rows = even.walk(BUILDS + "&per_page=100")
        single = even.rows("/organizations/acme/pipelines/service-07/builds?per_page=100")

    slugs = [row["url"].split("/")[7] for row in rows]
    assert len(rows) == 2_000
    assert len(single) == 40
    for offset in (0, 1, 37, 950, 1_900):
        assert set(Counter(slugs[offset : offset + 100]).values()) == {2}
    assert {row["state"] for row in rows} == {"passed", "failed", "canceled"}


def test_jobs_are_paged_by_cursor_in_both_directions(acme: Account) -> None:
    build = acme.rows("/organizations/acme/pipelines/every-job-state/builds?exclude_jobs=true")[0]
    everything = acme.rows(f"{build['url']}/jobs")
    walked: list[str] = []
    url: str | None = f"{build['url']}/jobs?per_page=4"
    firsts = []
    while url is not None:
        answer = acme.rows(url)
        walked += [job["id"] for job in answer["items"]]
        firsts.append(answer["links"].get("first"))
        url = answer["links"].get("next")
    back = acme.rows(answer["links"]["prev"])

    assert everything["links"] == {"self": f"{build['url']}/jobs?per_page=30"}
    assert walked == [job["id"] for job in everything["items"]]
    assert [job["id"] for job in back["items"]] == walked[-4 - len(answer["items"]) : -len(answer["items"])]
    assert firsts[0] is None
    assert firsts[1] == f"{build['url']}/jobs?per_page=4"


@pytest.mark.parametrize(
    "query", ["?after=zzz", "?after=%20", "?before=bm90aGluZw==", "?per_page=x", "?state[]=finished", "?after=a&before=b"]
)
def test_bad_cursors_states_and_sizes_of_jobs_are_400(acme: Account, query: str) -> None:
    build = acme.rows("/organizations/acme/pipelines/every-job-state/builds?exclude_jobs=true")[0]

    assert acme.refusal(f"{build['url']}/jobs{query}", 400)
