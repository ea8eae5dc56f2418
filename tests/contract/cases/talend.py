"""Talend Cloud: Orchestration and Processing APIs (statuses of task runs as in the reference of Processing, read 2026-03)."""

import os
from typing import Any, cast
from unittest import mock

from gateway.domain.keys import ExecutionKey, ExecutionStepKey, Key, PipelineKey, ScheduleKey
from gateway.domain.provider import Provider, ProviderKind
from gateway.domain.run import RunStatus
from gateway.domain.services import Services
from gateway.providers.talend import connect
from gateway.providers.talend.execution_statuses import task_status
from gateway.providers.talend.settings import TalendSettings
from gateway.providers.talend.simulator import SIMULATOR, TalendSimulator
from gateway.providers.talend.simulator.canary import CANARY
from gateway.providers.talend.simulator.data import Tenant
from gateway.simulation.server import RunningSimulator
from tests.contract.case import Case, name_of

STATUSES = {
    "EXECUTION_EVENT_RECEIVED": RunStatus.QUEUED,
    "DISPATCHING_FLOW": RunStatus.QUEUED,
    "STARTING_FLOW_EXECUTION": RunStatus.RUNNING,
    "STOPPING_FLOW_EXECUTION": RunStatus.RUNNING,
    "EXECUTION_SUCCESS": RunStatus.SUCCEEDED,
    "EXECUTION_REJECTED": RunStatus.SUCCEEDED,
    "EXECUTION_FAILED": RunStatus.FAILED,
    "DEPLOY_FAILED": RunStatus.FAILED,
    "EXECUTION_TERMINATED": RunStatus.CANCELED,
    "EXECUTION_TERMINATED_TIMEOUT": RunStatus.CANCELED,
    "EXECUTION_TERMINATED_SHUTDOWN": RunStatus.CANCELED,
}
NO_SERVICES = cast("Services", None)  # Talend takes none of them
NOBODYS_UUID = "00000000-0000-4000-8000-000000000000"


def open_provider(base_url: str, token: str, timeout_s: float) -> Provider:
    with mock.patch.dict(os.environ, {"CONTRACT_TALEND_TOKEN": token}):
        settings = TalendSettings(
            name=name_of(ProviderKind.TALEND),
            kind="talend",
            base_url=base_url,
            token_env="CONTRACT_TALEND_TOKEN",
            timeout_s=timeout_s,
        )
    return connect(settings, NO_SERVICES, loopback_only=True)


def absent(key: Key) -> Key:
    """Definitions have 24 hex digits, runs and their steps UUIDs."""
    if isinstance(key, ExecutionStepKey):
        execution, _step, kind = key.parts
        return ExecutionStepKey(key.provider, (execution, NOBODYS_UUID, kind))
    if isinstance(key, ExecutionKey):
        return ExecutionKey(key.provider, (key.parts[0], NOBODYS_UUID))
    if isinstance(key, PipelineKey | ScheduleKey):
        return type(key)(key.provider, (key.parts[0], "f" * 24))
    return type(key)(key.provider, ("f" * 24,))


def _app(simulator: RunningSimulator) -> TalendSimulator:
    assert isinstance(simulator.app, TalendSimulator)
    return simulator.app


def _tenant(simulator: RunningSimulator) -> Tenant:
    return _app(simulator).tenant


def add_pipeline(simulator: RunningSimulator, name: str) -> None:
    """At the front of the list of tasks, where an insertion moves everything else."""
    tenant = _tenant(simulator)
    with tenant.lock:
        model = next(iter(tenant.tasks.values()))
        new_id = name.encode().hex()[:24].rjust(24, "0")
        tasks: dict[str, Any] = {new_id: model | {"id": new_id, "name": name}, **tenant.tasks}
        tenant.tasks.clear()
        tenant.tasks.update(tasks)


def remove_pipeline(simulator: RunningSimulator, key: PipelineKey) -> None:
    tenant = _tenant(simulator)
    with tenant.lock:
        (tenant.tasks if key.parts[0] == "task" else tenant.plans).pop(key.parts[1])


def add_runs(simulator: RunningSimulator, key: PipelineKey, count: int) -> None:
    kind, pipeline_id = key.parts
    runs = _app(simulator).runs
    if kind == "task":
        runs.insert(pipeline_id, count)
        return
    for _ in range(count):
        runs.insert_plan_run(pipeline_id)


CASE = Case(
    kind=ProviderKind.TALEND,
    simulator=SIMULATOR,
    connect=open_provider,
    ports=frozenset(
        [
            "workspaces",
            "projects",
            "pipelines",
            "executions",
            "execution_steps",
            "environments",
            "artifacts",
            "data_connections",
            "promotions",
            "schedules",
        ]
    ),
    status_of=lambda native: task_status(native, None),
    statuses=STATUSES,
    absent=absent,
    pipelines_route=r"^/orchestration/executables/(tasks|plans)$",
    runs_route=r"^/processing/executables/(tasks|plans)(/[^/]+)?/executions$",
    bad_row_route=r"^/processing/executables/tasks/executions$",
    required_run_field="executionStatus",
    add_pipeline=add_pipeline,
    remove_pipeline=remove_pipeline,
    add_runs=add_runs,
    newest_calls_even=12,
    runs_by_id_calls=100,
    secrets=(CANARY,),
)
