"""The vendor's dialect, spoken by hand: for the tests of the simulator itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import msgspec

from gateway.providers.nuvo.simulator import NuvoSimulator
from gateway.providers.nuvo.simulator.identities import FULL_LICENSE, OPS, Identity
from gateway.simulation.clock import ManualClock
from gateway.simulation.server import RunningSimulator

_TLS = httpx.create_ssl_context()  # loading the certificates takes longer than a test


def app_of(simulator: RunningSimulator) -> NuvoSimulator:
    assert isinstance(simulator.app, NuvoSimulator)
    return simulator.app


def clock_of(simulator: RunningSimulator) -> ManualClock:
    assert isinstance(simulator.clock, ManualClock)
    return simulator.clock


def login_body(identity: Identity = OPS, key: str = FULL_LICENSE.key) -> dict[str, Any]:
    return {"license_key": key, "auth": {"identifier": identity.identifier, "type": identity.type}}


@contextmanager
def anonymous(simulator: RunningSimulator) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=simulator.base_url, timeout=2, trust_env=False, verify=_TLS) as client:
        yield client


@contextmanager
def logged_in(simulator: RunningSimulator, identity: Identity = OPS) -> Iterator[httpx.Client]:
    with anonymous(simulator) as client:
        answer = client.post("/auth/access-token", json=login_body(identity)).json()
        client.headers["Authorization"] = f"Bearer {answer['data']['access_token']}"
        yield client


def control(simulator: RunningSimulator, method: str, route: str, body: object = None) -> httpx.Response:
    content = None if body is None else msgspec.json.encode(body)
    return httpx.request(method, f"{simulator.origin}/__control/{route}", content=content, timeout=2, trust_env=False, verify=_TLS)
