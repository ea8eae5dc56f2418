"""Calls to a simulator's definitions, for tests: one line each."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from gateway.providers.talend.simulator import TalendSimulator
from gateway.providers.talend.simulator.data import Document, Tenant
from gateway.providers.talend.simulator.settings import SimulatorSettings
from gateway.simulation.clock import ManualClock
from gateway.simulation.server import RunningSimulator

ORCHESTRATION = "/orchestration"
TASKS = "/executables/tasks"
PLANS = "/executables/plans"
PROMOTIONS = "/executables/promotions"
_TLS = ssl.create_default_context()  # never used, but slow to make for every client


@dataclass(frozen=True)
class Vendor:
    """Paths are those below `/orchestration`."""

    http: httpx.Client
    running: RunningSimulator

    @property
    def app(self) -> TalendSimulator:
        assert isinstance(self.running.app, TalendSimulator)
        return self.running.app

    @property
    def data(self) -> Tenant:
        return self.app.tenant

    @property
    def settings(self) -> SimulatorSettings:
        return self.app.settings

    def call(self, method: str, path: str, **options: Any) -> httpx.Response:
        return self.http.request(method, ORCHESTRATION + path, **options)

    def get(self, path: str, **query: Any) -> Any:
        answer = self.call("GET", path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def status(self, method: str, path: str, **options: Any) -> int:
        """An answer without a body must have none; an error that has one must tell its status."""
        answer = self.call(method, path, **options)
        if answer.status_code in (202, 204):
            assert answer.content == b""
        elif answer.status_code >= 400 and answer.content and "Usage Details" not in answer.text:
            assert answer.json()["status"] == answer.status_code
        return answer.status_code

    def environment(self, name: str) -> str:
        return _id(self.data.environments, name)

    def workspace(self, environment: str, name: str) -> str:
        infos = {key: info for key, info in self.data.workspace_infos.items() if info["environment"]["name"] == environment}
        return _id(infos, name)

    def task(self, name: str, environment: str = "Production") -> str:
        return self._inside(self.data.tasks, name, environment)

    def plan(self, name: str) -> str:
        return self._inside(self.data.plans, name, None)

    def artifact(self, name: str, environment: str = "Production") -> str:
        return self._inside(self.data.artifacts, name, environment)

    def connection(self, name: str, environment: str = "Production") -> str:
        return self._inside(self.data.connections, name, environment)

    def resource(self, name: str, environment: str = "Production") -> str:
        return self._inside(self.data.resources, name, environment)

    def schedule(self, description: str) -> str:
        return next(key for key, found in self.data.schedules.items() if found.get("description") == description)

    def promotion(self, name: str) -> str:
        return _id(self.data.promotions, name)

    def advance(self, seconds: float) -> None:
        assert isinstance(self.running.clock, ManualClock)
        self.running.clock.advance(seconds)

    def _inside(self, documents: dict[str, Document], name: str, environment: str | None) -> str:
        chosen = {key: found for key, found in documents.items() if environment in (None, self.data.environment_of(found)["name"])}
        return _id(chosen, name)


def _id(documents: dict[str, Document], name: str) -> str:
    return next(key for key, found in documents.items() if found["name"] == name)


@contextmanager
def vendor_client(running: RunningSimulator, token: str | None = None) -> Iterator[Vendor]:
    headers = {"Authorization": f"Bearer {token or running.token}"}
    with httpx.Client(base_url=running.base_url, headers=headers, timeout=2, trust_env=False, verify=_TLS) as http:
        yield Vendor(http, running)
