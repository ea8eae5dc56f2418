"""Organizations, pipelines, annotations, artifacts, agents, clusters and queues over the simulator."""

import asyncio

import pytest

from gateway.domain.agent import AgentQuery, AgentStatus, ClusterQuery
from gateway.domain.errors import (
    InvalidInputError,
    MalformedResponseError,
    NotFoundError,
    PermissionDeniedError,
    UpstreamUnavailableError,
)
from gateway.domain.keys import AgentKey, AnnotationKey, BuildArtifactKey, PipelineKey, WorkspaceKey
from gateway.domain.page import Mark, RowFault
from gateway.domain.pipeline import Pipeline, PipelineQuery, PipelineSlug
from gateway.domain.provider import Provider
from gateway.domain.workspace import WorkspaceQuery
from gateway.providers.buildkite.simulator import ONE_ORGANIZATION_TOKEN, READ_ONLY_TOKEN
from gateway.providers.buildkite.single_flight import KeptValue
from gateway.simulation.control import Fault
from gateway.simulation.server import RunningSimulator
from tests.contract.nouns import ALL, NOUNS_BY_PORT, collect, pipelines_of, runs_of
from tests.providers.buildkite.conftest import OpenProvider

pytestmark = pytest.mark.anyio


async def _workspaces(provider: Provider, **query: str) -> list[object]:
    assert provider.workspaces is not None
    chunk = await anext(provider.workspaces.stream_workspaces(WorkspaceQuery(**query), None, 20, ALL))
    return list(chunk.items)


async def _pipelines(provider: Provider, query: PipelineQuery) -> list[Pipeline]:
    assert provider.pipelines is not None
    return await collect(provider.pipelines.stream_pipelines(query, None, 10, ALL), 200)


def _slugs(rows: list[object]) -> list[str | None]:
    return [getattr(row, "slug", None) for row in rows]


async def test_all_organizations_of_the_token_or_those_configured(connected: OpenProvider) -> None:
    assert _slugs(await _workspaces(connected())) == ["acme", "beta-labs"]
    assert _slugs(await _workspaces(connected(ONE_ORGANIZATION_TOKEN.value))) == ["acme"]
    assert _slugs(await _workspaces(connected(organizations=("beta-labs", "acme")))) == ["beta-labs", "acme"]
    assert _slugs(await _workspaces(connected(), name_contains="BETA")) == ["beta-labs"]


async def test_a_configured_organization_that_cannot_be_seen_is_said_to_be_missing(connected: OpenProvider) -> None:
    provider = connected(ONE_ORGANIZATION_TOKEN.value, ("acme", "beta-labs"))

    acme, missing = await _workspaces(provider)

    assert getattr(acme, "slug", None) == "acme"
    assert isinstance(missing, RowFault)
    assert isinstance(missing.error, NotFoundError)
    assert "beta-labs" in missing.error.message


async def test_what_is_not_configured_is_not_shown_by_key_either(connected: OpenProvider, buildkite: RunningSimulator) -> None:
    everything = connected()
    assert everything.agents is not None
    agent = (await collect(everything.agents.stream_agents(AgentQuery(), None, 1, ALL), 1))[0]
    build = (await runs_of(everything, 1))[0]
    provider = connected(organizations=("beta-labs",))
    buildkite.control.reset_calls()
    assert provider.builds is not None
    assert provider.jobs is not None
    assert provider.agents is not None
    assert provider.pipelines is not None
    assert provider.workspaces is not None

    for (answer,) in (
        await provider.builds.get_builds([build.key], ALL),
        await provider.agents.get_agents([agent.key], ALL),
        await provider.pipelines.get_pipelines([PipelineKey(provider.name, ("acme", "web-app", ""))], ALL),
        await provider.workspaces.get_workspaces([WorkspaceKey(provider.name, ("acme",))], ALL),
    ):
        assert isinstance(answer, NotFoundError)
    with pytest.raises(NotFoundError):
        await provider.jobs.list_jobs(build.key, None, 5, ALL)

    assert buildkite.control.calls == []


