"""Mutations about destinations: from input to command or question, and from what came of it to the payload."""

import pytest
from msgspec import UNSET

from gateway.domain import destination_trial, mutation_errors
from gateway.domain.call_log import Call
from gateway.domain.commands.command import Pair
from gateway.domain.commands.destinations import (
    ActivateDestination,
    CreateDestination,
    DeleteDestination,
    PauseDestination,
    ResendDeliveries,
    UpdateDestination,
)
from gateway.domain.commands.performed import Performed
from gateway.domain.destination import (
    Batching,
    CallMethod,
    DeliveryStatus,
    ManualEndpoint,
    PropertyInObject,
    Refusal,
    ResponseWebhook,
    TemplateUse,
)
from gateway.domain.destination_trial import Sent
from gateway.domain.global_id import encode_id
from gateway.domain.keys import BuildKey, DeliveryKey, DestinationKey
from gateway.domain.write_log import Receipt
from tests.schema.data_vendor import NAME, SCHEMA, codes, id_of
from tests.schema.desk import AWAY, DESTINATION, ID, NOON, Desk, ask, data, delivery, request_of

pytestmark = pytest.mark.anyio

KEY = DESTINATION.key
BUILD = BuildKey(NAME, ("b",))
REFUSED = mutation_errors.ConflictError(code="CONFLICT", message="It is deleted.", path=("input", "destinationId"))


class Orders:
    """In place of a request's context: takes every command and does nothing."""

    def __init__(self):
        self.taken = []

    async def mutate(self, command, *, idempotency_key=None, confirm_name=None):
        assert confirm_name is None
        self.taken.append((command, idempotency_key))
        return Performed()


def sending(mutation, selection):
    return f"mutation ($input: {mutation[0].upper()}{mutation[1:]}Input!) {{ {mutation}(input: $input) {{ {selection} }} }}"


async def ordered(mutation, **values):
    """The orders that came of it, and the errors in its payload."""
    orders = Orders()
    query = sending(mutation, "errors { __typename message path }")
    answer = await SCHEMA.execute(query, variable_values={"input": values}, context_value=orders)
    assert answer.errors is None, answer.errors
    return orders.taken, answer.data[mutation]["errors"]


async def command_of(mutation, **values):
    ((command, _),), errors = await ordered(mutation, **values)
    assert not errors
    return command


async def test_the_least_of_a_destination():
    assert await command_of("createDestination", provider=NAME, name="n") == CreateDestination(provider=NAME, name="n")


async def test_all_of_a_destination():
    command = await command_of(
        "createDestination",
        provider=NAME,
        name="n",
        template={"name": "run", "parameters": [{"name": "a", "value": "{{ b }}"}]},
        manual={
            "method": "DELETE",
            "url": "https://v.example/x",
            "headers": [{"name": "X-A", "value": "1"}],
            "headersText": "X-B:2",
        },
        excludeAttributes=["secret"],
        batching={"size": 5, "flushIntervalSeconds": 0.5, "property": {"name": "rows", "others": {"a": None}}, "transform": "t"},
        keyAttribute="id",
        responseWebhook={"url": "https://hooks.example"},
        queueWhilePaused=False,
        maxQueued=10,
        confirmDestructive=True,
    )

    assert command == CreateDestination(
        provider=NAME,
        name="n",
        template=TemplateUse(name="run", parameters=(Pair("a", "{{ b }}"),)),
        manual=ManualEndpoint(
            method=CallMethod.DELETE, url="https://v.example/x", headers=(Pair("X-A", "1"),), headers_text="X-B:2"
        ),
        exclude_attributes=("secret",),
        batching=Batching(size=5, flush_interval_s=0.5, property=PropertyInObject(name="rows", others={"a": None}), transform="t"),
        key_attribute="id",
        response_webhook=ResponseWebhook(url="https://hooks.example"),
        queue_while_paused=False,
        max_queued=10,
        confirm_destructive=True,
    )


async def test_null_in_place_of_a_default_is_the_default():
    batching = {"size": None, "flushIntervalSeconds": None, "property": None}
    command = await command_of("createDestination", provider=NAME, name="n", template=None, batching=batching)

    assert command == CreateDestination(provider=NAME, name="n", batching=Batching())


