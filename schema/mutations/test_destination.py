"""testDestination: makes a destination's call for one record, on trial."""

from typing import Annotated

import strawberry
from msgspec import UNSET

from gateway.domain import call_log
from gateway.domain import destination_trial as domain
from gateway.domain.commands.performed import Performed
from gateway.domain.errors import InvalidInputError
from gateway.domain.mutation_errors import MutationProblem
from gateway.domain.write_log import Receipt as ReceiptValue
from schema.inputs.command import JSON
from schema.inputs.destination import destination_key, json_object, refusal
from schema.resolvers.info import Info
from schema.types.destination_preview import Call, text_of
from schema.types.mutation_error import MutationError
from schema.types.node import key_id
from schema.types.receipt import Receipt
from schema.types.view import argument, field, input_type, optional, view

Root = strawberry.Parent[domain.Tested]


@input_type
class TestDestinationInput:
    """A record for one call with the saved settings, or the call's body itself: exactly one of `record` and `body`.

    The call is real: what it does stays done.
    """

    destination_id: strawberry.ID = argument("The destination, in any state but DELETED.")
    record: JSON | None = optional("A JSON object. It goes the whole way that records go.")
    body: JSON | None = optional("What is sent as it is, null too; with a template, a JSON object: the record without exclusion.")
    confirm: bool | None = optional("True where the call cannot be undone: a destructive template, or the method DELETE.")


async def test_destination(
    info: Info, input: Annotated[TestDestinationInput, strawberry.argument(description="What is to be tried.")]
) -> domain.Tested:
    try:
        key = destination_key(input.destination_id, "destinationId")
        record = None if input.record is strawberry.UNSET or input.record is None else json_object(input.record, "record")
    except InvalidInputError as error:
        return domain.Tested(performed=Performed(errors=(refusal(error),)))
    body = UNSET if input.body is strawberry.UNSET else input.body
    confirm = input.confirm is True
    tested = await info.context.destinations.test(key, record, body, confirm, info.context.caller)
    info.context.loaders.forget()
    return tested


def write_of(tested: domain.Tested) -> call_log.Call | None:
    last = tested.calls[-1] if tested.calls else None
    return last if last is not None and last.write else None


def status(root: Root) -> int | None:
    write = write_of(root)
    return None if write is None else write.status


def response(root: Root) -> str | None:
    write = write_of(root)
    return None if write is None else text_of(write.response)


def ids(root: Root) -> list[strawberry.ID]:
    return [key_id(key) for key in root.performed.keys]


def errors(root: Root) -> list[MutationProblem]:
    return list(root.performed.errors)


def receipt(root: Root) -> ReceiptValue | None:
    return root.performed.receipt


@view(domain.Tested, name="TestDestinationPayload")
class Tested:
    """What came of a call on trial. The destination's queue, counters and state stay as they are."""

    calls: list[Call] = field("The calls in order; the last one is the one that was to change something, if it came to that.")
    status: int | None = field("HTTP status of that one's answer; null when none came.", status)
    response: str | None = field("Body of that answer: see `DestinationCall.response`.", response)
    duration_seconds: float = field("How long all of it took.", lambda root: root.duration_s)
    ids: list[strawberry.ID] = field("Global ids of what was created, started, changed or deleted.", ids)
    errors: list[MutationError] = field("Why it was not done, or not surely; empty when all went well.", errors)
    receipt: Receipt | None = field("How the vendor was told; null when nothing was sent to be done.", receipt)


TestDestinationPayload = Tested
