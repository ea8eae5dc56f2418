"""previewDestination: what records would become."""

from collections.abc import Sequence
from typing import Annotated, cast

import strawberry
from msgspec import UNSET
from msgspec.json import encode
from msgspec.structs import replace

from gateway.domain.commands.destinations import CreateDestination, UpdateDestination
from gateway.domain.destination_trial import Preview, PreviewedBatch
from gateway.domain.errors import InvalidInputError
from gateway.domain.keys import DestinationKey
from gateway.domain.mutation_errors import NotStartedError
from schema.inputs.command import JSON
from schema.inputs.destination import destination_key, json_objects, refusal
from schema.mutations.create_destination import CreateDestinationInput
from schema.mutations.order import struct_of
from schema.mutations.update_destination import UpdateDestinationInput
from schema.resolvers.info import Info
from schema.resolvers.lookups import given
from schema.types.view import argument, input_type, one_of

MOST_RECORDS = 300
MOST_BODY_BYTES = 4 * 1024 * 1024
"""Of all bodies of one preview, as JSON."""
NODES_PER_CALL = 10
"""What a call costs to show, in items of a list."""


_TOO_MUCH = NotStartedError(
    code="BUDGET_EXCEEDED",
    message=f"What would be sent up to here has more than {MOST_BODY_BYTES // 1024**2} MiB: preview fewer records.",
    retryable=False,
)


@one_of
class PreviewOf:
    """What is to be tried. Nothing of it is saved, and an `idempotencyKey` in it means nothing."""

    destination_id: strawberry.ID | None = argument("A destination as it is.", default=strawberry.UNSET)
    settings: CreateDestinationInput | None = argument("A destination that is not there yet.", default=strawberry.UNSET)
    changes: UpdateDestinationInput | None = argument("A destination as it would be.", default=strawberry.UNSET)


@input_type
class PreviewDestinationInput:
    """Records, and what they are given to."""

    of: PreviewOf = argument("What is to be tried.")
    records: list[JSON] = argument(
        f"From 1 to {MOST_RECORDS} JSON objects, in order. Bodies beyond {MOST_BODY_BYTES // 1024**2} MiB in all are not shown."
    )


async def preview_destination(
    info: Info, input: Annotated[PreviewDestinationInput, strawberry.argument(description="What is to be shown.")]
) -> Preview:
    try:
        place, command = _command(input.of)
        records = json_objects(input.records, "records", MOST_RECORDS)
    except InvalidInputError as error:
        return Preview(errors=(refusal(error),))
    preview = await info.context.destinations.preview(command, records)
    info.context.count(NODES_PER_CALL * sum(len(batch.calls) for batch in preview.batches))
    preview = replace(preview, batches=_bounded(preview.batches))
    # `input`, `manual`, `url` of the mutation is `input`, `of`, `settings`, `manual`, `url` here
    errors = tuple(replace(each, path=("input", *place, *each.path[1:])) if each.path else each for each in preview.errors)
    return replace(preview, errors=errors)


def _bounded(batches: Sequence[PreviewedBatch]) -> tuple[PreviewedBatch, ...]:
    """Bodies repeat what records and settings hold, once for each call: those beyond the bound are not shown."""
    left, shown = MOST_BODY_BYTES, []
    for batch in batches:
        left -= sum(len(encode(call.body)) for call in batch.calls if call.body is not UNSET) if left >= 0 else 0
        shown.append(batch if left >= 0 else PreviewedBatch(numbers=batch.numbers, errors=(_TOO_MUCH,)))
    return tuple(shown)


def _command(of: PreviewOf) -> tuple[tuple[str, ...], CreateDestination | UpdateDestination | DestinationKey]:
    """With the path to the fields that the mutation's input has."""
    if given(of.settings):
        return ("of", "settings"), cast(CreateDestination, struct_of(of.settings, CreateDestination, "of.settings"))
    if given(of.changes):
        return ("of", "changes"), cast(UpdateDestination, struct_of(of.changes, UpdateDestination, "of.changes"))
    if given(of.destination_id):
        return ("of",), destination_key(strawberry.ID(of.destination_id or ""), "of.destinationId")
    raise InvalidInputError("`of` needs exactly one of `destinationId`, `settings` and `changes`, and not null.", field="of")
