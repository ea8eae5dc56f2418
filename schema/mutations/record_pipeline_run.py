"""recordPipelineRun: a CI system reports a run of its own."""

from datetime import datetime
from typing import Annotated

import msgspec
import strawberry
from strawberry.utils.str_converters import to_camel_case

from gateway.domain import mutation_errors
from gateway.domain.build import Build as BuildValue
from gateway.domain.errors import InvalidInputError
from gateway.domain.ledger import RANK
from gateway.loaders.fan_out import unknown_provider
from schema.resolvers.info import Info
from schema.types.build import Build
from schema.types.enums import RunStatus
from schema.types.mutation_error import MutationError
from schema.types.view import argument, field, input_type, view

WIRE_NAMES = {
    "commit": "commit_sha",
    "pull_request": "pr_number",
    "branch": "head_branch",
    "url": "source_url",
}
"""Input field -> the report's own name for it, where they differ."""
OWN_NAMES = {wire: own for own, wire in WIRE_NAMES.items()}


@input_type
class RecordPipelineRunInput:
    """A report about one run. Any number of reports with the same `referenceId`, in any order, make one run: it began with the
    earliest start, ended with the latest end, and has the worst state that any of them gave.
    """

    provider: str = argument("The name of the provider whose ledger keeps it.")
    reference_id: str = argument("What identifies the run for ever. A retry is another run.")
    pipeline_source: str = argument("The CI system, like `Jenkins`.")
    pipeline_name: str = argument("The pipeline's name there.")
    started_at: datetime = argument("When the run, or the step that this report is about, began.")
    finished_at: datetime | None = argument("When it ended.", default=None)
    status: RunStatus | None = argument("RUNNING, SUCCEEDED, FAILED or CANCELED; left out when not known.", default=None)
    repository: str | None = argument("`owner/name`; needed with `commit` and `pullRequest`.", default=None)
    commit: str | None = argument("The commit it runs for.", default=None)
    pull_request: int | None = argument("The number of the pull request it runs for.", default=None)
    branch: str | None = argument("The branch it runs for.", default=None)
    url: str | None = argument("Its page.", default=None)
    email: str | None = argument("Mail address of who started it.", default=None)
    github_username: str | None = argument("Name at GitHub of who started it.", default=None)
    gitlab_username: str | None = argument("Name at GitLab of who started it.", default=None)

    def report(self) -> dict[str, object]:
        """In the words of the report's own format, without what was left out."""
        fields = {WIRE_NAMES.get(name, name): value for name, value in vars(self).items() if name != "provider"}
        return {name: value for name, value in fields.items() if value is not None}


class RecordPipelineRunPayloadValue(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a report."""

    build: BuildValue | None = None
    errors: tuple[mutation_errors.MutationProblem, ...] = ()


@view(RecordPipelineRunPayloadValue)
class RecordPipelineRunPayload:
    """What became of a report. It is kept for good when `errors` is empty."""

    build: Build | None = field("The run as all its reports now tell it; null when this one was not taken.")
    errors: list[MutationError] = field("Why it was not taken.")


Input = Annotated[RecordPipelineRunInput, strawberry.argument(description="The report.")]


async def record_pipeline_run(info: Info, input: Input) -> RecordPipelineRunPayloadValue:
    """Answers only when the report is kept for good; a store that cannot be reached is a top-level error."""
    providers = info.context.providers
    provider = providers.get(input.provider)
    if provider is None:
        return RecordPipelineRunPayloadValue(errors=(mutation_errors.invalid_input(unknown_provider(input.provider, providers)),))
    if provider.ingest is None:
        able = tuple(each.name for each in providers.values() if each.ingest is not None)
        message = f"{provider.name} keeps no ledger that runs can be reported to."
        refusal = mutation_errors.NotSupportedError(
            code="NOT_SUPPORTED", message=message, path=("input", "provider"), supported_by=able
        )
        return RecordPipelineRunPayloadValue(errors=(refusal,))
    if input.status not in RANK:
        return RecordPipelineRunPayloadValue(errors=(_no_such_state(input.status),))
    report = input.report()
    try:
        notification = provider.ingest.check(report, _spelled)
    except InvalidInputError as error:
        return RecordPipelineRunPayloadValue(errors=(mutation_errors.invalid_input(error),))
    build = await provider.ingest.record(notification, msgspec.json.encode(report))
    info.context.loaders.forget()
    info.context.loaders.prime((build,))
    return RecordPipelineRunPayloadValue(build=build)


def _no_such_state(status: RunStatus | None) -> mutation_errors.InvalidInputError:
    allowed = ", ".join(each.name for each in RANK if each is not None)
    given = "" if status is None else f", not {status.name}"
    message = f"`status` must be one of {allowed}{given}. Leave it out when it is not known."
    return mutation_errors.InvalidInputError(code=InvalidInputError.code, message=message, path=("input", "status"))


def _spelled(wire_name: str) -> str:
    return to_camel_case(OWN_NAMES.get(wire_name, wire_name))
