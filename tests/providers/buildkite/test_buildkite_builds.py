"""Builds over the simulator: what is asked of the vendor, and what comes of it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from urllib.parse import parse_qsl

import pytest

from gateway.domain.build import Build, BuildNumber, BuildQuery
from gateway.domain.errors import (
    GatewayError,
    InvalidInputError,
    MalformedResponseError,
    NotFoundError,
    NotSupportedError,
    UpstreamUnavailableError,
)
from gateway.domain.keys import BuildKey, PipelineKey, ProjectKey, WorkspaceKey
from gateway.domain.page import Chunk
from gateway.domain.provider import Provider
from gateway.domain.run import RunStatus
from gateway.providers.buildkite.simulator import SimulatorSettings, simulator
from gateway.simulation.clock import ManualClock
from gateway.simulation.control import Fault
from gateway.simulation.server import RunningSimulator, start
from tests.contract.cases.buildkite import open_provider
from tests.contract.nouns import ALL, collect
from tests.providers.buildkite.conftest import NOW, OpenProvider

pytestmark = pytest.mark.anyio


def _queries(buildkite: RunningSimulator) -> list[list[tuple[str, str]]]:
    return [parse_qsl(call.query) for call in buildkite.control.calls]


async def _first(provider: Provider, query: BuildQuery, count: int = 10, before: datetime | None = None) -> list[Build]:
    assert provider.builds is not None
    return await collect(provider.builds.stream_builds(query, before, count, ALL), count)


async def _get(provider: Provider, keys: Sequence[BuildKey]) -> Sequence[Build | GatewayError]:
    assert provider.builds is not None
    return await provider.builds.get_builds(keys, ALL)


async def test_filters_travel_to_the_vendor(acme: Provider, buildkite: RunningSimulator) -> None:
    await _first(
        acme,
        BuildQuery(
            statuses=(RunStatus.QUEUED, RunStatus.SKIPPED),
            branches=("main", "feature/100%-coverage"),
            commits=("a" * 40,),
            created_from=datetime(2026, 1, 1, 0, 0, 0, 1, UTC),
            created_to=datetime(2026, 3, 1, 12, 0, 0, 345000, UTC),
        ),
    )

    assert _queries(buildkite) == [
        [
            ("page", "1"),
            ("per_page", "10"),
            ("exclude_jobs", "true"),
            ("exclude_pipeline", "true"),
            ("state[]", "creating"),
            ("state[]", "scheduled"),
            ("state[]", "skipped"),
            ("state[]", "not_run"),
            ("branch[]", "main"),
            ("branch[]", "feature/100%-coverage"),
            ("commit[]", "a" * 40),
            ("created_from", "2026-01-01T00:00:00.001Z"),
            ("created_to", "2026-03-01T12:00:00.345Z"),
        ]
    ]


async def test_a_moment_is_included_by_a_bound_one_millisecond_later(acme: Provider, buildkite: RunningSimulator) -> None:
    moment = datetime(2026, 3, 1, 12, 0, 0, 345678, UTC)

    await _first(acme, BuildQuery(), before=moment)
    await _first(acme, BuildQuery(created_to=moment - timedelta(hours=1)), before=moment)

    bounds = [dict(query)["created_to"] for query in _queries(buildkite)]
    assert bounds == ["2026-03-01T12:00:00.346Z", "2026-03-01T11:00:00.346Z"]


async def test_the_ends_of_time_are_no_error(acme: Provider) -> None:
    latest = datetime.max.replace(tzinfo=UTC)
    earliest = datetime.min.replace(tzinfo=UTC)

    assert await _first(acme, BuildQuery(created_from=earliest, created_to=latest), before=latest)
    assert await _first(acme, BuildQuery(created_from=latest)) == []


async def test_five_hundred_builds_cost_five_pages(acme: Provider, buildkite: RunningSimulator) -> None:
    builds = await _first(acme, BuildQuery(), 500)

    assert len({build.external_id for build in builds}) == 500
    assert len(buildkite.control.calls) == 5


async def test_a_blocked_build_is_not_among_those_that_succeeded(acme: Provider) -> None:
    assert acme.builds is not None
    chunk = await anext(acme.builds.stream_builds(BuildQuery(statuses=(RunStatus.SUCCEEDED,)), None, 100, ALL))
    blocked = await _first(acme, BuildQuery(statuses=(RunStatus.BLOCKED,)), 20)

    assert {item.status for item in chunk.items if isinstance(item, Build)} == {RunStatus.SUCCEEDED}
    assert {build.status for build in blocked} == {RunStatus.BLOCKED}
    assert "passed" in {build.native_status for build in blocked}


@pytest.mark.parametrize(
    ("statuses", "locally"),
    [
        (None, ()),
        ((RunStatus.BLOCKED,), ()),
        ((RunStatus.BLOCKED, RunStatus.FAILED), ()),
        ((RunStatus.FAILED,), ("statuses",)),
        ((RunStatus.UNKNOWN, RunStatus.BLOCKED), ("statuses",)),
    ],
)
async def test_a_filter_that_can_drop_rows_here_is_named(
    acme: Provider, statuses: tuple[RunStatus, ...] | None, locally: tuple[str, ...]
) -> None:
    assert acme.builds is not None

    chunk = await anext(acme.builds.stream_builds(BuildQuery(statuses=statuses), None, 5, ALL))

    assert chunk.applied_locally == locally


async def test_several_organizations_are_one_list_read_lazily(connected: OpenProvider, buildkite: RunningSimulator) -> None:
    both = await _first(connected(), BuildQuery(), 60)
    calls = [call.raw_path for call in buildkite.control.calls]

    times = [build.created_at for build in both]
    assert times == sorted(times, reverse=True)
    assert {build.key.parts[0] for build in both} == {"acme", "beta-labs"}
    assert calls[0] == "/v2/organizations"
    assert sorted(calls[1:3]) == ["/v2/organizations/acme/builds", "/v2/organizations/beta-labs/builds"]


async def test_several_pipelines_are_one_list(acme: Provider) -> None:
    pipelines = tuple(dict.fromkeys(build.pipeline for build in await _first(acme, BuildQuery(), 60) if build.pipeline))[:3]

    builds = await _first(acme, BuildQuery(pipelines=pipelines), 50)

    times = [build.created_at for build in builds]
    assert times == sorted(times, reverse=True)
    assert {build.pipeline for build in builds} <= set(pipelines)


async def test_workspaces_and_pipelines_both_narrow(connected: OpenProvider, buildkite: RunningSimulator) -> None:
    provider = connected()
    here, there = (WorkspaceKey(provider.name, (slug,)) for slug in ("acme", "beta-labs"))
    pipeline = PipelineKey(provider.name, ("acme", "web-app", ""))

    assert await _first(provider, BuildQuery(workspaces=(there,), pipelines=(pipeline,))) == []
    assert buildkite.control.calls == []
    assert await _first(provider, BuildQuery(workspaces=(here,), pipelines=(pipeline,))) != []
    assert await _first(provider, BuildQuery(projects=(ProjectKey(provider.name, ("x",)),))) == []


async def test_listing_goes_on_where_the_vendor_refuses_to_go_deeper() -> None:
    shallow = simulator(SimulatorSettings(deepest_build_row=150))
    with start(shallow, clock=ManualClock(NOW)) as running:
        provider = open_provider(running.base_url, running.token, 5.0, ("acme",))
        builds = await _first(provider, BuildQuery(), 450)
        await provider.close()

    assert len({build.external_id for build in builds}) == 450


async def test_a_pipelines_builds_by_key_share_one_call(acme: Provider, buildkite: RunningSimulator) -> None:
    pipeline = PipelineKey(acme.name, ("acme", "web-app", ""))
    builds = await _first(acme, BuildQuery(pipelines=(pipeline,)), 90)
    buildkite.control.reset_calls()

    found = await _get(acme, [build.key for build in builds])

    # The same values, but for the pipeline's key, which the list knew no better.
    assert list(found) == builds
    assert len(buildkite.control.calls) == 1


async def test_far_apart_builds_by_key_never_cost_more_calls_than_builds(acme: Provider, buildkite: RunningSimulator) -> None:
    pipeline = PipelineKey(acme.name, ("acme", "web-app", ""))
    builds = await _first(acme, BuildQuery(pipelines=(pipeline,)), 700)
    for step in (1, 7, 60, 150, 350):
        keys = [build.key for build in builds[::step]]
        buildkite.control.reset_calls()

        assert [getattr(build, "key", None) for build in await _get(acme, keys)] == keys
        assert len(buildkite.control.calls) <= len(keys)


async def test_neighbouring_builds_of_many_pipelines_share_the_organizations_list(
    acme: Provider, buildkite: RunningSimulator
) -> None:
    builds = await _first(acme, BuildQuery(), 100)
    assert len({build.pipeline for build in builds}) > 10
    buildkite.control.reset_calls()

    assert list(await _get(acme, [build.key for build in builds])) == builds
    assert len(buildkite.control.calls) == 1


async def test_when_the_organizations_list_fails_each_pipelines_own_is_read(acme: Provider, buildkite: RunningSimulator) -> None:
    builds = await _first(acme, BuildQuery(), 60)
    buildkite.control.add_fault(Fault(r"/acme/builds$", status=500))

    assert list(await _get(acme, [build.key for build in builds])) == builds


@pytest.mark.parametrize("seed", range(12))
async def test_any_choice_of_builds_is_found_at_no_more_than_a_call_each(
    acme: Provider, buildkite: RunningSimulator, seed: int
) -> None:
    rng = Random(seed)
    builds = await _first(acme, BuildQuery(), 800)
    start = rng.randrange(600)
    chosen = rng.sample(builds[start : start + rng.choice((5, 40, 200))], k=rng.choice((1, 3, 5)))
    chosen += rng.sample(builds, k=rng.choice((0, 2, 30)))
    keys = [rng.choice((build.key, build.key, _by_number_only(build.key))) for build in chosen]
    buildkite.control.reset_calls()

    found = await _get(acme, keys)

    assert list(found) == chosen
    assert len(buildkite.control.calls) <= len(set(keys))


def _by_number_only(key: BuildKey) -> BuildKey:
    return BuildKey(key.provider, (*key.parts[:3], "", ""))


async def test_absence_from_a_complete_list_needs_no_further_call(acme: Provider, buildkite: RunningSimulator) -> None:
    pipeline = PipelineKey(acme.name, ("acme", "web-app", ""))
    builds = await _first(acme, BuildQuery(pipelines=(pipeline,)), 3)
    organization, slug, _, _, created = builds[1].key.parts
    gone = BuildKey(acme.name, (organization, slug, "999999", "gone", created))
    buildkite.control.reset_calls()

    found = await _get(acme, [builds[0].key, gone, builds[2].key])

    assert isinstance(found[1], NotFoundError)
    assert len(buildkite.control.calls) == 1


async def test_a_number_alone_is_enough_and_brings_the_full_key(acme: Provider, buildkite: RunningSimulator) -> None:
    (known, *_) = await _first(acme, BuildQuery(), 1)
    organization, slug, number, _, _ = known.key.parts
    buildkite.control.reset_calls()

    (found,) = await _get(acme, [BuildKey(acme.name, (organization, slug, number, "", ""))])

    assert isinstance(found, Build)
    assert found.key == known.key
    assert [call.raw_path for call in buildkite.control.calls] == [f"/v2/organizations/acme/pipelines/{slug}/builds/{number}"]


async def test_a_bad_row_fails_its_own_key_only(acme: Provider, buildkite: RunningSimulator) -> None:
    pipeline = PipelineKey(acme.name, ("acme", "web-app", ""))
    builds = await _first(acme, BuildQuery(pipelines=(pipeline,)), 5)
    buildkite.control.add_fault(Fault(r"/builds$", kind="wrong_types", row=2, fields=("state",)))

    found = await _get(acme, [build.key for build in builds])

    assert isinstance(found[2], MalformedResponseError)
    assert [found[place] for place in (0, 1, 3, 4)] == [builds[place] for place in (0, 1, 3, 4)]


async def test_pipelines_fail_for_themselves(acme: Provider, buildkite: RunningSimulator) -> None:
    builds = await _first(acme, BuildQuery(), 60)
    slugs = list(dict.fromkeys(build.key.parts[1] for build in builds))[:3]
    keys = [build.key for build in builds if build.key.parts[1] in slugs]
    buildkite.control.add_fault(Fault(f"/pipelines/{slugs[0]}/builds", status=500))

    found = await _get(acme, keys)

    for key, answer in zip(keys, found, strict=True):
        assert isinstance(answer, UpstreamUnavailableError if key.parts[1] == slugs[0] else Build)


@pytest.mark.parametrize(
    "parts",
    [
        (),
        ("acme", "web-app", "1"),
        ("acme", "web-app", "one", "", ""),
        ("acme", "web-app", "1", "", "yesterday"),
        ("acme", "web-app", "1", "", "9" * 18),
        ("acme", "web-app", "-1", "", ""),
        ("..", "web-app", "1", "", ""),
        ("acme", "", "1", "", ""),
    ],
)
async def test_a_key_that_is_not_ours_is_refused_alone(
    connected: OpenProvider, buildkite: RunningSimulator, parts: tuple[str, ...]
) -> None:
    provider = connected()
    (known, *_) = await _first(provider, BuildQuery(), 1)
    buildkite.control.reset_calls()

    found = await _get(provider, [BuildKey(provider.name, parts), known.key])

    assert isinstance(found[0], InvalidInputError)
    assert found[1] == known
    assert len(buildkite.control.calls) == 1


async def test_builds_by_number(connected: OpenProvider) -> None:
    one, all_seen = connected(organizations=("acme",)), connected()
    assert one.builds is not None
    assert all_seen.builds is not None
    (known, *_) = await _first(one, BuildQuery(), 1)
    slug, number = known.key.parts[1], known.number or 0

    found = await one.builds.find_builds(
        [
            BuildNumber(slug, number),
            BuildNumber(slug, number, "acme"),
            BuildNumber(slug, 999_999),
            BuildNumber(slug, 0),
            BuildNumber(slug, number, "beta-labs"),
        ],
        ALL,
    )
    (unclear,) = await all_seen.builds.find_builds([BuildNumber(slug, number)], ALL)

    assert list(found[:2]) == [known, known]
    assert isinstance(found[2], NotFoundError)
    assert isinstance(found[3], InvalidInputError)
    assert isinstance(found[4], NotFoundError), "an organization that is not configured is not shown"
    assert isinstance(unclear, InvalidInputError)
    assert unclear.field == "workspace"
    assert "acme, beta-labs" in unclear.message


async def test_a_lookup_by_uuid_names_what_to_use_instead(acme: Provider, buildkite: RunningSimulator) -> None:
    assert acme.builds is not None
    assert acme.pipelines is not None

    answers = [
        *await acme.builds.find_builds_by_external_id(["a", "b"], ALL),
        *await acme.pipelines.find_pipelines_by_external_id(["a"], ALL),
    ]

    assert [type(answer) for answer in answers] == [NotSupportedError] * 3
    assert "number" in str(answers[0])
    assert "slug" in str(answers[2])
    assert buildkite.control.calls == []


async def _keys(acme: Provider, count: int) -> list[PipelineKey]:
    slugs = dict.fromkeys(build.key.parts[1] for build in await _first(acme, BuildQuery(), 300))
    return [PipelineKey(acme.name, ("acme", slug, "")) for slug in slugs][:count]


@pytest.mark.parametrize("kind", ["cut", "html"])
async def test_when_the_common_list_fails_each_pipelines_own_is_read(
    acme: Provider, buildkite: RunningSimulator, kind: str
) -> None:
    assert acme.builds is not None
    keys = await _keys(acme, 6)
    expected = [await _first(acme, BuildQuery(pipelines=(key,)), 2) for key in keys]
    buildkite.control.add_fault(Fault(r"/acme/builds$", kind=kind))  # type: ignore[arg-type]  # one of FaultKind

    found = await acme.builds.newest_builds(keys, BuildQuery(), 2, ALL)

    assert [list(chunk.items) for chunk in found if isinstance(chunk, Chunk)] == expected


async def test_a_failure_of_the_whole_account_is_not_repeated_for_each_pipeline(
    acme: Provider, buildkite: RunningSimulator
) -> None:
    assert acme.builds is not None
    keys = await _keys(acme, 8)
    buildkite.control.reset_calls()
    buildkite.control.add_fault(Fault(r"/builds$", status=429, headers={"Retry-After": "9"}))

    found = await acme.builds.newest_builds(keys, BuildQuery(), 2, ALL)

    assert [getattr(answer, "code", None) for answer in found] == ["RATE_LIMITED"] * 8
    assert len(buildkite.control.calls) == 1


async def test_a_bad_row_of_the_common_list_stays_with_its_pipeline(acme: Provider, buildkite: RunningSimulator) -> None:
    assert acme.builds is not None
    keys = await _keys(acme, 8)
    buildkite.control.add_fault(Fault(r"/builds$", kind="wrong_types", row=0, fields=("state",), times=1))

    found = await acme.builds.newest_builds(keys, BuildQuery(), 1, ALL)

    faulty = [
        key for key, chunk in zip(keys, found, strict=True) if isinstance(chunk, Chunk) and not isinstance(chunk.items[0], Build)
    ]
    assert faulty == keys[:1]


async def test_rows_of_unknown_pipelines_leave_no_pipeline_short(acme: Provider, buildkite: RunningSimulator) -> None:
    assert acme.builds is not None
    keys = await _keys(acme, 8)
    expected = [await _first(acme, BuildQuery(pipelines=(key,)), 2) for key in keys]
    buildkite.control.add_fault(Fault(r"/acme/builds$", kind="wrong_types", row=1, fields=("url", "state")))

    found = await acme.builds.newest_builds(keys, BuildQuery(), 2, ALL)

    assert [list(chunk.items) for chunk in found if isinstance(chunk, Chunk)] == expected


async def test_more_than_a_page_of_each_pipeline(acme: Provider) -> None:
    assert acme.builds is not None
    keys = await _keys(acme, 4)

    found = await acme.builds.newest_builds(keys, BuildQuery(), 150, ALL)

    for key, chunk in zip(keys, found, strict=True):
        assert isinstance(chunk, Chunk)
        assert list(chunk.items) == await _first(acme, BuildQuery(pipelines=(key,)), 150)


async def test_pipelines_of_two_organizations_and_one_that_is_not_ours(connected: OpenProvider) -> None:
    provider = connected()
    assert provider.builds is not None
    keys = [
        PipelineKey(provider.name, ("acme", "web-app", "")),
        PipelineKey(provider.name, ("beta-labs", "experiments", "")),
        PipelineKey(provider.name, ("nobody",)),
        PipelineKey(provider.name, ("acme", "web-app", "")),
    ]

    found = await provider.builds.newest_builds(keys, BuildQuery(), 2, ALL)

    assert [type(answer).__name__ for answer in found] == ["Chunk", "Chunk", "InvalidInputError", "Chunk"]
    assert isinstance(found[0], Chunk)
    assert isinstance(found[3], Chunk)
    assert found[0].items == found[3].items