async def test_an_update_tells_what_is_left_out_from_what_is_emptied():
    kept = await command_of("updateDestination", destinationId=ID, name="new", confirmDestructive=False)
    emptied = await command_of("updateDestination", destinationId=ID, batching=None, keyAttribute=None, responseWebhook=None)

    assert kept == UpdateDestination(destination=KEY, name="new", confirm_destructive=False)
    assert emptied == UpdateDestination(destination=KEY, batching=None, key_attribute=None, response_webhook=None)


@pytest.mark.parametrize(
    "name", ["name", "template", "manual", "excludeAttributes", "queueWhilePaused", "maxQueued", "confirmDestructive"]
)
async def test_what_a_destination_cannot_be_without_is_not_emptied(name):
    orders, (error,) = await ordered("updateDestination", destinationId=ID, **{name: None})

    assert not orders
    assert error["path"] == ["input", name]


async def test_other_properties_are_a_json_object():
    batching = {"property": {"name": "rows", "others": [1]}}
    orders, (error,) = await ordered("createDestination", provider=NAME, name="n", batching=batching)

    assert not orders
    assert error == {
        "__typename": "InvalidInputError",
        "message": "`batching.property.others` must be a JSON object.",
        "path": ["input", "batching", "property", "others"],
    }


@pytest.mark.parametrize(
    ("mutation", "command"),
    [
        ("activateDestination", ActivateDestination(destination=KEY)),
        ("pauseDestination", PauseDestination(destination=KEY)),
        ("deleteDestination", DeleteDestination(destination=KEY)),
    ],
)
async def test_a_destination_is_switched_by_its_id(mutation, command):
    assert await ordered(mutation, destinationId=ID, idempotencyKey="k") == ([(command, "k")], [])
    orders, (error,) = await ordered(mutation, destinationId=encode_id(BUILD))
    assert not orders
    assert error["message"] == "`destinationId` takes an id of type Destination, not of Build."


async def test_dead_letters_by_id_or_by_state():
    keys = tuple(DeliveryKey(NAME, ("d1", number)) for number in "12")
    named = await command_of("resendDeliveries", destinationId=ID, deliveryIds=[encode_id(key) for key in keys])
    of_a_state = await command_of("resendDeliveries", destinationId=ID, status="UNKNOWN")

    assert named == ResendDeliveries(destination=KEY, deliveries=keys)
    assert of_a_state == ResendDeliveries(destination=KEY, status=DeliveryStatus.UNKNOWN)
    _, (error,) = await ordered("resendDeliveries", destinationId=ID, deliveryIds=[encode_id(keys[0]), ID])
    assert error["path"] == ["input", "deliveryIds", "1"]


class Doing:
    """A request's context whose mutations come to this end."""

    def __init__(self, context, performed):
        self.context = context
        self.performed = performed

    def __getattr__(self, name):
        return getattr(self.context, name)

    async def mutate(self, _command, **_):
        return self.performed


async def payload_of(desk, mutation, selection, performed, **values):
    request = request_of(desk)
    try:
        query = sending(mutation, selection)
        answer = await SCHEMA.execute(query, variable_values={"input": values}, context_value=Doing(request, performed))
    finally:
        request.close()
    return answer.data[mutation], answer


@pytest.mark.parametrize("mutation", ["activateDestination", "pauseDestination", "updateDestination"])
async def test_a_payload_shows_the_destination_as_it_is_now(mutation):
    shown, answer = await payload_of(
        Desk(DESTINATION), mutation, "ids destination { name }", Performed(keys=(KEY,)), destinationId=ID
    )

    assert (shown, answer.errors) == ({"ids": [ID], "destination": {"name": "to 1"}}, None)


async def test_a_deleted_destination_is_named():
    shown, _ = await payload_of(Desk(), "deleteDestination", "deletedId", Performed(keys=(KEY,)), destinationId=ID)

    assert shown == {"deletedId": ID}


async def test_what_was_queued_once_more_is_read_at_once():
    letters = [delivery(number, status=DeliveryStatus.QUEUED) for number in range(3)]
    desk = Desk(DESTINATION, deliveries=letters)
    keys = (KEY, *(each.key for each in letters), DeliveryKey(NAME, ("d1", "gone")))
    shown, answer = await payload_of(
        desk, "resendDeliveries", "destination { name } deliveries { id status }", Performed(keys=keys), destinationId=ID
    )

    assert shown == {
        "destination": {"name": "to 1"},
        "deliveries": [*({"id": id_of(each), "status": "QUEUED"} for each in letters), None],
    }
    assert codes(answer) == [(["resendDeliveries", "deliveries", 3], "NOT_FOUND")]
    assert len(desk.calls("get_deliveries")) == 1


