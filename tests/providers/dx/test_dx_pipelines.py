"""Pipelines and the workspace: what runs were reported of."""

import random
from typing import Any

import pytest

from gateway.domain.build import Build
from gateway.domain.errors import InvalidInputError, NotFoundError
from gateway.domain.keys import WorkspaceKey
from gateway.domain.page import Mark
from gateway.domain.pipeline import Pipeline, PipelineKind, PipelineQuery, PipelineSlug
from gateway.domain.provider import Provider
from gateway.domain.workspace import WorkspaceQuery
from tests.providers.dx.opened import (
    ALL,
    NAME,
    builds_of,
    collect,
    ids,
    pipeline_key,
    pipelines,
    push,
)

pytestmark = pytest.mark.anyio


async def test_pipelines_are_those_that_runs_named(filled: Provider) -> None:
    assert filled.pipelines is not None
    (api,) = await filled.pipelines.get_pipelines([pipeline_key("api")], ALL)

    assert await pipelines(filled) == ["CircleCI/web", "Jenkins/api", "Jenkins/web"]
    assert isinstance(api, Pipeline)
    assert (api.kind, api.name, api.slug, api.external_id) == (PipelineKind.CI, "api", "Jenkins/api", "Jenkins/api")
    assert api.workspace == WorkspaceKey(NAME, (NAME,))
    assert api.repository is not None
    assert api.repository.url == "acme/api"
    assert api.created_at is None


PIPELINE_QUERIES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "name": ({"name_contains": "AP"}, ["Jenkins/api"]),
    "repository": ({"repository_contains": "acme/WEB"}, ["Jenkins/web"]),
    "kind": ({"pipeline_kinds": (PipelineKind.CI, PipelineKind.PLAN)}, ["CircleCI/web", "Jenkins/api", "Jenkins/web"]),
    "other kind": ({"pipeline_kinds": (PipelineKind.PLAN,)}, []),
    "put away": ({"archived": True}, []),
    "in use": ({"archived": False}, ["CircleCI/web", "Jenkins/api", "Jenkins/web"]),
    "tags": ({"tags": ("x",)}, []),
    "projects": ({"projects": ()}, []),
    "environments": ({"environments": ()}, []),
    "own workspace": ({"workspaces": (WorkspaceKey(NAME, (NAME,)),)}, ["CircleCI/web", "Jenkins/api", "Jenkins/web"]),
    "other workspace": ({"workspaces": (WorkspaceKey(NAME, ("x",)),)}, []),
}


@pytest.mark.parametrize(("query", "expected"), PIPELINE_QUERIES.values(), ids=PIPELINE_QUERIES.keys())
async def test_filters_of_pipelines(filled: Provider, query: dict[str, Any], expected: list[str]) -> None:
    assert await pipelines(filled, **query) == expected


async def test_pipelines_page_by_page(provider: Provider) -> None:
    assert provider.pipelines is not None
    names = [f"{source}/{number}" for source in ("A", "b/c", "É") for number in range(5)]
    for name in random.Random(2).sample(names, len(names)):
        source, _, number = name.rpartition("/")
        await push(provider, reference_id=name, pipeline_source=source, pipeline_name=number)
    found: list[str] = []
    mark: Mark | None = None
    while True:
        chunk = await anext(provider.pipelines.stream_pipelines(PipelineQuery(), mark, 4, ALL))
        found += ids(chunk.items)
        assert chunk.total == len(names)
        if not chunk.more:
            break
        mark = chunk.marks[-1]

    assert found == names


async def test_a_slug_can_hold_slashes_in_both_parts(provider: Provider) -> None:
    assert provider.pipelines is not None
    await push(provider, reference_id="1", pipeline_source="a/b", pipeline_name="c")
    await push(provider, reference_id="2", pipeline_source="x", pipeline_name="y/z")
    slugs = [
        PipelineSlug("a/b/c"),
        PipelineSlug("x/y/z", NAME),
        PipelineSlug("x/y"),
        PipelineSlug("a/b/c", "other"),
        PipelineSlug("a"),
    ]

    found = await provider.pipelines.find_pipelines(slugs, ALL)
    by_id = await provider.pipelines.find_pipelines_by_external_id(["x/y/z", "a/b/c", "a/b"], ALL)

    assert [each.key.parts if isinstance(each, Pipeline) else type(each) for each in found] == [
        ("a/b", "c"), ("x", "y/z"), NotFoundError, NotFoundError, NotFoundError,
    ]  # fmt: skip
    assert [each.key.parts if isinstance(each, Pipeline) else type(each) for each in by_id] == [
        ("x", "y/z"), ("a/b", "c"), NotFoundError,
    ]  # fmt: skip


