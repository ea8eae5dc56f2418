"""The agent reads."""

from gateway.providers.buildkite.simulator.data import Build, Job, Organization
from gateway.providers.buildkite.simulator.errors import not_found
from gateway.providers.buildkite.simulator.exchange import PAGING, Exchange, Route
from gateway.providers.buildkite.simulator.jobs import agent_identity, job_row, jobs_of, user_row
from gateway.providers.buildkite.simulator.links import link_header, page_of
from gateway.providers.buildkite.simulator.resources import Agent
from gateway.providers.buildkite.simulator.timestamps import iso
from gateway.simulation.messages import Response, json_response

LISTED_STATES = ("connected", "stopping")


def _row(agent: Agent, x: Exchange, job: Job | None) -> dict[str, object]:
    organization = x.organization()
    row = agent_identity(agent, organization.slug, x.base, x.now)
    shown_job = job_row(job, x.base, x.now) if job is not None else None
    if not agent.modern:
        del row["graphql_id"]
        return row | {"job": shown_job, "last_job_finished_at": None, "priority": None}
    pause = agent.pause_at(x.now)
    row |= {
        "os_id": "linux",
        "arch": "amd64",
        "queue": agent.queue.key if agent.queue is not None else None,
        "connected_at": iso(agent.created_at) if agent.connection_state != "never_connected" else None,
        "disconnected_at": _ended(agent, "disconnected"),
        "lost_at": _ended(agent, "lost"),
        "stopped_at": _ended(agent, "stopped") or (iso(agent.stops_at) if agent.state_at(x.now) == "stopped" else None),
        "job": shown_job,
        "last_job_finished_at": None,
        "paused": pause is not None,
    }
    if pause is not None:
        row |= {
            "paused_at": iso(pause.at),
            "paused_by": user_row(pause.by),
            "paused_note": pause.note,
            "paused_timeout_in_minutes": pause.timeout_min,
        }
    return row


def _ended(agent: Agent, state: str) -> str | None:
    return iso(agent.ended_at) if agent.connection_state == state else None


def _running_jobs(organization: Organization, x: Exchange) -> list[Job]:
    builds: list[Build] = [build for pipeline in organization.pipelines for build in pipeline.open_builds]
    builds.sort(key=lambda build: build.ordinal)
    jobs = (job for build in builds for job in jobs_of(build, x.world, x.now))
    return [job for job in jobs if job.type == "script" and job.state_at(x.now) == "running"]


def _jobs_by_agent(x: Exchange) -> dict[str, Job]:
    """Busy agents get the running jobs that name them, or else none."""
    organization = x.organization()
    return {job.agent.id: job for job in _running_jobs(organization, x) if job.agent is not None and job.agent.busy}


def _list(x: Exchange) -> Response:
    found = [agent for agent in x.organization().agents if agent.state_at(x.now) in LISTED_STATES]
    name, hostname, version, queue = (x.request.value(key) for key in ("name", "hostname", "version", "cluster_queue_id"))
    # ASSUMED: the name and hostname filters are exact, as the version's is; disproved by a partial match.
    found = [
        agent
        for agent in found
        if name in (None, agent.name)
        and hostname in (None, agent.hostname)
        and version in (None, agent.version)
        and (queue is None or (agent.queue is not None and agent.queue.id == queue))
    ]
    page = page_of(x.request)
    jobs = _jobs_by_agent(x)
    rows = [_row(agent, x, jobs.get(agent.id)) for agent in page.cut(found)]
    return json_response(rows, headers=link_header(x.request, page, len(found), x.origin))


def find_agent(x: Exchange) -> Agent:
    for agent in x.organization().agents:
        if agent.id == x.request.params["agent"]:
            return agent
    raise not_found("agent")


def running_job_of(x: Exchange, agent: Agent) -> Job | None:
    return _jobs_by_agent(x).get(agent.id)


def _get(x: Exchange) -> Response:
    agent = find_agent(x)
    return json_response(_row(agent, x, running_job_of(x, agent)))


ROUTES = (
    Route(
        "GET",
        "/organizations/{org}/agents",
        "read_agents",
        _list,
        PAGING | {"name", "hostname", "version", "cluster_queue_id"},
    ),
    Route("GET", "/organizations/{org}/agents/{agent}", "read_agents", _get),
)
