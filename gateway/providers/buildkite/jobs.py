"""A JobReader."""

from collections.abc import AsyncIterator, Mapping, Sequence

from gateway.domain.errors import GatewayError, InvalidInputError, NotFoundError
from gateway.domain.job import Job, JobLog
from gateway.domain.keys import BuildKey, JobKey, Key
from gateway.domain.page import Chunk, Mark, RowFault, Want
from gateway.providers.buildkite.batches import by_group, from_list_or_each
from gateway.providers.buildkite.build_content import BuildContentReader
from gateway.providers.buildkite.build_content_mapping import plain_log, to_job
from gateway.providers.buildkite.client import LARGEST_PAGE
from gateway.providers.buildkite.job_list import jobs_behind
from gateway.providers.buildkite.keys import BuildPlace
from gateway.providers.buildkite.rows import map_one, map_rows
from gateway.providers.buildkite.wire import WireJob
from gateway.upstream.settle import Answers

MOST_LOG_BYTES = 16 * 1024 * 1024


class BuildkiteJobs(BuildContentReader):
    """Jobs with all their attempts, in the vendor's order. Waiters are listed, with an UNKNOWN status: they have none."""

    async def list_jobs(self, build: BuildKey, after: Mark | None, first: int, want: Want) -> Chunk[Job]:
        place = self._place(build)

        async def read(cursor: str | None, per_page: int) -> tuple[tuple[Job | RowFault, ...], str | None]:
            page = await self._client.list_jobs(place.organization, place.pipeline, place.number, cursor, per_page)
            return map_rows(page.rows, lambda row: to_job(row, self._provider, place, build), self._provider), page.next_cursor

        return await jobs_behind(read, after, first)

    async def get_jobs(self, keys: Sequence[JobKey], want: Want) -> Sequence[Job | GatewayError]:
        """Three and more of a build are looked for in its list first (see `from_list_or_each`)."""
        return await by_group(keys, lambda key: self._place_of(key, 4), self._get_of_one)

    async def read_log(self, job: JobKey, tail_bytes: int) -> JobLog | None:
        """At most 16 MiB of it. None for a job that has not begun, or writes none, or does not exist."""
        if tail_bytes < 1:
            raise InvalidInputError("`tailBytes` must be at least 1.", provider=self._provider, field="tailBytes")
        place = self._place_of(job, 4)
        wanted = min(tail_bytes, MOST_LOG_BYTES)
        try:
            log = await self._client.read_log(place.organization, place.pipeline, place.number, job.parts[3], wanted)
        except NotFoundError:
            return None
        cut = log.size_bytes is None or log.size_bytes > len(log.tail)
        return JobLog(plain_log(log.tail, cut=cut), cut, log.size_bytes)

    async def _get_of_one(self, place: BuildPlace, keys: list[JobKey]) -> Answers[JobKey, Job]:
        async def get(key: JobKey) -> Job:
            wire = await self._client.get_job(place.organization, place.pipeline, place.number, key.parts[3])
            return map_one(wire, lambda row: self._value(row, place), self._provider)

        return await from_list_or_each(keys, self._from_pages(place), get)

    async def _from_pages(self, place: BuildPlace) -> AsyncIterator[Mapping[Key, Job | GatewayError]]:
        cursor: str | None = None
        while True:
            page = await self._client.list_jobs(place.organization, place.pipeline, place.number, cursor, LARGEST_PAGE)
            rows = map_rows(page.rows, lambda row: self._value(row, place), self._provider)
            yield {row.key: row for row in rows if isinstance(row, Job)}
            if (cursor := page.next_cursor) is None:
                return

    def _value(self, row: WireJob, place: BuildPlace) -> Job:
        """Its build's key has no uuid: a job's row does not tell it."""
        return to_job(row, self._provider, place, self._build_key(place))
