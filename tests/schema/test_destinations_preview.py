"""What records would become, asked for in three ways."""

import pytest

from gateway.domain import mutation_errors
from gateway.domain.call_log import Call
from gateway.domain.commands.destinations import CreateDestination, UpdateDestination
from gateway.domain.destination import CallMethod, ManualEndpoint
from gateway.domain.destination_trial import Preview, PreviewedBatch
from gateway.domain.global_id import encode_id
from gateway.domain.keys import BuildKey
from tests.schema.data_vendor import NAME, codes
from tests.schema.desk import AWAY, DESTINATION, ID, NOON, Desk, ask, data

pytestmark = pytest.mark.anyio

FIELDS = """batches { recordNumbers calls { write method url headers { name value } body status response } errors { code path } }
    problems warnings errors { __typename code message path }"""
QUERY = f"query ($input: PreviewDestinationInput!) {{ previewDestination(input: $input) {{ {FIELDS} }} }}"
SETTINGS = {"provider": NAME, "name": "n"}


async def previewed(desk, of, records=({},)):
    return (await data(desk, QUERY, input={"of": of, "records": list(records)}))["previewDestination"]


async def refusal_of(of, records=({},)):
    """The path and the message of the one error; nothing was asked."""
    desk = Desk()
    (error,) = (await previewed(desk, of, records))["errors"]
    assert (error["__typename"], error["code"]) == ("InvalidInputError", "BAD_USER_INPUT")
    assert desk.asked == []
    return error["path"], error["message"]


def invalid(*path):
    return mutation_errors.InvalidInputError(code="BAD_USER_INPUT", message="No.", path=path)


async def test_batches_with_their_calls():
    read = Call(provider=NAME, write=False, method="GET", url="https://v.example/p", at=NOON, status=200, response=b"{}")
    headers = (("X-A", "1"), ("X-Api-Key", "k"))
    url = "https://v.example/p/1?token=t"
    write = Call(provider=NAME, write=True, method="PUT", url=url, at=NOON, headers=headers, body=[{"a": 1}])
    preview = Preview(
        batches=(
            PreviewedBatch(numbers=(1, 2), calls=(read, write)),
            PreviewedBatch(numbers=(3,), errors=(invalid("input", "record"),)),
        ),
        problems=("p",),
        warnings=("w",),
    )

    assert await previewed(Desk(preview=preview), {"settings": SETTINGS}) == {
        "batches": [
            {
                "recordNumbers": [1, 2],
                "calls": [
                    {
                        "write": False, "method": "GET", "url": "https://v.example/p", "headers": [], "body": None, "status": 200,
                        "response": None,
                    },
                    {
                        "write": True, "method": "PUT", "url": "https://v.example/p/1?token=***",
                        "headers": [{"name": "X-A", "value": "1"}, {"name": "X-Api-Key", "value": "***"}], "body": [{"a": 1}], "status": None, "response": None,
                    },
                ],
                "errors": [],
            },
            {"recordNumbers": [3], "calls": [], "errors": [{"code": "BAD_USER_INPUT", "path": ["input", "record"]}]},
        ],
        "problems": ["p"],
        "warnings": ["w"],
        "errors": [],
    }  # fmt: skip


async def test_of_settings_of_changes_and_of_what_is_saved():
    manual = {"method": "POST", "url": "https://v.example/x"}
    desk = Desk()
    await previewed(desk, {"settings": {**SETTINGS, "manual": manual, "idempotencyKey": "k"}}, [{"a": 1}, {}])
    await previewed(desk, {"changes": {"destinationId": ID, "keyAttribute": None}})
    await previewed(desk, {"destinationId": ID})

    endpoint = ManualEndpoint(method=CallMethod.POST, url="https://v.example/x")
    assert desk.calls("preview") == [
        (CreateDestination(provider=NAME, name="n", manual=endpoint), [{"a": 1}, {}]),
        (UpdateDestination(destination=DESTINATION.key, key_attribute=None), [{}]),
        (DESTINATION.key, [{}]),
    ]


@pytest.mark.parametrize(
    ("of", "place"),
    [
        ({"settings": SETTINGS}, ["of", "settings"]),
        ({"changes": {"destinationId": ID}}, ["of", "changes"]),
        ({"destinationId": ID}, ["of"]),
    ],
)
async def test_errors_lead_to_the_field_where_it_is_here(of, place):
    desk = Desk(preview=Preview(errors=(invalid("input", "manual", "url"), invalid())))
    errors = (await previewed(desk, of))["errors"]

    assert [error["path"] for error in errors] == [["input", *place, "manual", "url"], []]


