"""Jobs and their logs."""

from collections.abc import Sequence

import pytest

from gateway.domain.build import Build, BuildQuery
from gateway.domain.errors import InvalidInputError, NotFoundError, PermissionDeniedError
from gateway.domain.job import Job, JobKind
from gateway.domain.keys import BuildKey, JobKey, PipelineKey
from gateway.domain.page import Chunk, Mark, RowFault
from gateway.domain.provider import Provider
from gateway.domain.run import RunStatus
from gateway.providers.buildkite.job_list import jobs_behind
from gateway.providers.buildkite.simulator import READ_ONLY_TOKEN
from gateway.simulation.control import Fault
from gateway.simulation.server import RunningSimulator
from tests.contract.nouns import ALL, collect, runs_of
from tests.providers.buildkite.conftest import OpenProvider

pytestmark = pytest.mark.anyio

MUSEUM = ("acme", "every-job-state", "")


async def _museums(provider: Provider) -> list[Build]:
    """Two builds that have jobs in every state between them."""
    assert provider.builds is not None
    query = BuildQuery(pipelines=(PipelineKey(provider.name, MUSEUM),))
    return await collect(provider.builds.stream_builds(query, None, 2, ALL), 2)


async def _museum(provider: Provider) -> Build:
    return (await _museums(provider))[0]


async def _jobs(provider: Provider, build: BuildKey, after: Mark | None = None, first: int = 100) -> Chunk[Job]:
    assert provider.jobs is not None
    return await provider.jobs.list_jobs(build, after, first, ALL)


async def _all_jobs(provider: Provider, build: BuildKey) -> list[Job]:
    return [job for job in (await _jobs(provider, build)).items if isinstance(job, Job)]


async def test_all_kinds_of_jobs_are_read(acme: Provider) -> None:
    jobs: list[Job] = []
    for build in (*await runs_of(acme, 15), *await _museums(acme)):
        jobs += await _all_jobs(acme, build.key)

    assert {job.kind for job in jobs} == {JobKind.COMMAND, JobKind.WAIT, JobKind.BLOCK, JobKind.TRIGGER}
    waits = [job for job in jobs if job.kind is JobKind.WAIT]
    assert {(job.status, job.native_status, job.name) for job in waits} == {(RunStatus.UNKNOWN, None, None)}
    assert {job.status for job in jobs if job.kind is not JobKind.WAIT} >= {
        RunStatus.QUEUED, RunStatus.RUNNING, RunStatus.BLOCKED, RunStatus.SUCCEEDED, RunStatus.FAILED, RunStatus.SKIPPED
    }  # fmt: skip
    assert not any(job.status is RunStatus.UNKNOWN for job in jobs if job.kind is not JobKind.WAIT)


async def test_retried_jobs_point_at_their_next_attempt(acme: Provider) -> None:
    for build in await runs_of(acme, 60):
        jobs = await _all_jobs(acme, build.key)
        if retried := [job for job in jobs if job.retried_in is not None]:
            keys = {job.key: job for job in jobs}
            assert all(job.retried_in in keys for job in retried)
            assert all(keys[job.retried_in].attempt == (job.attempt or 0) + 1 for job in retried if job.retried_in)
            return
    pytest.fail("no build of the simulator has a retried job")


@pytest.mark.parametrize("size", [1, 2, 5, 100])
async def test_jobs_page_by_page_are_the_same_list(acme: Provider, size: int) -> None:
    build = (await _museum(acme)).key
    whole = [job.key for job in await _all_jobs(acme, build)]
    found: list[JobKey] = []
    after: Mark | None = None
    more = True
    while more:
        chunk = await _jobs(acme, build, after, size)
        found += [job.key for job in chunk.items if isinstance(job, Job)]
        assert [mark.id for mark in chunk.marks] == [job.external_id for job in chunk.items if isinstance(job, Job)]
        more, after = chunk.more, chunk.marks[-1] if chunk.marks else after

    assert len(whole) > 6
    assert found == whole


