"""Records become reports about runs, as the mutation and as DX's own senders write them; a rehearsal keeps none."""

from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.domain.build import Build
from gateway.domain.call_log import RehearsedError, watching_calls
from gateway.domain.commands.command import Changed
from gateway.domain.commands.reports import RecordPipelineRun
from gateway.domain.errors import InvalidInputError
from gateway.domain.provider import Provider
from gateway.domain.run import RunStatus
from gateway.domain.template import Filled
from gateway.operations.checks import check_supported, check_values
from tests.providers.dx.opened import COMMIT, NAME, listed

pytestmark = pytest.mark.anyio

REPORT = {"reference_id": "r1", "pipeline_source": "Jenkins", "pipeline_name": "web", "started_at": 1772446272}


async def make(provider: Provider, record: dict[str, Any], used: frozenset[str] = frozenset()) -> RecordPipelineRun:
    command = await provider.templates["record-pipeline-run"].make(Filled(parameters={}, record=record, used=used))
    assert isinstance(command, RecordPipelineRun)
    return command


async def perform(provider: Provider, command: RecordPipelineRun) -> Changed:
    handling = provider.commands[RecordPipelineRun]
    check_supported(command, handling, provider.name)
    check_values(command)
    return await handling.handle(command)


async def refused(provider: Provider, record: dict[str, Any]) -> InvalidInputError:
    with pytest.raises(InvalidInputError) as caught:
        await make(provider, record)
    return caught.value


async def test_the_example_is_recorded(provider: Provider) -> None:
    [template] = provider.templates.values()

    changed = await perform(provider, await make(provider, template.example))

    [build] = changed.values
    assert isinstance(build, Build)
    assert build.external_id == "jenkins-1042"
    assert build.started_at == datetime(2026, 3, 2, 10, 11, 12, tzinfo=UTC)
    assert build.finished_at == datetime(2026, 3, 2, 10, 17, 31, tzinfo=UTC)
    assert build.status is RunStatus.SUCCEEDED
    assert (build.repository, build.branch, build.commit) == ("acme/web", "main", COMMIT)
    assert build.pull_request is not None
    assert build.pull_request.external_id == "17"
    assert build.url == "https://jenkins.acme.example/job/web/1042"
    assert await listed(provider) == ["jenkins-1042"]


async def test_the_words_of_the_mutation_will_do(provider: Provider) -> None:
    record = {
        "referenceId": "r1",
        "pipelineSource": "Jenkins",
        "pipelineName": "web",
        "startedAt": "2026-03-02T10:11:12Z",
        "status": "FAILED",
        "repository": "acme/web",
        "commit": COMMIT,
        "pullRequest": 17,
        "branch": "main",
        "url": "https://jenkins.acme.example/1",
        "githubUsername": "octo",
        "row": 7,
    }

    command = await make(provider, record, used=frozenset({"row"}))

    assert command == RecordPipelineRun(
        provider=NAME,
        reference_id="r1",
        pipeline_source="Jenkins",
        pipeline_name="web",
        started_at=datetime(2026, 3, 2, 10, 11, 12, tzinfo=UTC),
        status=RunStatus.FAILED,
        repository="acme/web",
        commit=COMMIT,
        pull_request=17,
        branch="main",
        url="https://jenkins.acme.example/1",
        github_username="octo",
    )


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("success", RunStatus.SUCCEEDED),
        ("Failure", RunStatus.FAILED),
        ("cancelled", RunStatus.CANCELED),
        ("in_progress", RunStatus.RUNNING),
        ("SKIPPED", RunStatus.SKIPPED),
        ("unknown", None),
        (None, None),
    ],
)
async def test_states_are_in_either_words(provider: Provider, word: str | None, status: RunStatus | None) -> None:
    assert (await make(provider, REPORT | {"status": word})).status is status


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"status": "fine"}, "record.status"),
        ({"status": 1}, "record.status"),
        ({"pr_number": "17"}, "record.pr_number"),
        ({"started_at": "2026-03-02T10:11:12"}, "record.started_at"),
        ({"started_at": 1772446272000}, "record.started_at"),
        ({"startedAt": 1772446272}, "record.startedAt"),
        ({"reference_id": 7}, "record.reference_id"),
        ({"reference_id": None}, "record.reference_id"),
        ({"provider": "another"}, "record.provider"),
        ({"brunch": "main"}, "record.brunch"),
    ],
)
async def test_nothing_is_guessed(provider: Provider, changes: dict[str, Any], field: str) -> None:
    assert (await refused(provider, REPORT | changes)).field == field


async def test_what_is_missing_is_named(provider: Provider) -> None:
    error = await refused(provider, {"reference_id": "r1", "pipeline_name": "web"})

    assert error.field == "record.pipelineSource"
    assert "`pipelineSource`, `startedAt`" in error.message


async def test_a_rehearsal_shows_the_report_and_keeps_nothing(provider: Provider) -> None:
    command = await make(provider, REPORT | {"status": "success", "branch": "main", "repository": "acme/web"})

    with watching_calls(rehearsing=True) as log, pytest.raises(RehearsedError):
        await perform(provider, command)

    [call] = log.calls
    assert (call.provider, call.write, call.method, call.url) == (NAME, True, "POST", "/api/pipelineRuns.sync")
    assert call.status is None
    assert call.body == {
        "reference_id": "r1",
        "pipeline_source": "Jenkins",
        "pipeline_name": "web",
        "started_at": "2026-03-02T10:11:12Z",
        "status": "succeeded",
        "repository": "acme/web",
        "head_branch": "main",
    }
    assert await listed(provider) == []


async def test_a_rehearsal_refuses_what_would_be_refused(provider: Provider) -> None:
    command = await make(provider, REPORT | {"source_url": "here"})

    with watching_calls(rehearsing=True) as log, pytest.raises(InvalidInputError) as caught:
        await perform(provider, command)

    assert caught.value.field == "url"
    assert log.calls == []


async def test_a_watched_report_is_kept(provider: Provider) -> None:
    with watching_calls():
        await perform(provider, await make(provider, REPORT))

    assert await listed(provider) == ["r1"]
