"""Builds out of the ledger: every value, every filter, and what a store that does not answer means."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from gateway.domain.build import Build, BuildNumber, BuildQuery
from gateway.domain.errors import InvalidInputError, NotFoundError, NotSupportedError, StoreUnavailableError
from gateway.domain.keys import BuildKey, ProjectKey, WorkspaceKey
from gateway.domain.ledger import LedgerStore
from gateway.domain.outcome import Source
from gateway.domain.page import Chunk
from gateway.domain.pipeline import PipelineQuery, PipelineSlug
from gateway.domain.provider import HealthStatus, Provider
from gateway.domain.run import Actor, RunStatus
from gateway.simulation.server import RunningSimulator
from tests.providers.dx.failing_ledger import FailingLedger
from tests.providers.dx.opened import (
    ALL,
    COMMIT,
    KEYS,
    NAME,
    SYNC,
    T0,
    builds_of,
    client_of,
    collect,
    fill,
    forwarding_settings,
    ids,
    listed,
    open_provider,
    pipeline_key,
    pipelines,
    pipelines_of,
    push,
    settings_of,
)

pytestmark = pytest.mark.anyio


async def test_a_build_shows_all_that_was_reported(provider: Provider) -> None:
    build = await push(
        provider, t=5, finished_at=T0 + timedelta(seconds=65), status="success", repository="acme/web", commit_sha=COMMIT,
        pr_number=17, head_branch="feature/x", source_url="https://ci.example.com/1", email="dev@example.com",
        github_username="octo", gitlab_username="fox",
    )  # fmt: skip

    assert build == (await builds_of(provider).get_builds([BuildKey(NAME, ("run-1",))], ALL))[0]
    assert (build.key, build.external_id, build.number) == (BuildKey(NAME, ("run-1",)), "run-1", None)
    assert build.pipeline == pipeline_key("web")
    assert (build.status, build.native_status, build.finished, build.duration_s) == (RunStatus.SUCCEEDED, "success", True, 60)
    assert (build.created_at, build.started_at) == (T0 + timedelta(seconds=5),) * 2
    assert (build.repository, build.commit, build.branch) == ("acme/web", COMMIT, "feature/x")
    assert build.pull_request is not None
    assert (build.pull_request.external_id, build.pull_request.repository) == ("17", "acme/web")
    assert build.url == "https://ci.example.com/1"
    assert build.actor == Actor(username="octo", email="dev@example.com")


async def test_a_build_of_which_only_the_start_is_known(provider: Provider) -> None:
    build = await push(provider)

    assert (build.status, build.native_status, build.finished, build.duration_s) == (RunStatus.UNKNOWN, "unknown", False, None)
    assert (build.actor, build.pull_request, build.url, build.commit) == (None, None, None, None)


async def test_whom_a_build_is_credited_to(provider: Provider) -> None:
    by_name = await push(provider, reference_id="a", gitlab_username="fox")
    by_mail = await push(provider, reference_id="b", email="dev@example.com")

    assert by_name.actor == Actor(username="fox")
    assert by_mail.actor == Actor(email="dev@example.com")


async def test_builds_come_newest_first_then_by_reference_id_from_any_place_on(provider: Provider) -> None:
    order = [(second, f"run-{name}") for second in range(20) for name in "cab"]
    for second, name in random.Random(1).sample(order, len(order)):
        await push(provider, t=second, reference_id=f"{second}-{name}")
    expected = [f"{second}-run-{name}" for second in range(19, -1, -1) for name in "abc"]

    for size in (1, 4, 50, 1000):
        chunks = [chunk async for chunk in builds_of(provider).stream_builds(BuildQuery(), None, size, ALL)]
        assert [build for chunk in chunks for build in ids(chunk.items)] == expected
        assert [chunk.more for chunk in chunks] == [True] * (len(chunks) - 1) + [False]
        assert {chunk.source for chunk in chunks} == {Source.STORE}
    later = await collect(builds_of(provider).stream_builds(BuildQuery(), T0 + timedelta(seconds=7), 4, ALL))
    assert ids(later) == expected[expected.index("7-run-a") :]


async def test_runs_reported_while_paging_hide_none(provider: Provider) -> None:
    for second in range(30):
        await push(provider, t=second, reference_id=f"{second:02}")
    found: list[str] = []

    async for chunk in builds_of(provider).stream_builds(BuildQuery(), None, 7, ALL):
        found += ids(chunk.items)
        await push(provider, t=100 + len(found), reference_id=f"new-{len(found)}")

    assert found == [f"{second:02}" for second in range(29, -1, -1)]


QUERIES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "pipeline": ({"pipelines": (pipeline_key("api"),)}, ["api"]),
    "pipelines": ({"pipelines": (pipeline_key("api"), pipeline_key("web", "CircleCI"))}, ["bare", "api"]),
    "status": ({"statuses": (RunStatus.FAILED,)}, ["failed"]),
    "statuses": ({"statuses": (RunStatus.FAILED, RunStatus.UNKNOWN, RunStatus.BLOCKED)}, ["bare", "failed"]),
    "a status that no run has": ({"statuses": (RunStatus.QUEUED, RunStatus.SKIPPED)}, []),
    "branch": ({"branches": ("feature/login",)}, ["branch"]),
    "branch pattern": ({"branches": ("feature/*", "x*")}, ["branch"]),
    "commit": ({"commits": (COMMIT,)}, ["web"]),
    "repository": ({"repositories": ("acme/api",)}, ["api"]),
    "repository in another case": ({"repositories": ("Acme/API",)}, ["api"]),
    "repository by address": ({"repositories": ("https://github.com/acme/api.git",)}, ["api"]),
    "repository by ssh address": ({"repositories": ("git@github.com:acme/api.git",)}, ["api"]),
    "pull request": ({"pull_requests": ("17",)}, ["web"]),
    "pull requests": ({"pull_requests": ("17", "18", "x")}, ["failed", "web"]),
    "no number": ({"pull_requests": ("x", "1.5")}, []),
    "actor by mail": ({"actors": ("dev@example.com",)}, ["api"]),
    "actor by name": ({"actors": ("octo", "fox")}, ["branch", "web"]),
    "from": ({"created_from": T0 + timedelta(seconds=4)}, ["bare", "failed"]),
    "to": ({"created_to": T0 + timedelta(seconds=2)}, ["web"]),
    "two at once": ({"repositories": ("acme/web",), "statuses": (RunStatus.SUCCEEDED,)}, ["branch", "web"]),
    "own workspace": ({"workspaces": (WorkspaceKey(NAME, (NAME,)),)}, ["bare", "failed", "branch", "api", "web"]),
    "other workspace": ({"workspaces": (WorkspaceKey(NAME, ("other",)),)}, []),
    "projects": ({"projects": (ProjectKey(NAME, ("p",)),)}, []),
    **{f"no {name}": ({name: ()}, []) for name in ("pipelines", "statuses", "branches", "commits", "actors", "repositories")},
}


@pytest.mark.parametrize(("query", "expected"), QUERIES.values(), ids=QUERIES.keys())
async def test_filters(filled: Provider, query: dict[str, Any], expected: list[str]) -> None:
    assert await listed(filled, **query) == expected


async def test_no_filter_is_applied_outside_of_the_store(filled: Provider) -> None:
    for query, _ in QUERIES.values():
        chunk = await anext(builds_of(filled).stream_builds(BuildQuery(**query), None, 5, ALL))
        assert chunk.applied_locally == ()


async def test_the_newest_builds_of_several_pipelines(filled: Provider) -> None:
    keys = [pipeline_key("web"), pipeline_key("nowhere"), pipeline_key("api"), pipeline_key("web")]

    found = await builds_of(filled).newest_builds(keys, BuildQuery(pipelines=()), 2, ALL)

    assert all(isinstance(chunk, Chunk) and chunk.source is Source.STORE for chunk in found)
    assert [ids(chunk.items) for chunk in found if isinstance(chunk, Chunk)] == [
        ["failed", "branch"],
        [],
        ["api"],
        ["failed", "branch"],
    ]
    assert [chunk.more for chunk in found if isinstance(chunk, Chunk)] == [True, False, False, True]


async def test_the_newest_builds_that_match(filled: Provider) -> None:
    succeeded = BuildQuery(statuses=(RunStatus.SUCCEEDED,))
    (chunk,) = await builds_of(filled).newest_builds([pipeline_key("web")], succeeded, 5, ALL)
    (none,) = await builds_of(filled).newest_builds([pipeline_key("web")], BuildQuery(projects=()), 5, ALL)

    assert isinstance(chunk, Chunk)
    assert isinstance(none, Chunk)
    assert (ids(chunk.items), chunk.more, none.items) == (["branch", "web"], False, ())


async def test_a_correction_moves_a_run_to_another_pipeline(provider: Provider) -> None:
    await push(provider, t=1, pipeline_name="wrong")
    await push(provider, t=2, pipeline_name="right")

    assert await listed(provider, pipelines=(pipeline_key("wrong"),)) == []
    assert await listed(provider, pipelines=(pipeline_key("right"),)) == ["run-1"]
    assert await pipelines(provider) == ["Jenkins/right"]


async def test_accounts_do_not_see_each_others_runs(ledger: LedgerStore, provider: Provider) -> None:
    other = open_provider(ledger, settings_of("other"))
    await push(provider, reference_id="same", status="success")
    await push(other, reference_id="same", status="failure")

    for account, status in ((provider, RunStatus.SUCCEEDED), (other, RunStatus.FAILED)):
        (build,) = await collect(builds_of(account).stream_builds(BuildQuery(), None, 5, ALL))
        assert build.status is status


@pytest.mark.parametrize("parts", [(), ("a", "b"), ("",), ("a\x00",), ("\ud800",)])
async def test_a_damaged_id_is_a_value_and_harms_no_other(filled: Provider, parts: tuple[str, ...]) -> None:
    found = await builds_of(filled).get_builds([BuildKey(NAME, parts), BuildKey(NAME, ("web",)), BuildKey(NAME, ("gone",))], ALL)

    assert isinstance(found[0], InvalidInputError)
    assert found[0].field == "id"
    assert isinstance(found[1], Build)
    assert isinstance(found[2], NotFoundError)


async def test_builds_have_no_numbers(provider: Provider) -> None:
    (found,) = await builds_of(provider).find_builds([BuildNumber("web", 1)], ALL)

    assert isinstance(found, NotSupportedError)
    assert "externalId" in found.message


Read = Callable[[Provider], Any]
READS: dict[str, Read] = {
    "stream_builds": lambda p: anext(builds_of(p).stream_builds(BuildQuery(), None, 5, ALL)),
    "newest_builds": lambda p: builds_of(p).newest_builds([pipeline_key("web")], BuildQuery(), 5, ALL),
    "get_builds": lambda p: builds_of(p).get_builds([BuildKey(NAME, ("web",))], ALL),
    "by external id": lambda p: builds_of(p).find_builds_by_external_id(["web"], ALL),
    "stream_pipelines": lambda p: anext(pipelines_of(p).stream_pipelines(PipelineQuery(), None, 5, ALL)),
    "get_pipelines": lambda p: pipelines_of(p).get_pipelines([pipeline_key("web")], ALL),
    "by slug": lambda p: pipelines_of(p).find_pipelines([PipelineSlug("Jenkins/web")], ALL),
    "probe": lambda p: p.probe(),
}


async def test_nothing_that_is_read_costs_a_call(ledger: LedgerStore, instance: RunningSimulator) -> None:
    provider = open_provider(ledger, forwarding_settings(instance))
    await fill(provider)

    for read in READS.values():
        await read(provider)
    provider.monitor.health()
    await provider.close()

    assert instance.control.calls == []


async def test_no_key_shows_in_a_repr_a_value_or_the_log(
    ledger: LedgerStore, instance: RunningSimulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    provider = open_provider(ledger, forwarding_settings(instance))
    async with client_of(provider) as client:
        for key in (*KEYS.values(), "a-key-of-nobody"):
            await client.post(SYNC, json={}, headers={"authorization": f"Bearer {key}"})
    await fill(provider)
    values = [await read(provider) for read in READS.values()]
    await provider.close()

    shown = repr([provider, provider.ingest, provider.builds, provider.background, values])
    logged = caplog.text + str([record.__dict__ for record in caplog.records])
    for secret in (*KEYS.values(), "a-key-of-nobody", instance.token):
        assert secret not in shown + logged


@pytest.mark.parametrize("read", READS.values(), ids=READS.keys())
async def test_a_store_that_does_not_answer_is_named_and_shows_in_health(ledger: LedgerStore, read: Read) -> None:
    failing = FailingLedger(ledger)
    provider = open_provider(failing)
    unknown = provider.monitor.health().status
    failing.break_down()

    with pytest.raises(StoreUnavailableError) as caught:
        await read(provider)
    down = provider.monitor.health().status
    failing.error = None
    await read(provider)

    assert caught.value.provider == NAME
    assert (unknown, down) == (HealthStatus.UNKNOWN, HealthStatus.DOWN)
    assert provider.monitor.health().status is HealthStatus.USABLE
