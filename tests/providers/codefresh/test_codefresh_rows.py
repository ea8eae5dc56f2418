"""The four shapes of lists, and rows that cannot be read."""

import httpx
import msgspec
import pytest

from gateway.domain.errors import MalformedResponseError
from gateway.providers.codefresh import wire
from gateway.providers.codefresh.rows import BadRow, Envelope, ListDecoder, Listing
from gateway.upstream.answer import Answer

CREATED = "2024-05-17T12:04:09.310Z"
BUILDS: ListDecoder[wire.Build] = ListDecoder(
    msgspec.json.Decoder(list[wire.Build] | Envelope[wire.Build] | None), msgspec.json.Decoder(wire.Build), "build"
)


def decode(body: object) -> Listing[wire.Build]:
    raw = body if isinstance(body, bytes) else msgspec.json.encode(body)
    return BUILDS.decode(Answer(200, httpx.Headers(), raw, "shop-codefresh", "x-request-id"))


def row(build_id: object, **keys: object) -> dict[str, object]:
    return {"id": build_id, "created": CREATED} | keys


@pytest.mark.parametrize(
    "body",
    [
        [row("a"), row("b")],
        {"docs": [row("a"), row("b")]},
        {"projects": [row("a"), row("b")]},
        {"pipelines": [row("a"), row("b")], "images": None},
        {"workflows": {"docs": [row("a"), row("b")], "total": 7}, "pagination": {"sessionId": "x"}},
    ],
)
@pytest.mark.parametrize("spoiled", [False, True])
def test_every_shape_gives_its_rows(body: object, spoiled: bool) -> None:
    text = msgspec.json.encode(body)
    if spoiled:  # which takes the way row by row
        text = text.replace(b'"id":"b"', b'"id":"b","status":5')

    rows = decode(text).rows

    assert [each.fault.id if isinstance(each, BadRow) else each.id for each in rows] == ["a", "b"]
    assert isinstance(rows[1], BadRow) is spoiled


def test_nothing_is_an_empty_list() -> None:
    assert decode(b"null").rows == decode([]).rows == decode({"docs": []}).rows == decode({"projects": None}).rows == []


def test_totals_and_next_pages_are_told_if_the_vendor_tells() -> None:
    assert decode({"docs": [row("a")], "count": 9}).count == 9
    assert decode({"workflows": {"docs": []}, "pagination": {"nextPage": True}}).next_page is True
    assert decode([row("a")]).count is None
    assert decode([row("a")]).next_page is None


def test_a_spoiled_frame_costs_no_row() -> None:
    found = decode({"workflows": {"docs": [row("a")]}, "pagination": {"nextPage": "perhaps"}, "count": "many"})

    assert [each.id for each in found.rows if isinstance(each, wire.Build)] == ["a"]
    assert (found.count, found.next_page) == (None, None)


def test_of_a_bad_row_is_kept_what_can_be_read() -> None:
    bad = decode([row("a", status=5, serviceId="p"), {"_id": "b", "created": "yesterday"}, {"id": 7, "created": CREATED}, 5]).rows

    assert all(isinstance(each, BadRow) for each in bad)
    faults = [each.fault for each in bad if isinstance(each, BadRow)]
    assert [fault.id for fault in faults[:2]] == ["a", "b"]
    assert [fault.created_at is None for fault in faults] == [False, True, False, True]
    assert [each.pipeline_id for each in bad if isinstance(each, BadRow)] == ["p", None, None, None]
    assert all(isinstance(fault.error, MalformedResponseError) and fault.error.provider == "shop-codefresh" for fault in faults)


def test_rows_without_ids_keep_theirs_from_read_to_read_and_are_told_apart() -> None:
    nameless = {"created": CREATED, "status": "success"}
    first, second = (decode([nameless, nameless, row("a")]).rows for _ in range(2))

    names = [each.fault.id for each in first if isinstance(each, BadRow)]
    assert names == [each.fault.id for each in second if isinstance(each, BadRow)]
    assert len(set(names)) == 2


@pytest.mark.parametrize("body", [b"", b"{", b"<html>", b'"text"', b"5", b"{}", b'{"docs":5}', b'{"workflows":[]}', b"\xff"])
def test_what_is_no_list_is_malformed(body: bytes) -> None:
    with pytest.raises(MalformedResponseError) as caught:
        decode(body)

    assert caught.value.provider == "shop-codefresh"


def test_no_error_quotes_the_answer() -> None:
    found = decode([row("a", status={"token": "CANARY-SECRET-1"}), row("CANARY-SECRET-2", created="CANARY-SECRET-3")]).rows

    told = [str(each.fault.error) + repr(each.fault.error.__context__) for each in found if isinstance(each, BadRow)]
    assert len(told) == 2
    assert "CANARY-SECRET-" not in "".join(told)
