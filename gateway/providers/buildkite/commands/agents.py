"""Stopping and pausing agents, and pausing queues."""

import math

from gateway.domain.commands.agents import PauseAgent, PauseQueue, ResumeAgent, ResumeQueue, StopAgent
from gateway.domain.commands.command import Changed, Command, Handling, JsonObject, handling
from gateway.domain.errors import InvalidInputError
from gateway.providers.buildkite.agent_mapping import to_queue
from gateway.providers.buildkite.commands.writer import Writer
from gateway.providers.buildkite.rows import map_one
from gateway.providers.buildkite.wire import WireQueue

LONGEST_PAUSE_S = 10.0 * 366 * 86_400
"""Not the vendor's bound, which is not documented: only what no person means."""


class AgentCommands(Writer):
    """Handlers for agents, whose calls answer nothing, and for queues, whose calls answer the whole queue."""

    def entries(self) -> tuple[tuple[type[Command], Handling], ...]:
        minutes = {"note": "note", "timeout_in_minutes": "timeout_s"}
        return (
            handling(StopAgent, self.stop_agent, takes=("force",), fields={"force": "force"}),
            handling(PauseAgent, self.pause_agent, takes=("note", "timeout_s"), fields=minutes),
            handling(ResumeAgent, self.resume_agent),
            handling(PauseQueue, self.pause_queue, takes=("note",), fields={"dispatch_paused_note": "note"}),
            handling(ResumeQueue, self.resume_queue),
        )

    async def stop_agent(self, command: StopAgent) -> Changed:
        organization, agent = self._parts(command.agent, 2)
        await self._writes.stop_agent(organization, agent, {} if command.force is None else {"force": command.force})
        return Changed(keys=(command.agent,))

    async def pause_agent(self, command: PauseAgent) -> Changed:
        organization, agent = self._parts(command.agent, 2)
        body: JsonObject = {} if command.note is None else {"note": command.note}
        if command.timeout_s is not None:
            body["timeout_in_minutes"] = _minutes(command.timeout_s)
        await self._writes.pause_agent(organization, agent, body)
        return Changed(keys=(command.agent,))

    async def resume_agent(self, command: ResumeAgent) -> Changed:
        organization, agent = self._parts(command.agent, 2)
        await self._writes.resume_agent(organization, agent)
        return Changed(keys=(command.agent,))

    async def pause_queue(self, command: PauseQueue) -> Changed:
        organization, cluster, queue = self._parts(command.queue, 3)
        # ASSUMED: the note's name is that of the vendor's examples and of its Go client, and not `note`, as its table of members
        # has it; disproved by a paused queue that shows no note.
        body = {} if command.note is None else {"dispatch_paused_note": command.note}
        return self._whole(await self._writes.pause_queue(organization, cluster, queue, body), organization, cluster)

    async def resume_queue(self, command: ResumeQueue) -> Changed:
        organization, cluster, queue = self._parts(command.queue, 3)
        return self._whole(await self._writes.resume_queue(organization, cluster, queue), organization, cluster)

    def _whole(self, wire: WireQueue, organization: str, cluster: str) -> Changed:
        queue = map_one(wire, lambda row: to_queue(row, self._provider, organization, cluster), self._provider)
        return Changed(keys=(queue.key,), values=(queue,))


def _minutes(seconds: float) -> int:
    """The vendor counts whole minutes: never a shorter pause than was asked for."""
    if not 0 < seconds <= LONGEST_PAUSE_S:
        raise InvalidInputError("`timeoutSeconds` must be more than 0, and less than ten years.", field="timeout_s")
    return math.ceil(seconds / 60)
