"""Codefresh: REST API (build statuses as in the filter of the command line's `get builds`, read 2026-03)."""

import os
from unittest import mock

import msgspec

from gateway.domain.keys import IntegrationContextKey, JobKey, Key, PipelineKey, TriggerKey
from gateway.domain.provider import Provider, ProviderKind
from gateway.domain.run import RunStatus
from gateway.providers.codefresh import connect
from gateway.providers.codefresh.mapping import build_status
from gateway.providers.codefresh.settings import CodefreshSettings
from gateway.providers.codefresh.simulator import SIMULATOR, CodefreshSimulator
from gateway.providers.codefresh.simulator.documents import Stored
from gateway.providers.codefresh.simulator.pipeline import Pipeline, Pipelines
from gateway.simulation.server import RunningSimulator
from tests.contract.case import Case, name_of

STATUSES = {
    "pending": RunStatus.QUEUED,
    "elected": RunStatus.QUEUED,
    "delayed": RunStatus.QUEUED,
    "running": RunStatus.RUNNING,
    "terminating": RunStatus.RUNNING,
    "pending-approval": RunStatus.BLOCKED,
    "success": RunStatus.SUCCEEDED,
    "error": RunStatus.FAILED,
    "denied": RunStatus.FAILED,
    "terminated": RunStatus.CANCELED,
}


def open_provider(base_url: str, token: str, timeout_s: float) -> Provider:
    with mock.patch.dict(os.environ, {"CONTRACT_CODEFRESH_TOKEN": token}):
        settings = CodefreshSettings(
            name=name_of(ProviderKind.CODEFRESH),
            kind="codefresh",
            base_url=base_url,
            token_env="CONTRACT_CODEFRESH_TOKEN",
            timeout_s=timeout_s,
        )
    return connect(settings, loopback_only=True)


def absent(key: Key) -> Key:
    """Ids are of the same second and of a machine that never was; steps, triggers and contexts have other last parts."""
    if isinstance(key, JobKey | TriggerKey | IntegrationContextKey):
        return type(key)(key.provider, (*key.parts[:-1], "never-heard-of"))
    return type(key)(key.provider, (key.parts[0][:8] + "f" * 16, *key.parts[1:]))


def _app(simulator: RunningSimulator) -> CodefreshSimulator:
    assert isinstance(simulator.app, CodefreshSimulator)
    return simulator.app


def _keep(simulator: RunningSimulator, pipelines: list[Pipeline]) -> None:
    """The simulator reads the attributes one by one, so they are replaced together."""
    vars(_app(simulator).world.pipelines).update(vars(Pipelines(pipelines)))


def add_pipeline(simulator: RunningSimulator, name: str) -> None:
    """At the front of the list, where an insertion moves everything else."""
    pipelines = _app(simulator).world.pipelines.all
    model = pipelines[0]
    pipeline_id = model.id[:8] + name.encode().hex()[:16].rjust(16, "0")
    document = msgspec.json.decode(msgspec.json.encode(model.stored.document))
    document["metadata"] |= {"id": pipeline_id, "name": f"shop/{name}", "shortName": name}
    added = Pipeline(
        id=pipeline_id,
        name=f"shop/{name}",
        project=model.project,
        project_id=model.project_id,
        tags=model.tags,
        stored=Stored(document),
        git_triggers=(),
        cron_triggers=(),
        step_names=model.step_names,
    )
    _keep(simulator, [added, *pipelines])


def remove_pipeline(simulator: RunningSimulator, key: PipelineKey) -> None:
    _keep(simulator, [each for each in _app(simulator).world.pipelines.all if each.id != key.parts[0]])


def add_runs(simulator: RunningSimulator, key: PipelineKey, count: int) -> None:
    app = _app(simulator)
    pipeline = app.world.pipelines.get(key.parts[0])
    assert pipeline is not None
    app.insert_builds(pipeline.name, count)


CASE = Case(
    kind=ProviderKind.CODEFRESH,
    simulator=SIMULATOR,
    connect=open_provider,
    ports=frozenset(["workspaces", "projects", "pipelines", "builds", "jobs", "triggers", "images", "integration_contexts"]),
    status_of=build_status,
    statuses=STATUSES,
    absent=absent,
    pipelines_route=r"^/api/pipelines$",
    runs_route=r"^/api/workflow$",
    required_run_field="status",
    add_pipeline=add_pipeline,
    remove_pipeline=remove_pipeline,
    add_runs=add_runs,
    newest_calls_even=8,
    runs_by_id_calls=30,
)
