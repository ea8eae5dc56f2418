"""Filter of the audit log."""

from datetime import datetime

import strawberry

from gateway.domain.audit import AuditQuery
from gateway.domain.commands import COMMANDS
from gateway.domain.commands.command import Command
from gateway.domain.commands.destinations import DESTINATION_COMMANDS
from gateway.domain.commands.endpoints import CallEndpoint
from gateway.domain.errors import InvalidInputError
from gateway.domain.global_id import decode_id
from gateway.domain.keys import DestinationKey
from schema.inputs.checks import check_span, keys_of, not_empty, texts
from schema.types.enums import AuditOutcome
from schema.types.view import argument, input_type

_COMMANDS: tuple[type[Command], ...] = (*COMMANDS, *DESTINATION_COMMANDS, CallEndpoint)
MUTATIONS = frozenset(command.mutation for command in _COMMANDS)
"""By which the log knows attempts: fields of the schema, and the calls of destinations in manual mode."""


@input_type
class AuditFilter:
    """Which attempts. All given fields must match; a list matches any of its values."""

    providers: list[str] | None = argument("At these providers, by name; also at those that are not configured now.", default=None)
    mutations: list[str] | None = argument(
        "Of these mutations, by the names of their fields, like `runPipeline`; `callEndpoint` for those of manual destinations.",
        default=None,
    )
    outcomes: list[AuditOutcome] | None = argument("That came to one of these ends.", default=None)
    callers: list[str] | None = argument("By one of these callers, by name.", default=None)
    target_ids: list[strawberry.ID] | None = argument(
        "To change one of these, or to create something in it, by global id.", default=None
    )
    destination_ids: list[strawberry.ID] | None = argument("Made by one of these destinations, by global id.", default=None)
    idempotency_keys: list[str] | None = argument("Under one of these idempotency keys.", default=None)
    since: datetime | None = argument("Begun at or after this.", default=None)
    until: datetime | None = argument("Begun before this.", default=None)

    def query(self) -> AuditQuery:
        """Checked, as a domain value. Who is named here need not be there any more: the log is older than the configuration."""
        check_span(self.since, self.until, "since", "until")
        return AuditQuery(
            providers=stored_texts(self.providers, "providers"),
            mutations=_mutations(self.mutations),
            outcomes=not_empty(self.outcomes, "outcomes"),
            callers=stored_texts(self.callers, "callers"),
            targets=_ids(self.target_ids, "targetIds"),
            destinations=_destinations(self.destination_ids),
            idempotency_keys=stored_texts(self.idempotency_keys, "idempotencyKeys"),
            since=self.since,
            until=self.until,
        )


def stored_texts(values: list[str] | None, field: str) -> tuple[str, ...] | None:
    """A list of texts to look for in the store. Nothing there has a zero byte, and not every database takes one."""
    given = texts(values, field)
    if any("\0" in text for text in given or ()):
        raise InvalidInputError(f"`{field}` holds a text with a zero byte, which would match nothing.", field=field)
    return given


def _mutations(names: list[str] | None) -> tuple[str, ...] | None:
    given = not_empty(names, "mutations")
    for name in given or ():
        if name not in MUTATIONS:
            raise InvalidInputError(f"`mutations`: there is no mutation {name!r}.", field="mutations")
    return given


def _ids(ids: list[strawberry.ID] | None, field: str) -> tuple[str, ...] | None:
    given = not_empty(ids, field)
    for each in given or ():
        decode_id(each, field)
    return given


def _destinations(ids: list[strawberry.ID] | None) -> tuple[str, ...] | None:
    keys_of(ids, DestinationKey, "destinationIds")
    return None if ids is None else tuple(ids)
