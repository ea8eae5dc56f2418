"""Destinations, their deliveries and templates, as clients read them."""

from datetime import timedelta

import pytest

from gateway.context import RequestContext, RequestLimits
from gateway.domain.budget import RequestBudget
from gateway.domain.commands.command import Pair
from gateway.domain.commands.runs import RunPipeline
from gateway.domain.destination import (
    Batching,
    CallMethod,
    DeliveryQuery,
    DeliveryStatus,
    DestinationCounters,
    DestinationError,
    DestinationQuery,
    DestinationSettings,
    DestinationState,
    ManualEndpoint,
    PropertyInObject,
    ResponseWebhook,
    TemplateUse,
)
from gateway.domain.global_id import encode_id
from gateway.domain.keys import BuildKey, DeliveryKey, DestinationKey
from gateway.domain.template import Template, TemplateParameter
from gateway.domain.write_log import Receipt
from gateway.operations.mutations import Mutations
from tests.schema.data_vendor import NAME, SCHEMA, Forgetful, codes, id_of, vendor
from tests.schema.desk import AWAY, DESTINATION, ID, NOON, Desk, ask, data, delivery, destination

pytestmark = pytest.mark.anyio

ALL_FIELDS = """id name provider { name } providerName mode state template { name parameters { name value } }
    manual { method url headers { name value } } excludeAttributes
    batching { size flushIntervalSeconds property { name others } transform }
    keyAttribute responseWebhook { url } queueWhilePaused maxQueued confirmDestructive problems warnings
    counters { accepted queued running succeeded failed unknown canceled calls webhooksSent webhooksLost }
    lastError { at code message } failuresInRow activatedBy createdAt updatedAt"""
DELIVERY_FIELDS = """id destination { name } status record recordKey attempts acceptedAt at dueAt code message
    receipt { provider method path status requestId attempts } durationSeconds changedIds attemptId callNumber"""
AT = "2026-03-02T12:00:00.123457Z"
NO_COUNTS = dict.fromkeys(
    ("accepted", "queued", "running", "succeeded", "failed", "unknown", "canceled", "calls", "webhooksSent", "webhooksLost"), 0
)


async def page(desk, arguments="", field="destinations", shown="id", **variables):
    """Ids, whether there are more, and the cursor that goes on."""
    declared = "".join(f"${name}: {type_} " for name, (type_, _) in variables.items())
    query = f"query {f'({declared})' if declared else ''} {{ {field}{f'({arguments})' if arguments else ''}"
    query += f" {{ nodes {{ {shown} }} pageInfo {{ hasNextPage endCursor }} }} }}"
    found = (await data(desk, query, **{name: value for name, (_, value) in variables.items()}))[field]
    return [node[shown] for node in found["nodes"]], found["pageInfo"]["hasNextPage"], found["pageInfo"]["endCursor"]


async def walked(desk, size, field="destinations", shown="id"):
    """All of a list, page by page."""
    rows, cursor, more = [], None, True
    while more:
        behind = f', after: "{cursor}"' if cursor else ""
        found, more, cursor = await page(desk, f"first: {size}{behind}", field, shown)
        assert len(found) <= size
        rows += found
    return rows


