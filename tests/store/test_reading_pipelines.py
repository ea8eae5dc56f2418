"""Pipelines are what runs say that they belong to."""

import pytest

from gateway.domain.ledger import LedgerPipeline, LedgerQuery
from tests.store.reports import at, report

pytestmark = pytest.mark.anyio


async def filled(ledger, *reports):
    for each in reports:
        await ledger.record("homegrown", each, b"", forward=False)


def of(source, name, reference_id, start=100, **given):
    return report(reference_id, start, pipeline_source=source, pipeline_name=name, **given)


async def names(ledger, name=None, repository=None, after=None, limit=100):
    return [(each.source, each.name) for each in await ledger.list_pipelines("homegrown", name, repository, after, limit)]


async def test_a_pipeline_tells_since_when_and_of_what(ledger):
    await filled(
        ledger,
        of("Jenkins", "build", "1", 200, repository="acme/old"),
        of("Jenkins", "build", "2", 300, repository="acme/web"),
        of("Jenkins", "build", "3", 400),
        of("Tekton", "build", "4", 50),
    )

    assert await ledger.list_pipelines("homegrown", None, None, None, 10) == [
        LedgerPipeline(source="Jenkins", name="build", repository="acme/web", first_started_at=at(200), last_started_at=at(400)),
        LedgerPipeline(source="Tekton", name="build", first_started_at=at(50), last_started_at=at(50)),
    ]
    assert await ledger.count_pipelines("homegrown") == 2


async def test_pipelines_are_looked_up_in_the_order_asked(ledger):
    await filled(ledger, of("a", "1", "1"), of("b", "2", "2"))

    found = await ledger.get_pipelines("homegrown", [("b", "2"), ("b", "1"), ("a", "1"), ("b", "2")])

    assert [each and (each.source, each.name) for each in found] == [("b", "2"), None, ("a", "1"), ("b", "2")]
    assert await ledger.get_pipelines("homegrown", []) == []


async def test_pages_follow_source_and_name(ledger):
    expected = [("A", "z"), ("B", "a"), ("B", "b"), ("a", "a"), ("é", "a")]
    await filled(ledger, *(of(*each, "/".join(each)) for each in reversed(expected)))

    found, after = [], None
    while page := await names(ledger, after=after, limit=2):
        found += page
        after = page[-1]

    assert found == expected


@pytest.mark.parametrize(
    ("name", "repository", "expected"),
    [
        ("BUILD", None, ["Build it", "build"]),
        ("ü", None, ["prÜfen"]),
        ("%", None, ["100%"]),
        ("_", None, []),
        (None, "ACME", ["Build it", "build"]),
        (None, "web", ["build"]),
        ("it", "acme", ["Build it"]),
        ("it", "web", []),
    ],
)
async def test_text_filters_are_partial_and_ignore_case(ledger, name, repository, expected):
    await filled(
        ledger,
        of("J", "build", "1", repository="acme/web"),
        of("J", "Build it", "2", repository="Acme/api"),
        of("J", "prÜfen", "3"),
        of("J", "100%", "4"),
    )

    assert [each for _, each in await names(ledger, name, repository)] == expected


async def test_a_repository_is_found_behind_many_others(ledger, monkeypatch):
    monkeypatch.setattr("gateway.store.ledger.pipeline_reader.FIRST_READ", 3)
    await filled(ledger, *(of("J", f"p{n}", f"r{n}", repository="acme/web" if n in (4, 7, 8) else None) for n in range(9)))

    assert await names(ledger, repository="web", limit=2) == [("J", "p4"), ("J", "p7")]
    assert await names(ledger, repository="web", after=("J", "p7")) == [("J", "p8")]


async def test_runs_that_say_they_belong_elsewhere_take_their_pipeline_with_them(ledger):
    await filled(ledger, of("J", "wrong", "1"), of("J", "other", "2"), of("J", "right", "1"))

    assert await names(ledger) == [("J", "other"), ("J", "right")]
    assert await ledger.count_pipelines("homegrown") == 2
    assert await ledger.get_pipelines("homegrown", [("J", "wrong")]) == [None]
    assert await ledger.newest_runs("homegrown", LedgerQuery(pipelines=(("J", "wrong"),)), None, None, 9) == []

    await filled(ledger, of("J", "wrong", "3"))
    assert await names(ledger) == [("J", "other"), ("J", "right"), ("J", "wrong")]


async def test_each_provider_has_its_own(ledger):
    await filled(ledger, of("J", "build", "1"))

    assert await ledger.list_pipelines("other", None, None, None, 10) == []
    assert await ledger.count_pipelines("other") == 0


async def test_any_number_of_pipelines_can_be_looked_up(ledger):
    await filled(ledger, of("a", "1", "1"), of("a", "1999", "2"))

    found = await ledger.get_pipelines("homegrown", [("a", str(number)) for number in range(2000)])

    assert [number for number, each in enumerate(found) if each is not None] == [1, 1999]
