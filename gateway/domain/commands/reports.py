"""The command of CI systems that report their runs themselves."""

from datetime import datetime
from typing import ClassVar

from gateway.domain.commands.command import Command
from gateway.domain.run import RunStatus


class RecordPipelineRun(Command, frozen=True, kw_only=True):
    """Takes in a report about a run: see `gateway.domain.ledger`."""

    mutation: ClassVar[str] = "recordPipelineRun"

    provider: str
    reference_id: str
    pipeline_source: str
    pipeline_name: str
    started_at: datetime
    finished_at: datetime | None = None
    status: RunStatus | None = None
    repository: str | None = None
    commit: str | None = None
    pull_request: int | None = None
    branch: str | None = None
    url: str | None = None
    email: str | None = None
    github_username: str | None = None
    gitlab_username: str | None = None
