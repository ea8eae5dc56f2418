"""Rows that cannot be read, whatever is wrong with them, cost their neighbours nothing."""

import httpx
import msgspec
import pytest

from gateway.domain.build import Build, BuildQuery
from gateway.domain.errors import MalformedResponseError
from gateway.domain.keys import PipelineKey, ProjectKey
from gateway.domain.page import Mark, RowFault
from gateway.domain.pipeline import PipelineQuery
from gateway.domain.provider import Provider
from gateway.domain.workspace import WorkspaceQuery
from gateway.providers.buildkite.rows import BadRow, RowDecoder, map_one, map_rows
from gateway.providers.buildkite.wire import WireBuild
from gateway.simulation.control import Fault
from gateway.simulation.server import RunningSimulator
from gateway.upstream.answer import Answer
from tests.contract.nouns import ALL, collect
from tests.providers.buildkite.conftest import OpenProvider

pytestmark = pytest.mark.anyio

BUILDS = RowDecoder(WireBuild)
URL = "https://api.buildkite.com/v2/organizations/acme/pipelines/web-app/builds/1"
GOOD = {"id": "good", "number": 1, "url": URL, "created_at": "2026-03-02T10:11:12.345Z"}


def _answer(body: object, link: str = "") -> Answer:
    raw = body if isinstance(body, bytes) else msgspec.json.encode(body)
    return Answer(200, httpx.Headers({"link": link, "x-request-id": "r1"}), raw, "acme-buildkite", "x-request-id")


def test_what_can_be_made_out_of_a_bad_row_is_kept() -> None:
    rows = BUILDS.rows(_answer([GOOD, {**GOOD, "id": "bad", "number": "one"}, GOOD]))

    assert [type(row) for row in rows] == [WireBuild, BadRow, WireBuild]
    bad = rows[1]
    assert isinstance(bad, BadRow)
    assert bad.fault.id == "bad"
    assert bad.fault.created_at is not None
    assert bad.fault.created_at.isoformat() == "2026-03-02T10:11:12.345000+00:00"
    assert bad.address == URL
    assert (bad.fault.error.provider, bad.fault.error.request_id) == ("acme-buildkite", "r1")


@pytest.mark.parametrize("row", [5, None, [], "text", {}, {"id": 5, "created_at": 7, "url": []}, {"created_at": "soon"}])
def test_rows_that_tell_nothing_have_an_id_all_the_same(row: object) -> None:
    first, second = (BUILDS.rows(_answer([row, GOOD, row])) for _ in range(2))

    ids = [bad.fault.id for bad in first if isinstance(bad, BadRow)]
    assert len(set(ids)) == 2
    assert ids == [bad.fault.id for bad in second if isinstance(bad, BadRow)]
    assert all(each.startswith("unreadable-") for each in ids)


@pytest.mark.parametrize("body", [b"", b"{}", b"null", b"[", b"\xff", b'{"message":"hello"}'])
def test_what_is_no_list_is_no_list(body: bytes) -> None:
    with pytest.raises(MalformedResponseError):
        BUILDS.rows(_answer(body))


@pytest.mark.parametrize("spoiled", [{"created_at": "soon"}, {"url": "https://example.com"}, {"started_at": "2026-03-02"}])
def test_a_row_that_mapping_refuses_is_set_apart(spoiled: dict[str, str]) -> None:
    from gateway.providers.buildkite.mapping import to_build

    rows = BUILDS.rows(_answer([GOOD, {**GOOD, "id": "odd", **spoiled}]))

    good, odd = map_rows(rows, lambda wire: to_build(wire, "p", {}), "p")

    assert isinstance(good, Build)
    assert isinstance(odd, RowFault)
    assert odd.id == "odd"
    assert isinstance(odd.error, MalformedResponseError)
    assert "soon" not in odd.error.message
    wire = rows[1]
    assert isinstance(wire, WireBuild)
    with pytest.raises(MalformedResponseError) as caught:
        map_one(wire, lambda row: to_build(row, "p", {}), "p")
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    ("link", "more", "left"),
    [
        ("", False, None),
        ('<https://x/builds?page=2&per_page=10>; rel="next", <https://x/builds?page=9&per_page=10>; rel="last"', True, 8),
        ('<https://x/builds?per_page=10&page=9>; rel="last", <https://x/builds?per_page=10&page=2>; rel="next"', True, 8),
        ('<https://x/b?page=1>; rel="first", <https://x/b?page=8>; rel="prev"', False, None),
        ('<https://x/b?page=2>; rel="next"', True, None),
        ('<https://x/b?after=abc>; rel="next"', True, None),
        ("<https://x/b?page=3>; rel=next", True, None),
        ('<https://x/b?branch=page%3D7%3E%3B%20rel%3D%22next%22&page=1>; rel="prev"', False, None),
        ('<https://x/b?page=99999999999999>; rel="next"', True, None),
    ],
)
def test_the_link_header_tells_whether_there_is_more(link: str, more: bool, left: int | None) -> None:
    page = BUILDS.page(_answer([GOOD], link))

    assert (page.more, page.pages_left) == (more, left)


async def test_a_bad_job_fails_alone(acme: Provider, buildkite: RunningSimulator) -> None:
    assert acme.builds is not None
    assert acme.jobs is not None
    query = BuildQuery(pipelines=(PipelineKey(acme.name, ("acme", "every-job-state", "")),))
    build = (await collect(acme.builds.stream_builds(query, None, 1, ALL), 1))[0].key
    good = (await acme.jobs.list_jobs(build, None, 50, ALL)).items
    buildkite.control.add_fault(Fault("/jobs$", kind="wrong_types", row=1, fields=("type",)))

    found = (await acme.jobs.list_jobs(build, None, 50, ALL)).items

    assert [isinstance(job, RowFault) for job in found] == [place == 1 for place in range(len(good))]
    assert found[2:] == good[2:]


async def test_a_page_of_jobs_that_is_no_page(acme: Provider, buildkite: RunningSimulator) -> None:
    assert acme.builds is not None
    assert acme.jobs is not None
    build = (await collect(acme.builds.stream_builds(BuildQuery(), None, 1, ALL), 1))[0].key
    buildkite.control.add_fault(Fault("/jobs$", status=200, body="[]"))

    with pytest.raises(MalformedResponseError):
        await acme.jobs.list_jobs(build, None, 50, ALL)


async def test_a_project_that_is_none_of_ours_holds_no_pipeline(acme: Provider, buildkite: RunningSimulator) -> None:
    assert acme.pipelines is not None
    query = PipelineQuery(projects=(ProjectKey("another", ("x",)),))

    assert await collect(acme.pipelines.stream_pipelines(query, None, 5, ALL)) == []
    assert buildkite.control.calls == []


async def test_organizations_go_on_behind_a_mark(connected: OpenProvider) -> None:
    provider = connected()
    assert provider.workspaces is not None
    whole = await anext(provider.workspaces.stream_workspaces(WorkspaceQuery(), None, 5, ALL))

    rest = await anext(provider.workspaces.stream_workspaces(WorkspaceQuery(), whole.marks[0], 5, ALL))
    gone = await anext(provider.workspaces.stream_workspaces(WorkspaceQuery(), Mark("", 0, "gone"), 5, ALL))

    assert rest.items == whole.items[1:]
    assert gone.items == whole.items, "where it stood now stands the next"
