"""Logs of several jobs at once."""

import asyncio
from collections.abc import Mapping, Sequence

from gateway.domain.containment import contained
from gateway.domain.errors import GatewayError, NotSupportedError
from gateway.domain.job import Job, JobLog
from gateway.domain.provider import Provider


async def read_logs(providers: Mapping[str, Provider], jobs: Sequence[Job], tail_bytes: int) -> list[JobLog | GatewayError | None]:
    """One answer per job, in order; a log that fails, fails alone. Each costs calls of its own."""
    return list(await asyncio.gather(*(_read(providers[job.key.provider], job, tail_bytes) for job in jobs)))


async def _read(provider: Provider, job: Job, tail_bytes: int) -> JobLog | GatewayError | None:
    if provider.jobs is None:
        return NotSupportedError(f"{provider.name} has no logs.", provider=provider.name)
    if not job.has_log:
        return None
    try:
        return await provider.jobs.read_log(job.key, tail_bytes)
    except Exception as error:  # the other jobs' logs are good
        return contained(error, provider.name)
