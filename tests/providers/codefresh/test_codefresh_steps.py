"""Steps of builds and their logs."""

import asyncio
from typing import Any

import msgspec
import pytest

from gateway.domain.build import Build, BuildQuery
from gateway.domain.errors import MalformedResponseError, NotFoundError, UpstreamUnavailableError
from gateway.domain.job import Job, JobKind, JobLog
from gateway.domain.keys import BuildKey, JobKey
from gateway.domain.provider import Provider
from gateway.domain.run import RunStatus
from gateway.providers.codefresh import wire
from gateway.providers.codefresh.logs import step_log
from gateway.providers.codefresh.simulator.logs import log_document
from gateway.simulation.control import Fault
from gateway.simulation.server import RunningSimulator
from tests.providers.codefresh.opened import ALL, NAME, app_of, builds_of, collect

pytestmark = pytest.mark.anyio


async def builds_in(provider: Provider, *statuses: RunStatus) -> list[Build]:
    return await collect(builds_of(provider).stream_builds(BuildQuery(statuses=statuses), None, 40, ALL), 40)


def jobs_of(provider: Provider) -> Any:
    assert provider.jobs is not None
    return provider.jobs


async def test_steps_are_jobs_in_the_vendors_order(provider: Provider, uneven: RunningSimulator) -> None:
    build = next(each for each in await builds_in(provider, RunStatus.FAILED) if each.started_at is not None)
    uneven.control.reset_calls()

    chunk = await jobs_of(provider).list_jobs(build.key, None, 100, ALL)

    assert chunk.items[0].name == "Initializing Process"
    assert all(job.kind is JobKind.STEP and job.build == build.key for job in chunk.items)
    assert "Initializing" not in [job.name for job in chunk.items]
    assert chunk.total == len(chunk.items)
    assert [call.raw_path for call in uneven.control.calls] == [f"/api/workflow/{build.external_id}/context-revision"]


async def test_steps_are_paged_by_marks(provider: Provider) -> None:
    build = (await builds_in(provider, RunStatus.SUCCEEDED))[0]
    whole = (await jobs_of(provider).list_jobs(build.key, None, 100, ALL)).items
    found: list[Job] = []
    mark = None

    while True:
        chunk = await jobs_of(provider).list_jobs(build.key, mark, 2, ALL)
        found += chunk.items
        mark = chunk.marks[-1] if chunk.marks else mark
        if not chunk.more:
            break

    assert found == list(whole)


async def test_a_build_that_has_not_begun_has_no_steps(provider: Provider) -> None:
    build = next(each for each in await builds_in(provider, RunStatus.QUEUED) if each.started_at is None)

    chunk = await jobs_of(provider).list_jobs(build.key, None, 10, ALL)

    assert (chunk.items, chunk.more) == ((), False)


async def test_steps_of_a_build_that_is_gone_are_not_found(provider: Provider) -> None:
    for key in (BuildKey(NAME, ("65f1c441ffffffffffffffff", "")), BuildKey(NAME, ("x", ""))):
        with pytest.raises(NotFoundError):
            await jobs_of(provider).list_jobs(key, None, 10, ALL)


async def test_steps_by_key_cost_a_call_for_each_build(provider: Provider, uneven: RunningSimulator) -> None:
    builds = (await builds_in(provider, RunStatus.SUCCEEDED))[:3]
    jobs = [job for build in builds for job in (await jobs_of(provider).list_jobs(build.key, None, 100, ALL)).items]
    absent = [JobKey(NAME, (*builds[0].key.parts, "no such step")), JobKey(NAME, ("x", "", "y"))]
    uneven.control.reset_calls()

    found = await jobs_of(provider).get_jobs([*absent, *(job.key for job in jobs)], ALL)

    assert [type(answer) for answer in found[:2]] == [NotFoundError] * 2
    assert found[2:] == jobs
    assert uneven.control.calls_total == 3


async def test_every_form_of_log_document_is_read(provider: Provider, uneven: RunningSimulator) -> None:
    """The simulator draws the form of each build: steps and lines as lists, or keyed by ids."""
    forms: set[tuple[bool, bool]] = set()
    for build in await builds_in(provider, RunStatus.SUCCEEDED, RunStatus.FAILED):
        source = app_of(uneven).world.builds.get(build.external_id)
        assert source is not None
        if source.progress_id is None or len(forms) == 4:
            continue
        document: Any = log_document(source, 1, source.progress_id)
        steps = list(document["steps"].values() if isinstance(document["steps"], dict) else document["steps"])
        forms.add((isinstance(document["steps"], dict), isinstance(steps[-1]["logs"], dict)))
        key = JobKey(NAME, (*build.key.parts, steps[-1]["name"]))

        log = await jobs_of(provider).read_log(key, 1_000_000)

        lines = steps[-1]["logs"]
        text = "".join(lines.values() if isinstance(lines, dict) else lines)
        assert isinstance(log, JobLog)
        assert not log.truncated
        assert "\x1b" not in log.text
        assert log.text == text.replace("\x1b[32m", "").replace("\x1b[1;31m", "").replace("\x1b[0m", "")
    assert len(forms) == 4


async def test_a_log_is_fetched_without_the_key(provider: Provider, uneven: RunningSimulator) -> None:
    build = (await builds_in(provider, RunStatus.SUCCEEDED))[0]
    uneven.control.reset_calls()

    await jobs_of(provider).read_log(JobKey(NAME, (*build.key.parts, "Initializing Process")), 100)

    kinds = [(call.raw_path.split("/")[2], "authorization" in call.headers) for call in uneven.control.calls]
    assert kinds == [("builds", True), ("progress", True), ("logs", False)]