async def test_the_organizations_are_learnt_once_for_many_lists(connected: OpenProvider, buildkite: RunningSimulator) -> None:
    provider = connected()

    await asyncio.gather(runs_of(provider, 5), pipelines_of(provider, 5), runs_of(provider, 5))

    asked = [call for call in buildkite.control.calls if call.raw_path == "/v2/organizations"]
    assert len(asked) == 1


async def test_an_organization_that_cannot_be_read_does_not_silently_go_missing(
    connected: OpenProvider, buildkite: RunningSimulator
) -> None:
    buildkite.control.add_fault(Fault("/organizations$", kind="wrong_types", row=1, fields=("slug",)))
    provider = connected()

    with pytest.raises(MalformedResponseError):
        await runs_of(provider, 5)
    rows = await _workspaces(provider)

    assert [isinstance(row, RowFault) for row in rows] == [False, True]


async def test_pipeline_filters_travel_or_are_named(acme: Provider, buildkite: RunningSimulator) -> None:
    everything = await _pipelines(acme, PipelineQuery())
    tagged = next(pipeline for pipeline in everything if pipeline.tags)
    assert acme.pipelines is not None
    buildkite.control.reset_calls()

    named = await _pipelines(acme, PipelineQuery(name_contains="WEB", repository_contains="acme"))
    query = buildkite.control.calls[0].query
    archived = await _pipelines(acme, PipelineQuery(archived=True))
    current = await _pipelines(acme, PipelineQuery(archived=False))
    with_tag = await _pipelines(acme, PipelineQuery(tags=tagged.tags[:1]))
    chunk = await anext(acme.pipelines.stream_pipelines(PipelineQuery(archived=False, tags=("x",)), None, 5, ALL))

    assert "name=WEB&repository=acme" in query
    assert {pipeline.name for pipeline in named} == {p.name for p in everything if "web" in p.name.lower()}
    assert archived == [pipeline for pipeline in everything if pipeline.archived_at is not None]
    assert current == [pipeline for pipeline in everything if pipeline.archived_at is None]
    assert with_tag == [pipeline for pipeline in everything if tagged.tags[0] in pipeline.tags]
    assert archived
    assert chunk.applied_locally == ("tags", "archived")


async def test_pipelines_of_several_organizations_follow_one_another(connected: OpenProvider) -> None:
    provider = connected()
    assert provider.pipelines is not None
    pipelines = await pipelines_of(provider)
    organizations = [pipeline.key.parts[0] for pipeline in pipelines]

    assert organizations == sorted(organizations)
    assert set(organizations) == {"acme", "beta-labs"}
    with pytest.raises(InvalidInputError):
        await anext(provider.pipelines.stream_pipelines(PipelineQuery(), Mark("gone", 3, "x"), 5, ALL))


async def test_many_pipelines_by_key_share_a_list(acme: Provider, buildkite: RunningSimulator) -> None:
    assert acme.pipelines is not None
    pipelines = await pipelines_of(acme)
    references = [PipelineKey(acme.name, (*pipeline.key.parts[:2], "")) for pipeline in pipelines]
    buildkite.control.reset_calls()

    found = await acme.pipelines.get_pipelines([*(pipeline.key for pipeline in pipelines), *references], ALL)

    assert list(found) == [*pipelines, *pipelines]
    assert len(buildkite.control.calls) == 1


@pytest.mark.parametrize("others", [0, 6])
async def test_a_slug_that_another_pipeline_has_taken_finds_nothing(acme: Provider, others: int) -> None:
    assert acme.pipelines is not None
    pipelines = await pipelines_of(acme)
    organization, slug, _ = pipelines[0].key.parts
    recreated = PipelineKey(acme.name, (organization, slug, "another-uuid"))

    found = await acme.pipelines.get_pipelines([recreated, *(each.key for each in pipelines[1 : 1 + others])], ALL)

    assert isinstance(found[0], NotFoundError)
    assert list(found[1:]) == pipelines[1 : 1 + others]


