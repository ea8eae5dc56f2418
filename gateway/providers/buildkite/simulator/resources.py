"""Users, and what runs jobs: agents, and the queues and clusters that they belong to."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class User:
    id: str
    name: str
    email: str
    created_at: datetime


@dataclass(slots=True)
class Queue:
    id: str
    key: str
    description: str | None
    created_at: datetime
    paused_by: User | None = None
    paused_at: datetime | None = None
    paused_note: str | None = None
    hosted_shape: str | None = None
    retry_agent_affinity: str = "prefer-warmest"
    created_by: User | None = None

    @property
    def paused(self) -> bool:
        return self.paused_at is not None


@dataclass(slots=True)
class Cluster:
    id: str
    name: str
    description: str | None
    created_at: datetime
    queues: list[Queue]
    created_by: User | None = None
    default_queue: Queue | None = None
    emoji: str | None = None
    color: str | None = None
    maintainers: tuple[dict[str, str], ...] = ()  # as sent: {"user": id} or {"team": id}
    hosted_git_mirror: bool = False
    hosted_container_cache: bool = False

    def queue(self, key: str) -> Queue | None:
        return next((queue for queue in self.queues if queue.key == key), None)


@dataclass(slots=True)
class Pause:
    """`until` None: until somebody resumes the agent, whatever `timeout_min` says."""

    by: User | None
    at: datetime
    note: str | None
    timeout_min: int
    until: datetime | None = None


@dataclass(slots=True)
class Agent:
    """`modern` False: graphql_id, os, arch, queue and most times are missing from its rows."""

    id: str
    name: str
    connection_state: str  # when last written; `state_at` tells how it went on
    queue: Queue | None
    version: str
    created_at: datetime
    ended_at: datetime | None = None
    modern: bool = True
    pause: Pause | None = None
    busy: bool = False  # its rows may show a running job
    stops_at: datetime | None = None  # set by a stop that was accepted

    @property
    def hostname(self) -> str:
        return self.name.replace("agent", "runner")

    def state_at(self, now: datetime) -> str:
        return "stopped" if self.stops_at is not None and self.stops_at <= now else self.connection_state

    def pause_at(self, now: datetime) -> Pause | None:
        """None once the pause has timed out."""
        pause = self.pause
        return None if pause is None or (pause.until is not None and pause.until <= now) else pause