@pytest.mark.parametrize(
    ("of", "path"),
    [
        ({"destinationId": "nonsense"}, ["of", "destinationId"]),
        ({"destinationId": encode_id(BuildKey(NAME, ("b",)))}, ["of", "destinationId"]),
        ({"changes": {"destinationId": "nonsense"}}, ["of", "changes", "destinationId"]),
        ({"changes": {"destinationId": ID, "name": None}}, ["of", "changes", "name"]),
        (
            {"settings": {**SETTINGS, "batching": {"property": {"name": "p", "others": "x"}}}},
            ["of", "settings", "batching", "property", "others"],
        ),
    ],
)
async def test_what_cannot_be_meant_names_the_field(of, path):
    assert (await refusal_of(of))[0] == ["input", *path]


async def test_records_are_one_to_three_hundred_json_objects():
    of = {"destinationId": ID}

    assert await refusal_of(of, []) == (["input", "records"], "`records` takes 1 to 300 records, not 0.")
    assert await refusal_of(of, [{}] * 301) == (["input", "records"], "`records` takes 1 to 300 records, not 301.")
    assert await refusal_of(of, [{}, [{}]]) == (["input", "records", "1"], "`records.1` must be a JSON object.")
    desk = Desk()
    await previewed(desk, of, [{}] * 300)
    assert len(desk.calls("preview")) == 1


@pytest.mark.parametrize("of", [{}, {"destinationId": None}, {"destinationId": ID, "settings": SETTINGS}])
async def test_exactly_one_thing_is_tried(of):
    desk = Desk()
    answer = await ask(desk, QUERY, input={"of": of, "records": [{}]})

    assert [error.extensions["code"] for error in answer.errors] == ["GRAPHQL_VALIDATION_FAILED"]
    assert desk.asked == []


async def test_a_store_that_is_away_is_an_error_of_this_field_alone():
    query = QUERY[:-1] + "providers { name } }"
    answer = await ask(Desk(failure=AWAY), query, input={"of": {"destinationId": ID}, "records": [{}]})

    assert answer.data == {"previewDestination": None, "providers": []}
    assert codes(answer) == [(["previewDestination"], "STORE_UNAVAILABLE")]


def written(body):
    return Call(provider=NAME, write=True, method="POST", url="https://v.example/p", at=NOON, body=body)


async def test_bodies_beyond_four_mebibytes_are_not_shown():
    large = "x" * (1024 * 1024 - 4)
    batches = tuple(PreviewedBatch(numbers=(number,), calls=(written([large]),)) for number in range(1, 7))
    small = PreviewedBatch(numbers=(7,), calls=(written({}),))
    found = (await previewed(Desk(preview=Preview(batches=(*batches, small))), {"destinationId": ID}))["batches"]

    assert [(len(each["calls"]), [error["code"] for error in each["errors"]]) for each in found] == [
        *[(1, [])] * 4, *[(0, ["BUDGET_EXCEEDED"])] * 3,
    ]  # fmt: skip
    assert [each["recordNumbers"] for each in found] == [[number] for number in range(1, 8)]


async def test_each_call_counts_as_ten_items():
    preview = Preview(batches=tuple(PreviewedBatch(numbers=(number,), calls=(written({}),)) for number in range(1, 301)))
    of = {"input": {"of": {"destinationId": ID}, "records": [{}]}}
    fields = "previewDestination(input: $input) { batches { recordNumbers } }"

    async def codes_of(times):
        query = f"query ($input: PreviewDestinationInput!) {{ {' '.join(f'a{each}: {fields}' for each in range(times))} }}"
        return [code for _, code in codes(await ask(Desk(preview=preview), query, **of))]

    assert await codes_of(6) == []
    assert await codes_of(7) == ["BUDGET_EXCEEDED"]


@pytest.mark.parametrize(("many", "fits"), [(256, True), (257, False)])
async def test_at_most_so_many_attributes_are_excluded(many, fits):
    of = {"settings": {**SETTINGS, "excludeAttributes": [f"a{number}" for number in range(many)]}}
    desk = Desk()
    errors = (await previewed(desk, of))["errors"]

    assert [error["path"] for error in errors] == ([] if fits else [["input", "of", "settings", "excludeAttributes"]])
    assert bool(desk.asked) is fits
