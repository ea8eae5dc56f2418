"""recordPipelineRun: a CI system reports a run of its own."""

from datetime import datetime

from gateway.domain.commands.reports import RecordPipelineRun
from gateway.domain.keys import BuildKey
from schema.mutations.order import input_for, order
from schema.mutations.payload import Payload, changed, payload
from schema.types.build import Build
from schema.types.enums import RunStatus
from schema.types.view import argument, field, optional


@input_for(RecordPipelineRun)
class RecordPipelineRunInput:
    """A report about one run. Any number of reports with the same `referenceId`, in any order, make one run: it began with the
    earliest start, ended with the latest end, and has the worst state that any of them gave.
    """

    provider: str = argument("The name of the provider whose ledger keeps it.")
    reference_id: str = argument("What identifies the run for ever. A retry is another run.")
    pipeline_source: str = argument("The CI system, like `Jenkins`.")
    pipeline_name: str = argument("The pipeline's name there.")
    started_at: datetime = argument("When the run, or the step that this report is about, began.")
    finished_at: datetime | None = optional("When it ended.")
    status: RunStatus | None = optional("RUNNING, SUCCEEDED, FAILED or CANCELED; left out when not known.")
    repository: str | None = optional("`owner/name`; needed with `commit` and `pullRequest`.")
    commit: str | None = optional("The commit it runs for.")
    pull_request: int | None = optional("The number of the pull request it runs for.")
    branch: str | None = optional("The branch it runs for.")
    url: str | None = optional("Its page.")
    email: str | None = optional("Mail address of who started it.")
    github_username: str | None = optional("Name at GitHub of who started it.")
    gitlab_username: str | None = optional("Name at GitLab of who started it.")


@payload
class RecordPipelineRunPayload(Payload):
    """What became of a report. It is kept for good when `errors` is empty."""

    build: Build | None = field("The run as all its reports now tell it; null when this one was not taken.", changed(BuildKey))


record_pipeline_run = order(RecordPipelineRunInput)
