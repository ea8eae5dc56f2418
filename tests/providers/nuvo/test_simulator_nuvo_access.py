from collections.abc import Iterator

import httpx
import pytest

from gateway.providers.nuvo.simulator import SIMULATOR, SimulatorSettings
from gateway.providers.nuvo.simulator.identities import ANA, APAC, EMEA, NEWCOMER, OPS, OTHER_LICENSE, Identity
from gateway.simulation.server import RunningSimulator
from tests.providers.nuvo.dialect import anonymous, app_of, clock_of, control, logged_in, login_body


@pytest.fixture
def client(uneven: RunningSimulator) -> Iterator[httpx.Client]:
    with logged_in(uneven) as opened:
        yield opened


@pytest.fixture
def settings(uneven: RunningSimulator) -> SimulatorSettings:
    return app_of(uneven).settings


def total(client: httpx.Client, collection: str) -> int:
    found: int = client.get(f"/{collection}/").json()["pagination"]["total"]
    return found


def test_the_definition_names_port_and_base_path() -> None:
    assert (SIMULATOR.kind, SIMULATOR.default_port, SIMULATOR.base_path) == ("nuvo", 4004, "/dp/api/v1")


def test_a_login_answers_a_token_in_either_shape(uneven: RunningSimulator, settings: SimulatorSettings) -> None:
    with anonymous(uneven) as client:
        wrapped = client.post("/auth/access-token", json=login_body()).json()
        settings.token_answer = "bare"
        bare = client.post("/auth/access-token", json=login_body()).json()

    assert set(wrapped) == {"data"}
    assert set(wrapped["data"]) == set(bare) == {"access_token"}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (login_body(key="wrong"), 401),
        (login_body(OPS, OTHER_LICENSE.key), 401),
        (login_body(Identity("", "", OPS.identifier, "SUB_ORG")), 401),
        ({"license_key": "x"}, 400),
        ({**login_body(), "more": 1}, 400),
    ],
)
def test_a_login_that_names_nobody_is_refused(uneven: RunningSimulator, body: object, status: int) -> None:
    with anonymous(uneven) as client:
        assert client.post("/auth/access-token", json=body).status_code == status


def test_calls_need_a_token_that_is_good_now(own: RunningSimulator) -> None:
    app_of(own).settings.token_lifetime_s = 60.0
    with anonymous(own) as nobody, logged_in(own) as client:
        unknown = [nobody.get("/execution/"), nobody.get("/execution/", headers={"Authorization": "Bearer made-up"})]
        good = client.get("/execution/").status_code
        clock_of(own).advance(60)
        expired = client.get("/execution/").status_code

    assert [answer.status_code for answer in unknown] == [401, 401]
    assert (good, expired) == (200, 401)


def test_the_bare_token_is_accepted_unless_switched_off(client: httpx.Client, settings: SimulatorSettings) -> None:
    bare = {"Authorization": client.headers["Authorization"].removeprefix("Bearer ")}
    accepted = client.get("/execution/", headers=bare).status_code
    settings.authorization = ("bearer",)
    refused = client.get("/execution/", headers=bare).status_code

    assert (accepted, refused) == (200, 401)


def test_a_token_can_be_deleted_verified_and_revoked_from_outside(uneven: RunningSimulator, client: httpx.Client) -> None:
    token = {"access_token": client.headers["Authorization"].removeprefix("Bearer ")}
    valid = client.post("/auth/access-token/verify", headers=token).json()
    deleted = client.delete("/auth/access-token", headers=token)
    refused = client.get("/execution/").status_code
    with logged_in(uneven) as other:
        control(uneven, "DELETE", "tokens")
        revoked = other.get("/execution/").status_code

    assert valid == {"data": {"valid": True}}
    assert deleted.json() == {"message": "success"}
    assert (refused, revoked) == (401, 401)


def test_one_token_each_ends_the_token_before(uneven: RunningSimulator, settings: SimulatorSettings) -> None:
    settings.one_token_each = True
    with logged_in(uneven) as first, logged_in(uneven) as second, logged_in(uneven, ANA) as other:
        assert [each.get("/execution/").status_code for each in (first, second, other)] == [401, 200, 200]


