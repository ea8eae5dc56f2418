"""Users, clusters, queues and agents of an organization."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random

from gateway.providers.buildkite.simulator.identifiers import uuid4, uuid7
from gateway.providers.buildkite.simulator.resources import Agent, Cluster, Pause, Queue, User
from gateway.providers.buildkite.simulator.timestamps import milliseconds

_NAMES = (
    ("Sam Lee", "sam"),
    ("Noor Haddad", "noor"),
    ("Iva Novák", "iva"),
    ("Kofi Mensah", "kofi"),
    ("Mei Tanaka", "mei"),
    ("Ada Byrne", "ada"),
    ("Lars Øster", "lars"),
    ("release bot", "release-bot"),
)
_STATES = (
    *("connected",) * 24,
    *("stopping",) * 3,
    *("disconnected",) * 5,
    *("stopped",) * 4,
    *("lost",) * 3,
    "never_connected",
)


def make_users(rng: Random) -> tuple[User, ...]:
    joined = datetime(2019, 3, 4, 8, 0, tzinfo=UTC)
    return tuple(
        User(uuid4(rng), name, f"{login}@example.com", joined + timedelta(days=index * 97))
        for index, (name, login) in enumerate(_NAMES)
    )


def make_clusters(rng: Random, users: Sequence[User], start: datetime) -> list[Cluster]:
    """Two clusters with five queues; the deploy queue of the first is paused."""
    created = start - timedelta(days=900)
    default = Queue(uuid7(milliseconds(created), rng), "default", None, created)
    large = Queue(uuid7(milliseconds(created), rng), "linux-large", "64 cores", created, hosted_shape="LINUX_AMD64_16X64")
    deploy = Queue(
        uuid7(milliseconds(created), rng),
        "deploy",
        "Production deployments",
        created,
        paused_by=users[1],
        paused_at=start - timedelta(hours=5),
        paused_note="Change freeze",
    )
    mac_default = Queue(uuid7(milliseconds(created), rng), "default", None, created)
    xcode = Queue(uuid7(milliseconds(created), rng), "xcode", "", created)
    return [
        Cluster(uuid4(rng), "Main", "", created, [default, large, deploy], users[0], default),
        Cluster(uuid7(milliseconds(created), rng), "Mac", None, created, [mac_default, xcode], None, mac_default),
    ]


def make_agents(rng: Random, users: Sequence[User], clusters: Sequence[Cluster], start: datetime) -> list[Agent]:
    """Forty agents in every connection state; a few rows in the old, shorter form."""
    queues = [queue for cluster in clusters for queue in cluster.queues]
    agents: list[Agent] = []
    for index, state in enumerate(_STATES):
        created = start - timedelta(minutes=rng.randint(30, 9_000))
        modern = index % 9 != 8
        agents.append(
            Agent(
                id=uuid7(milliseconds(created), rng) if modern else uuid4(rng),
                name=f"agent-{index + 1}",
                connection_state=state,
                queue=queues[index % len(queues)],
                version="3.90.0" if index % 3 else "3.104.1",
                created_at=created,
                ended_at=None if state in ("connected", "stopping", "never_connected") else start - timedelta(minutes=5),
                modern=modern,
                pause=Pause(users[1], created, "Disk check", 30) if index == 5 else None,
                busy=state in ("connected", "stopping") and index % 4 == 0,
            )
        )
    return agents
