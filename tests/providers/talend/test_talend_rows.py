"""Lists in both of their shapes, and rows that cannot be read."""

from datetime import UTC, datetime

import httpx
import msgspec
import pytest

from gateway.domain.errors import GatewayError, MalformedResponseError
from gateway.domain.page import RowFault
from gateway.providers.talend.mapping import utc
from gateway.providers.talend.pipeline_wire import Plan
from gateway.providers.talend.rows import Items, ListDecoder, Listing, decode_nested, values_of
from gateway.providers.talend.wire import Moment
from gateway.upstream.answer import Answer


class Row(msgspec.Struct, frozen=True):
    id: str
    at: Moment | None = None


DECODER: ListDecoder[Row] = ListDecoder(msgspec.json.Decoder(list[Row] | Items[Row]), msgspec.json.Decoder(Row), "row")


def answer(body: str, told: list[GatewayError]) -> Answer:
    return Answer(200, httpx.Headers(), body.encode(), "talend-eu", "x-request-id", str, told.append)


def read(body: str, told: list[GatewayError] | None = None) -> Listing[Row]:
    return DECODER.decode(answer(body, [] if told is None else told))


@pytest.mark.parametrize(
    ("body", "ids", "total"),
    [
        ('[{"id":"a"},{"id":"b"}]', ["a", "b"], None),
        ("[]", [], None),
        ('{"items":[{"id":"a"}],"limit":100,"offset":0,"total":6}', ["a"], 6),
        ('{"items":[{"id":"a"}],"limit":100,"offset":0}', ["a"], None),
        ('{"items":[],"total":0}', [], 0),
        ('{"limit":100,"offset":0,"total":0}', [], 0),
        ('{"items":[{"id":"a"}],"total":"six","offset":0}', ["a"], None),
        ('{"items":[{"id":"a"}],"total":6,"offset":"none"}', ["a"], 6),
    ],
)
def test_both_shapes(body: str, ids: list[str], total: int | None) -> None:
    listing = read(body)

    assert [row.id for row in listing.rows] == ids
    assert listing.total == total
    assert listing.offset == (0 if '"offset":0' in body else None)


@pytest.mark.parametrize("body", ["", "7", '"text"', "null", "{}", '{"items":null,"total":4}', '{"message":"x"}', "[1", "<html>"])
def test_what_is_no_list_is_malformed_as_a_whole(body: str) -> None:
    told: list[GatewayError] = []

    with pytest.raises(MalformedResponseError):
        read(body, told)

    assert len(told) == 1


@pytest.mark.parametrize("shape", ["{}", '{{"items":{},"total":3}}'])
def test_a_bad_row_fails_alone(shape: str) -> None:
    told: list[GatewayError] = []

    listing = read(shape.format('[{"id":"a"},{"id":"b","at":"yesterday"},{"id":"c"}]'), told)

    assert [row.id for row in listing.rows] == ["a", "b", "c"]
    bad = listing.rows[1]
    assert isinstance(bad, RowFault)
    assert type(bad.error) is MalformedResponseError
    assert bad.error.message.startswith("A row in the provider's answer cannot be read: Invalid RFC3339")
    assert "yesterday" not in bad.error.message
    assert told == []


def test_a_row_of_which_nothing_can_be_read_keeps_its_name_from_read_to_read() -> None:
    first, again = read('[7,{"id":"a"},7,{"x":1}]'), read('[{"id":"a"},7,7,{"x":1}]')

    named = [row.id for row in first.rows if isinstance(row, RowFault)]
    assert len(set(named)) == 3
    assert named == [row.id for row in again.rows if isinstance(row, RowFault)]
    assert named[1] == f"{named[0]}-2"


def test_rows_that_are_all_bad_are_told_to_health_and_still_fail_one_by_one() -> None:
    told: list[GatewayError] = []

    listing = read('[{"at":1},{"at":2}]', told)

    assert len([row for row in listing.rows if isinstance(row, RowFault)]) == 2
    assert len(told) == 1


@pytest.mark.parametrize(
    ("row", "row_id", "created"),
    [
        ('{"executionId":"e","id":3,"triggerTimestamp":"2026-02-03T04:05:06.789Z"}', "e", datetime(2026, 2, 3, 4, 5, 6, 789000, UTC)),
        ('{"executable":"x","startTimestamp":"2026-02-03T04:05:06Z","triggerTimestamp":"?"}', "x", datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)),
        ('{"id":7,"executable":"x"}', "x", None),
    ],
)  # fmt: skip
def test_what_can_be_made_out_of_a_bad_row(row: str, row_id: str, created: datetime | None) -> None:
    (bad,) = read(f"[{row}]").rows

    assert isinstance(bad, RowFault)
    assert (bad.id, bad.created_at) == (row_id, created)


def test_an_answer_that_is_nested_too_deep_is_malformed() -> None:
    plans: ListDecoder[Plan] = ListDecoder(msgspec.json.Decoder(list[Plan] | Items[Plan]), msgspec.json.Decoder(Plan), "plan")
    deep = '{"nextStep":' * 5_000 + "{}" + "}" * 5_000
    body = f'{{"executable":"b","chart":{deep}}}'

    with pytest.raises(MalformedResponseError, match="nested too deep"):
        plans.decode(answer(f"[{body}]", []))
    with pytest.raises(MalformedResponseError, match="nested too deep"):
        decode_nested(answer(body, []), msgspec.json.Decoder(Plan))


@pytest.mark.parametrize(
    ("rows", "total", "offset", "limit", "more"),
    [
        (2, None, 0, 2, True),
        (1, None, 0, 2, False),
        (2, 5, 2, 2, True),
        (1, 5, 4, 2, False),
        (2, 4, 2, 2, False),
        (0, 9, 4, 2, False),
    ],
)
def test_whether_there_is_more(rows: int, total: int | None, offset: int, limit: int, more: bool) -> None:
    assert Listing([Row("x")] * rows, total).more_after(offset, limit) is more


@pytest.mark.parametrize(
    ("told", "seen"),
    [
        ("2026-03-02T12:00:00+02:00", datetime(2026, 3, 2, 10, tzinfo=UTC)),
        ("0001-01-01T00:00:00+14:00", datetime.min.replace(tzinfo=UTC)),
        ("9999-12-31T23:59:59-14:00", datetime.max.replace(tzinfo=UTC)),
        ("9999-12-31T23:59:59Z", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_times_of_all_zones_are_told_in_utc(told: str, seen: datetime) -> None:
    assert utc(datetime.fromisoformat(told)) == seen
    (bad,) = read(f'[{{"id":7,"executable":"x","triggerTimestamp":"{told}"}}]').rows
    assert isinstance(bad, RowFault)
    assert bad.created_at == seen


@pytest.mark.parametrize("problem", [OverflowError(), ValueError(), RecursionError()])
def test_a_row_that_cannot_be_mapped_fails_alone(problem: Exception) -> None:
    def to_value(row: Row) -> str:
        if row.id == "b":
            raise problem
        return row.id.upper()

    good, bad, fault = values_of([Row("a"), Row("b"), RowFault(MalformedResponseError("?"), "c")], to_value, "talend-eu")

    assert good == "A"
    assert isinstance(bad, RowFault)
    assert (bad.id, type(bad.error), bad.error.provider) == ("b", MalformedResponseError, "talend-eu")
    assert isinstance(fault, RowFault)
    assert fault.id == "c"