async def test_a_destination_that_uses_a_template_with_everything_told():
    settings = DestinationSettings(
        template=TemplateUse(name="run-pipeline", parameters=(Pair("pipeline", "{{ slug }}"),)),
        exclude_attributes=("secret", "meta.note"),
        key_attribute="id",
        response_webhook=ResponseWebhook(url="https://hooks.example/1"),
        queue_while_paused=True,
        max_queued=7,
        confirm_destructive=True,
    )
    counts = {name: place for place, name in enumerate(DestinationCounters.__struct_fields__, 1)}
    whole = destination(
        settings=settings,
        state=DestinationState.ERROR,
        problems=("p",),
        warnings=("w",),
        counters=DestinationCounters(**counts),
        last_error=DestinationError(at=NOON, code="FORBIDDEN", message="No."),
        failures_in_row=5,
        activated_by="ann",
    )
    found = await data(Desk(whole), f"{{ destinations {{ nodes {{ {ALL_FIELDS} }} totalCount outcomes {{ status }} }} }}", vendor())

    assert found["destinations"] == {
        "nodes": [
            {
                "id": ID,
                "name": "to 1",
                "provider": {"name": NAME},
                "providerName": NAME,
                "mode": "TEMPLATE",
                "state": "ERROR",
                "template": {"name": "run-pipeline", "parameters": [{"name": "pipeline", "value": "{{ slug }}"}]},
                "manual": None,
                "excludeAttributes": ["secret", "meta.note"],
                "batching": None,
                "keyAttribute": "id",
                "responseWebhook": {"url": "https://hooks.example/1"},
                "queueWhilePaused": True,
                "maxQueued": 7,
                "confirmDestructive": True,
                "problems": ["p"],
                "warnings": ["w"],
                "counters": dict(zip(NO_COUNTS, range(1, 11), strict=True)),
                "lastError": {"at": AT, "code": "FORBIDDEN", "message": "No."},
                "failuresInRow": 5,
                "activatedBy": "ann",
                "createdAt": AT,
                "updatedAt": AT,
            }
        ],
        "totalCount": None,
        "outcomes": [],
    }


async def test_a_destination_in_manual_mode():
    headers = (Pair("X-Team", "core"),)
    endpoint = ManualEndpoint(method=CallMethod.PATCH, url="https://vendor.example/a?b=c", headers=headers)
    batching = Batching(size=3, flush_interval_s=1.5, property=PropertyInObject(name="rows", others={"dry": True}))
    desk = Desk(destination(settings=DestinationSettings(manual=endpoint, batching=batching)))
    (node,) = (await data(desk, f"{{ destinations {{ nodes {{ {ALL_FIELDS} }} }} }}", vendor()))["destinations"]["nodes"]

    assert (node["mode"], node["template"]) == ("MANUAL", None)
    assert node["manual"] == {
        "method": "PATCH",
        "url": "https://vendor.example/a?b=c",
        "headers": [{"name": "X-Team", "value": "core"}],
    }
    assert node["batching"] == {
        "size": 3,
        "flushIntervalSeconds": 1.5,
        "property": {"name": "rows", "others": {"dry": True}},
        "transform": None,
    }


async def test_a_draft_of_a_provider_that_is_not_configured_any_more():
    desk = Desk(destination(settings=DestinationSettings(), state=DestinationState.DRAFT, provider="former"))
    (node,) = (await data(desk, f"{{ destinations {{ nodes {{ {ALL_FIELDS} }} }} }}", vendor()))["destinations"]["nodes"]

    assert (node["provider"], node["providerName"], node["mode"]) == (None, "former", None)
    assert (node["maxQueued"], node["queueWhilePaused"], node["counters"]) == (1000, False, NO_COUNTS)
    assert (node["lastError"], node["activatedBy"], node["keyAttribute"]) == (None, None, None)


async def test_page_by_page_every_destination_comes_once_even_at_one_moment():
    desk = Desk(*(destination(number) for number in range(5)), destination(5, NOON - timedelta(microseconds=1)))
    wanted = [id_of(destination(number)) for number in (4, 3, 2, 1, 0, 5)]

    assert await page(desk, "first: 6") == (wanted, False, (await page(desk, "first: 6"))[2])
    assert await walked(desk, 2) == wanted
    assert await walked(desk, 4) == wanted
    assert await page(Desk()) == ([], False, None)


async def test_edges_carry_the_cursors():
    query = "{ destinations { edges { cursor node { name } } pageInfo { startCursor endCursor } } }"
    found = (await data(Desk(destination(1), destination(2)), query))["destinations"]

    assert [edge["node"]["name"] for edge in found["edges"]] == ["to 2", "to 1"]
    assert [edge["cursor"] for edge in found["edges"]] == [found["pageInfo"]["startCursor"], found["pageInfo"]["endCursor"]]


