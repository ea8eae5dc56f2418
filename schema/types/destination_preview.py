"""DestinationPreview: the calls that records would become; and calls that were made on trial."""

from typing import Any

import strawberry
from msgspec import UNSET

from gateway.domain import call_log
from gateway.domain import destination_trial as domain
from gateway.domain.commands import command
from gateway.domain.secret_names import header_without_secrets, url_without_secrets
from schema.inputs.command import JSON
from schema.types.mutation_error import MutationError
from schema.types.pair import Pair
from schema.types.view import field, view

Root = strawberry.Parent[call_log.Call]


def url(root: Root) -> str:
    return url_without_secrets(root.url)


def headers(root: Root) -> list[command.Pair]:
    return [command.Pair(name, header_without_secrets(name, value)) for name, value in root.headers]


def body(root: Root) -> Any:
    return None if root.body is UNSET else root.body


def text_of(response: bytes | None) -> str | None:
    """What is cut off in the middle of a character loses that character."""
    return None if response is None else response.decode(errors="replace")


def response(root: Root) -> str | None:
    """What is looked up may be more than whoever previews would be shown."""
    return text_of(root.response) if root.write else None


@view(call_log.Call, name="DestinationCall")
class Call:
    """One call to a provider."""

    write: bool = field("Whether it changes something. The others look up what the record names.")
    method: str = field("HTTP method.")
    url: str = field(
        "The whole address, with stars for what sounds like a secret. For records that the gateway itself keeps, the path of "
        "its own route.",
        url,
    )
    headers: list[Pair] = field(
        "Headers that the settings add, with stars for values of names that sound like secrets. The credential's are not shown.",
        headers,
    )
    body: JSON | None = field("What is sent; null when nothing is.", body)
    status: int | None = field("HTTP status of the answer; null when none came, and for what is not sent in a preview.")
    response: str | None = field(
        "Body of the answer, with stars for secrets, its first 64 KiB. Null for what only looks something up, where nothing was "
        "sent, and for JSON of more than 1 MiB.",
        response,
    )


@view(domain.PreviewedBatch)
class PreviewedBatch:
    """Records that share a call, and what they come to."""

    record_numbers: list[int] = field("Which of the records, counted from 1.", lambda root: list(root.numbers))
    calls: list[Call] = field(
        "The calls in order: those that looked something up, which were made, and the one that changes something, which was not. "
        "What is looked up is a call of this request: when its budget of time and calls is spent, `errors` say so, and the rest is "
        "missing."
    )
    errors: list[MutationError] = field("Why nothing would be sent for them; empty when it would.")


@view(domain.Preview, name="DestinationPreview")
class Preview:
    """What a destination would send. Nothing is changed by finding out."""

    batches: list[PreviewedBatch] = field("One for each call that would change something, in order.")
    problems: list[str] = field("What the settings still lack before they can be activated.")
    warnings: list[str] = field("What may not be meant.")
    errors: list[MutationError] = field("Why there is no preview; empty when there is one.")