async def test_pipelines_by_slug(connected: OpenProvider) -> None:
    one, everything = connected(organizations=("acme",)), connected()
    assert one.pipelines is not None
    assert everything.pipelines is not None
    slugs = [PipelineSlug("web-app"), PipelineSlug("web-app", "acme"), PipelineSlug("no-such"), PipelineSlug("..")]

    found = await one.pipelines.find_pipelines(slugs, ALL)
    unclear, clear = await everything.pipelines.find_pipelines([PipelineSlug("web-app"), PipelineSlug("web-app", "acme")], ALL)

    assert [getattr(pipeline, "slug", None) for pipeline in found[:2]] == ["web-app", "web-app"]
    assert isinstance(found[2], NotFoundError)
    assert isinstance(found[3], InvalidInputError)
    assert isinstance(unclear, InvalidInputError)
    assert unclear.field == "workspace"
    assert clear == found[0]


async def test_annotations_of_a_build_and_of_its_jobs(acme: Provider, buildkite: RunningSimulator) -> None:
    assert acme.annotations is not None
    found = await NOUNS_BY_PORT["annotations"].sample(acme)

    assert {annotation.scope for annotation in found} >= {"build", "job"}
    assert all((annotation.scope == "job") == (annotation.job is not None) for annotation in found)
    buildkite.control.reset_calls()
    keys = [annotation.key for annotation in found if annotation.build == found[0].build]
    gone = AnnotationKey(acme.name, (*keys[0].parts[:3], "gone"))
    answers = await acme.annotations.get_annotations([*keys, gone], ALL)
    assert [getattr(annotation, "key", None) for annotation in answers[:-1]] == keys
    assert isinstance(answers[-1], NotFoundError)
    assert len(buildkite.control.calls) == 1


async def test_a_short_page_of_annotations_goes_on_behind_its_mark(acme: Provider) -> None:
    assert acme.annotations is not None
    whole = await NOUNS_BY_PORT["annotations"].sample(acme)
    build = next(note.build for note in whole if sum(other.build == note.build for other in whole) >= 3)
    expected = [note.key for note in whole if note.build == build]

    first = await acme.annotations.list_annotations(build, None, 2, ALL)
    rest = await acme.annotations.list_annotations(build, first.marks[-1], 10, ALL)

    assert first.more
    assert not rest.more
    assert [getattr(note, "key", None) for note in (*first.items, *rest.items)] == expected


async def test_an_artifact_without_a_job_has_no_address(acme: Provider, buildkite: RunningSimulator) -> None:
    assert acme.build_artifacts is not None

    (found,) = await acme.build_artifacts.get_build_artifacts(
        [BuildArtifactKey(acme.name, ("acme", "web-app", "1", "", "uuid"))], ALL
    )

    assert isinstance(found, NotFoundError)
    assert buildkite.control.calls == []


async def test_agents_by_key_are_found_in_whatever_state(acme: Provider, buildkite: RunningSimulator) -> None:
    assert acme.agents is not None
    listed = await collect(acme.agents.stream_agents(AgentQuery(), None, 100, ALL), 100)
    assert buildkite.app is not None
    every = [agent.id for agent in buildkite.app.world.organizations[0].agents]  # type: ignore[attr-defined]  # the simulator's own

    found = await acme.agents.get_agents([AgentKey(acme.name, ("acme", uuid)) for uuid in every], ALL)

    assert len(every) > len(listed)
    assert [getattr(agent, "external_id", None) for agent in found] == every
    assert {getattr(agent, "status", None) for agent in found} >= {
        AgentStatus.CONNECTED, AgentStatus.PAUSED, AgentStatus.STOPPING, AgentStatus.STOPPED, AgentStatus.LOST
    }  # fmt: skip


