"""Servers that do not heed the place or the page that they are asked for."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from gateway.domain.artifact import ArtifactQuery
from gateway.domain.data_connection import DataConnection, DataConnectionQuery
from gateway.domain.keys import DataConnectionKey, EnvironmentKey, WorkspaceKey
from gateway.domain.page import Chunk, Mark, RowFault
from gateway.domain.pipeline import PipelineKind, PipelineQuery
from gateway.domain.provider import Provider
from gateway.domain.schedule import ScheduleQuery
from gateway.providers.talend.lists import in_turn, paged
from gateway.providers.talend.pages import PAGING_DISREGARDED, Pages
from gateway.providers.talend.places import Scope
from gateway.providers.talend.rows import Listing
from gateway.simulation.control import Fault
from gateway.simulation.server import RunningSimulator
from tests.providers.talend.opened import ALL, NAME, paths

pytestmark = pytest.mark.anyio

CONNECTIONS = "/orchestration/connections"


async def read(chunks: AsyncIterator[Chunk[Any]]) -> tuple[list[str], Chunk[Any]]:
    """Ids of all rows, and the last chunk."""
    found: list[str] = []
    last: Chunk[Any] | None = None
    async for chunk in chunks:
        found += [item.id if isinstance(item, RowFault) else item.external_id for item in chunk.items]
        last = chunk
    assert last is not None
    return found, last


def workspaces(*names: str) -> tuple[WorkspaceKey, ...]:
    return tuple(WorkspaceKey(NAME, (name,)) for name in names)


def environments(*names: str) -> tuple[EnvironmentKey, ...]:
    return tuple(EnvironmentKey(NAME, (name,)) for name in names)


def listing(rows: list[dict[str, Any]], **told: int) -> str:
    return json.dumps({"items": rows, **told})


def spread(**fields: str) -> list[dict[str, Any]]:
    """A row in each of the workspaces w1, w2 (in e1) and w3 (in e2), and one that does not tell its place."""
    rows: list[dict[str, Any]] = [
        {"id": f"in-{name}", "executable": f"in-{name}", **fields, "workspace": {"id": name, "environment": {"id": environment}}}
        for name, environment in (("w1", "e1"), ("w2", "e1"), ("w3", "e2"))
    ]
    return [*rows, {"id": "untold", "executable": "untold", **fields}]


def streams_of(provider: Provider, **places: Any) -> list[AsyncIterator[Chunk[Any]]]:
    assert provider.pipelines is not None
    assert provider.artifacts is not None
    assert provider.data_connections is not None
    of_kinds = [PipelineQuery(pipeline_kinds=(kind,), **places) for kind in (PipelineKind.TASK, PipelineKind.PLAN)]
    tagged = PipelineQuery(tags=("a", "b"), **places)
    return [
        *(provider.pipelines.stream_pipelines(query, None, 2, ALL) for query in (*of_kinds, tagged)),
        provider.artifacts.stream_artifacts(ArtifactQuery(**places), None, 2, ALL),
        provider.data_connections.stream_data_connections(DataConnectionQuery(**places), None, 2, ALL),
    ]


class TestPlaces:
    async def test_rows_of_other_workspaces_are_left_out_and_it_is_told(self, provider: Provider, uneven: RunningSimulator) -> None:
        uneven.control.add_fault(Fault("orchestration", status=200, body=listing(spread(type="route"), total=4)))

        for stream in streams_of(provider, workspaces=workspaces("w2")):
            found, last = await read(stream)

            assert found == ["in-w2", "untold"]
            assert "workspaces" in last.applied_locally
            assert last.total is None

    async def test_of_several_workspaces_each_row_comes_once(self, provider: Provider, uneven: RunningSimulator) -> None:
        uneven.control.add_fault(Fault("orchestration", status=200, body=listing(spread(type="route"), total=4)))

        for stream in streams_of(provider, workspaces=workspaces("w1", "w2", "w3")):
            assert (await read(stream))[0] == ["in-w1", "untold", "in-w2", "in-w3"]

    async def test_rows_of_other_environments_are_left_out_too(self, provider: Provider, uneven: RunningSimulator) -> None:
        uneven.control.add_fault(Fault("orchestration", status=200, body=listing(spread(type="route"), total=4)))

        for stream in streams_of(provider, environments=environments("e1")):
            found, last = await read(stream)

            assert found == ["in-w1", "in-w2", "untold"]
            assert "environments" in last.applied_locally

    async def test_schedules_of_other_environments_are_left_out(self, provider: Provider, uneven: RunningSimulator) -> None:
        assert provider.schedules is not None
        rows = [{"id": "a", "environmentId": "e1"}, {"id": "b", "environmentId": "e2"}, {"id": "c"}]
        uneven.control.add_fault(Fault("schedules", status=200, body=listing(rows, total=3)))

        found, last = await read(
            provider.schedules.stream_schedules(ScheduleQuery(environments=environments("e2", "e1")), None, 20, ALL)
        )

        assert found == ["b", "c", "a"]
        assert last.applied_locally == ("environments",)

    async def test_a_page_goes_on_behind_its_mark(self, provider: Provider, uneven: RunningSimulator) -> None:
        assert provider.data_connections is not None
        uneven.control.add_fault(Fault(CONNECTIONS, status=200, body=listing(spread()[:3], total=3)))
        query = DataConnectionQuery(workspaces=workspaces("w1", "w2", "w3"))
        found: list[str] = []
        after: Mark | None = None
        for _ in range(3):
            async for chunk in provider.data_connections.stream_data_connections(query, after, 1, ALL):
                if chunk.items:
                    found.append(chunk.items[0].external_id)  # type: ignore[union-attr]  # none of them is at fault
                    after = chunk.marks[0]
                    break

        assert found == ["in-w1", "in-w2", "in-w3"]

    async def test_a_list_full_of_strays_is_read_in_large_pages(self) -> None:
        asked: list[tuple[int, int]] = []
        rows = [{"id": f"c{number:03}", "place": "here" if number == 240 else "there"} for number in range(250)]

        async def read_page(offset: int, limit: int) -> Listing[dict[str, str]]:
            asked.append((offset, limit))
            return Listing([*rows[offset : offset + limit]], len(rows))

        await _walk(read_page, page_size=1)

        assert asked == [(0, 1), (1, 100), (101, 100), (201, 100)]

    async def test_a_server_that_heeds_them_is_not_said_to_be_helped(self, provider: Provider, uneven: RunningSimulator) -> None:
        assert provider.data_connections is not None
        uneven.control.add_fault(Fault(CONNECTIONS, status=200, body=listing(spread()[:1], total=1)))

        stream = provider.data_connections.stream_data_connections(DataConnectionQuery(workspaces=workspaces("w1")), None, 20, ALL)
        found, last = await read(stream)

        assert (found, last.applied_locally, last.total, last.note) == (["in-w1"], (), 1, None)


ROWS = [{"id": f"row-{number:03}", "executable": f"row-{number:03}", "type": "route"} for number in range(100)]
IDS = [row["id"] for row in ROWS]


class TestPaging:
    @pytest.mark.parametrize(
        "told", [{"total": 250}, {"total": 250, "offset": 0}, {}, {"offset": 0}, {"total": 200}, {"total": 150, "offset": 0}]
    )
    async def test_the_same_page_for_every_offset_ends_the_list_with_a_note(
        self, provider: Provider, uneven: RunningSimulator, told: dict[str, int]
    ) -> None:
        uneven.control.add_fault(Fault("orchestration", status=200, body=listing(ROWS, **told)))

        for stream in streams_of(provider):
            uneven.control.reset_calls()
            found, last = await read(stream)

            assert found == IDS
            assert last.note == PAGING_DISREGARDED
            assert not last.more
            assert len(paths(uneven)) <= 5

    async def test_a_later_page_of_ours_repeats_none(self, provider: Provider, uneven: RunningSimulator) -> None:
        assert provider.data_connections is not None
        for told in ({"total": 250}, {"total": 250, "offset": 0}, {}):
            uneven.control.clear_faults()
            uneven.control.add_fault(Fault(CONNECTIONS, status=200, body=listing(ROWS, **told)))

            found, last = await read(
                provider.data_connections.stream_data_connections(DataConnectionQuery(), Mark("", 59, "row-059"), 20, ALL)
            )

            assert found == IDS[60:]
            assert last.note == PAGING_DISREGARDED

    async def test_a_server_that_always_sends_everything_hides_nothing(self) -> None:
        rows = [{"id": f"c{number:03}"} for number in range(250)]

        async def bare(_offset: int, _limit: int) -> Listing[dict[str, str]]:
            return Listing([*rows])

        async def told(_offset: int, _limit: int) -> Listing[dict[str, str]]:
            return Listing([*rows], 250, 0)

        for read_page in (bare, told):
            found, last = await _walk(read_page, page_size=100)
            assert found == [row["id"] for row in rows]
            assert last.note is None

    async def test_a_row_put_in_before_the_next_page_does_not_end_the_list(self) -> None:
        rows = [{"id": f"c{number:03}"} for number in range(30)]

        async def read_page(offset: int, limit: int) -> Listing[dict[str, str]]:
            sent = Listing([*rows[offset : offset + limit]], len(rows))
            if offset == 0:
                rows.insert(0, {"id": "new"})
            return sent

        found, last = await _walk(read_page, page_size=1)

        assert set(found) == {row["id"] for row in rows} - {"new"}
        assert last.note is None

    async def test_the_simulator_heeds_its_pages(self, provider: Provider) -> None:
        assert provider.artifacts is not None

        found, last = await read(provider.artifacts.stream_artifacts(ArtifactQuery(), None, 7, ALL))

        assert len(found) == len(set(found)) > 14
        assert last.note is None


async def _walk(read_page: Any, page_size: int) -> tuple[list[str], Chunk[Any]]:
    def to_value(row: dict[str, str]) -> DataConnection:
        return DataConnection(key=DataConnectionKey(NAME, (row["id"],)), external_id=row["id"], name=row["id"])

    pages = Pages(
        read_page, to_value, NAME, scope=Scope("here", (("workspaceId", "here"),)), place_of=lambda row: (row.get("place"), None)
    )
    return await read(in_turn([paged("", pages)], None, page_size))
