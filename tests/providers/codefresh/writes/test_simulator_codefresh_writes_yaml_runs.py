from collections.abc import Iterator

import httpx
import pytest

from gateway.providers.codefresh.simulator import CodefreshSimulator
from gateway.simulation.server import RunningSimulator
from tests.providers.codefresh.writes.builds import build_of, run

YAML = 'version: "1.0"\nsteps:\n  first:\n    image: alpine\n  second:\n    image: alpine\n'


@pytest.fixture
def app(simulator: RunningSimulator) -> Iterator[CodefreshSimulator]:
    assert isinstance(simulator.app, CodefreshSimulator)
    simulator.app.journal.clear()
    yield simulator.app
    simulator.app.settings.new_build_hidden_s = 0
    simulator.app.settings.build_outcome = None


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
