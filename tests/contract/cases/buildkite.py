"""Buildkite: REST API v2 (docs: REST API, Builds, Jobs; build states as in "Build states", read 2026-03)."""

import os
import uuid
from unittest import mock

import httpx

from gateway.domain.keys import BuildKey, Key, PipelineKey
from gateway.domain.provider import Provider, ProviderKind
from gateway.domain.run import RunStatus
from gateway.providers.buildkite import connect
from gateway.providers.buildkite.mapping import build_status
from gateway.providers.buildkite.settings import BuildkiteSettings
from gateway.providers.buildkite.simulator import SIMULATOR
from gateway.simulation.server import RunningSimulator
from tests.contract.case import Case, name_of

STATUSES = {
    "creating": RunStatus.QUEUED,
    "scheduled": RunStatus.QUEUED,
    "waiting": RunStatus.QUEUED,
    "waiting_failed": RunStatus.FAILED,
    "running": RunStatus.RUNNING,
    "failing": RunStatus.RUNNING,
    "canceling": RunStatus.RUNNING,
    "passed": RunStatus.SUCCEEDED,
    "failed": RunStatus.FAILED,
    "blocked": RunStatus.BLOCKED,
    "canceled": RunStatus.CANCELED,
    "skipped": RunStatus.SKIPPED,
    "not_run": RunStatus.SKIPPED,
}


def open_provider(base_url: str, token: str, timeout_s: float, organizations: tuple[str, ...] = ()) -> Provider:
    with mock.patch.dict(os.environ, {"CONTRACT_BUILDKITE_TOKEN": token}):
        settings = BuildkiteSettings(
            name=name_of(ProviderKind.BUILDKITE),
            kind="buildkite",
            base_url=base_url,
            token_env="CONTRACT_BUILDKITE_TOKEN",
            organizations=organizations,
            timeout_s=timeout_s,
        )
    return connect(settings, loopback_only=True)


def absent(key: Key) -> Key:
    """The last part of a Buildkite key is an id or a slug, save for builds, whose number decides."""
    nowhere = str(uuid.uuid5(uuid.NAMESPACE_URL, "".join(key.parts)))
    if isinstance(key, BuildKey):
        organization, slug, number, _, created = key.parts
        return BuildKey(key.provider, (organization, slug, str(int(number) + 1_000_000), nowhere, created))
    if isinstance(key, PipelineKey):
        return PipelineKey(key.provider, (key.parts[0], "no-such-pipeline", nowhere))
    return type(key)(key.provider, (*key.parts[:-1], nowhere))


def replaced(key: BuildKey) -> BuildKey:
    organization, slug, number, _, created = key.parts
    return BuildKey(key.provider, (organization, slug, number, str(uuid.uuid4()), created))


def _call(simulator: RunningSimulator, method: str, path: str, body: object | None = None) -> None:
    headers = {"Authorization": f"Bearer {simulator.token}"}
    with httpx.Client(base_url=simulator.base_url, headers=headers, trust_env=False, timeout=2) as client:
        client.request(method, path, json=body).raise_for_status()


def add_pipeline(simulator: RunningSimulator, name: str) -> None:
    body = {"name": name, "repository": "git@github.com:acme/extra.git", "configuration": "steps:\n  - command: make\n"}
    _call(simulator, "POST", "/organizations/acme/pipelines", body)


def remove_pipeline(simulator: RunningSimulator, key: PipelineKey) -> None:
    _call(simulator, "DELETE", f"/organizations/{key.parts[0]}/pipelines/{key.parts[1]}")


def add_builds(simulator: RunningSimulator, key: PipelineKey, count: int) -> None:
    for _ in range(count):
        path = f"/organizations/{key.parts[0]}/pipelines/{key.parts[1]}/builds"
        _call(simulator, "POST", path, {"commit": "HEAD", "branch": "main", "message": "Pushed while paging"})


CASE = Case(
    kind=ProviderKind.BUILDKITE,
    simulator=SIMULATOR,
    connect=open_provider,
    status_of=build_status,
    statuses=STATUSES,
    absent=absent,
    replaced=replaced,
    pipelines_route=r"^/v2/organizations/[^/]+/pipelines$",
    builds_route=r"^/v2/organizations/[^/]+(/pipelines/[^/]+)?/builds$",
    add_pipeline=add_pipeline,
    remove_pipeline=remove_pipeline,
    add_builds=add_builds,
    newest_calls_even=11,
    builds_by_id_calls=30,
)
