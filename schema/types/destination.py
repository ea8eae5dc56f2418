"""Destination: a stream of records that becomes calls to one provider."""

from datetime import datetime

import strawberry

from gateway.domain import destination as domain
from gateway.domain import provider as provider_domain
from gateway.domain.commands.command import Pair as PairValue
from gateway.domain.secret_names import header_without_secrets, url_without_secrets
from schema.inputs.command import JSON
from schema.resolvers.destinations import deliveries_of_destinations
from schema.resolvers.info import Info
from schema.types.connection import Connection
from schema.types.delivery import Delivery
from schema.types.enums import CallMethod, DestinationMode, DestinationState
from schema.types.node import Node
from schema.types.pair import Pair
from schema.types.provider import Provider
from schema.types.view import field, view

Root = strawberry.Parent[domain.Destination]


@view(domain.TemplateUse)
class TemplateUse:
    """A template of the provider, filled in."""

    name: str = field("The template's name: see `destinationTemplates`.")
    parameters: list[Pair] = field("Its parameters: constants, or `{{attribute}}` of the record.")


def headers(root: strawberry.Parent[domain.ManualEndpoint]) -> list[PairValue]:
    return [PairValue(each.name, header_without_secrets(each.name, each.value)) for each in root.headers]


@view(domain.ManualEndpoint)
class ManualEndpoint:
    """An address of the provider's own host."""

    method: CallMethod = field("HTTP method.")
    url: str = field("The whole address, with stars for what sounds like a secret.", lambda root: url_without_secrets(root.url))
    headers: list[Pair] = field(
        "Further headers, with stars for values of names that sound like secrets. The credential's are not among them.", headers
    )


@view(domain.PropertyInObject)
class PropertyInObject:
    """The body is an object that has the array of the records as one property."""

    name: str = field("The property's name.")
    others: JSON | None = field("The other properties.")


@view(domain.Batching)
class Batching:
    """How records share a call."""

    size: int = field("At most so many records in a call.")
    flush_interval_seconds: float = field("How long fewer records wait for others.", lambda root: root.flush_interval_s)
    property: PropertyInObject | None = field("Where the array of the records stands; null when the body is the array itself.")
    transform: str | None = field("The name of the transform that makes the body of the records.")


@view(domain.ResponseWebhook)
class ResponseWebhook:
    """Where the answer of each call is told."""

    url: str = field(
        "The address that is sent a JSON object after each call, with stars for what sounds like a secret.",
        lambda root: url_without_secrets(root.url),
    )


@view(domain.DestinationCounters)
class DestinationCounters:
    """How many records there were, by what has become of them, and how many calls."""

    accepted: int = field("Records taken in, ever.")
    queued: int = field("Records that wait. One that is sent again by hand is among them once more.")
    running: int = field("Records whose call is under way.")
    succeeded: int = field("Records that were delivered.")
    failed: int = field("Dead letters that had no effect.")
    unknown: int = field("Dead letters whose effect is not known: a person has to decide.")
    canceled: int = field("Dead letters that were never sent, because the destination was deleted.")
    calls: int = field("Calls that have ended.")
    webhooks_sent: int = field("Answers that were told to the response webhook.")
    webhooks_lost: int = field("Answers that the response webhook did not take. They are not told again.")


@view(domain.DestinationError, name="DestinationFault")
class DestinationError:
    """Why a call failed, or why a destination was stopped."""

    at: datetime = field("When.")
    code: str = field("The same words as in `extensions.code` of errors, and UNKNOWN_OUTCOME.")
    message: str = field("For people.")


def provider(root: Root, info: Info) -> provider_domain.Provider | None:
    return info.context.providers.get(root.key.provider)


def provider_name(root: Root) -> str:
    return root.key.provider


@view(domain.Destination)
class Destination(Node):
    """Takes records (JSON objects) and makes calls of them to one provider, in order, one after the other. What it accepts is kept,
    the fate of every record is known, and none is sent twice by itself.
    """

    name: str = field("Chosen by whoever created it.")
    provider: Provider | None = field("Where its calls go; null when that is not configured any more.", provider)
    provider_name: str = field("The name of that provider, configured or not.", provider_name)
    mode: DestinationMode | None = field("Where its calls come from; null for a draft that does not tell.")
    state: DestinationState = field("Whether it sends.")
    template: TemplateUse | None = field("The template that it uses, in mode TEMPLATE.", lambda root: root.settings.template)
    manual: ManualEndpoint | None = field("The address that it calls, in mode MANUAL.", lambda root: root.settings.manual)
    exclude_attributes: list[str] = field(
        "Attributes of records that are left out of calls.", lambda root: list(root.settings.exclude_attributes)
    )
    batching: Batching | None = field(
        "How records share a call; null when each has one of its own.", lambda root: root.settings.batching
    )
    key_attribute: str | None = field(
        "The attribute by which a record is known: of each key one record is taken. Null takes all.",
        lambda root: root.settings.key_attribute,
    )
    response_webhook: ResponseWebhook | None = field(
        "Where answers are told; null for nowhere.", lambda root: root.settings.response_webhook
    )
    queue_while_paused: bool = field(
        "Whether it takes records while it does not send.", lambda root: root.settings.queue_while_paused
    )
    max_queued: int = field("How many records may wait while it does not send.", lambda root: root.settings.max_queued)
    confirm_destructive: bool = field(
        "Whether somebody has confirmed that its calls may destroy things.", lambda root: root.settings.confirm_destructive
    )
    problems: list[str] = field("What it lacks before it can be activated; empty unless it is a draft.")
    warnings: list[str] = field("What may not be meant. It can be activated all the same.")
    counters: DestinationCounters = field("How many records and calls there were.")
    last_error: DestinationError | None = field("Why a call last failed; null when none has.")
    failures_in_row: int = field("Calls that failed for good since the last that went well, or since it was activated.")
    activated_by: str | None = field("The caller in whose name it sends, as the audit log names him; null before.")
    created_at: datetime = field("When it was created.")
    updated_at: datetime = field("When its settings or its state last changed.")
    deliveries: Connection[Delivery] | None = field(
        "What has become of its records, the last accepted first. Records that were delivered are forgotten after a time.",
        deliveries_of_destinations,
    )
