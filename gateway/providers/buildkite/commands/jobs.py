"""Letting a build go on behind a block step, and repeating jobs."""

import re

from gateway.domain.commands.command import Changed, Command, Handling, JsonObject, handling
from gateway.domain.commands.runs import RetryJob, UnblockJob
from gateway.domain.errors import InvalidInputError
from gateway.providers.buildkite.build_content_mapping import to_job
from gateway.providers.buildkite.commands.writer import Writer
from gateway.providers.buildkite.keys import BuildPlace
from gateway.providers.buildkite.rows import map_one
from gateway.providers.buildkite.wire import WireJob

UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class JobCommands(Writer):
    """Handlers for single jobs. Each call answers with the whole job."""

    def entries(self) -> tuple[tuple[type[Command], Handling], ...]:
        names = {"fields": "fields", "unblocker": "unblocker", "job": "job"}
        return (
            handling(UnblockJob, self.unblock_job, takes=("fields", "unblocker"), fields=names),
            handling(RetryJob, self.retry_job),
        )

    async def unblock_job(self, command: UnblockJob) -> Changed:
        place = self._place_of(command.job, 4)
        body: JsonObject = {}
        if command.fields:
            body["fields"] = {pair.name: pair.value for pair in command.fields}
        if command.unblocker is not None:
            if not UUID.fullmatch(command.unblocker):
                raise InvalidInputError("`unblocker` must be the UUID of a user of the organization.", field="unblocker")
            body["unblocker"] = command.unblocker
        return self._whole(await self._unless_archived(place, self._writes.unblock_job(place, command.job.parts[3], body)), place)

    async def retry_job(self, command: RetryJob) -> Changed:
        place = self._place_of(command.job, 4)
        return self._whole(await self._unless_archived(place, self._writes.retry_job(place, command.job.parts[3])), place)

    def _whole(self, wire: WireJob, place: BuildPlace) -> Changed:
        job = map_one(wire, lambda row: to_job(row, self._provider, place, self._build_key(place)), self._provider)
        return Changed(keys=(job.key,), values=(job,))