def test_each_identity_sees_its_own(uneven: RunningSimulator) -> None:
    seen = {}
    for identity in (OPS, ANA, EMEA, APAC, NEWCOMER):
        with logged_in(uneven, identity) as client:
            seen[identity.name] = (total(client, "pipeline"), total(client, "execution"))

    assert seen == {"Ops": (36, 1640), "Ana Novak": (2, 43), "Acme EMEA": (2, 48), "Acme APAC": (1, 24), "Noor Haddad": (0, 0)}


@pytest.mark.parametrize("status", [404, 403])
def test_what_belongs_to_another_identity_is_absent(uneven: RunningSimulator, settings: SimulatorSettings, status: int) -> None:
    settings.foreign_status = 404 if status == 404 else 403
    with logged_in(uneven, EMEA) as emea:
        execution = emea.get("/execution/").json()["data"][0]
    with logged_in(uneven, APAC) as apac:
        answers = [
            apac.get(f"/execution/{execution['id']}"),
            apac.get(f"/pipeline/{execution['pipeline']}"),
            apac.post("/execution/", json={"pipeline_id": execution["pipeline"]}),
        ]

    assert [answer.status_code for answer in answers] == [status] * 3


def test_unknown_ids_and_routes_are_not_found_and_executions_cannot_be_cancelled(client: httpx.Client) -> None:
    some = client.get("/execution/").json()["data"][0]["id"]

    assert client.get("/execution/nope").json() == {"message": "There is no execution with the id nope", "status": 404}
    assert client.get("/nothing").status_code == 404
    assert client.delete(f"/execution/{some}").status_code == 405
    assert client.post(f"/execution/{some}/cancel").status_code == 404


@pytest.mark.parametrize(
    ("shape", "body"),
    [
        ("message", b'{"message":"There is no execution with the id nope","status":404}'),
        ("nested", b'{"error":{"message":"There is no execution with the id nope"}}'),
        ("text", b"There is no execution with the id nope"),
        ("empty", b""),
    ],
)
def test_errors_come_in_every_shape(uneven: RunningSimulator, client: httpx.Client, shape: str, body: bytes) -> None:
    control(uneven, "POST", "settings", {"error_body": shape})

    answer = client.get("/execution/nope")

    assert (answer.status_code, answer.content) == (404, body)


@pytest.mark.parametrize(("rule", "expected"), [("either", (200, 200)), ("required", (200, 404)), ("refused", (404, 200))])
def test_collections_take_a_slash_at_the_end_as_configured(
    uneven: RunningSimulator, client: httpx.Client, rule: str, expected: tuple[int, int]
) -> None:
    some = client.get("/execution/").json()["data"][0]["id"]
    control(uneven, "POST", "settings", {"trailing_slash": rule})

    assert (client.get("/execution/").status_code, client.get("/execution").status_code) == expected
    assert client.get(f"/execution/{some}").status_code == 200


def test_the_old_host_can_send_callers_on(client: httpx.Client, settings: SimulatorSettings) -> None:
    settings.moved_to = "http://127.0.0.1:1"

    answer = client.get("/execution/?pagination[limit]=1", follow_redirects=False)

    assert answer.status_code == 308
    assert answer.headers["location"] == "http://127.0.0.1:1/dp/api/v1/execution/?pagination[limit]=1"


def test_the_rate_limit_holds_only_when_enabled(
    uneven: RunningSimulator, client: httpx.Client, settings: SimulatorSettings
) -> None:
    settings.rate_limit = 1
    free = [client.get("/user").status_code for _ in range(3)]
    uneven.control.rate_limit_enabled = True
    refused = client.get("/user")

    assert free == [200, 200, 200]
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "60")


def test_settings_from_outside_are_checked_before_any_is_changed(uneven: RunningSimulator, settings: SimulatorSettings) -> None:
    refused = control(uneven, "POST", "settings", {"max_limit": 7, "total": "guess"})
    unknown = control(uneven, "POST", "settings", {"colour": "red"})

    assert (refused.status_code, unknown.status_code) == (400, 400)
    assert settings == SimulatorSettings()
    assert control(uneven, "GET", "settings").json()["max_limit"] == 100
