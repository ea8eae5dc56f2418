"""Idempotency keys: who comes first gets the key, whoever comes later gets what is remembered under it."""

import hashlib
import hmac
import secrets as randomness
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, delete, select, update

from gateway.domain.audit import Abandoned, Claim, Claimed, Fresh, OtherInput, Recorded, UnderWay
from gateway.store.dialects import Dialect
from gateway.store.instants import to_us
from gateway.store.mutations.tables import claims, secrets

KEPT = timedelta(hours=24)
DIGEST_KEY = "idempotency digest"
DIGEST_KEY_BYTES = 32


def digest_key(connection: Connection, dialect: Dialect) -> bytes:
    """Shared by all processes of a store, made by the first. With it alone can digests of short inputs be tried out."""
    stored = select(secrets.c.value).where(secrets.c.name == DIGEST_KEY)
    found: bytes | None = connection.execute(stored).scalar()
    if found is None:
        new = {"name": DIGEST_KEY, "value": randomness.token_bytes(DIGEST_KEY_BYTES)}
        connection.execute(dialect.insert_or_skip(secrets).values(new))
        found = connection.execute(stored).scalar_one()
    return found


def digest(key: bytes, claim: Claim) -> bytes:
    return hmac.new(key, claim.input, hashlib.sha256).digest()


def look(connection: Connection, claim: Claim, key: bytes, now: datetime) -> Claimed:
    """What is remembered; Fresh when nothing is."""
    row = connection.execute(select(claims).where(_is(claim))).mappings().first()
    return Fresh() if row is None or _is_old(row, now) else _remembered(row, digest(key, claim), now)


def take(
    connection: Connection, dialect: Dialect, claim: Claim, key: bytes, attempt_id: str, now: datetime, lease_s: float
) -> Claimed:
    """Fresh: the key is taken for this attempt. Of several who try at once exactly one gets it."""
    wanted = {
        "caller": claim.caller,
        "mutation": claim.mutation,
        "key": claim.key,
        "digest": digest(key, claim),
        "attempt_id": attempt_id,
        "claimed_us": to_us(now),
        "lease_us": to_us(now + timedelta(seconds=lease_s)),
        "answer": None,
    }
    connection.execute(delete(claims).where(_is(claim), claims.c.claimed_us <= to_us(now - KEPT)))
    while True:
        if connection.execute(dialect.insert_or_skip(claims).values(wanted)).rowcount == 1:
            return Fresh()
        row = connection.execute(select(claims).where(_is(claim))).mappings().first()
        if row is not None:
            return _remembered(row, digest(key, claim), now)
        # It was freed at this very moment.


def settle(connection: Connection, claim: Claim, attempt_id: str, answer: bytes, free_at: datetime | None) -> None:
    """Remembers the answer if the key is still this attempt's; or frees the key, if at `free_at` its lease is not over."""
    if free_at is not None:
        free(connection, claim, attempt_id, free_at)
    connection.execute(update(claims).where(_is(claim), claims.c.attempt_id == attempt_id).values(answer=answer))


def free(connection: Connection, claim: Claim, attempt_id: str, now: datetime) -> None:
    """Forgets the key if it is still this attempt's, and its lease not over."""
    own = and_(_is(claim), claims.c.attempt_id == attempt_id)
    connection.execute(delete(claims).where(own, claims.c.lease_us > to_us(now)))


def forget_old(connection: Connection, now: datetime) -> None:
    connection.execute(delete(claims).where(claims.c.claimed_us <= to_us(now - KEPT)))


def _remembered(row: RowMapping, wanted: bytes, now: datetime) -> Claimed:
    if not hmac.compare_digest(bytes(row["digest"]), wanted):
        return OtherInput()
    if row["answer"] is not None:
        return Recorded(bytes(row["answer"]))
    return UnderWay() if row["lease_us"] > to_us(now) else Abandoned()


def _is_old(row: RowMapping, now: datetime) -> bool:
    return bool(row["claimed_us"] <= to_us(now - KEPT))


def _is(claim: Claim) -> ColumnElement[bool]:
    return and_(claims.c.caller == claim.caller, claims.c.mutation == claim.mutation, claims.c.key == claim.key)
