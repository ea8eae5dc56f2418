"""Everything the simulated tenant holds, in the vendor's own JSON shapes. Runs are elsewhere: `runs/`.

`profiles.make_tenant(profile, seed, clock, settings)` fills one.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any, TypeAlias

from gateway.providers.talend.simulator.identifiers import object_id, seeded, uuid4
from gateway.providers.talend.simulator.settings import SimulatorSettings
from gateway.simulation.clock import Clock

Document: TypeAlias = dict[str, Any]
"""One JSON object of the vendor."""


def _no_plan_status(_plan_id: str) -> str | None:
    return None


@dataclass(eq=False)
class Tenant:
    """Dictionaries are keyed by id, in the order the API lists them. Handlers run under `lock`.

    A `workspace` inside another document is the very object in `workspace_infos`, and its `environment` the one in
    `environments`: renaming one shows everywhere. A task's workspace id is `tasks[id]["workspace"]["id"]`.
    """

    clock: Clock
    seed: int
    settings: SimulatorSettings
    account_id: str

    environments: dict[str, Document] = field(default_factory=dict)  # EnvironmentInfo
    workspaces: dict[str, Document] = field(default_factory=dict)  # Workspace: type Shared, Personal, Custom
    workspace_infos: dict[str, Document] = field(default_factory=dict)  # WorkspaceInfo: type shared, personal, custom
    projects: dict[str, Document] = field(default_factory=dict)  # ProjectView
    artifacts: dict[str, Document] = field(default_factory=dict)  # Artifact
    artifact_versions: dict[str, dict[str, Document]] = field(default_factory=dict)  # ArtifactVersion by artifact, version
    connections: dict[str, Document] = field(default_factory=dict)  # ConnectionDetails; of encrypted values the cipher text
    resources: dict[str, Document] = field(default_factory=dict)  # Resource
    tasks: dict[str, Document] = field(default_factory=dict)  # TaskV21
    plans: dict[str, Document] = field(default_factory=dict)  # PlanExecutableDetails; the key is its `executable`
    plan_steps: dict[str, list[Document]] = field(default_factory=dict)
    """Step by plan id, in run order: id, name, condition, taskIds, handlerOnFailure {taskIds, planIds}, note. This is
    what a plan engine wants; `plans[id]["chart"]` shows the same as a linked list and lacks the conditions. Step
    `id` equals the chart's `id` and `abstractStepId`."""
    plan_facts: dict[str, Document] = field(default_factory=dict)  # Plan's createDate, updateDate, author, authorType
    promotions: dict[str, Document] = field(default_factory=dict)  # PromotionExecutableDetails; key: its `executable`
    promotion_users: dict[str, Document] = field(default_factory=dict)  # PromotionUsersResponse by promotion id
    schedules: dict[str, Document] = field(default_factory=dict)  # Schedule
    run_configs: dict[str, Document] = field(default_factory=dict)  # TaskRunConfig, PlanRunConfig by task or plan id
    de_run_configs: dict[str, Document] = field(default_factory=dict)  # DETaskRunConfig by task id
    engines: dict[str, Document] = field(default_factory=dict)  # remote engines: id, name, availability, workspace...
    clusters: dict[str, Document] = field(default_factory=dict)  # engine clusters: id, name, engines (ids), workspace
    pauses: dict[str, bool] = field(default_factory=dict)  # by task or plan id; absent: not paused
    project_users: dict[str, list[str]] = field(default_factory=dict)
    project_groups: dict[str, list[str]] = field(default_factory=dict)
    plan_status: Callable[[str], str | None] = _no_plan_status
    """Of the latest run: executing, execution_successful, execution_failed; None without one. Set by `Runs`."""
    lock: threading.RLock = field(default_factory=threading.RLock, repr=False)
    _random: Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._random = seeded(self.seed, "created later")

    def now(self) -> datetime:
        """Aware, UTC."""
        return self.clock.now()

    def new_id(self) -> str:
        """24 hex digits for a definition that is created now."""
        return object_id(self._random, self.now())

    def new_uuid(self) -> str:
        return uuid4(self._random)

    def is_paused(self, executable_id: str) -> bool:
        return self.pauses.get(executable_id, False)

    def workspace_of(self, document: Document) -> Document:
        """The WorkspaceInfo of a task, plan, artifact, connection or resource."""
        info: Document = document["workspaceInfo"] if "workspaceInfo" in document else document["workspace"]
        return info

    def environment_of(self, document: Document) -> Document:
        """The EnvironmentInfo that a document's workspace is in."""
        environment: Document = self.workspace_of(document)["environment"]
        return environment

    def artifact_type(self, task_id: str) -> str:
        """Of the task's artifact: standard, route, data_service, pipeline...; "" if the artifact is gone."""
        artifact = self.artifacts.get(self.tasks[task_id]["artifact"]["id"])
        return "" if artifact is None else str(artifact["type"])
