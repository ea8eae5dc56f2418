"""stopAgent: makes an agent leave."""

import strawberry

from gateway.domain.commands.agents import StopAgent
from gateway.domain.keys import AgentKey
from schema.mutations.order import input_for, order
from schema.mutations.payload import Payload, changed, payload
from schema.types.agent import Agent
from schema.types.view import argument, field, optional


@input_for(StopAgent)
class StopAgentInput:
    """Which agent is to leave, and when."""

    agent_id: strawberry.ID = argument("The agent.")
    force: bool | None = optional("False waits until its job is done. True, which it is when left out, cancels the job.")


@payload
class StopAgentPayload(Payload):
    """The agent that was told to leave."""

    agent: Agent | None = field("The agent as it is now, perhaps still at work; null when it cannot be found.", changed(AgentKey))


stop_agent = order(StopAgentInput)
