"""Templates of destinations. A record is in the words of recordPipelineRun, or in those of DX's own method."""

from gateway.domain.commands.command import JsonObject
from gateway.domain.commands.from_record import command_from_record
from gateway.domain.commands.naming import camel_case
from gateway.domain.commands.reports import RecordPipelineRun
from gateway.domain.run import RunStatus
from gateway.domain.template import Filled, Template, Templates
from gateway.providers.dx.commands import OWN_NAMES
from gateway.providers.dx.mapping import NO_STATUS, STATUSES
from gateway.providers.dx.notification import SPELLINGS
from gateway.providers.dx.wire import FIELDS

ALIASES = {wire: spelt for wire in FIELDS if (spelt := camel_case(OWN_NAMES.get(wire, wire))) != wire}
"""DX's names for fields -> the mutation's, where they differ."""


class DxMaking:
    """Makes commands of records. Nothing is called."""

    def __init__(self, provider: str) -> None:
        self._provider = provider

    async def record_pipeline_run(self, filled: Filled) -> RecordPipelineRun:
        record = _with_state(filled.record)
        return command_from_record(RecordPipelineRun, record, fixed={"provider": self._provider}, aliases=ALIASES, used=filled.used)


def _with_state(record: JsonObject) -> JsonObject:
    """The state in the mutation's word, where it is one of those that DX's senders use."""
    told = record.get("status")
    word = told.strip().lower() if isinstance(told, str) and told not in RunStatus.__members__ else ""
    if word == NO_STATUS:
        return record | {"status": None}
    return record | {"status": STATUSES[SPELLINGS[word]].name} if word in SPELLINGS else record


def templates_of(making: DxMaking) -> Templates:
    """What an account offers to destinations."""
    record = Template(
        name="record-pipeline-run",
        title="Record Pipeline Run",
        description="Takes in a report about a run, as a CI system would send it. Times are RFC 3339 with a zone, or seconds since "
        "1970. A run that was reported before is brought up to date.",
        command=RecordPipelineRun,
        make=making.record_pipeline_run,
        example={
            "reference_id": "jenkins-1042",
            "pipeline_source": "Jenkins",
            "pipeline_name": "web",
            "started_at": 1772446272,
            "finished_at": "2026-03-02T10:17:31Z",
            "status": "success",
            "repository": "acme/web",
            "commit_sha": "9fceb02d0ae598e95dc970b74767f19372d61af8",
            "pr_number": 17,
            "head_branch": "main",
            "source_url": "https://jenkins.acme.example/job/web/1042",
            "github_username": "octo",
        },
    )
    return {record.name: record}
