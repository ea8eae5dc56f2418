"""Calls to a simulator's run operations, for tests: one line each."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

from gateway.providers.talend.simulator import SIMULATOR
from gateway.providers.talend.simulator.app import TalendSimulator
from gateway.providers.talend.simulator.data import Tenant
from gateway.providers.talend.simulator.records import add_plan
from gateway.providers.talend.simulator.runs.runs import Runs
from gateway.providers.talend.simulator.settings import SimulatorSettings
from gateway.simulation.clock import ManualClock
from gateway.simulation.server import RunningSimulator, start

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
TASK_RUNS = "/processing/executables/tasks/executions"
PLAN_RUNS = "/processing/executables/plans/executions"

_TLS = ssl.create_default_context()  # never used, but slow to make for every client


@dataclass(frozen=True)
class RunClient:
    http: httpx.Client
    simulator: RunningSimulator

    @property
    def app(self) -> TalendSimulator:
        assert isinstance(self.simulator.app, TalendSimulator)
        return self.simulator.app

    @property
    def tenant(self) -> Tenant:
        return self.app.tenant

    @property
    def runs(self) -> Runs:
        return self.app.runs

    @property
    def settings(self) -> SimulatorSettings:
        return self.app.settings

    @property
    def tasks(self) -> list[str]:
        return list(self.tenant.tasks)

    def advance(self, seconds: float) -> None:
        assert isinstance(self.simulator.clock, ManualClock)
        self.simulator.clock.advance(seconds)

    def get(self, path: str, **query: Any) -> Any:
        answer = self.http.get(path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def status_of(self, path: str, **query: Any) -> int:
        return self.http.get(path, params=query).status_code

    def run_task(self, task_id: str, **body: Any) -> str:
        answer = self.http.post("/processing/executions", json={"executable": task_id, **body})
        assert answer.status_code == 201, answer.text
        identifier: str = answer.json()["executionId"]
        return identifier

    def task_run(self, run_id: str) -> Any:
        return self.get(f"/processing/executions/{run_id}")

    def runs_of(self, task_id: str, **query: Any) -> Any:
        return self.get(f"/processing/executables/tasks/{task_id}/executions", **query)

    def run_plan(self, plan_id: str, **body: Any) -> str:
        answer = self.http.post("/processing/executions/plans", json={"executable": plan_id, **body})
        assert answer.status_code == 201, answer.text
        identifier: str = answer.json()["executionId"]
        return identifier

    def plan_run(self, run_id: str) -> Any:
        return self.get(f"/processing/executions/plans/{run_id}")

    def steps(self, run_id: str) -> Any:
        return self.get(f"/processing/executions/plans/{run_id}/steps")

    def add_plan(self, *steps: dict[str, Any], name: str = "Load and publish") -> str:
        """In the workspace of the first task; a step needs only `taskIds`."""
        workspace_id = self.tenant.tasks[self.tasks[0]]["workspace"]["id"]
        plan_id = self.tenant.new_uuid()
        complete = [
            {"id": f"step-{number}", "name": f"Step {number}", "condition": "ALL_SUCCEEDED", **step}
            for number, step in enumerate(steps, start=1)
        ]
        add_plan(
            self.tenant, plan_id, name, workspace_id, complete, author="mreyes", author_type="HUMAN", created=self.tenant.now()
        )
        return plan_id


@contextmanager
def run_client(profile: str, token: str = SIMULATOR.token) -> Iterator[RunClient]:
    with (
        start(SIMULATOR, profile=profile, clock=ManualClock(NOW)) as simulator,
        connected(simulator, token) as http,
    ):
        yield RunClient(http, simulator)


@contextmanager
def connected(simulator: RunningSimulator, token: str) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=simulator.base_url, headers=headers, timeout=2, trust_env=False, verify=_TLS) as http:
        yield http
