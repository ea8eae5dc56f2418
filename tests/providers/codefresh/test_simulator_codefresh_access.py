from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime

import httpx
import pytest

from gateway.providers.codefresh.simulator import SIMULATOR, CodefreshSimulator
from gateway.providers.codefresh.simulator.keys import FULL_KEY, LIMITED_KEY, READ_ONLY_KEY, RESTRICTED_KEY, REVOKED_KEY
from gateway.providers.codefresh.simulator.settings import SimulatorSettings
from gateway.simulation.clock import ManualClock
from gateway.simulation.server import RunningSimulator, start


@pytest.fixture(scope="module")
def simulator() -> Iterator[RunningSimulator]:
    with start(SIMULATOR, clock=ManualClock(datetime(2026, 3, 2, 9, 30, tzinfo=UTC))) as running:
        yield running


@pytest.fixture(scope="module")
def anonymous(simulator: RunningSimulator) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=simulator.base_url, timeout=2, trust_env=False) as opened:
        yield opened


@pytest.fixture
def settings(simulator: RunningSimulator) -> Iterator[SimulatorSettings]:
    """Back at their defaults afterwards; the rate window starts anew."""
    assert isinstance(simulator.app, CodefreshSimulator)
    assert isinstance(simulator.clock, ManualClock)
    simulator.clock.advance(60)
    settings, defaults = simulator.app.settings, SimulatorSettings()
    yield settings
    for field in fields(SimulatorSettings):
        setattr(settings, field.name, getattr(defaults, field.name))
    simulator.control.rate_limit_enabled = False


def key(token: str) -> dict[str, str]:
    return {"Authorization": token}


def test_the_definition_names_port_and_base_path() -> None:
    assert (SIMULATOR.kind, SIMULATOR.default_port, SIMULATOR.base_path) == ("codefresh", 4002, "/api")


def test_the_raw_key_is_accepted_and_names_the_account(anonymous: httpx.Client) -> None:
    answer = anonymous.get("/user", headers=key(FULL_KEY.token))

    assert answer.status_code == 200
    assert answer.json()["activeAccountName"] == "acme"
    assert answer.headers["content-type"] == "application/json; charset=utf-8"


@pytest.mark.parametrize("token", ["", "nonsense", FULL_KEY.token[:-1], f"Bearer {FULL_KEY.token}", REVOKED_KEY.token])
def test_a_request_without_a_good_raw_key_is_unauthorized(anonymous: httpx.Client, token: str) -> None:
    answer = anonymous.get("/user", headers=key(token) if token else {})

    assert answer.status_code == 401
    assert answer.json()["status"] == 401
    assert answer.json()["message"]


def test_the_word_bearer_can_be_switched_on(anonymous: httpx.Client, settings: SimulatorSettings) -> None:
    settings.accept_bearer = True

    assert anonymous.get("/user", headers=key(f"Bearer {FULL_KEY.token}")).status_code == 200


def test_a_key_without_the_scope_is_told_which_one_it_lacks(anonymous: httpx.Client) -> None:
    answer = anonymous.get("/pipelines", headers=key(LIMITED_KEY.token))

    assert answer.status_code == 403
    assert answer.json()["status"] == 403
    assert "pipeline:read" in answer.json()["message"]
    assert anonymous.get("/workflow", headers=key(LIMITED_KEY.token)).status_code == 200


def test_a_read_only_key_reads_everything(anonymous: httpx.Client) -> None:
    for path in ("/projects", "/pipelines", "/workflow", "/contexts", "/hermes/triggers", "/images", "/clusters"):
        assert anonymous.get(path, headers=key(READ_ONLY_KEY.token)).status_code == 200


def test_a_restricted_key_is_forbidden(anonymous: httpx.Client) -> None:
    assert anonymous.get("/user", headers=key(RESTRICTED_KEY.token)).status_code == 403


def test_an_unknown_route_is_not_found_and_needs_a_key(anonymous: httpx.Client) -> None:
    assert anonymous.get("/nothing").status_code == 401
    assert anonymous.get("/nothing", headers=key(FULL_KEY.token)).json()["status"] == 404
    assert anonymous.delete("/user", headers=key(FULL_KEY.token)).status_code == 404


@pytest.mark.parametrize(
    "query",
    ["colour=red", "limit=5&limit=6", "limit=many", "limit=0", "offset=-1", "includeBuilds=yes", "labels[tags", "id[]=shop"],
)
def test_a_parameter_that_the_endpoint_does_not_take_is_a_bad_request(anonymous: httpx.Client, query: str) -> None:
    answer = anonymous.get(f"/pipelines?{query}", headers=key(FULL_KEY.token))

    assert answer.status_code == 400
    assert answer.json()["status"] == 400


def test_the_rate_limit_holds_per_key_and_only_when_enabled(
    simulator: RunningSimulator, anonymous: httpx.Client, settings: SimulatorSettings
) -> None:
    settings.rate_limit = 2
    statuses = [anonymous.get("/version", headers=key(FULL_KEY.token)).status_code for _ in range(4)]
    simulator.control.rate_limit_enabled = True

    refused = anonymous.get("/version", headers=key(FULL_KEY.token))

    assert statuses == [200, 200, 200, 200]
    assert refused.status_code == 429
    assert refused.json() == {"status": 429, "message": "Too many requests"}
    assert "retry-after" not in refused.headers
    assert anonymous.get("/version", headers=key(READ_ONLY_KEY.token)).status_code == 200


def test_the_rate_window_passes_with_the_clock_and_can_name_its_end(
    simulator: RunningSimulator, anonymous: httpx.Client, settings: SimulatorSettings
) -> None:
    assert isinstance(simulator.clock, ManualClock)
    settings.rate_limit = 1
    settings.retry_after_header = True
    simulator.control.rate_limit_enabled = True

    first, second = (anonymous.get("/version", headers=key(FULL_KEY.token)) for _ in range(2))
    simulator.clock.advance(int(second.headers["retry-after"]))
    third = anonymous.get("/version", headers=key(FULL_KEY.token))

    assert [first.status_code, second.status_code, third.status_code] == [200, 429, 200]
