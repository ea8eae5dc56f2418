"""Settings of destinations as clients write them, filters of destinations and deliveries, and records."""

from collections.abc import Sequence
from typing import Any

import strawberry

from gateway.domain import mutation_errors
from gateway.domain.commands.command import JsonObject
from gateway.domain.destination import DeliveryQuery, DestinationQuery
from gateway.domain.errors import InvalidInputError
from gateway.domain.keys import DestinationKey
from schema.inputs.audit import stored_texts
from schema.inputs.checks import check_text, keys_of, not_empty
from schema.inputs.command import JSON, PairInput
from schema.types.enums import CallMethod, DeliveryStatus, DestinationState
from schema.types.view import argument, input_type, optional


@input_type
class TemplateUseInput:
    """A template of the provider, filled in: see `destinationTemplates`."""

    name: str = argument("The template's name.")
    parameters: list[PairInput] | None = optional(
        "Values for its parameters: a constant, or `{{attribute}}` to read each record's own. `a.b` is an attribute within another."
    )


@input_type
class ManualEndpointInput:
    """A call to an address of the provider's own host. The provider's credential is added, and the content type is JSON."""

    method: CallMethod = argument("HTTP method.")
    url: str = argument("The whole address, of at most 4,096 characters, percent-encoded, without placeholders.")
    headers: list[PairInput] | None = optional(
        "Further headers. Those of the credential and of the connection, and those that make another call of it, cannot be given."
    )
    headers_text: str | None = optional(
        "The same as one text of at most 16 KiB, `name:value,name:value`, in place of `headers`; empty for none."
    )


@input_type
class PropertyInObjectInput:
    """Makes the body an object that has the array of the records as one property."""

    name: str = argument("The property's name.")
    others: JSON | None = optional("The other properties: a JSON object of at most 16 KiB.")


@input_type
class BatchingInput:
    """How records share a call. The body is the array of them, unless `property` or `transform` is given."""

    size: int | None = optional("At most so many records in a call, from 1 to 10,000; 100 when left out.")
    flush_interval_seconds: float | None = optional("How long fewer records wait for others; 5 seconds when left out.")
    property: PropertyInObjectInput | None = optional("The array is to be a property of an object.")
    transform: str | None = optional("The name of a transform that the operator has set up: it makes the body of the records.")


@input_type
class ResponseWebhookInput:
    """Where the answer of each call is told."""

    url: str = argument("The address that is sent a JSON object after each call. The operator decides which ones may be called.")


@input_type
class DestinationFilter:
    """Which destinations. All given fields must match; a list matches any of its values."""

    providers: list[str] | None = argument("Of these providers, by name; also of those that are not configured now.", default=None)
    states: list[DestinationState] | None = argument("In one of these states; all but DELETED when left out.", default=None)
    name_contains: str | None = argument("A part of the name, ignoring case.", default=None)

    def query(self) -> DestinationQuery:
        """Checked, as a domain value."""
        name = check_text(self.name_contains, "nameContains")
        stored_texts(None if name is None else [name], "nameContains")
        return DestinationQuery(
            providers=stored_texts(self.providers, "providers"),
            states=not_empty(self.states, "states"),
            name_contains=name,
        )


@input_type
class DeliveryFilter:
    """Which deliveries. All given fields must match; a list matches any of its values."""

    destination_ids: list[strawberry.ID] | None = argument("Of these destinations.", default=None)
    statuses: list[DeliveryStatus] | None = argument("In one of these states.", default=None)
    record_keys: list[str] | None = argument("Of records with one of these keys.", default=None)

    def query(self) -> DeliveryQuery:
        """Checked, as a domain value."""
        return DeliveryQuery(
            destinations=_destinations(self.destination_ids, "destinationIds"),
            statuses=not_empty(self.statuses, "statuses"),
            record_keys=stored_texts(self.record_keys, "recordKeys"),
        )


def _destinations(ids: Sequence[strawberry.ID] | None, field: str) -> tuple[DestinationKey, ...] | None:
    keys = keys_of(ids, DestinationKey, field)
    if any("\0" in part for key in keys or () for part in key.parts):  # which not every database takes
        raise InvalidInputError(f"`{field}` is not an id of this gateway. Pass an `id` exactly as it was given.", field=field)
    return keys


def destination_key(text: strawberry.ID, field: str) -> DestinationKey:
    """The key behind a destination's global id."""
    (key,) = _destinations([text], field) or ()
    return key


def json_object(value: Any, field: str) -> JsonObject:
    if not isinstance(value, dict):
        raise InvalidInputError(f"`{field}` must be a JSON object.", field=field)
    return value


def json_objects(values: Sequence[Any], field: str, most: int) -> list[JsonObject]:
    """From 1 to `most` of them."""
    if not 1 <= len(values) <= most:
        raise InvalidInputError(f"`{field}` takes 1 to {most} records, not {len(values)}.", field=field)
    return [json_object(value, f"{field}.{place}") for place, value in enumerate(values)]


def refusal(error: InvalidInputError) -> mutation_errors.InvalidInputError:
    """What cannot be meant, as data of the answer."""
    path = () if error.field is None else ("input", *error.field.split("."))
    return mutation_errors.InvalidInputError(code=error.code, message=error.message, path=path)