async def test_agents_by_a_part_of_their_name(acme: Provider, buildkite: RunningSimulator) -> None:
    assert acme.agents is not None
    listed = await collect(acme.agents.stream_agents(AgentQuery(), None, 100, ALL), 100)
    part = listed[0].name[1:].upper()
    buildkite.control.reset_calls()

    chunk = await anext(acme.agents.stream_agents(AgentQuery(name_contains=part), None, 5, ALL))

    assert list(chunk.items) == [agent for agent in listed if part.lower() in agent.name.lower()]
    assert chunk.applied_locally == ("name_contains",)
    assert "name" not in buildkite.control.calls[0].query


async def test_queues_of_clusters_and_their_default(acme: Provider) -> None:
    assert acme.clusters is not None
    assert acme.queues is not None
    clusters = await collect(acme.clusters.stream_clusters(ClusterQuery(), None, 20, ALL))
    queues = [(await acme.queues.list_queues(cluster.key, None, 20, ALL)).items for cluster in clusters]

    for cluster, found in zip(clusters, queues, strict=True):
        assert cluster.default_queue is None or cluster.default_queue in {getattr(queue, "key", None) for queue in found}
    assert any(queue.paused and queue.paused_by for found in queues for queue in found if not isinstance(queue, RowFault))


async def test_a_missing_scope_is_named(connected: OpenProvider) -> None:
    provider = connected(READ_ONLY_TOKEN.value, ("acme",))
    assert provider.agents is not None
    assert provider.clusters is not None

    for stream, scope in (
        (provider.agents.stream_agents(AgentQuery(), None, 5, ALL), "read_agents"),
        (provider.clusters.stream_clusters(ClusterQuery(), None, 5, ALL), "read_clusters"),
    ):
        with pytest.raises(PermissionDeniedError) as caught:
            await anext(stream)
        assert caught.value.missing_scope == scope


async def test_the_rate_limit_is_seen_and_429_waits_for_its_window(acme: Provider, buildkite: RunningSimulator) -> None:
    buildkite.control.rate_limit_enabled = True
    error = None
    for _ in range(60):
        try:
            await acme.probe()
        except Exception as failure:
            error = failure
            break

    limits = {limit.scope: limit for limit in acme.monitor.rate_limits()}
    assert set(limits) == {"rest", "rest_user"}
    assert (limits["rest"].limit, limits["rest_user"].limit) == (200, 50)
    assert getattr(error, "code", None) == "RATE_LIMITED"
    assert 0 < getattr(error, "retry_after_s", 0) <= 60


async def test_a_value_is_read_once_for_all_who_wait() -> None:
    reads = 0
    release = asyncio.Event()

    async def read() -> int:
        nonlocal reads
        reads += 1
        await release.wait()
        return reads

    kept = KeptValue(read, 60)
    readers = [asyncio.ensure_future(kept.get()) for _ in range(3)]
    await asyncio.sleep(0)
    readers[0].cancel()
    release.set()

    assert await asyncio.gather(*readers[1:]) == [1, 1]
    assert await kept.get() == 1


async def test_a_reading_that_nobody_waits_for_ends_and_a_failure_is_not_kept() -> None:
    cancelled = 0
    answers: list[Exception | int] = [UpstreamUnavailableError("down"), 7]

    async def hang() -> int:
        nonlocal cancelled
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled += 1
            raise
        return 0

    async def read() -> int:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    reader = asyncio.ensure_future(KeptValue(hang, 60).get())
    await asyncio.sleep(0.01)
    reader.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reader
    await asyncio.sleep(0)
    assert cancelled == 1

    kept = KeptValue(read, 60)
    with pytest.raises(UpstreamUnavailableError):
        await kept.get()
    assert await kept.get() == 7