async def test_a_list_of_jobs_asks_for_what_is_needed(acme: Provider, buildkite: RunningSimulator) -> None:
    build = (await runs_of(acme, 1))[0].key
    buildkite.control.reset_calls()

    await _jobs(acme, build, None, 3)

    assert [call.query for call in buildkite.control.calls] == ["per_page=3"]


async def test_many_jobs_of_a_build_by_key_share_one_call(acme: Provider, buildkite: RunningSimulator) -> None:
    assert acme.jobs is not None
    jobs = await _all_jobs(acme, (await _museum(acme)).key)
    buildkite.control.reset_calls()

    found = await acme.jobs.get_jobs([job.key for job in jobs], ALL)

    assert [getattr(job, "key", None) for job in found] == [job.key for job in jobs]
    assert len(buildkite.control.calls) == 1


async def test_jobs_of_a_build_that_is_gone(acme: Provider) -> None:
    gone = BuildKey(acme.name, ("acme", "web-app", "999999", "", ""))

    with pytest.raises(NotFoundError):
        await _jobs(acme, gone)


async def _with_log(provider: Provider) -> Job:
    for build in await runs_of(provider, 40):
        for job in await _all_jobs(provider, build.key):
            if job.has_log and job.finished_at is not None:
                return job
    raise AssertionError("no job with a log")


async def test_the_tail_of_a_log(acme: Provider, buildkite: RunningSimulator) -> None:
    assert acme.jobs is not None
    job = (await _with_log(acme)).key
    buildkite.control.reset_calls()

    whole = await acme.jobs.read_log(job, 1_000_000)
    tail = await acme.jobs.read_log(job, 300)

    assert whole is not None
    assert tail is not None
    assert not whole.truncated
    assert "\x1b" not in whole.text
    assert "\r" not in whole.text
    assert "<ok>" in whole.text
    assert tail.truncated
    assert whole.text.endswith(tail.text)
    assert tail.size_bytes == whole.size_bytes
    assert len(tail.text.encode()) <= 300
    asked = [(call.headers["accept"], call.headers["range"]) for call in buildkite.control.calls]
    assert asked == [("text/plain", "bytes=-1000000"), ("text/plain", "bytes=-300")]


async def test_a_log_without_a_range_is_cut_here(acme: Provider, buildkite: RunningSimulator) -> None:
    assert acme.jobs is not None
    job = (await _with_log(acme)).key
    body = "first\r\nsecond\r\nthird\r\n"
    buildkite.control.add_fault(Fault("/log$", status=200, body=body, headers={"Content-Type": "text/plain"}))

    log = await acme.jobs.read_log(job, 10)

    assert log is not None
    assert (log.text, log.truncated, log.size_bytes) == ("third\n", True, len(body))


@pytest.mark.parametrize("status", [404, 416])
async def test_there_may_be_no_log(acme: Provider, buildkite: RunningSimulator, status: int) -> None:
    assert acme.jobs is not None
    job = (await _with_log(acme)).key
    buildkite.control.add_fault(Fault("/log$", status=status, body='{"message":"The job log is empty"}'))

    assert await acme.jobs.read_log(job, 100) is None


async def test_a_job_that_has_not_begun_has_no_log(acme: Provider) -> None:
    assert acme.jobs is not None
    jobs = await _all_jobs(acme, (await _museum(acme)).key)
    waiting = next(job for job in jobs if job.kind is JobKind.COMMAND and job.started_at is None)
    block = next(job for job in jobs if job.kind is JobKind.BLOCK)

    assert not waiting.has_log
    assert await acme.jobs.read_log(waiting.key, 100) is None
    assert await acme.jobs.read_log(block.key, 100) is None


