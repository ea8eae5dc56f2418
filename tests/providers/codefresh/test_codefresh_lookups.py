"""Finding things again: by key, by name, by the vendor's id; and what it costs."""

import random

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
from gateway.domain.image import ImageQuery
from gateway.domain.keys import BuildKey, ImageKey, IntegrationContextKey, PipelineKey, ProjectKey
from gateway.domain.pipeline import Pipeline, PipelineSlug
from gateway.domain.project import ProjectQuery
from gateway.domain.provider import Provider
from gateway.simulation.control import Fault
from gateway.simulation.server import RunningSimulator
from tests.providers.codefresh.opened import ALL, NAME, builds_of, collect, ids, open_provider, pipelines_of, values_of

pytestmark = pytest.mark.anyio

NOBODY = "65f1c441ffffffffffffffff"


async def some_builds(provider: Provider) -> list[Build]:
    return await collect(builds_of(provider).stream_builds(BuildQuery(), None, 100, ALL))


async def test_a_name_with_a_slash_stays_one_segment(provider: Provider, uneven: RunningSimulator) -> None:
    assert provider.pipelines is not None

    (found,) = await provider.pipelines.find_pipelines([PipelineSlug("acme/legacy-api/build")], ALL)

    assert isinstance(found, Pipeline)
    assert (found.name, found.slug) == ("acme/legacy-api/build", "acme/legacy-api/build")
    assert [call.raw_path for call in uneven.control.calls] == ["/api/pipelines/acme%2Flegacy-api%2Fbuild"]


async def test_many_names_are_found_in_one_call(provider: Provider, uneven: RunningSimulator) -> None:
    assert provider.pipelines is not None
    names = [each.name for each in await pipelines_of(provider)][:20]
    uneven.control.reset_calls()

    found = await provider.pipelines.find_pipelines([PipelineSlug(name) for name in names], ALL)

    assert [each.name for each in found if isinstance(each, Pipeline)] == names
    assert uneven.control.calls_total <= 2  # `build` alone is in many names: what one page lacks is asked for


async def test_a_part_of_a_name_or_an_id_is_not_a_name(provider: Provider) -> None:
    assert provider.pipelines is not None
    one = (await pipelines_of(provider))[0]
    wanted = [PipelineSlug(text) for text in ("shop", "deploy", one.external_id, "shop/deploy", "shop/../x", "")]

    found = await provider.pipelines.find_pipelines(wanted, ALL)
    alone = [(await provider.pipelines.find_pipelines([slug], ALL))[0] for slug in wanted]

    kinds = [NotFoundError, NotFoundError, NotFoundError, Pipeline, InvalidInputError, InvalidInputError]
    assert [type(each) for each in found] == kinds
    assert [type(each) for each in alone] == kinds


async def test_the_workspace_of_a_name_must_be_the_account(provider: Provider, uneven: RunningSimulator) -> None:
    assert provider.pipelines is not None
    slugs = [PipelineSlug("shop/deploy", "acme"), PipelineSlug("shop/deploy", "jo-private"), PipelineSlug("shop/deploy")]

    found = await provider.pipelines.find_pipelines(slugs, ALL)

    assert [type(each) for each in found] == [Pipeline, NotFoundError, Pipeline]
    assert uneven.control.calls_total == 2


async def test_fifty_pipelines_by_key_cost_one_call(provider: Provider, uneven: RunningSimulator) -> None:
    assert provider.pipelines is not None
    everything = await pipelines_of(provider)
    uneven.control.reset_calls()

    found = await provider.pipelines.get_pipelines([each.key for each in everything], ALL)

    assert found == everything
    assert uneven.control.calls_total == 1
    assert len(values_of(uneven.control.calls[0], "id")) == 50


async def test_ids_are_asked_for_one_by_one_as_long_as_the_search_has_found_none(uneven: RunningSimulator) -> None:
    """Its silence proves nothing until it has found an id."""
    fresh = open_provider(uneven)
    try:
        assert fresh.pipelines is not None
        absent = [PipelineKey(NAME, (f"65f1c441{number:016x}",)) for number in range(3)]
        one = (await pipelines_of(fresh))[0].key
        costs: list[int] = []
        for keys in (absent, [one, *absent], absent):
            uneven.control.reset_calls()
            found = await fresh.pipelines.get_pipelines(keys, ALL)
            assert [isinstance(each, NotFoundError) for each in found] == [key in absent for key in keys]
            costs.append(uneven.control.calls_total)
    finally:
        await fresh.close()

    assert costs == [4, 1, 1]


