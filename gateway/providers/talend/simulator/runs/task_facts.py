"""What a task run remembers of its task, as the task was when the run was asked for."""

from dataclasses import dataclass

from gateway.providers.talend.simulator.data import Document, Tenant

# A runtime's type in the run configuration -> `executionDestination` of a run.
_DESTINATIONS = {"PIPELINE_ENGINE": "ELASTIC_ENGINE"}
_SERVICE_TYPES = frozenset({"data_service", "route"})


@dataclass(frozen=True, slots=True)
class TaskFacts:
    task_id: str
    version: str
    workspace_id: str
    environment_id: str
    runtime: Document  # Runtime; empty: not configured
    timeout_min: int | None
    parallel_allowed: bool
    service: bool  # runs until it is stopped
    streaming: bool

    @property
    def destination(self) -> str:
        kind = str(self.runtime.get("type", "CLOUD"))
        return _DESTINATIONS.get(kind, kind)


def task_facts(tenant: Tenant, task_id: str) -> TaskFacts:
    """KeyError for an unknown task."""
    task = tenant.tasks[task_id]
    config = tenant.run_configs.get(task_id) or _dynamic(tenant.de_run_configs.get(task_id))
    artifact_type = tenant.artifact_type(task_id)
    workspace = tenant.workspace_of(task)
    return TaskFacts(
        task_id=task_id,
        version=task["version"],
        workspace_id=workspace["id"],
        environment_id=workspace["environment"]["id"],
        runtime=config.get("runtime", {}),
        timeout_min=config.get("timeout"),
        parallel_allowed=config.get("parallelExecutionAllowed", False),
        service=artifact_type in _SERVICE_TYPES,
        streaming=artifact_type == "big_data_streaming",
    )


def is_configured(tenant: Tenant, task_id: str) -> bool:
    """Whether the task has a run configuration, of either kind, that names an engine."""
    return bool(tenant.run_configs.get(task_id, {}).get("runtime")) or task_id in tenant.de_run_configs


def _dynamic(config: Document | None) -> Document:
    """A dynamic engine's configuration, which names a run profile instead of a runtime."""
    if config is None:
        return {}
    # ASSUMED: runs on a dynamic engine are shown as runs in the cloud with a run profile; disproved by such a run.
    return {**config, "runtime": {"type": "CLOUD", "runProfileId": config.get("runProfileId")}}
