"""sendRecords: gives records to a destination."""

from typing import Annotated

import strawberry

from gateway.domain import destination as domain
from gateway.domain.destination_trial import Sent
from gateway.domain.errors import InvalidInputError
from gateway.domain.mutation_errors import MutationProblem
from schema.inputs.command import JSON
from schema.inputs.destination import destination_key, json_objects, refusal
from schema.mutations.order import idempotency_key_of
from schema.resolvers.destinations import SentRecords as SentRecordsValue
from schema.resolvers.info import Info
from schema.resolvers.references import reference
from schema.types.destination import Destination
from schema.types.mutation_error import MutationError
from schema.types.view import argument, field, input_type, optional, view

MOST_RECORDS = 1000


@input_type
class SendRecordsInput:
    """Records for a destination, in order."""

    destination_id: strawberry.ID = argument("The destination.")
    records: list[JSON] = argument(f"From 1 to {MOST_RECORDS:,} JSON objects.")
    idempotency_key: str | None = optional(
        "Any text of yours, up to 255 characters: the same key with the same records takes them once, and answers the same."
    )


async def send_records(
    info: Info, input: Annotated[SendRecordsInput, strawberry.argument(description="What is to be sent.")]
) -> SentRecordsValue:
    try:
        key = destination_key(input.destination_id, "destinationId")
        records = json_objects(input.records, "records", MOST_RECORDS)
        idempotency_key = idempotency_key_of(input)
    except InvalidInputError as error:
        return SentRecordsValue(None, Sent(errors=(refusal(error),)))
    sent = await info.context.destinations.send(key, records, idempotency_key, info.context.caller)
    info.context.loaders.forget()
    return SentRecordsValue(key, sent)


@view(domain.Refusal, name="RecordRefusal")
class Refusal:
    """A record that was not taken."""

    number: int = field("Which of the records, counted from 1.")
    code: str = field(
        "NOT_AN_OBJECT, INVALID_TEXT, ATTRIBUTE_TWICE, TOO_LARGE, TOO_DEEP, NUMBER_TOO_LARGE, NUMBER_NOT_EXACT, KEY_UNUSABLE or "
        "KEY_HAS_OTHER_CONTENT. More may follow."
    )
    message: str = field("Why not, for people.")


def refusals(root: strawberry.Parent[SentRecordsValue]) -> list[domain.Refusal]:
    return list(root.sent.refusals)


def errors(root: strawberry.Parent[SentRecordsValue]) -> list[MutationProblem]:
    return list(root.sent.errors)


@view(SentRecordsValue, name="SendRecordsPayload")
class SentRecords:
    """What became of the records. Those that were accepted are kept, and are sent when their turn comes."""

    destination: Destination | None = field(
        "The destination as it is now; null when it cannot be found.", reference(SentRecordsValue, "destination")
    )
    accepted: int = field("How many were taken, for good.", lambda root: root.sent.accepted)
    duplicates: int = field("How many were taken before, under the same key.", lambda root: root.sent.duplicates)
    refused: int = field("How many were not taken.", lambda root: root.sent.refused)
    refusals: list[Refusal] = field("Why, for each of the first of them.", refusals)
    errors: list[MutationError] = field("Why none of them was taken; empty when each has its own fate.", errors)
    replayed: bool = field("All of this was decided before, under the idempotency key.", lambda root: root.sent.replayed)


SendRecordsPayload = SentRecords
