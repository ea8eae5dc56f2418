"""Lookups by what people type: what cannot be meant is refused by its field's name, without a call."""

from collections.abc import Sequence

import pytest

from gateway.domain.build import BuildNumber
from gateway.domain.errors import GatewayError, InvalidInputError, NotSupportedError
from gateway.domain.pipeline import PipelineSlug
from gateway.domain.provider import Provider
from gateway.simulation.server import RunningSimulator
from tests.contract.nouns import ALL, pipelines_of
from tests.contract.runs import Runs

pytestmark = pytest.mark.anyio

IMPOSSIBLE = ("", ".", "..", "a/../b", "line\nbreak", "\ud800")


def _assert_names(errors: Sequence[object], field: str, provider: Provider) -> None:
    for error in errors:
        assert type(error) is InvalidInputError, error
        assert (error.field, error.provider) == (field, provider.name)
        assert f"`{field}`" in error.message


async def test_a_pipelines_slug_and_workspace(provider: Provider, simulator: RunningSimulator) -> None:
    assert provider.pipelines is not None

    slugs = await provider.pipelines.find_pipelines([PipelineSlug(text, "acme") for text in IMPOSSIBLE], ALL)
    workspaces = await provider.pipelines.find_pipelines([PipelineSlug("web", text) for text in IMPOSSIBLE], ALL)

    _assert_names(slugs, "slug", provider)
    _assert_names(workspaces, "workspace", provider)
    assert simulator.control.calls == []


async def test_one_that_is_refused_harms_no_other(provider: Provider) -> None:
    assert provider.pipelines is not None
    some = [pipeline for pipeline in await pipelines_of(provider) if pipeline.slug is not None][:2]
    workspace = "acme"
    wanted = [
        PipelineSlug("", workspace),
        *(PipelineSlug(each.slug or "", workspace) for each in some),
        PipelineSlug("..", workspace),
    ]

    found = await provider.pipelines.find_pipelines(wanted, ALL)

    _assert_names([found[0], found[-1]], "slug", provider)
    assert list(found[1:-1]) == some


@pytest.mark.needs("builds")
async def test_a_builds_pipeline_workspace_and_number(provider: Provider, simulator: RunningSimulator) -> None:
    assert provider.builds is not None
    cases = {
        "pipeline": [BuildNumber(text, 1, "acme") for text in IMPOSSIBLE],
        "workspace": [BuildNumber("web-app", 1, text) for text in IMPOSSIBLE],
        "number": [BuildNumber("web-app", number, "acme") for number in (0, -1, 10**12)],
    }

    for field, numbers in cases.items():
        found = await provider.builds.find_builds(numbers, ALL)
        if all(isinstance(answer, NotSupportedError) for answer in found):
            continue  # a vendor that does not number its builds
        _assert_names(found, field, provider)

    assert simulator.control.calls == []


async def test_an_external_id(provider: Provider, simulator: RunningSimulator) -> None:
    assert provider.pipelines is not None
    answers: list[object] = [
        *await Runs(provider).find(IMPOSSIBLE),
        *await provider.pipelines.find_pipelines_by_external_id(IMPOSSIBLE, ALL),
    ]

    for answer in answers:
        assert isinstance(answer, GatewayError)
        assert (answer.field, answer.provider) == ("externalId", provider.name)
        assert isinstance(answer, InvalidInputError | NotSupportedError)
    assert simulator.control.calls == []
