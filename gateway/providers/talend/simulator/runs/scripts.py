"""How runs that begin while the simulator serves will go: as scripted, else well."""

from collections import deque
from random import Random

from gateway.providers.talend.simulator.runs.ending import Ending
from gateway.providers.talend.simulator.runs.task_facts import TaskFacts

_LONGEST_S = 600.0


class Scripts:
    """Endings per task. Each is used once; `keep` stays in force until it is replaced."""

    def __init__(self) -> None:
        self._once: dict[str, deque[Ending]] = {}
        self._kept: dict[str, Ending] = {}

    def push(self, task_id: str, ending: Ending) -> None:
        self._once.setdefault(task_id, deque()).append(ending)

    def keep(self, task_id: str, ending: Ending | None) -> None:
        """None: back to the default."""
        self._kept.pop(task_id, None)
        if ending is not None:
            self._kept[task_id] = ending

    def next_for(self, task: TaskFacts, random: Random) -> Ending:
        queue = self._once.get(task.task_id)
        if queue:
            return queue.popleft()
        kept = self._kept.get(task.task_id)
        return kept if kept is not None else successful(task, random)


def successful(task: TaskFacts, random: Random) -> Ending:
    """Services and streams run until they are stopped, anything else up to ten minutes."""
    received_s, dispatching_s = random.uniform(0.3, 1.5), random.uniform(1.0, 4.0)
    if task.service or task.streaming:
        return Ending(received_s=received_s, dispatching_s=dispatching_s, running_s=None)
    return Ending(
        received_s=received_s,
        dispatching_s=dispatching_s,
        running_s=min(random.lognormvariate(3.6, 0.8), _LONGEST_S),
        processed_rows=int(random.lognormvariate(8.0, 2.0)),
    )
