"""Buildkite: REST API v2 (docs: REST API, Builds, Jobs; build states as in "Build states", read 2026-03)."""

import os
import uuid
from dataclasses import replace
from unittest import mock

from gateway.domain.keys import BuildKey, Key, PipelineKey
from gateway.domain.provider import Provider, ProviderKind
from gateway.domain.run import RunStatus
from gateway.providers.buildkite import connect
from gateway.providers.buildkite.mapping import build_status
from gateway.providers.buildkite.settings import BuildkiteSettings
from gateway.providers.buildkite.simulator import SIMULATOR, BuildkiteApp
from gateway.providers.buildkite.simulator.data import World
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


def _world(simulator: RunningSimulator) -> World:
    assert isinstance(simulator.app, BuildkiteApp)
    return simulator.app.world


def add_pipeline(simulator: RunningSimulator, name: str) -> None:
    """At the front of acme's list, where an insertion moves everything else."""
    world = _world(simulator)
    with world.lock:
        acme = world.organizations[0]
        copy = replace(acme.pipelines[0], id=str(uuid.uuid4()), slug=name.lower(), name=name, rows={}, counts=None)
        acme.pipelines.insert(0, copy)


def remove_pipeline(simulator: RunningSimulator, key: PipelineKey) -> None:
    world = _world(simulator)
    with world.lock:
        for organization in world.organizations:
            organization.pipelines[:] = [pipeline for pipeline in organization.pipelines if pipeline.id != key.parts[2]]


def add_runs(simulator: RunningSimulator, key: PipelineKey, count: int) -> None:
    assert isinstance(simulator.app, BuildkiteApp)
    simulator.app.insert_builds(key.parts[0], key.parts[1], count)


CASE = Case(
    kind=ProviderKind.BUILDKITE,
    simulator=SIMULATOR,
    connect=open_provider,
    ports=frozenset(
        ["workspaces", "pipelines", "builds", "jobs", "annotations", "build_artifacts", "agents", "clusters", "queues"],
    ),
    status_of=build_status,
    statuses=STATUSES,
    unfilterable=frozenset({"waiting", "waiting_failed"}),
    absent=absent,
    replaced=replaced,
    pipelines_route=r"^/v2/organizations/[^/]+/pipelines$",
    runs_route=r"^/v2/organizations/[^/]+(/pipelines/[^/]+)?/builds$",
    add_pipeline=add_pipeline,
    remove_pipeline=remove_pipeline,
    add_runs=add_runs,
    newest_calls_even=11,
    runs_by_id_calls=30,
)
