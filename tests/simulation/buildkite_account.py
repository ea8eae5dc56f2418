"""A simulated Buildkite account on a clock that stands still, for the tests of that simulator."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

from gateway.providers.buildkite.simulator import BuildkiteApp, SimulatorSettings, simulator
from gateway.simulation.clock import ManualClock
from gateway.simulation.server import RunningSimulator, start

START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@dataclass
class Account:
    running: RunningSimulator
    clock: ManualClock
    client: httpx.Client

    @property
    def app(self) -> BuildkiteApp:
        assert isinstance(self.running.app, BuildkiteApp)
        return self.running.app

    def get(self, path: str, *, status: int = 200, **headers: str) -> httpx.Response:
        """Fails unless the answer has this status."""
        answer = self.client.get(path, headers=headers)
        assert answer.status_code == status, answer.text
        return answer

    def rows(self, path: str) -> Any:
        return self.get(path).json()

    def refusal(self, path: str, status: int, **headers: str) -> str:
        """The message of an answer with this status."""
        message = self.get(path, status=status, **headers).json()["message"]
        assert isinstance(message, str)
        return message

    def walk(self, path: str) -> list[Any]:
        """Every row, by following the next links as they are given."""
        rows: list[Any] = []
        url: str | None = path
        while url is not None:
            answer = self.get(url)
            rows += answer.json()
            url = answer.links.get("next", {}).get("url")
        return rows


@contextmanager
def account(profile: str = "uneven", *, seed: int = 1, settings: SimulatorSettings | None = None) -> Iterator[Account]:
    clock = ManualClock(START)
    running = start(simulator(settings), profile=profile, seed=seed, clock=clock)
    authorization = {"Authorization": f"Bearer {running.token}"}
    with running, httpx.Client(base_url=running.base_url, headers=authorization, trust_env=False, timeout=10) as client:
        yield Account(running, clock, client)


def send(opened: Account, method: str, path: str, status: int, body: Any = None) -> Any:
    answer = opened.client.request(method, path, json=body)
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


def states(opened: Account, url: str, *steps_s: float) -> list[str]:
    seen = [opened.rows(url)["state"]]
    for step_s in steps_s:
        opened.clock.advance(step_s)
        seen.append(opened.rows(url)["state"])
    return seen