async def test_the_filter_of_destinations_is_passed_on_whole():
    desk = Desk()
    given = {"providers": ["acme", "gone since"], "states": ["DRAFT", "DELETED"], "nameContains": "Prod"}
    await page(desk, "first: 3, filter: $filter", filter=("DestinationFilter", given))
    await page(desk)

    states = (DestinationState.DRAFT, DestinationState.DELETED)
    wanted = DestinationQuery(providers=("acme", "gone since"), states=states, name_contains="Prod")
    assert desk.calls("list") == [(wanted, None, 4), (DestinationQuery(), None, 21)]


async def test_the_filter_of_deliveries_is_passed_on_whole():
    desk = Desk()
    given = {"destinationIds": [ID], "statuses": ["FAILED", "UNKNOWN"], "recordKeys": ["k", "l"]}
    await page(desk, "filter: $filter", "deliveries", filter=("DeliveryFilter", given))
    await page(desk, "", "deliveries")

    statuses = (DeliveryStatus.FAILED, DeliveryStatus.UNKNOWN)
    wanted = DeliveryQuery(destinations=(DESTINATION.key,), statuses=statuses, record_keys=("k", "l"))
    assert desk.calls("deliveries") == [(wanted, None, 21), (DeliveryQuery(), None, 21)]


@pytest.mark.parametrize(
    ("field", "given", "named"),
    [
        *(("destinations", {name: []}, name) for name in ("providers", "states")),
        *(("destinations", {"providers": [text]}, "providers") for text in (" ", "a\0b")),
        *(("destinations", {"nameContains": text}, "nameContains") for text in ("", " ", "a\0b")),
        *(("deliveries", {name: []}, name) for name in ("destinationIds", "statuses", "recordKeys")),
        *(("deliveries", {"recordKeys": [text]}, "recordKeys") for text in (" ", "a\0b")),
        ("deliveries", {"recordKeys": ["x"] * 501}, "recordKeys"),
        ("deliveries", {"destinationIds": ["nonsense"]}, "destinationIds"),
        ("deliveries", {"destinationIds": [encode_id(BuildKey("acme", ("b",)))]}, "destinationIds"),
        ("deliveries", {"destinationIds": [encode_id(DestinationKey("acme", ("a\0b",)))]}, "destinationIds"),
    ],
    ids=repr,
)
async def test_a_filter_that_cannot_be_meant_names_its_field(field, given, named):
    desk = Desk()
    type_ = {"destinations": "DestinationFilter", "deliveries": "DeliveryFilter"}[field]
    answer = await ask(desk, f"query ($filter: {type_}) {{ {field}(filter: $filter) {{ nodes {{ id }} }} }}", filter=given)

    assert codes(answer) == [([field], "BAD_USER_INPUT")]
    assert answer.errors[0].extensions["field"] == named
    assert desk.asked == []


@pytest.mark.parametrize("field", ["destinations", "deliveries"])
@pytest.mark.parametrize("first", [0, -1, 11])
async def test_a_page_has_its_bounds(field, first):
    desk = Desk()
    answer = await ask(desk, f"{{ {field}(first: {first}) {{ nodes {{ id }} }} }}", most=10)

    assert codes(answer) == [([field], "BAD_USER_INPUT")]
    assert desk.asked == []
    assert (await ask(desk, f"{{ {field}(first: 10) {{ nodes {{ id }} }} }}", most=10)).errors is None