async def test_of_a_refusal_nothing_is_shown():
    shown, answer = await payload_of(
        Desk(DESTINATION),
        "resendDeliveries",
        "ids destination { name } deliveries { id }",
        Performed(errors=(REFUSED,)),
        destinationId=ID,
    )

    assert (shown, answer.errors) == ({"ids": [], "destination": None, "deliveries": []}, None)


SENT_FIELDS = """destination { name } accepted duplicates refused refusals { number code message }
    errors { __typename code message path } replayed"""


async def test_what_became_of_records():
    refusal = Refusal(number=2, code="CONFLICT", message="The queue is full.")
    sent = Sent(accepted=2, duplicates=1, refused=1, refusals=(refusal,), replayed=True)
    desk = Desk(DESTINATION, sent=sent)
    records = [{"a": 1}, {}, {"b": [None]}]
    given = {"destinationId": ID, "records": records, "idempotencyKey": "k"}
    found = await data(desk, sending("sendRecords", SENT_FIELDS), input=given)

    assert found["sendRecords"] == {
        "destination": {"name": "to 1"},
        "accepted": 2,
        "duplicates": 1,
        "refused": 1,
        "refusals": [{"number": 2, "code": "CONFLICT", "message": "The queue is full."}],
        "errors": [],
        "replayed": True,
    }
    assert desk.calls("send") == [(KEY, records, "k", "ann")]


async def test_what_could_not_be_taken_is_data():
    found = await data(
        Desk(sent=Sent(errors=(REFUSED,))), sending("sendRecords", SENT_FIELDS), input={"destinationId": ID, "records": [{}]}
    )

    assert found["sendRecords"] == {
        "destination": None,
        "accepted": 0,
        "duplicates": 0,
        "refused": 0,
        "refusals": [],
        "errors": [
            {"__typename": "ConflictError", "code": "CONFLICT", "message": "It is deleted.", "path": ["input", "destinationId"]}
        ],
        "replayed": False,
    }


@pytest.mark.parametrize(
    ("given", "path", "said"),
    [
        ({"destinationId": "nonsense"}, ["destinationId"], "is not an id of this gateway"),
        ({"destinationId": encode_id(BUILD)}, ["destinationId"], "takes ids of type Destination, not of Build"),
        ({"destinationId": encode_id(DestinationKey(NAME, ("\0",)))}, ["destinationId"], "is not an id of this gateway"),
        ({"records": []}, ["records"], "`records` takes 1 to 1000 records, not 0."),
        ({"records": [{}] * 1001}, ["records"], "`records` takes 1 to 1000 records, not 1001."),
        *(({"records": [{}, value]}, ["records", "1"], "must be a JSON object") for value in ("a", 1, True, [{}])),
        *(({"idempotencyKey": key}, ["idempotencyKey"], "1 to 255 printable characters") for key in ("", " ", "a\nb", "x" * 256)),
    ],
    ids=lambda value: repr(value)[:60],
)
async def test_records_that_cannot_be_meant_name_the_field(given, path, said):
    desk = Desk(DESTINATION)
    found = await data(desk, sending("sendRecords", SENT_FIELDS), input={"destinationId": ID, "records": [{}]} | given)
    (error,) = found["sendRecords"]["errors"]

    assert (error["__typename"], error["code"], error["path"]) == ("InvalidInputError", "BAD_USER_INPUT", ["input", *path])
    assert said in error["message"]
    assert found["sendRecords"]["destination"] is None
    assert desk.asked == []


async def test_after_sending_the_destination_is_read_anew():
    desk = Desk(DESTINATION, sent=Sent(accepted=1))
    twice = "mutation ($input: SendRecordsInput!) { " + " ".join(
        f"{name}: sendRecords(input: $input) {{ destination {{ name }} }}" for name in "ab"
    )
    await data(desk, twice + " }", input={"destinationId": ID, "records": [{}]})

    assert [name for name, *_ in desk.asked] == ["send", "get", "send", "get"]


TESTED_FIELDS = """calls { write method url headers { name value } body status response } status response durationSeconds ids
    errors { __typename code path } receipt { method status }"""
