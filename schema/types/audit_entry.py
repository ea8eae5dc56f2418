"""AuditEntry: one attempt to change something."""

from datetime import datetime

import strawberry

from gateway.domain import audit as domain
from schema.types.enums import AuditOutcome
from schema.types.view import field, view

Root = strawberry.Parent[domain.AuditEntry]


def attempt_id(entry: Root) -> str:
    return entry.attempt.id


def at(entry: Root) -> datetime:
    return entry.attempt.at


def caller(entry: Root) -> str:
    return entry.attempt.caller


def mutation(entry: Root) -> str:
    return entry.attempt.mutation


def provider(entry: Root) -> str | None:
    return entry.attempt.provider


def target_id(entry: Root) -> strawberry.ID | None:
    return None if entry.attempt.target is None else strawberry.ID(entry.attempt.target)


def destination_id(entry: Root) -> strawberry.ID | None:
    return None if entry.attempt.destination is None else strawberry.ID(entry.attempt.destination)


def confirmed_by(entry: Root) -> str | None:
    return entry.attempt.confirmed_by


def idempotency_key(entry: Root) -> str | None:
    return entry.attempt.idempotency_key


def code(entry: Root) -> str | None:
    return entry.settlement.code if entry.settlement else None


def duration_seconds(entry: Root) -> float | None:
    return entry.settlement.duration_s if entry.settlement else None


def method(entry: Root) -> str | None:
    return entry.settlement.method if entry.settlement else None


def path(entry: Root) -> str | None:
    return entry.settlement.path if entry.settlement else None


def status(entry: Root) -> int | None:
    return entry.settlement.status if entry.settlement else None


def request_id(entry: Root) -> str | None:
    return entry.settlement.request_id if entry.settlement else None


def writes(entry: Root) -> int | None:
    return entry.settlement.writes if entry.settlement else None


def changed_ids(entry: Root) -> list[strawberry.ID]:
    return [strawberry.ID(each) for each in entry.settlement.changed] if entry.settlement else []


@view(domain.AuditEntry)
class AuditEntry:
    """One attempt to change something, and what came of it. What was given as input is not in it."""

    attempt_id: str = field("What the gateway's own logs call it.", attempt_id)
    at: datetime = field("When it began.", at)
    caller: str = field("Who asked; `anonymous` where nobody has to sign in.", caller)
    mutation: str = field(
        "The field that was asked for, like `runPipeline`, or that a destination made of a record; `callEndpoint` for a call to an "
        "address, of a destination in mode MANUAL.",
        mutation,
    )
    provider: str | None = field("The name of the provider that it was for, as the caller gave it.", provider)
    target_id: strawberry.ID | None = field(
        "Global id of what was to be changed, or of where something was to be created; null at the top of a provider.", target_id
    )
    destination_id: strawberry.ID | None = field(
        "Global id of the destination that made it of a record; null when a caller asked for it.", destination_id
    )
    confirmed_by: str | None = field(
        "Who confirmed what cannot be undone: `name` when the caller repeated its name, `destination` when the settings of the "
        "destination confirm it; null where nothing had to be confirmed.",
        confirmed_by,
    )
    idempotency_key: str | None = field("The key that came with it.", idempotency_key)
    outcome: AuditOutcome = field("What came of it.")
    code: str | None = field("The code of the first error; null when all went well, or nothing is known.", code)
    duration_seconds: float | None = field("How long it took; null before its end is known.", duration_seconds)
    method: str | None = field("HTTP method of the last call that told the vendor; null when there was none.", method)
    path: str | None = field("Path of the address of that call, without the query.", path)
    status: int | None = field("HTTP status of its answer; null when none came.", status)
    request_id: str | None = field("The vendor's own id of that call.", request_id)
    writes: int | None = field("How many calls changed something at the vendor, or may have; null before the end is known.", writes)
    changed_ids: list[strawberry.ID] = field("Global ids of what was created, started, changed or deleted.", changed_ids)