async def test_a_cursor_belongs_to_its_filter_and_its_list():
    desk = Desk(destination(1), destination(2), deliveries=[delivery(1), delivery(2)])
    of_destinations = (await page(desk, "first: 1"))[2]
    of_deliveries = (await page(desk, "first: 1", "deliveries"))[2]

    for field, arguments in [
        ("destinations", f'after: "{of_destinations}", filter: {{ states: [ACTIVE] }}'),
        ("destinations", f'after: "{of_deliveries}"'),
        ("destinations", 'after: "InNbCg"'),
        ("deliveries", f'after: "{of_deliveries}", filter: {{ statuses: [FAILED] }}'),
        ("deliveries", f'after: "{of_destinations}"'),
        ("auditLog", f'after: "{of_destinations}"'),
    ]:
        answer = await ask(desk, f"{{ {field}({arguments}) {{ nodes {{ __typename }} }} }}")
        assert codes(answer) == [([field], "BAD_USER_INPUT")], (field, arguments)
        assert answer.errors[0].extensions["field"] == "after"
    assert (await page(desk, f'first: 1, after: "{of_destinations}", filter: {{}}'))[0] == [ID]


async def test_a_delivery_with_its_fate():
    receipt = Receipt(provider=NAME, method="POST", path="/runs", status=500, request_id="r", attempts=2)
    told = delivery(
        4,
        status=DeliveryStatus.UNKNOWN,
        record=b'{"id":7,"tags":["a",null]}',
        record_key="7",
        call=9,
        attempt_id="a1",
        code="UNKNOWN_OUTCOME",
        message="It broke off.",
        receipt=receipt,
        duration_s=0.25,
        changed=("x", "y"),
        due_at=NOON,
    )
    found = await data(Desk(DESTINATION, deliveries=[told]), f"{{ deliveries {{ nodes {{ {DELIVERY_FIELDS} }} }} }}")

    assert found["deliveries"]["nodes"] == [
        {
            "id": id_of(told),
            "destination": {"name": "to 1"},
            "status": "UNKNOWN",
            "record": {"id": 7, "tags": ["a", None]},
            "recordKey": "7",
            "attempts": 1,
            "acceptedAt": AT,
            "at": "2026-03-02T12:00:04.123457Z",
            "dueAt": AT,
            "code": "UNKNOWN_OUTCOME",
            "message": "It broke off.",
            "receipt": {
                "provider": NAME, "method": "POST", "path": "/runs", "status": 500, "requestId": "r", "attempts": 2,
            },
            "durationSeconds": 0.25,
            "changedIds": ["x", "y"],
            "attemptId": "a1",
            "callNumber": 9,
        }
    ]  # fmt: skip


async def test_of_a_record_that_was_delivered_the_record_is_not_kept():
    found = await data(Desk(deliveries=[delivery()]), f"{{ deliveries {{ nodes {{ {DELIVERY_FIELDS} }} }} }}")
    (node,) = found["deliveries"]["nodes"]

    assert {name for name, value in node.items() if value is None} == {
        "destination", "record", "recordKey", "dueAt", "code", "message", "receipt", "durationSeconds", "attemptId", "callNumber",
    }  # fmt: skip
    assert (node["status"], node["changedIds"]) == ("SUCCEEDED", [])


async def test_deliveries_page_by_page():
    desk = Desk(deliveries=[delivery(number) for number in range(7)])
    wanted = [id_of(delivery(number)) for number in reversed(range(7))]

    assert await walked(desk, 3, "deliveries") == wanted
    assert await walked(desk, 7, "deliveries") == wanted


async def test_deliveries_of_one_destination_share_one_read_of_it():
    others = destination(2)
    desk = Desk(DESTINATION, others, deliveries=[delivery(1), delivery(2, of=others), delivery(3)])
    found = await data(desk, "{ deliveries { nodes { destination { name } } } }")

    assert [node["destination"]["name"] for node in found["deliveries"]["nodes"]] == ["to 1", "to 2", "to 1"]
    assert [set(keys) for (keys,) in desk.calls("get")] == [{DESTINATION.key, others.key}]