LOOK = Call(provider=NAME, write=False, method="GET", url="https://v.example/p?q=1", at=NOON, status=200, response=b"[]")
WRITE = Call(
    provider=NAME,
    write=True,
    method="POST",
    url="https://v.example/runs",
    at=NOON,
    headers=(("X-Team", "core"),),
    body={"id": 7},
    status=201,
    response='{"id":"é'.encode()[:-1],  # cut within a character
)


async def test_a_call_on_trial_is_shown_with_all_that_led_to_it():
    done = Performed(keys=(BUILD,), receipt=Receipt(provider=NAME, method="POST", path="/runs", status=201))
    desk = Desk(tested=destination_trial.Tested(performed=done, calls=(LOOK, WRITE), duration_s=0.5))
    found = await data(desk, sending("testDestination", TESTED_FIELDS), input={"destinationId": ID, "record": {"id": 7}})

    assert found["testDestination"] == {
        "calls": [
            {
                "write": False, "method": "GET", "url": "https://v.example/p?q=1", "headers": [], "body": None, "status": 200,
                "response": None,
            },
            {
                "write": True, "method": "POST", "url": "https://v.example/runs", "headers": [{"name": "X-Team", "value": "core"}],
                "body": {"id": 7}, "status": 201, "response": '{"id":"\ufffd',
            },
        ],
        "status": 201,
        "response": '{"id":"\ufffd',
        "durationSeconds": 0.5,
        "ids": [encode_id(BUILD)],
        "errors": [],
        "receipt": {"method": "POST", "status": 201},
    }  # fmt: skip
    assert desk.calls("test") == [(KEY, {"id": 7}, UNSET, False, "ann")]


@pytest.mark.parametrize("calls", [(), (LOOK,)])
async def test_a_trial_that_came_to_no_write_has_no_answer_of_it(calls):
    desk = Desk(tested=destination_trial.Tested(performed=Performed(errors=(REFUSED,)), calls=calls))
    shown = (await data(desk, sending("testDestination", TESTED_FIELDS), input={"destinationId": ID, "record": {}}))[
        "testDestination"
    ]

    assert (shown["status"], shown["response"], shown["ids"], shown["receipt"]) == (None, None, [], None)
    assert shown["errors"] == [{"__typename": "ConflictError", "code": "CONFLICT", "path": ["input", "destinationId"]}]
    assert len(shown["calls"]) == len(calls)


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ({}, (None, UNSET, False)),
        ({"record": None, "confirm": None}, (None, UNSET, False)),
        ({"body": None, "confirm": True}, (None, None, True)),
        ({"body": [1, "a"], "confirm": False}, (None, [1, "a"], False)),
        ({"record": {"a": 1}, "body": "b"}, ({"a": 1}, "b", False)),
    ],
    ids=repr,
)
async def test_a_body_of_null_is_told_from_none(given, asked):
    desk = Desk(tested=destination_trial.Tested(performed=Performed()))
    await data(desk, sending("testDestination", "status"), input={"destinationId": ID} | given)

    assert desk.calls("test") == [(KEY, *asked, "ann")]


@pytest.mark.parametrize(
    ("given", "path"),
    [({"destinationId": encode_id(BUILD)}, "destinationId"), *(({"record": value}, "record") for value in ("a", 5, [{}], False))],
    ids=repr,
)
async def test_a_trial_that_cannot_be_meant_names_the_field(given, path):
    desk = Desk(tested=destination_trial.Tested(performed=Performed()))
    found = await data(desk, sending("testDestination", TESTED_FIELDS), input={"destinationId": ID} | given)

    assert found["testDestination"]["errors"] == [
        {"__typename": "InvalidInputError", "code": "BAD_USER_INPUT", "path": ["input", path]}
    ]
    assert (found["testDestination"]["calls"], found["testDestination"]["durationSeconds"]) == ([], 0.0)
    assert desk.asked == []


@pytest.mark.parametrize(("mutation", "given"), [("sendRecords", {"records": [{}]}), ("testDestination", {"record": {}})])
async def test_what_nobody_expected_is_an_error_of_the_field(mutation, given):
    answer = await ask(Desk(failure=AWAY), sending(mutation, "errors { code }"), input={"destinationId": ID} | given)

    assert answer.data is None
    assert codes(answer) == [([mutation], "STORE_UNAVAILABLE")]
