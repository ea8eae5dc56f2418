from collections.abc import Iterator

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.providers.buildkite.simulator import ONE_ORGANIZATION_TOKEN, READ_ONLY_TOKEN
from gateway.providers.buildkite.simulator.filters import LIST_QUERY
from tests.simulation.buildkite_account import Account, account


@pytest.fixture(scope="module")
def acme() -> Iterator[Account]:
    with account() as opened:
        yield opened


names = st.sampled_from([*sorted(LIST_QUERY - {"meta_data[*]"}), "meta_data[x]", "other"])


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize("value", ["", "Bearer wrong", "Basic Ymt1YTo=", "bkua_simulated_full"])
def test_a_missing_or_wrong_credential_is_refused(acme: Account, value: str) -> None:
    assert acme.refusal("/organizations", 401, Authorization=value).startswith("Authentication required.")


def test_a_token_without_the_scope_is_forbidden_and_the_headers_tell_which(acme: Account) -> None:
    answer = acme.get("/organizations/acme/agents", status=403, **bearer(READ_ONLY_TOKEN.value))

    assert answer.json() == {"message": "Forbidden"}
    assert answer.headers["x-accepted-oauth-scopes"] == "read_agents"
    assert answer.headers["x-oauth-scopes"] == "read_organizations,read_pipelines,read_builds"


def test_the_access_token_itself_needs_no_scope(acme: Account) -> None:
    shown = acme.get("/access-token", **bearer(READ_ONLY_TOKEN.value)).json()

    assert shown["scopes"] == ["read_organizations", "read_pipelines", "read_builds"]
    assert shown["created_at"].endswith(" UTC")


def test_an_organization_that_the_token_does_not_see_is_absent(acme: Account) -> None:
    one = bearer(ONE_ORGANIZATION_TOKEN.value)

    assert [row["slug"] for row in acme.get("/organizations", **one).json()] == ["acme"]
    assert acme.refusal("/organizations/beta-labs/pipelines", 404, **one) == "No organization found"
    slugs = {row["url"].split("/")[5] for row in acme.get("/builds?per_page=100&exclude_jobs=true", **one).json()}
    assert slugs == {"acme"}


def test_every_answer_carries_the_documented_headers(acme: Account) -> None:
    answer = acme.get("/organizations/acme")

    assert answer.headers["x-accepted-oauth-scopes"] == "read_organizations"
    assert "write_builds" in answer.headers["x-oauth-scopes"].split(",")
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert answer.headers["etag"].startswith('W/"')
    assert answer.headers["cache-control"] == "max-age=0, private, must-revalidate"
    assert {"x-request-id", "x-runtime", "ratelimit-remaining", "ratelimit-user-remaining"} <= set(answer.headers)
    assert acme.get("/organizations/acme").headers["x-request-id"] != answer.headers["x-request-id"]


def test_an_unchanged_answer_is_304_for_its_tag(acme: Account) -> None:
    tag = acme.get("/organizations/acme").headers["etag"]

    answer = acme.get("/organizations/acme", status=304, **{"If-None-Match": tag})

    assert answer.content == b""


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/organizations/acme/nothing", "No route matches v2/organizations/acme/nothing"),
        ("/organizations/nobody/builds", "No organization found"),
        ("/organizations/acme/pipelines/nothing", "No pipeline found"),
        ("/organizations/acme/pipelines/checkout-service", "No pipeline found"),
        ("/organizations/acme/pipelines/shop%2Fapi", "No pipeline found"),
        ("/organizations/acme/pipelines/web-app/builds/999999", "No build found"),
        ("/organizations/acme/pipelines/web-app/builds/one", "No build found"),
        ("/organizations/acme/jobs/0b461f65-e7be-4c80-888a-ef11d81fd971", "No job found"),
        ("/organizations/acme/jobs/nothing", "No job found"),
        ("/organizations/acme/agents/nothing", "No agent found"),
        ("/organizations/acme/clusters/nothing", "No cluster found"),
    ],
)
def test_what_is_absent_is_404_in_the_documented_words(acme: Account, path: str, message: str) -> None:
    assert acme.refusal(path, 404) == message


@pytest.mark.parametrize(
    "query",
    [
        "?exclude_job=true",
        "?State=passed",
        "?meta_data=x",
        "?meta_data[]=x",
        "?state[x]=passed",
        "?state=cancelled",
        "?state[]=passed&state[]=waiting",
        "?per_page=many",
        "?per_page=0",
        "?page=-1",
        "?page=1.5",
        "?created_from=yesterday",
        "?created_to=2026-03-02T10:00:00+00:00",
        "?exclude_jobs=maybe",
    ],
)
def test_bad_queries_of_build_lists_are_400(acme: Account, query: str) -> None:
    assert acme.refusal(f"/organizations/acme/builds{query}", 400)


@given(query=st.lists(st.tuples(names, st.text(max_size=12) | st.datetimes().map(str)), max_size=3), segment=st.text(min_size=1))
@settings(max_examples=40, deadline=None)
def test_no_query_and_no_path_breaks_it(acme: Account, query: list[tuple[str, str]], segment: str) -> None:
    quoted = "".join(f"%{byte:02X}" for byte in segment.encode("utf-8", "replace"))

    lists = acme.client.get("/organizations/acme/builds", params=httpx.QueryParams([*query, ("exclude_jobs", "1")]))
    below = acme.client.get(f"/organizations/acme/pipelines/web-app/builds/{quoted}")
    job = acme.client.get(f"/organizations/acme/jobs/{quoted}/log")

    assert lists.status_code in (200, 400)
    assert below.status_code in (200, 404)
    assert job.status_code == 404


def test_a_write_method_on_a_read_route_is_no_route(acme: Account) -> None:
    answer = acme.client.put("/organizations/acme")

    assert answer.status_code == 404
    assert answer.json() == {"message": "No route matches v2/organizations/acme"}


def test_the_root_needs_no_credential(acme: Account) -> None:
    answer = acme.get(acme.running.origin + "/", Authorization="")

    assert answer.json()["message"] == "🛠"


def test_limits_are_counted_always_and_enforced_only_on_request() -> None:
    with account() as fresh:
        for _ in range(55):
            last = fresh.get("/user")
        assert last.headers["ratelimit-user-remaining"] == "0"
        assert last.headers["ratelimit-remaining"] == "145"
        assert "ratelimit-user-warning" not in last.headers

        fresh.running.control.rate_limit_enabled = True
        fresh.clock.advance(18)
        refused = fresh.get("/user", status=429)
        fresh.clock.advance(42)
        again = fresh.get("/user")

    assert refused.json() == {
        "message": "You have exceeded your API rate limit. Please wait 42 seconds before making more requests.",
        "scope": "rest_user",
        "limit": 50,
        "current": 56,
        "reset": 42,
    }
    assert refused.headers["ratelimit-user-warning"] == "You have exceeded your API rate limit."
    assert refused.headers["ratelimit-user-reset"] == "42"
    assert again.headers["ratelimit-user-remaining"] == "49"


def test_the_organization_limit_is_shared_by_users() -> None:
    with account() as fresh:
        for _ in range(199):
            fresh.get("/organizations/acme")
        usage = fresh.rows("/organizations/acme/rate_limit")["scopes"]["rest"]
        fresh.running.control.rate_limit_enabled = True
        other = fresh.get("/organizations/acme", status=429, **bearer(ONE_ORGANIZATION_TOKEN.value))

    assert (usage["limit"], usage["current"], usage["reset_at"]) == (200, 200, "2026-03-02T12:01:00.000Z")
    assert other.json()["scope"] == "rest"
