"""Steps of builds, as jobs."""

from collections.abc import Sequence

from gateway.domain.errors import GatewayError
from gateway.domain.job import Job, JobLog
from gateway.domain.keys import BuildKey, JobKey
from gateway.domain.page import Chunk, Mark, Want
from gateway.providers.codefresh.client import CodefreshClient
from gateway.providers.codefresh.keys import Origin, build_ids, job_ids
from gateway.providers.codefresh.lists import cut
from gateway.providers.codefresh.logs import LogReader
from gateway.providers.codefresh.mapping import to_jobs
from gateway.upstream.key_parts import answer_ours
from gateway.upstream.settle import settle


class CodefreshSteps:
    """A JobReader. All steps of a build come with one call.

    A key holds no progress id, although logs need one: the call that lists steps does not tell it.
    """

    def __init__(self, client: CodefreshClient, origin: Origin, logs: LogReader) -> None:
        self._client = client
        self._origin = origin
        self._logs = logs

    async def list_jobs(self, build: BuildKey, after: Mark | None, first: int, want: Want) -> Chunk[Job]:
        """Empty as long as the build has not begun."""
        return await cut(await self._steps(build), lambda job: job.external_id, after, first)

    async def get_jobs(self, keys: Sequence[JobKey], want: Want) -> list[Job | GatewayError]:
        """One call for each distinct build."""
        return await answer_ours(keys, 3, self._get_jobs)

    async def _get_jobs(self, keys: Sequence[JobKey]) -> list[Job | GatewayError]:
        ids = {key: job_ids(key) for key in keys}
        steps = await settle((found[0] for found in ids.values() if found is not None), self._steps)
        return [self._find(key, ids[key], steps) for key in keys]

    async def read_log(self, job: JobKey, tail_bytes: int) -> JobLog | None:
        """Three calls, shared by all steps of the build that are asked for at the same time. None before the build has ended:
        a log that still grows lies where no plain request can read it."""
        found = job_ids(job)
        if found is None:
            raise self._origin.absent("step")
        build, step = found
        return await self._logs.read(build.parts[0], step, tail_bytes)

    async def _steps(self, build: BuildKey) -> list[Job]:
        ids = build_ids(build)
        if ids is None:
            raise self._origin.absent("build")
        return to_jobs(await self._client.list_revisions(ids[0]), build, self._origin)

    def _find(
        self, key: JobKey, ids: tuple[BuildKey, str] | None, steps: "dict[BuildKey, list[Job] | GatewayError]"
    ) -> Job | GatewayError:
        found = steps[ids[0]] if ids is not None else []
        if isinstance(found, GatewayError):
            return found
        return next((job for job in found if job.key == key), None) or self._origin.absent("step")
