"""resumeAgent: lets a paused agent take work again."""

import strawberry

from gateway.domain.commands.agents import ResumeAgent
from gateway.domain.keys import AgentKey
from schema.mutations.order import input_for, order
from schema.mutations.payload import Payload, changed, payload
from schema.types.agent import Agent
from schema.types.view import argument, field


@input_for(ResumeAgent)
class ResumeAgentInput:
    """Which agent may take work again."""

    agent_id: strawberry.ID = argument("The agent.")


@payload
class ResumeAgentPayload(Payload):
    """The agent that was resumed."""

    agent: Agent | None = field("The agent as it is now; null when it cannot be found.", changed(AgentKey))


resume_agent = order(ResumeAgentInput)