async def test_below_each_destination_its_own_deliveries_page_by_page():
    others = destination(2)
    own = [delivery(number) for number in range(3)]
    desk = Desk(DESTINATION, others, deliveries=[*own, delivery(9, of=others)])
    query = "query ($after: String) { destinations { nodes { name deliveries(first: 2, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } } } }"
    second, first = (await data(desk, query))["destinations"]["nodes"]

    assert [node["id"] for node in second["deliveries"]["nodes"]] == [id_of(delivery(9, of=others))]
    assert [node["id"] for node in first["deliveries"]["nodes"]] == [id_of(own[2]), id_of(own[1])]
    assert (second["deliveries"]["pageInfo"]["hasNextPage"], first["deliveries"]["pageInfo"]["hasNextPage"]) == (False, True)

    answer = await ask(desk, query, after=first["deliveries"]["pageInfo"]["endCursor"])
    refused, shown = answer.data["destinations"]["nodes"]
    assert shown["deliveries"]["nodes"] == [{"id": id_of(own[0])}]
    assert refused["deliveries"] is None
    assert codes(answer) == [(["destinations", "nodes", 0, "deliveries"], "BAD_USER_INPUT")]  # another destination's cursor


async def test_deliveries_below_a_destination_by_their_states():
    desk = Desk(DESTINATION, deliveries=[delivery(1), delivery(2, status=DeliveryStatus.FAILED)])
    query = (
        "query ($statuses: [DeliveryStatus!]) { destinations { nodes { deliveries(statuses: $statuses) { nodes { status } } } } }"
    )
    (node,) = (await data(desk, query, statuses=["FAILED", "CANCELED"]))["destinations"]["nodes"]
    refused = await ask(desk, query, statuses=[])

    assert node["deliveries"]["nodes"] == [{"status": "FAILED"}]
    assert codes(refused) == [(["destinations", "nodes", 0, "deliveries"], "BAD_USER_INPUT")]
    assert refused.errors[0].extensions["field"] == "statuses"


async def test_both_are_found_again_by_id_whether_their_provider_is_configured_or_not():
    former = destination(3, provider="former")
    desk = Desk(DESTINATION, former, deliveries=[delivery(of=former)])
    ids = [ID, id_of(former), id_of(delivery(of=former))]
    query = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Destination { name } } }"
    found = await data(desk, query, vendor(), ids=ids)

    assert [(node["__typename"], node["id"]) for node in found["nodes"]] == list(
        zip(("Destination", "Destination", "Delivery"), ids, strict=True)
    )
    assert found["nodes"][1]["name"] == "to 3"


@pytest.mark.parametrize("key", [DestinationKey("former", ("x",)), DeliveryKey("former", ("x", "1"))])
async def test_what_is_not_there_is_null(key):
    found = await data(Desk(), "query ($id: ID!) { node(id: $id) { id } }", vendor(), id=encode_id(key))

    assert found == {"node": None}


async def test_an_id_of_anything_else_still_needs_its_provider():
    build = encode_id(BuildKey("former", ("b",)))
    answer = await ask(Desk(), "query ($id: ID!) { node(id: $id) { id } }", vendor(), id=build)

    assert codes(answer) == [(["node"], "BAD_USER_INPUT")]


@pytest.mark.parametrize("field", ["destinations", "deliveries"])
async def test_a_store_that_is_away_is_an_error_of_this_field_alone(field):
    answer = await ask(Desk(failure=AWAY), f"{{ {field} {{ nodes {{ id }} }} providers {{ name }} }}", vendor())

    assert answer.data == {field: None, "providers": [{"name": NAME}]}
    assert codes(answer) == [([field], "STORE_UNAVAILABLE")]


async def test_a_gateway_without_destinations_says_so():
    store = Forgetful()
    request = RequestContext({}, RequestLimits(), RequestBudget(5, 100), mutations=Mutations(store, 5), audit=store)
    answer = await SCHEMA.execute("{ destinations { nodes { id } } }", context_value=request)
    request.close()

    assert codes(answer) == [(["destinations"], "NOT_SUPPORTED")]


async def make(filled):
    raise AssertionError(filled)


