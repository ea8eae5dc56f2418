"""Everything the simulated account holds."""

import threading
from dataclasses import dataclass, field
from random import Random

from gateway.providers.nuvo.simulator.documents import Document
from gateway.providers.nuvo.simulator.execution import Execution
from gateway.providers.nuvo.simulator.identities import Identity
from gateway.providers.nuvo.simulator.object_ids import ObjectIds
from gateway.providers.nuvo.simulator.pipeline import Pipeline


@dataclass(slots=True)
class World:
    """Take `lock` to change anything. Lists are oldest first."""

    pipelines: list[Pipeline]
    executions: list[Execution]
    connectors: list[Document]
    templates: list[Document]
    tdms: list[Document]
    random: Random
    ids: ObjectIds
    lock: threading.RLock = field(default_factory=threading.RLock)
    _by_id: dict[str, Execution] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._by_id = {execution.id: execution for execution in self.executions}

    def pipeline(self, pipeline_id: str) -> Pipeline | None:
        for pipeline in self.pipelines:
            if pipeline.id == pipeline_id:
                return pipeline
        return None

    def execution(self, execution_id: str) -> Execution | None:
        return self._by_id.get(execution_id)

    def add(self, execution: Execution) -> None:
        """Executions arrive in the order of their creation."""
        self.executions.append(execution)
        self._by_id[execution.id] = execution


def may_see(identity: Identity, owner: Identity) -> bool:
    """What an identity owns, and everything for those who own the account."""
    # ASSUMED: a user of the account sees all of it, everybody else what is theirs; disproved by a list that shows otherwise.
    return identity.sees_all or identity is owner