async def test_a_slug_of_two_pipelines_is_neither(provider: Provider) -> None:
    assert provider.pipelines is not None
    await push(provider, reference_id="1", pipeline_source="a/b", pipeline_name="c")
    await push(provider, reference_id="2", pipeline_source="a", pipeline_name="b/c")

    (found,) = await provider.pipelines.find_pipelines([PipelineSlug("a/b/c")], ALL)

    assert isinstance(found, InvalidInputError)
    assert found.field == "slug"
    assert await pipelines(provider) == ["a/b/c", "a/b/c"]


async def test_the_account_is_the_one_workspace(provider: Provider) -> None:
    assert provider.workspaces is not None
    (own,) = await collect(provider.workspaces.stream_workspaces(WorkspaceQuery(name_contains="GROWN"), None, 5, ALL))
    none = await collect(provider.workspaces.stream_workspaces(WorkspaceQuery(name_contains="x"), None, 5, ALL))
    found = await provider.workspaces.get_workspaces([own.key, WorkspaceKey(NAME, ("x",)), WorkspaceKey(NAME, ())], ALL)

    assert (own.name, own.slug, own.url, none) == (NAME, NAME, None, [])
    assert found[0] == own
    assert [type(each) for each in found[1:]] == [NotFoundError, InvalidInputError]


IMPOSSIBLE = ("", " ", "line\nbreak", "nul\x00", "\ud800")


async def test_texts_that_no_name_or_id_can_be_are_refused_by_the_fields_name(filled: Provider) -> None:
    assert filled.pipelines is not None
    found: dict[str, list[Any]] = {
        "slug": [*await filled.pipelines.find_pipelines([PipelineSlug(text, NAME) for text in IMPOSSIBLE], ALL)],
        "workspace": [*await filled.pipelines.find_pipelines([PipelineSlug("Jenkins/web", text) for text in IMPOSSIBLE], ALL)],
        "externalId": [
            *await builds_of(filled).find_builds_by_external_id(IMPOSSIBLE, ALL),
            *await filled.pipelines.find_pipelines_by_external_id(IMPOSSIBLE, ALL),
        ],
    }

    for field, errors in found.items():
        for error in errors:
            assert type(error) is InvalidInputError
            assert (error.field, error.provider) == (field, NAME)
            assert f"`{field}`" in error.message


async def test_one_that_is_refused_harms_no_other(filled: Provider) -> None:
    assert filled.pipelines is not None
    found = await filled.pipelines.find_pipelines([PipelineSlug(""), PipelineSlug("Jenkins/web"), PipelineSlug("\n")], ALL)
    builds = await builds_of(filled).find_builds_by_external_id(["", "web", "\n"], ALL)

    assert [type(each) for each in found] == [InvalidInputError, Pipeline, InvalidInputError]
    assert [type(each) for each in builds] == [InvalidInputError, Build, InvalidInputError]


@pytest.mark.parametrize("name", [".", "..", "a/../b", "x?y#z", "%2e%2e", "Ünïcödé 🚀"])
async def test_names_and_ids_that_would_be_odd_in_an_address_are_names_like_others(provider: Provider, name: str) -> None:
    assert provider.pipelines is not None
    pushed = await push(provider, reference_id=name, pipeline_source=name, pipeline_name=name)

    (build,) = await builds_of(provider).find_builds_by_external_id([name], ALL)
    (pipeline,) = await provider.pipelines.find_pipelines([PipelineSlug(f"{name}/{name}")], ALL)

    assert build == pushed
    assert isinstance(pipeline, Pipeline)
    assert pipeline.name == name


@pytest.mark.parametrize("slug", ["/" * 30_000, "a/" * 500, "x" * 101 + "/web"])
async def test_a_slug_longer_than_any_name_stands_for_nothing_and_costs_nothing(filled: Provider, slug: str) -> None:
    assert filled.pipelines is not None

    (found,) = await filled.pipelines.find_pipelines([PipelineSlug(slug)], ALL)

    assert isinstance(found, NotFoundError)
