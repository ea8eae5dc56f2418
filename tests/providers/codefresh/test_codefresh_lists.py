"""Lists in the vendor's order: filters here and there, marks, totals."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from gateway.domain.image import ImageQuery
from gateway.domain.integration_context import IntegrationContextQuery
from gateway.domain.keys import ProjectKey, WorkspaceKey
from gateway.domain.page import Chunk, Mark, RowFault
from gateway.domain.pipeline import PipelineQuery
from gateway.domain.project import ProjectQuery
from gateway.domain.provider import Provider
from gateway.domain.workspace import WorkspaceQuery
from gateway.simulation.control import Fault
from gateway.simulation.server import RunningSimulator
from tests.providers.codefresh.opened import ALL, NAME, app_of, collect, ids, pipelines_of, query_of, values_of

pytestmark = pytest.mark.anyio

OTHER = WorkspaceKey(NAME, ("5f0c3b7e8a1d2e0011aa22bd",))


def pipelines(provider: Provider, query: PipelineQuery, after: Mark | None = None, size: int = 100) -> Any:
    assert provider.pipelines is not None
    return provider.pipelines.stream_pipelines(query, after, size, ALL)


def projects(provider: Provider, query: ProjectQuery, after: Mark | None = None, size: int = 100) -> Any:
    assert provider.projects is not None
    return provider.projects.stream_projects(query, after, size, ALL)


def images(provider: Provider, query: ImageQuery, after: Mark | None = None, size: int = 100) -> Any:
    assert provider.images is not None
    return provider.images.stream_images(query, after, size, ALL)


def contexts(provider: Provider, query: IntegrationContextQuery, after: Mark | None = None, size: int = 100) -> Any:
    assert provider.integration_contexts is not None
    return provider.integration_contexts.stream_integration_contexts(query, after, size, ALL)


async def resumed(open_list: Callable[[Mark | None], Any], size: int) -> list[str]:
    """The whole list, read anew behind the mark of every `size`-th item."""
    found: list[str] = []
    mark: Mark | None = None
    while True:
        taken = 0
        async for chunk in open_list(mark):
            for item, place in zip(chunk.items, chunk.marks, strict=True):
                if taken < size:
                    found.append(item.external_id)
                    mark, taken = place, taken + 1
            if taken >= size:
                break
        if taken < size:
            return found


async def test_the_vendors_total_is_told_when_nothing_is_compared_here(provider: Provider) -> None:
    project = next(each.project for each in await pipelines_of(provider) if each.project is not None)

    async def total(query: PipelineQuery) -> int | None:
        chunk: Chunk[Any] = await anext(pipelines(provider, query, size=3))
        return chunk.total

    assert await total(PipelineQuery()) == 50
    assert await total(PipelineQuery(projects=(project,))) == 7
    assert await total(PipelineQuery(name_contains="deploy")) is None


async def test_a_name_is_searched_for_by_the_vendor(provider: Provider, uneven: RunningSimulator) -> None:
    everything = await pipelines_of(provider)
    uneven.control.reset_calls()

    found = [chunk async for chunk in pipelines(provider, PipelineQuery(name_contains="Shop/De"))]

    assert ids([item for chunk in found for item in chunk.items]) == ids([each for each in everything if "shop/de" in each.name])
    assert found[0].applied_locally == ()
    assert values_of(uneven.control.calls[0], "id") == ["Shop/De"]


async def test_a_name_that_could_be_a_pattern_is_compared_here(provider: Provider, uneven: RunningSimulator) -> None:
    (chunk,) = [chunk async for chunk in pipelines(provider, PipelineQuery(name_contains="deploy.*"))]

    assert (chunk.items, chunk.applied_locally) == ((), ("name_contains",))
    assert values_of(uneven.control.calls[0], "id") == []


async def test_tags_and_repositories(provider: Provider, uneven: RunningSimulator) -> None:
    everything = await pipelines_of(provider)
    tags = sorted({tag for each in everything for tag in each.tags})[:2]
    uneven.control.reset_calls()

    one = [chunk async for chunk in pipelines(provider, PipelineQuery(tags=(tags[0],)))]
    two = [chunk async for chunk in pipelines(provider, PipelineQuery(tags=tuple(tags)))]
    shop = [chunk async for chunk in pipelines(provider, PipelineQuery(repository_contains="ACME/Shop"))]

    assert ids([item for chunk in one for item in chunk.items]) == ids([each for each in everything if tags[0] in each.tags])
    assert ids([item for chunk in two for item in chunk.items]) == ids([each for each in everything if {*tags} & {*each.tags}])
    assert [item.repository.url for chunk in shop for item in chunk.items]
    assert {item.repository.url for chunk in shop for item in chunk.items} == {"acme/shop"}
    assert [chunks[0].applied_locally for chunks in (one, two, shop)] == [(), ("tags",), ("repository_contains",)]
    assert values_of(uneven.control.calls[0], "labels[tags]") == [tags[0]]


async def test_projects_are_read_one_after_the_other_from_any_mark_on(provider: Provider) -> None:
    everything = await pipelines_of(provider)
    chosen = list(dict.fromkeys(each.project for each in everything if each.project is not None))[:3]
    query = PipelineQuery(projects=tuple(chosen))
    expected = [each.external_id for project in chosen for each in everything if each.project == project]

    assert ids(await collect(pipelines(provider, query))) == expected
    for size in (1, 4, 7):
        assert await resumed(lambda mark, size=size: pipelines(provider, query, mark, size), size) == expected  # type: ignore[misc]


async def test_nothing_is_asked_for_what_cannot_be_there(provider: Provider, uneven: RunningSimulator) -> None:
    for query in (
        PipelineQuery(archived=True),
        PipelineQuery(tags=()),
        PipelineQuery(projects=()),
        PipelineQuery(projects=(ProjectKey(NAME, ("no id",)),)),
    ):
        assert await collect(pipelines(provider, query)) == []
    assert await collect(projects(provider, ProjectQuery(tags=()))) == []
    assert await collect(contexts(provider, IntegrationContextQuery(types=()))) == []

    assert uneven.control.calls == []


async def test_only_the_keys_own_account_has_things_here(provider: Provider) -> None:
    own = (await pipelines_of(provider))[0].workspace
    assert own is not None

    assert await collect(pipelines(provider, PipelineQuery(workspaces=(OTHER,)))) == []
    assert await collect(projects(provider, ProjectQuery(workspaces=(OTHER,)))) == []
    assert len(await collect(pipelines(provider, PipelineQuery(workspaces=(OTHER, own))))) == 50
    assert len(await collect(projects(provider, ProjectQuery(workspaces=(own,))))) == 10


async def test_the_account_is_the_one_workspace(provider: Provider, uneven: RunningSimulator) -> None:
    assert provider.workspaces is not None

    (own,) = await collect(provider.workspaces.stream_workspaces(WorkspaceQuery(), None, 10, ALL))
    found = await provider.workspaces.get_workspaces([own.key, OTHER, WorkspaceKey(NAME, ("acme",))], ALL)

    assert (own.name, own.slug, own.external_id) == ("acme", "acme", "5f0c3b7e8a1d2e0011aa22bb")
    assert found[0] == own
    assert [type(answer).__name__ for answer in found[1:]] == ["NotFoundError"] * 2
    assert await collect(provider.workspaces.stream_workspaces(WorkspaceQuery(name_contains="CM"), None, 10, ALL)) == [own]
    assert await collect(provider.workspaces.stream_workspaces(WorkspaceQuery(name_contains="other"), None, 10, ALL)) == []
    assert {call.raw_path for call in uneven.control.calls} == {"/api/user"}


async def test_projects_are_filtered_by_name_and_tags(provider: Provider, uneven: RunningSimulator) -> None:
    everything = await collect(projects(provider, ProjectQuery()))
    tags = sorted({tag for each in everything for tag in each.tags})
    uneven.control.reset_calls()

    named = [chunk async for chunk in projects(provider, ProjectQuery(name_contains="SHO"))]
    one = [chunk async for chunk in projects(provider, ProjectQuery(tags=(tags[0],)))]
    two = [chunk async for chunk in projects(provider, ProjectQuery(tags=(tags[0], tags[1])))]

    assert [item.name for chunk in named for item in chunk.items] == ["shop"]
    assert ids([item for chunk in one for item in chunk.items]) == ids([each for each in everything if tags[0] in each.tags])
    assert ids([item for chunk in two for item in chunk.items]) == ids([each for each in everything if {*tags[:2]} & {*each.tags}])
    assert [chunks[0].applied_locally for chunks in (named, one, two)] == [("name_contains",), (), ("tags",)]
    assert [values_of(call, "tags") for call in uneven.control.calls] == [[], [tags[0]], []]
    assert await resumed(lambda mark: projects(provider, ProjectQuery(), mark, 3), 3) == ids(everything)


async def test_images_come_in_whole_pages_of_one_session(provider: Provider, uneven: RunningSimulator) -> None:
    everything = await collect(images(provider, ImageQuery(), size=5))

    assert len(everything) == 200
    assert [(values_of(call, "offset"), values_of(call, "limit")) for call in uneven.control.calls] == [
        (["0"], ["100"]),
        (["100"], ["100"]),
        (["200"], ["100"]),
    ]
    assert len({call.headers["x-pagination-session-id"] for call in uneven.control.calls}) == 1
    assert await resumed(lambda mark: images(provider, ImageQuery(), mark, 70), 70) == ids(everything)


async def test_a_mark_is_found_even_if_pages_cannot_be_jumped_to(provider: Provider, uneven: RunningSimulator) -> None:
    everything = await collect(images(provider, ImageQuery()))
    uneven.control.reset_calls()
    uneven.control.add_fault(Fault("/api/images", status=400, times=1))

    found = await collect(images(provider, ImageQuery(), Mark("", 150, everything[150].external_id)))

    assert ids(found) == ids(everything)[151:]
    assert [values_of(call, "offset")[0] for call in uneven.control.calls] == ["100", "0", "100", "200"]


async def test_images_are_filtered_there_by_branch_and_tag_and_here_by_repository(
    provider: Provider, uneven: RunningSimulator
) -> None:
    everything = await collect(images(provider, ImageQuery()))
    uneven.control.reset_calls()

    tagged = await collect(images(provider, ImageQuery(branch="main", tag="main")))
    shop = [chunk async for chunk in images(provider, ImageQuery(repository="acme/shop"))]

    assert ids(tagged) == ids([each for each in everything if each.branch == "main" and "main" in [tag.tag for tag in each.tags]])
    assert ids([item for chunk in shop for item in chunk.items]) == ids([each for each in everything if each.name == "acme/shop"])
    assert shop[0].applied_locally == ("repository",)
    assert {("branch", "main"), ("tag", "main")} <= set(query_of(uneven.control.calls[0]))


async def test_contexts_come_at_once_and_never_decrypted(provider: Provider, uneven: RunningSimulator) -> None:
    everything = await collect(contexts(provider, IntegrationContextQuery(), size=4))
    secret = await collect(contexts(provider, IntegrationContextQuery(types=("secret", "config"))))
    named = [chunk async for chunk in contexts(provider, IntegrationContextQuery(name_contains="VAULT"))]

    assert len(everything) == 19
    assert [each.type for each in secret] == ["config", "config", "secret"]
    assert [item.name for chunk in named for item in chunk.items] == ["payments-vault", "vault"]
    assert named[0].applied_locally == ("name_contains",)
    assert await resumed(lambda mark: contexts(provider, IntegrationContextQuery(), mark, 4), 4) == ids(everything)
    assert [values_of(call, "decrypt") for call in uneven.control.calls] == [[]] * len(uneven.control.calls)


@pytest.mark.parametrize(
    ("route", "field", "open_list"),
    [
        ("/api/pipelines", "name", lambda provider: pipelines(provider, PipelineQuery())),
        ("/api/projects", "projectName", lambda provider: projects(provider, ProjectQuery())),
        ("/api/images", "created", lambda provider: images(provider, ImageQuery())),
        ("/api/contexts", "type", lambda provider: contexts(provider, IntegrationContextQuery())),
    ],
)
async def test_a_bad_row_costs_its_neighbours_nothing(
    provider: Provider, uneven: RunningSimulator, route: str, field: str, open_list: Callable[[Provider], Any]
) -> None:
    expected = ids(await collect(open_list(provider)))[:20]
    uneven.control.add_fault(Fault(route, kind="wrong_types", fields=(field,), row=2))

    found = (await collect(open_list(provider)))[:20]

    assert [isinstance(item, RowFault) for item in found] == [place == 2 for place in range(len(found))]
    assert [item.external_id for item in found if not isinstance(item, RowFault)] == [*expected[:2], *expected[3:]]


async def test_other_shapes_of_a_list_are_read_too(own_provider: Provider, own: RunningSimulator) -> None:
    """Projects as a bare array, contexts in an envelope: what third parties report."""
    project = {"_id": "65f1c3a89b1d4e0012ab34ce", "projectName": "sandbox"}
    own.control.add_fault(Fault("/api/projects", status=200, body=msgspec.json.encode([project]).decode()))
    context = {"metadata": {"name": "a"}, "spec": {"type": "config"}}
    own.control.add_fault(Fault("/api/contexts", status=200, body=msgspec.json.encode({"docs": [context]}).decode()))

    assert [each.name for each in await collect(projects(own_provider, ProjectQuery()))] == ["sandbox"]
    assert [each.name for each in await collect(contexts(own_provider, IntegrationContextQuery()))] == ["a"]
    assert app_of(own).world.projects.named("sandbox") is not None
