"""pauseAgent: keeps an agent from taking work."""

import strawberry

from gateway.domain.commands.agents import PauseAgent
from gateway.domain.keys import AgentKey
from schema.mutations.order import input_for, order
from schema.mutations.payload import Payload, changed, payload
from schema.types.agent import Agent
from schema.types.view import argument, field, optional


@input_for(PauseAgent)
class PauseAgentInput:
    """Which agent is to take no work for now."""

    agent_id: strawberry.ID = argument("The agent.")
    note: str | None = optional("Why, for people.")
    timeout_seconds: float | None = optional(
        "After how long it takes work again by itself. Vendors round it up to their own units."
    )


@payload
class PauseAgentPayload(Payload):
    """The agent that was paused."""

    agent: Agent | None = field("The agent as it is now; null when it cannot be found.", changed(AgentKey))


pause_agent = order(PauseAgentInput)