async def test_logs_of_several_steps_share_their_calls(provider: Provider, uneven: RunningSimulator) -> None:
    build = (await builds_in(provider, RunStatus.SUCCEEDED))[0]
    steps = [job.key for job in (await jobs_of(provider).list_jobs(build.key, None, 100, ALL)).items if job.has_log]
    uneven.control.reset_calls()

    logs = await asyncio.gather(*(jobs_of(provider).read_log(key, 1000) for key in steps))

    assert len(logs) == len(steps) > 1
    assert uneven.control.calls_total == 3
    await jobs_of(provider).read_log(steps[0], 1000)
    assert uneven.control.calls_total == 6  # nothing is kept


async def test_one_reader_who_leaves_does_not_disturb_another(provider: Provider, uneven: RunningSimulator) -> None:
    build = (await builds_in(provider, RunStatus.SUCCEEDED))[0]
    steps = [job.key for job in (await jobs_of(provider).list_jobs(build.key, None, 100, ALL)).items if job.has_log]
    uneven.control.set_latency(0.02)
    leaving, staying = (asyncio.ensure_future(jobs_of(provider).read_log(key, 1000)) for key in steps[:2])
    await asyncio.sleep(0.01)

    leaving.cancel()

    assert isinstance(await staying, JobLog)


async def test_before_the_end_there_is_no_log(provider: Provider, uneven: RunningSimulator) -> None:
    for build in await builds_in(provider, RunStatus.RUNNING, RunStatus.QUEUED, RunStatus.BLOCKED):
        assert await jobs_of(provider).read_log(JobKey(NAME, (*build.key.parts, "Initializing Process")), 100) is None
    assert not [call for call in uneven.control.calls if "/progress/" in call.raw_path]


async def test_a_build_that_never_ran_has_no_log(provider: Provider, uneven: RunningSimulator) -> None:
    ended = await builds_in(provider, RunStatus.FAILED, RunStatus.CANCELED)
    never = next(each for each in ended if (source := app_of(uneven).world.builds.get(each.external_id)) and not source.progress_id)

    assert await jobs_of(provider).read_log(JobKey(NAME, (*never.key.parts, "build")), 100) is None
    assert await jobs_of(provider).read_log(JobKey(NAME, (*ended[0].key.parts, "no such step")), 100) is None


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ({"location": {"type": "firebase", "url": "https://live.example.com/x"}}, None),
        ({"location": {"type": "gcs"}}, None),
        ({}, None),
        ({"location": {"type": "gcs", "url": "https://198.51.100.7/logs"}}, MalformedResponseError),
        ({"location": {"type": "gcs", "url": "file:///etc/passwd"}}, MalformedResponseError),
    ],
)
async def test_where_a_log_lies_is_not_taken_on_trust(
    provider: Provider, uneven: RunningSimulator, body: dict[str, Any], outcome: type[Exception] | None
) -> None:
    build = (await builds_in(provider, RunStatus.SUCCEEDED))[0]
    uneven.control.add_fault(Fault("/api/progress/", status=200, body=msgspec.json.encode(body).decode()))
    key = JobKey(NAME, (*build.key.parts, "x"))

    if outcome is None:
        assert await jobs_of(provider).read_log(key, 9) is None
    else:
        with pytest.raises(outcome):
            await jobs_of(provider).read_log(key, 9)


async def test_a_storage_that_refuses_is_unavailable_and_a_spoiled_log_malformed(
    provider: Provider, uneven: RunningSimulator
) -> None:
    build = (await builds_in(provider, RunStatus.SUCCEEDED))[0]
    key = JobKey(NAME, (*build.key.parts, "Initializing Process"))
    uneven.control.add_fault(Fault("/__storage/", status=403, times=1))
    uneven.control.add_fault(Fault("/__storage/", status=200, body='{"steps":"CANARY-SECRET-1"}', times=1))

    with pytest.raises(UpstreamUnavailableError):
        await jobs_of(provider).read_log(key, 100)
    with pytest.raises(MalformedResponseError) as caught:
        await jobs_of(provider).read_log(key, 100)
    assert "CANARY" not in repr(caught.value) + repr(caught.value.__context__)


@pytest.mark.parametrize(
    ("lines", "tail_bytes", "text", "truncated"),
    [
        (["one\n", "two\n"], 100, "one\ntwo\n", False),
        (["one\n", "two\n"], 8, "one\ntwo\n", False),
        (["one\n", "two\n"], 5, "\ntwo\n", True),
        (["a", "ü", "b"], 2, "b", True),  # half of a letter is none
        (["\x1b[1;31mred\x1b[0m \x1b]0;title\x07x\x1b(B\r\n"], 100, "red x\r\n", False),
        ([], 100, "", False),
        (["one"], 0, "", True),
    ],
)
def test_the_end_of_a_log(lines: list[str], tail_bytes: int, text: str, truncated: bool) -> None:
    document = wire.LogDocument([wire.LogStep("build", lines)])

    log = step_log(document, "build", tail_bytes)

    assert log is not None
    assert (log.text, log.truncated) == (text, truncated)


def test_a_step_that_was_tried_twice_has_both_logs() -> None:
    document = wire.LogDocument([wire.LogStep("build", ["first\n"]), wire.LogStep("build", {"-L1": "second\n"})])

    assert step_log(document, "build", 100) == JobLog("first\nsecond\n", False, 13)
    assert step_log(document, "deploy", 100) is None
    assert step_log(wire.LogDocument(), "build", 100) is None
