"""Builds that are started, looked at and waited for."""

from typing import Any
from urllib.parse import quote

import httpx

from gateway.simulation.clock import ManualClock
from gateway.simulation.server import RunningSimulator

APPROVAL = "steps:\n  build:\n    image: alpine\n  ask:\n    type: pending-approval\n  deploy:\n    image: alpine\n"


def run(client: httpx.Client, body: object = None, name: str = "shop/deploy") -> str:
    answer = client.post(f"/pipelines/run/{quote(name, safe='')}", json={} if body is None else body)
    assert answer.status_code == 200, answer.text
    build_id: str = answer.json()
    return build_id


def new_build(client: httpx.Client, yaml: str | None = None) -> dict[str, Any]:
    build_id = client.post("/pipelines/run/shop%2Fdeploy", json={} if yaml is None else {"userYamlDescriptor": yaml}).json()
    return build_of(client, build_id)


def build_of(client: httpx.Client, build_id: str) -> dict[str, Any]:
    build: dict[str, Any] = client.get(f"/builds/{build_id}").json()
    return build


def status_of(client: httpx.Client, build: dict[str, Any]) -> str:
    return str(build_of(client, build["id"])["status"])


def advance(simulator: RunningSimulator, seconds: float) -> None:
    assert isinstance(simulator.clock, ManualClock)
    simulator.clock.advance(seconds)


def finished(client: httpx.Client) -> dict[str, Any]:
    """Of a pipeline and a commit."""
    rows = client.get("/workflow?page=1&limit=100&status=success").json()["workflows"]["docs"]
    found: dict[str, Any] = next(row for row in rows if {"revision", "serviceId", "progress"} <= row.keys())
    return found
