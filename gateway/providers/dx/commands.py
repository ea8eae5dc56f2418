"""What can be changed in a ledger: runs are reported to it."""

from datetime import UTC, datetime

import msgspec

from gateway.domain.call_log import Call, stop_if_rehearsing
from gateway.domain.commands.command import Changed, Commands, handling
from gateway.domain.commands.naming import camel_case
from gateway.domain.commands.reports import RecordPipelineRun
from gateway.domain.errors import InvalidInputError
from gateway.domain.ingest import Ingest
from gateway.domain.ledger import RANK
from gateway.domain.run import RunStatus

WIRE_NAMES = {
    "commit": "commit_sha",
    "pull_request": "pr_number",
    "branch": "head_branch",
    "url": "source_url",
}
"""The command's field -> the report's own name for it, where they differ."""
OWN_NAMES = {wire: own for own, wire in WIRE_NAMES.items()}
ROUTE = "/api/pipelineRuns.sync"
"""Where the gateway itself takes the same report over HTTP: what a rehearsal shows in place of a vendor's address."""
OPTIONAL = (
    *("finished_at", "status", "repository", "commit", "pull_request", "branch", "url"),
    *("email", "github_username", "gitlab_username"),
)


class DxCommands:
    """`ingest` is the account's own."""

    def __init__(self, ingest: Ingest) -> None:
        self._ingest = ingest

    def table(self) -> Commands:
        return dict((handling(RecordPipelineRun, self.record_pipeline_run, takes=OPTIONAL),))

    async def record_pipeline_run(self, command: RecordPipelineRun) -> Changed:
        """Returns when the report is kept for good."""
        if command.status not in RANK:
            raise _no_such_state(command.status)
        report = {
            WIRE_NAMES.get(name, name): value
            for name, value in msgspec.structs.asdict(command).items()
            if name != "provider" and value is not None
        }
        notification = self._ingest.check(report, lambda wire: camel_case(OWN_NAMES.get(wire, wire)))
        kept = Call(
            provider=command.provider,
            write=True,
            method="POST",
            url=ROUTE,
            at=datetime.now(UTC),
            body=msgspec.to_builtins(report),
        )
        stop_if_rehearsing(kept)
        build = await self._ingest.record(notification, msgspec.json.encode(report))
        return Changed(keys=(build.key,), values=(build,))


def _no_such_state(status: RunStatus | None) -> InvalidInputError:
    allowed = ", ".join(each.name for each in RANK if each is not None)
    given = "" if status is None else f", not {status.name}"
    return InvalidInputError(f"`status` must be one of {allowed}{given}. Leave it out when it is not known.", field="status")