async def test_a_log_needs_a_scope_and_the_error_names_it(connected: OpenProvider) -> None:
    provider = connected(READ_ONLY_TOKEN.value, ("acme",))
    assert provider.jobs is not None
    job = await _with_log(provider)

    with pytest.raises(PermissionDeniedError) as caught:
        await provider.jobs.read_log(job.key, 100)

    assert caught.value.missing_scope == "read_build_logs"


async def test_a_tail_of_nothing_is_refused(acme: Provider, buildkite: RunningSimulator) -> None:
    assert acme.jobs is not None

    with pytest.raises(InvalidInputError):
        await acme.jobs.read_log(JobKey(acme.name, ("acme", "web-app", "1", "x")), 0)

    assert buildkite.control.calls == []


class CursorList:
    """A list behind cursors that name the row before. `forgets` cursors of rows that are gone."""

    def __init__(self, names: Sequence[str], *, largest: int = 10) -> None:
        self.names = list(names)
        self.largest = largest
        self.calls = 0

    async def read(self, cursor: str | None, per_page: int) -> tuple[tuple[Job | RowFault, ...], str | None]:
        self.calls += 1
        start = 0
        if cursor is not None:
            before = cursor.removeprefix("after-")
            if before not in self.names:
                raise InvalidInputError("Invalid cursor")
            start = self.names.index(before) + 1
        shown = self.names[start : start + min(per_page, self.largest)]
        end = start + len(shown)
        return tuple(self._job(name) for name in shown), f"after-{shown[-1]}" if end < len(self.names) else None

    @staticmethod
    def _job(name: str) -> Job:
        key = JobKey("p", ("o", "s", "1", name))
        build = BuildKey("p", ("o", "s", "1", "", ""))
        return Job(key=key, external_id=name, build=build, kind=JobKind.COMMAND, status=RunStatus.SUCCEEDED, native_status="passed")


async def _walk(vendor: CursorList, size: int) -> list[str]:
    names: list[str] = []
    after: Mark | None = None
    while True:
        chunk = await jobs_behind(vendor.read, after, size)
        names += [mark.id for mark in chunk.marks]
        if not chunk.more:
            return names
        after = chunk.marks[-1]


@pytest.mark.parametrize("size", [1, 3, 10, 11, 25, 60])
async def test_cursor_pages_of_any_size_join_up(size: int) -> None:
    names = [f"j{place}" for place in range(57)]

    assert await _walk(CursorList(names), size) == names


async def test_marks_hold_places_in_the_whole_list() -> None:
    vendor = CursorList([f"j{place}" for place in range(57)])
    first = await jobs_behind(vendor.read, None, 25)

    second = await jobs_behind(vendor.read, first.marks[-1], 25)

    assert [mark.offset for mark in (*first.marks, *second.marks)] == list(range(50))


async def test_going_on_does_not_read_from_the_start() -> None:
    vendor = CursorList([f"j{place}" for place in range(57)])
    first = await jobs_behind(vendor.read, None, 40)
    vendor.calls = 0

    await jobs_behind(vendor.read, first.marks[-1], 10)

    assert vendor.calls == 2


async def test_when_the_page_of_a_mark_is_gone_the_job_is_searched() -> None:
    vendor = CursorList([f"j{place}" for place in range(57)])
    first = await jobs_behind(vendor.read, None, 25)
    vendor.names.remove("j19")  # the cursor of the third page names it

    second = await jobs_behind(vendor.read, first.marks[-1], 3)

    assert [mark.id for mark in second.marks] == ["j25", "j26", "j27"]


@pytest.mark.parametrize("place", [4, 24, 56])
async def test_when_the_job_of_a_mark_is_gone_its_place_is_the_border(place: int) -> None:
    vendor = CursorList([f"j{place}" for place in range(57)])
    first = await jobs_behind(vendor.read, None, place + 1)
    vendor.names.remove(f"j{place}")

    second = await jobs_behind(vendor.read, first.marks[-1], 2)

    assert [mark.id for mark in second.marks] == [f"j{each}" for each in (place + 1, place + 2) if each < 57]
