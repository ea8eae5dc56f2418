"""Methods, media types and statuses. The 61 audits of graphql-http are in tests/conformance."""

import pytest
from starlette.types import ASGIApp

from tests.http.small_gateway import GRAPHQL_RESPONSE, JSON, Build, call, codes, post, post_raw


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (JSON, JSON),
        (GRAPHQL_RESPONSE, GRAPHQL_RESPONSE),
        (f"{GRAPHQL_RESPONSE}, {JSON}", GRAPHQL_RESPONSE),
        (f"{JSON}, {GRAPHQL_RESPONSE}", JSON),
        (f"{JSON};q=0.8, {GRAPHQL_RESPONSE}", GRAPHQL_RESPONSE),
        (f"{GRAPHQL_RESPONSE};charset=utf-8, {JSON};charset=utf-8", GRAPHQL_RESPONSE),
        (f"*/*, {GRAPHQL_RESPONSE};q=0", JSON),
        ("text/html, */*;q=0.8", JSON),
    ],
)
def test_the_accept_header_chooses_the_media_type(app: ASGIApp, accept: str, chosen: str) -> None:
    answer = post(app, "{ hello }", accept=accept)

    assert answer.status_code == 200
    assert answer.headers["content-type"] == f"{chosen}; charset=utf-8"
    assert answer.json() == {"data": {"hello": "hello world"}}


def test_an_accept_header_that_allows_no_json_is_refused_before_anything_runs(app: ASGIApp, writes: list[str]) -> None:
    answer = post(app, "mutation { write }", accept="image/png")

    assert (answer.status_code, codes(answer), writes) == (406, ["BAD_REQUEST"], [])


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "text/plain; charset=application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=utf-16",
        "application/jsonp",
        "",
    ],
)
def test_content_types_a_browser_sends_unasked_are_refused_before_anything_runs(
    app: ASGIApp, writes: list[str], content_type: str
) -> None:
    answer = post_raw(app, b'{"query": "mutation { write }"}', {"content-type": content_type})

    assert (answer.status_code, codes(answer), writes) == (415, ["BAD_REQUEST"], [])


def test_get_reads_query_variables_and_operation_name(app: ASGIApp) -> None:
    query = "query Greet($name: String!) { hello(name: $name) } query Other { thing { name } }"

    answer = call(
        app, "GET", params={"query": query, "variables": '{"name": "Ada"}', "operationName": "Greet", "extensions": "null"}
    )

    assert answer.json() == {"data": {"hello": "hello Ada"}}


def test_get_never_mutates(app: ASGIApp, writes: list[str]) -> None:
    answer = call(app, "GET", params={"query": "mutation { write }"})

    assert (answer.status_code, answer.headers["allow"], writes) == (405, "POST", [])
    assert codes(answer) == ["BAD_REQUEST"]


@pytest.mark.parametrize("method", ["HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_other_methods_are_told_which_ones_exist(app: ASGIApp, method: str) -> None:
    answer = call(app, method, params={"query": "{ hello }"})

    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")


def test_a_subscription_is_not_served_over_this_transport(app: ASGIApp) -> None:
    answer = post(app, "subscription { ticks }")

    assert (answer.status_code, codes(answer)) == (400, ["BAD_REQUEST"])


def test_a_failed_field_leaves_the_others_and_the_status_200(app: ASGIApp) -> None:
    answer = post(app, "{ hello fails }")

    assert answer.status_code == 200
    assert answer.json()["data"] == {"hello": "hello world", "fails": None}
    assert answer.json()["errors"][0]["path"] == ["fails"]


def test_data_is_null_when_execution_emptied_it_and_absent_when_it_never_began(app: ASGIApp) -> None:
    emptied = post(app, "{ failsHard }")
    never_began = post(app, "{ nothing }")

    assert (emptied.status_code, emptied.json()["data"]) == (200, None)
    assert never_began.status_code == 400
    assert "data" not in never_began.json()


@pytest.mark.parametrize("query", ["{", "{ nothing }", "query ($n: Int!) { sleep(ms: $n) }"])
def test_under_application_json_a_bad_document_is_answered_with_200(app: ASGIApp, query: str) -> None:
    answer = post(app, query, accept=JSON)

    assert answer.status_code == 200
    assert "data" not in answer.json()


def test_answers_are_kept_by_no_cache(app: ASGIApp) -> None:
    answer = post(app, "{ hello }")

    assert (answer.headers["cache-control"], answer.headers["vary"]) == ("no-store", "accept")


def test_browsers_get_graphiql_and_programs_do_not(app: ASGIApp) -> None:
    browser = call(app, "GET", headers={"accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    curl = call(app, "GET", headers={"accept": "*/*"})

    assert browser.headers["content-type"].startswith("text/html")
    assert (curl.status_code, codes(curl)) == (400, ["BAD_REQUEST"])


def test_a_browser_with_a_query_in_the_address_gets_its_answer(app: ASGIApp) -> None:
    answer = call(app, "GET", params={"query": "{ hello }"}, headers={"accept": "text/html,*/*;q=0.8"})

    assert answer.json() == {"data": {"hello": "hello world"}}


def test_without_the_ide_a_browser_gets_no_page_and_no_assets(build: Build) -> None:
    app = build(ide=False)

    assert call(app, "GET", headers={"accept": "text/html"}).status_code == 406
    assert call(app, "GET", "/graphiql/").status_code == 404


def test_introspection_can_be_switched_off(build: Build) -> None:
    document = "{ __schema { queryType { name } } }"

    assert post(build(), document).json()["data"] == {"__schema": {"queryType": {"name": "Query"}}}
    assert post(build(introspection=False), document).status_code == 400


def test_a_gateway_that_may_only_be_read_refuses_to_change_anything(build: Build, writes: list[str]) -> None:
    app = build(mutations=False)

    answer = post(app, "mutation { write }")

    assert (answer.status_code, codes(answer), writes) == (403, ["FORBIDDEN"], [])
    assert post(app, "{ hello }").json() == {"data": {"hello": "hello world"}}
