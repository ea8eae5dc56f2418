"""nuvo, now Ingestro: Data Pipelines API (statuses as in "Execution API", read 2026-03)."""

import os
from dataclasses import replace
from typing import cast
from unittest import mock

from gateway.domain.keys import Key, PipelineKey
from gateway.domain.provider import Provider, ProviderKind
from gateway.domain.run import RunStatus
from gateway.domain.services import Services
from gateway.providers.nuvo import connect
from gateway.providers.nuvo.mapping import execution_status
from gateway.providers.nuvo.settings import NuvoSettings
from gateway.providers.nuvo.simulator import SIMULATOR, NuvoSimulator
from gateway.providers.nuvo.simulator.identities import OPS
from gateway.providers.nuvo.simulator.pipeline import Script
from gateway.simulation.server import RunningSimulator
from tests.contract.case import Case, name_of

STATUSES = {
    "PROCESSING": RunStatus.RUNNING,
    "SUCCESSFUL": RunStatus.SUCCEEDED,
    "FAILED": RunStatus.FAILED,
}
NO_SERVICES = cast("Services", None)  # nuvo takes none of them


def open_provider(base_url: str, token: str, timeout_s: float) -> Provider:
    with mock.patch.dict(os.environ, {"CONTRACT_NUVO_LICENSE_KEY": token}):
        settings = NuvoSettings(
            name=name_of(ProviderKind.NUVO),
            kind="nuvo",
            base_url=base_url,
            license_key_env="CONTRACT_NUVO_LICENSE_KEY",
            identifier=OPS.identifier,
            timeout_s=timeout_s,
        )
    return connect(settings, NO_SERVICES, loopback_only=True)


def absent(key: Key) -> Key:
    """The last part is an id, or the identifier of another identity."""
    return type(key)(key.provider, (*key.parts[:-1], "never-heard-of"))


def _app(simulator: RunningSimulator) -> NuvoSimulator:
    assert isinstance(simulator.app, NuvoSimulator)
    return simulator.app


def add_pipeline(simulator: RunningSimulator, name: str) -> None:
    """At the front of the list, where an insertion moves everything else."""
    world = _app(simulator).world
    with world.lock:
        oldest = min(world.pipelines, key=lambda pipeline: pipeline.created_at)
        new_id = name.encode().hex()[:24].rjust(24, "0")
        # Lists are sorted by the time of creation.
        world.pipelines.insert(0, replace(oldest, id=new_id, name=name, script=Script()))


def remove_pipeline(simulator: RunningSimulator, key: PipelineKey) -> None:
    world = _app(simulator).world
    with world.lock:
        world.pipelines[:] = [pipeline for pipeline in world.pipelines if pipeline.id != key.parts[0]]


def add_runs(simulator: RunningSimulator, key: PipelineKey, count: int) -> None:
    _app(simulator).run(key.parts[0], count)


CASE = Case(
    kind=ProviderKind.NUVO,
    simulator=SIMULATOR,
    connect=open_provider,
    ports=frozenset(["workspaces", "pipelines", "executions"]),
    status_of=execution_status,
    statuses=STATUSES,
    absent=absent,
    pipelines_route=r"^/dp/api/v1/pipeline$",
    runs_route=r"^/dp/api/v1/execution$",
    required_run_field="status",
    add_pipeline=add_pipeline,
    remove_pipeline=remove_pipeline,
    add_runs=add_runs,
    newest_calls_even=6,
    runs_by_id_calls=100,
)
