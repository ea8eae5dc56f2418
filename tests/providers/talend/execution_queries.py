"""Executions of a provider on the simulated tenant: what tests ask, and what the simulator has."""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import timedelta
from typing import Any

from gateway.domain.errors import (
    GatewayError,
)
from gateway.domain.execution import Execution, ExecutionQuery, ExecutionReader
from gateway.domain.keys import PipelineKey
from gateway.domain.page import Chunk
from gateway.domain.provider import Provider
from gateway.providers.talend.simulator.runs.task_run import TaskRun
from gateway.simulation.server import RunningSimulator
from tests.providers.talend.conftest import NOW
from tests.providers.talend.opened import ALL, NAME, app_of, ids

SINCE = NOW - timedelta(days=15)
TASK_LIST = r"^/processing/executables/tasks/executions$"


def executions_of(provider: Provider) -> ExecutionReader:
    assert provider.executions is not None
    return provider.executions


def stream(provider: Provider, page_size: int = 21, at_or_before: Any = None, **fields: Any) -> AsyncIterator[Chunk[Execution]]:
    return executions_of(provider).stream_executions(ExecutionQuery(**fields), at_or_before, page_size, ALL)


def task(task_id: str) -> PipelineKey:
    return PipelineKey(NAME, ("task", task_id))


def plan(plan_id: str) -> PipelineKey:
    return PipelineKey(NAME, ("plan", plan_id))


def in_order(runs: Sequence[Execution]) -> list[str]:
    """The gateway sorts what is of one moment."""
    return ids(sorted(runs, key=lambda run: (-run.created_at.timestamp(), run.external_id)))


def listed_tasks(simulator: RunningSimulator, keep: Callable[[TaskRun], bool] = lambda _: True) -> list[str]:
    """What the simulator has, newest first."""
    runs = [run for run in app_of(simulator).runs.tasks if keep(run) and run.overlaps(NOW - timedelta(days=60), NOW, NOW)]
    return [run.id for run in sorted(runs, key=lambda run: (-run.request.at.timestamp(), run.id))]


def items_of(chunk: Chunk[Execution] | GatewayError) -> Sequence[Any]:
    assert isinstance(chunk, Chunk), chunk
    return chunk.items
