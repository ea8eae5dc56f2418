from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from gateway.providers.codefresh.simulator import SIMULATOR, CodefreshSimulator
from gateway.simulation.clock import ManualClock
from gateway.simulation.server import RunningSimulator, start

YAML = 'version: "1.0"\nsteps:\n  first:\n    image: alpine\n  second:\n    image: alpine\n'


@pytest.fixture(scope="module")
def simulator() -> Iterator[RunningSimulator]:
    with start(SIMULATOR, clock=ManualClock(datetime(2026, 3, 2, 9, 30, tzinfo=UTC))) as running:
        yield running


@pytest.fixture(scope="module")
def client(simulator: RunningSimulator) -> Iterator[httpx.Client]:
    headers = {"Authorization": simulator.token}
    with httpx.Client(base_url=simulator.base_url, headers=headers, timeout=2, trust_env=False) as opened:
        yield opened


@pytest.fixture
def app(simulator: RunningSimulator) -> Iterator[CodefreshSimulator]:
    assert isinstance(simulator.app, CodefreshSimulator)
    simulator.app.journal.clear()
    yield simulator.app
    simulator.app.settings.new_build_hidden_s = 0
    simulator.app.settings.build_outcome = None


def run(client: httpx.Client, body: object = None, name: str = "shop/deploy") -> str:
    answer = client.post(f"/pipelines/run/{quote(name, safe='')}", json={} if body is None else body)
    assert answer.status_code == 200, answer.text
    build_id: str = answer.json()
    return build_id


def build_of(client: httpx.Client, build_id: str) -> dict[str, Any]:
    build: dict[str, Any] = client.get(f"/builds/{build_id}").json()
    return build


def test_steps_can_be_skipped_or_singled_out(client: httpx.Client, app: CodefreshSimulator) -> None:
    skipping = run(client, {"userYamlDescriptor": YAML, "options": {"skip": ["first"]}})
    only = run(client, {"userYamlDescriptor": YAML, "options": {"only": ["first"]}})

    steps = [build.step_names for build in map(app.world.builds.get, (skipping, only)) if build is not None]
    assert steps == [("second",), ("first",)]
    assert build_of(client, only)["userYamlDescriptor"] == YAML


def test_yaml_runs_without_a_saved_pipeline(client: httpx.Client, app: CodefreshSimulator) -> None:
    answer = client.post("/pipelines/run", json={"userYamlDescriptor": YAML, "variables": {"PORT": "8080"}})

    build = build_of(client, answer.json())
    assert "serviceId" not in build
    assert build["userYamlDescriptor"] == YAML
    assert [write.made for write in app.journal.of("yaml.run")] == [build["id"]]
    assert client.post("/pipelines/run", json={}).status_code == 400
    assert client.post("/pipelines/run", json={"userYamlDescriptor": YAML, "trigger": "push"}).status_code == 400