RUN = Template(
    name="run-pipeline",
    title="Run Pipeline",
    description="Starts a run.",
    command=RunPipeline,
    make=make,
    parameters=(TemplateParameter(name="pipeline", description="Which one.", example="web", required=False),),
    example={"branch": "main"},
    takes_record=False,
    destroys=True,
)
TEMPLATE_FIELDS = """name title description provider { name } kind takesRecord destructive
    parameters { name description example required } example mutation"""


async def test_templates_with_what_they_take():
    desk = Desk()
    offering = vendor("offering", templates={"run-pipeline": RUN})
    found = await data(desk, f"{{ destinationTemplates {{ {TEMPLATE_FIELDS} }} }}", vendor(), offering)

    assert found["destinationTemplates"] == [
        {
            "name": "run-pipeline",
            "title": "Run Pipeline",
            "description": "Starts a run.",
            "provider": {"name": "offering"},
            "kind": "TALEND",
            "takesRecord": False,
            "destructive": True,
            "parameters": [{"name": "pipeline", "description": "Which one.", "example": "web", "required": False}],
            "example": {"branch": "main"},
            "mutation": "runPipeline",
        }
    ]
    assert desk.asked == []


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ("", ["one", "two"]),
        ('(providers: ["two"])', ["two"]),
        ("(kinds: [TALEND])", ["one", "two"]),
        ("(kinds: [DX])", []),
        ('(kinds: [DX], providers: ["two"])', []),
    ],
)
async def test_templates_of_chosen_providers(arguments, names):
    offering = [vendor(name, templates={"run-pipeline": RUN}) for name in ("one", "two")]
    found = await data(Desk(), f"{{ destinationTemplates{arguments} {{ provider {{ name }} }} }}", *offering)

    assert [each["provider"]["name"] for each in found["destinationTemplates"]] == names


@pytest.mark.parametrize(
    ("arguments", "named"), [('(providers: ["nobody"])', "providers"), ("(providers: [])", "providers"), ("(kinds: [])", "kinds")]
)
async def test_templates_of_nobody(arguments, named):
    answer = await ask(Desk(), f"{{ destinationTemplates{arguments} {{ name }} }}", vendor())

    assert codes(answer) == [(["destinationTemplates"], "BAD_USER_INPUT")]
    assert answer.errors[0].extensions["field"] == named


async def test_installed_transforms_are_listed():
    assert await data(Desk(), "{ codeTransforms }", vendor()) == {"codeTransforms": ["wrap_by_id"]}


async def test_what_sounds_like_a_secret_is_not_shown():
    headers = (Pair(name="X-Api-Key", value="canary"), Pair(name="X-Team", value="core"))
    url = "https://v.example/x?token=canary&page=2"
    manual = ManualEndpoint(method=CallMethod.POST, url=url, headers=headers)
    settings = DestinationSettings(manual=manual, response_webhook=ResponseWebhook(url="https://h.example/hook/canary"))
    query = "{ destinations { nodes { manual { url headers { name value } } responseWebhook { url } } } }"
    (node,) = (await data(Desk(destination(settings=settings)), query))["destinations"]["nodes"]

    assert node == {
        "manual": {
            "url": "https://v.example/x?token=***&page=2",
            "headers": [{"name": "X-Api-Key", "value": "***"}, {"name": "X-Team", "value": "core"}],
        },
        "responseWebhook": {"url": "https://h.example/hook/***"},
    }


async def test_records_count_by_their_size():
    large = b'{"pad":"' + b"x" * 250 * 1024 + b'"}'
    desk = Desk(deliveries=[delivery(number, status=DeliveryStatus.FAILED, record=large) for number in range(1, 101)])

    shown = await ask(desk, "{ deliveries(first: 70) { nodes { record } } }")
    assert shown.errors is None
    refused = await ask(desk, "{ deliveries(first: 100) { nodes { record } } }")
    assert {code for _, code in codes(refused)} == {"BUDGET_EXCEEDED"}
    assert (await ask(desk, "{ deliveries(first: 100) { nodes { id } } }")).errors is None
