"""Reading the log of attempts, newest first."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import ColumnElement, Connection, RowMapping, and_, or_, select

from gateway.domain.audit import Attempt, AuditEntry, AuditOutcome, AuditPlace, AuditQuery, Settlement
from gateway.store.dialects import Dialect
from gateway.store.instants import from_us, to_us
from gateway.store.mutations.tables import NEWEST_FIRST, attempts, settlements

MICROSECONDS = 1_000_000


def newest(
    connection: Connection, dialect: Dialect, query: AuditQuery, after: AuditPlace | None, limit: int, now: datetime
) -> Sequence[AuditEntry]:
    """At most `limit`, from behind `after` on."""
    joined = attempts.outerjoin(settlements, settlements.c.attempt_id == attempts.c.id)
    found = select(attempts, settlements).select_from(joined).where(*_conditions(dialect, query, now))
    if after is not None:
        at_us = to_us(after.at)
        found = found.where(or_(attempts.c.at_us < at_us, and_(attempts.c.at_us == at_us, attempts.c.id < after.id)))
    rows = connection.execute(found.order_by(*NEWEST_FIRST).limit(limit)).mappings()
    return [_entry(row, now) for row in rows]


def one(connection: Connection, attempt_id: str, now: datetime) -> AuditEntry | None:
    joined = attempts.outerjoin(settlements, settlements.c.attempt_id == attempts.c.id)
    wanted = select(attempts, settlements).select_from(joined).where(attempts.c.id == attempt_id)
    row = connection.execute(wanted).mappings().first()
    return None if row is None else _entry(row, now)


def settlement_row(attempt: Attempt, settlement: Settlement) -> dict[str, object]:
    return {
        "attempt_id": attempt.id,
        "outcome": settlement.outcome.value,
        "duration_us": round(settlement.duration_s * MICROSECONDS),
        "code": settlement.code,
        "method": settlement.method,
        "path": settlement.path,
        "status": settlement.status,
        "request_id": settlement.request_id,
        "writes": settlement.writes,
        "changed": msgspec.json.encode(settlement.changed).decode(),
    }


def _conditions(dialect: Dialect, query: AuditQuery, now: datetime) -> list[ColumnElement[bool]]:
    lists = {
        attempts.c.provider: query.providers,
        attempts.c.mutation: query.mutations,
        attempts.c.caller: query.callers,
        attempts.c.target: query.targets,
        attempts.c.idempotency_key: query.idempotency_keys,
        attempts.c.destination: query.destinations,
    }
    conditions = [dialect.among_values(column, values) for column, values in lists.items() if values is not None]
    if query.outcomes is not None:
        conditions.append(or_(*(_has_outcome(outcome, now) for outcome in query.outcomes)))
    if query.since is not None:
        conditions.append(attempts.c.at_us >= to_us(query.since))
    if query.until is not None:
        conditions.append(attempts.c.at_us < to_us(query.until))
    return conditions


def _has_outcome(outcome: AuditOutcome, now: datetime) -> ColumnElement[bool]:
    unsettled = settlements.c.attempt_id.is_(None)
    settled = settlements.c.outcome == outcome.value
    match outcome:
        case AuditOutcome.IN_PROGRESS:
            return and_(unsettled, attempts.c.lease_us > to_us(now))
        case AuditOutcome.UNKNOWN:
            return or_(settled, and_(unsettled, attempts.c.lease_us <= to_us(now)))
    return settled


def _entry(row: RowMapping, now: datetime) -> AuditEntry:
    attempt = Attempt(
        id=row["id"],
        at=from_us(row["at_us"]),
        caller=row["caller"],
        mutation=row["mutation"],
        provider=row["provider"],
        target=row["target"],
        idempotency_key=row["idempotency_key"],
        destination=row["destination"],
        confirmed_by=row["confirmed_by"],
    )
    if row["attempt_id"] is None:
        under_way = row["lease_us"] > to_us(now)
        return AuditEntry(attempt=attempt, outcome=AuditOutcome.IN_PROGRESS if under_way else AuditOutcome.UNKNOWN)
    settlement = Settlement(
        outcome=AuditOutcome(row["outcome"]),
        duration_s=row["duration_us"] / MICROSECONDS,
        code=row["code"],
        method=row["method"],
        path=row["path"],
        status=row["status"],
        request_id=row["request_id"],
        writes=row["writes"],
        changed=msgspec.json.decode(row["changed"], type=tuple[str, ...]),
    )
    return AuditEntry(attempt=attempt, outcome=settlement.outcome, settlement=settlement)
