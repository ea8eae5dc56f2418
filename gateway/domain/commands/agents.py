"""Commands about the machines that run builds."""

from typing import ClassVar

from gateway.domain.commands.command import Command
from gateway.domain.keys import AgentKey, QueueKey


class StopAgent(Command, frozen=True, kw_only=True):
    """Makes an agent leave: at once, or with `force` False when its job is done."""

    mutation: ClassVar[str] = "stopAgent"
    subject_field: ClassVar[str] = "agent"

    agent: AgentKey
    force: bool | None = None


class PauseAgent(Command, frozen=True, kw_only=True):
    """Keeps an agent from taking work, for `timeout_s` seconds if given."""

    mutation: ClassVar[str] = "pauseAgent"
    subject_field: ClassVar[str] = "agent"

    agent: AgentKey
    note: str | None = None
    timeout_s: float | None = None


class ResumeAgent(Command, frozen=True, kw_only=True):
    """Lets a paused agent take work again."""

    mutation: ClassVar[str] = "resumeAgent"
    subject_field: ClassVar[str] = "agent"

    agent: AgentKey


class PauseQueue(Command, frozen=True, kw_only=True):
    """Keeps a queue from handing out work."""

    mutation: ClassVar[str] = "pauseQueue"
    subject_field: ClassVar[str] = "queue"

    queue: QueueKey
    note: str | None = None


class ResumeQueue(Command, frozen=True, kw_only=True):
    """Lets a paused queue hand out work again."""

    mutation: ClassVar[str] = "resumeQueue"
    subject_field: ClassVar[str] = "queue"

    queue: QueueKey