async def test_keys_that_the_vendor_cannot_have_made_cost_nothing(provider: Provider, uneven: RunningSimulator) -> None:
    assert provider.pipelines is not None
    assert provider.projects is not None
    assert provider.images is not None
    pipelines = [PipelineKey(NAME, parts) for parts in (("shop/deploy",), ("license-report",), ("A" * 24,))]
    builds = [BuildKey(NAME, parts) for parts in (("x", ""), (NOBODY, "shop/deploy"))]

    answers: list[object] = [
        *await provider.pipelines.get_pipelines(pipelines, ALL),
        *await provider.pipelines.find_pipelines_by_external_id(["shop/deploy"], ALL),
        *await provider.projects.get_projects([ProjectKey(NAME, ("shop",))], ALL),
        *await provider.images.get_images([ImageKey(NAME, ("sha256:5f",))], ALL),
        *await builds_of(provider).get_builds(builds, ALL),
        *await builds_of(provider).find_builds_by_external_id(["user", "shop/deploy"], ALL),
    ]

    assert {type(answer) for answer in answers} == {NotFoundError}
    assert uneven.control.calls == []


async def test_builds_are_found_by_the_vendors_id_and_never_by_number(provider: Provider, uneven: RunningSimulator) -> None:
    build = (await some_builds(provider))[0]
    uneven.control.reset_calls()

    found = await builds_of(provider).find_builds_by_external_id([build.external_id, NOBODY, build.external_id], ALL)
    numbered = await builds_of(provider).find_builds([BuildNumber("shop/deploy", 1)], ALL)

    assert found[0] == found[2] == build
    assert isinstance(found[1], NotFoundError)
    assert isinstance(numbered[0], NotSupportedError)
    assert "externalId" in numbered[0].message
    assert sorted(call.raw_path for call in uneven.control.calls) == sorted(
        [f"/api/builds/{build.external_id}", f"/api/builds/{NOBODY}"]
    )


async def test_a_build_is_the_same_from_lists_pages_and_by_id(provider: Provider) -> None:
    builds = (await some_builds(provider))[:300]
    dice = random.Random(5)
    chosen = [dice.choice(builds) for _ in range(40)]

    many = await builds_of(provider).get_builds([build.key for build in chosen], ALL)
    alone = [(await builds_of(provider).get_builds([build.key], ALL))[0] for build in chosen[:10]]

    assert many == chosen
    assert alone == chosen[:10]


@pytest.mark.parametrize("count", [100, 30])
async def test_many_builds_by_key_cost_a_fraction_of_a_call_each(provider: Provider, uneven: RunningSimulator, count: int) -> None:
    builds = await some_builds(provider)
    by_pipeline: dict[str, list[Build]] = {}
    for build in builds:
        if build.pipeline is not None:
            by_pipeline.setdefault(build.key.parts[1], []).append(build)
    busy = sorted(by_pipeline.values(), key=len, reverse=True)[:30]
    dice = random.Random(3)
    chosen = [build for rows in busy for build in dice.sample(rows[:100], 4)][:100]
    newest = builds[:count]
    costs: list[int] = []

    for wanted in (chosen, newest):
        uneven.control.reset_calls()
        found = await builds_of(provider).get_builds([build.key for build in wanted], ALL)
        assert ids([each for each in found if isinstance(each, Build)]) == ids(wanted)
        costs.append(uneven.control.calls_total)

    assert costs[0] <= 30
    assert costs[1] <= 6


async def test_builds_that_are_gone_are_values_among_the_others(provider: Provider, uneven: RunningSimulator) -> None:
    builds = (await some_builds(provider))[:20]
    gone = [BuildKey(NAME, (build.external_id[:8] + "f" * 16, build.key.parts[1])) for build in builds[:5]]
    uneven.control.reset_calls()

    found = await builds_of(provider).get_builds([*gone, *(build.key for build in builds)], ALL)

    assert [type(answer) for answer in found] == [NotFoundError] * 5 + [Build] * 20
    assert uneven.control.calls_total <= 25


