"""Stopping, pausing and resuming agents."""

from datetime import timedelta

from gateway.providers.buildkite.simulator.agents import find_agent, running_job_of
from gateway.providers.buildkite.simulator.bodies import Members
from gateway.providers.buildkite.simulator.errors import ApiError
from gateway.providers.buildkite.simulator.exchange import Exchange, Route
from gateway.providers.buildkite.simulator.resources import Pause
from gateway.simulation.messages import Response

STOPPING = timedelta(seconds=10)
DEFAULT_PAUSE_MIN = 5
"""Without a timeout (docs: Pausing and resuming agents, Pause timeouts)."""
# ASSUMED: no pause lasts longer than a day; disproved by a recorded agent.
LONGEST_PAUSE_MIN = 1_440
_DONE = Response(204, content_type=None)


def _stop(x: Exchange) -> Response:
    agent = find_agent(x)
    members = Members(x.body)
    force = members.flag("force", default=True)
    members.check()
    # ASSUMED: an agent that is stopping already is refused too; disproved by a forced stop of one that is accepted.
    if agent.state_at(x.now) != "connected":
        raise ApiError(400, "Can only stop connected agents")
    job = None if force else running_job_of(x, agent)
    agent.stops_at = max(x.now + STOPPING, job.finished_at if job is not None and job.finished_at is not None else x.now)
    agent.connection_state = "stopping"
    return _DONE


def _pause(x: Exchange) -> Response:
    agent = find_agent(x)
    members = Members(x.body)
    note = members.text("note")
    minutes = members.integer("timeout_in_minutes", least=1, most=LONGEST_PAUSE_MIN) or DEFAULT_PAUSE_MIN
    members.check()
    if agent.state_at(x.now) != "connected":
        raise ApiError(422, "Only connected agents may be paused")
    if agent.pause_at(x.now) is not None:
        raise ApiError(422, "Agent is already paused")
    agent.pause = Pause(x.user, x.now, note, minutes, x.now + timedelta(minutes=minutes))
    return _DONE


def _resume(x: Exchange) -> Response:
    agent = find_agent(x)
    if agent.pause_at(x.now) is None:
        raise ApiError(422, "Agent is not paused")
    agent.pause = None
    return _DONE


_AGENT = "/organizations/{org}/agents/{agent}"

ROUTES = (
    Route("PUT", _AGENT + "/stop", "write_agents", _stop, body=frozenset({"force"})),
    Route("PUT", _AGENT + "/pause", "write_agents", _pause, body=frozenset({"note", "timeout_in_minutes"})),
    Route("PUT", _AGENT + "/resume", "write_agents", _resume),
)