async def test_a_build_under_another_pipelines_key_is_not_the_one_meant(provider: Provider) -> None:
    builds = [build for build in (await some_builds(provider))[:50] if build.key.parts[1]]
    one, other = builds[0], next(build for build in builds if build.pipeline != builds[0].pipeline)
    forged = [BuildKey(NAME, (one.external_id, pipeline)) for pipeline in (other.key.parts[1], "")]

    found = await builds_of(provider).get_builds([*forged, one.key], ALL)

    assert [type(answer) for answer in found] == [NotFoundError, NotFoundError, Build]


async def test_lists_that_fail_leave_a_call_for_each_build(provider: Provider, uneven: RunningSimulator) -> None:
    builds = (await some_builds(provider))[:12]
    uneven.control.add_fault(Fault("/api/workflow", status=500))

    found = await builds_of(provider).get_builds([build.key for build in builds], ALL)

    assert found == builds


async def test_a_build_that_cannot_be_read_fails_alone(provider: Provider, uneven: RunningSimulator) -> None:
    builds = (await some_builds(provider))[:12]
    uneven.control.add_fault(Fault("/api/workflow", kind="wrong_types", fields=("status",), row=0, times=1))

    found = await builds_of(provider).get_builds([build.key for build in builds], ALL)

    assert {type(answer) for answer in found} <= {Build, MalformedResponseError}
    assert sum(isinstance(answer, Build) for answer in found) >= 11


async def test_few_projects_are_asked_for_by_id_and_many_by_a_list(provider: Provider, uneven: RunningSimulator) -> None:
    assert provider.projects is not None
    everything = await collect(provider.projects.stream_projects(ProjectQuery(), None, 100, ALL))
    absent = ProjectKey(NAME, (NOBODY,))
    costs: list[int] = []

    for keys in ([everything[0].key, absent], [*(each.key for each in everything), absent]):
        uneven.control.reset_calls()
        found = await provider.projects.get_projects(keys, ALL)
        assert [type(each).__name__ for each in found] == ["Project"] * (len(keys) - 1) + ["NotFoundError"]
        costs.append(uneven.control.calls_total)

    assert costs == [2, 1]


async def test_contexts_are_asked_for_by_encoded_name(provider: Provider, uneven: RunningSimulator) -> None:
    assert provider.integration_contexts is not None

    one = await provider.integration_contexts.get_integration_contexts([IntegrationContextKey(NAME, ("eu west/limits",))], ALL)
    many = await provider.integration_contexts.get_integration_contexts(
        [IntegrationContextKey(NAME, (name,)) for name in ("github", "nowhere", "vault")], ALL
    )

    assert [getattr(each, "name", None) for each in one] == ["eu west/limits"]
    assert [getattr(each, "name", None) for each in many] == ["github", None, "vault"]
    assert [call.raw_path for call in uneven.control.calls] == ["/api/contexts/eu%20west%2Flimits", "/api/contexts"]


async def test_an_image_is_found_by_its_document_id(provider: Provider) -> None:
    assert provider.images is not None
    some = await collect(provider.images.stream_images(ImageQuery(), None, 100, ALL), 3)

    assert list(await provider.images.get_images([each.key for each in some], ALL)) == some


@pytest.mark.parametrize(("status", "calls"), [(500, 2), (429, 1), (403, 1), (400, 6)])
async def test_a_failed_call_for_many_is_not_repeated_for_each_in_vain(
    provider: Provider, uneven: RunningSimulator, status: int, calls: int
) -> None:
    assert provider.pipelines is not None
    keys = [each.key for each in (await pipelines_of(provider))[:5]]
    uneven.control.add_fault(Fault("/api/pipelines", status=status))
    uneven.control.reset_calls()

    found = await provider.pipelines.get_pipelines(keys, ALL)

    assert all(isinstance(answer, GatewayError) for answer in found)
    assert uneven.control.calls_total == calls


async def test_a_passing_failure_of_a_call_for_many_costs_one_more_try(provider: Provider, uneven: RunningSimulator) -> None:
    assert provider.pipelines is not None
    everything = (await pipelines_of(provider))[:5]
    uneven.control.add_fault(Fault("/api/pipelines$", status=503, times=1))

    assert await provider.pipelines.get_pipelines([each.key for each in everything], ALL) == everything


async def test_a_failing_account_fails_only_what_needs_it(provider: Provider, uneven: RunningSimulator) -> None:
    uneven.control.add_fault(Fault("/api/user", status=500))

    with pytest.raises(UpstreamUnavailableError):
        await provider.probe()
    assert len(await pipelines_of(provider)) == 50
