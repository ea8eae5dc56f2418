"""Attempts, their ends and their keys, as `gateway.domain.audit.MutationStore` describes them."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from gateway.domain.audit import (
    Attempt,
    AttemptWithdrawnError,
    AuditEntry,
    AuditPlace,
    AuditQuery,
    Claim,
    Claimed,
    Fresh,
    Settlement,
)
from gateway.domain.errors import StoreUnavailableError
from gateway.store.database import Database
from gateway.store.instants import to_us
from gateway.store.mutations import claims
from gateway.store.mutations.audit_log import newest, one, settlement_row
from gateway.store.mutations.tables import attempts, settlements

FORGET_EVERY = timedelta(minutes=10)


class SqlMutations:
    """One per process. Others may work on the same database."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now
        self._digest_key: bytes | None = None
        self._forgot_at: datetime | None = None
        self._is_open = False

    def open(self) -> None:
        """The tables are there. Until then, and after `close`, everything is a StoreUnavailableError."""
        self._is_open = True

    def close(self) -> None:
        self._is_open = False

    async def begin(self, attempt: Attempt, claim: Claim | None, lease_s: float) -> Claimed:
        key = None if claim is None else await self._key()
        now = self._now()
        forget = self._forgot_at is None or now - self._forgot_at >= FORGET_EVERY
        if forget:
            self._forgot_at = now

        def work(connection: Connection) -> Claimed:
            if forget:
                claims.forget_old(connection, now)
            if claim is not None and key is not None:
                claimed = claims.take(connection, self._database.dialect, claim, key, attempt.id, now, lease_s)
                if not isinstance(claimed, Fresh):
                    return claimed
            if not self._write(connection, attempt, now + timedelta(seconds=lease_s)):
                raise AttemptWithdrawnError(f"Attempt {attempt.id} was withdrawn, or has begun before. Nothing is sent for it.")
            return Fresh()

        return await self._opened().write(work)

    async def look(self, claim: Claim) -> Claimed:
        key = await self._key()
        return await self._opened().read(lambda connection: claims.look(connection, claim, key, self._now()))

    async def finish(
        self, attempt: Attempt, settlement: Settlement, claim: Claim | None, answer: bytes, *, free: bool = False
    ) -> None:
        now = self._now()

        def work(connection: Connection) -> None:
            connection.execute(self._database.dialect.insert_or_skip(settlements).values(settlement_row(attempt, settlement)))
            if claim is not None:
                claims.settle(connection, claim, attempt.id, answer, now if free else None)

        await self._opened().write(work)

    async def note(self, attempt: Attempt, settlement: Settlement, claim: Claim | None = None) -> None:
        now = self._now()
        insert_or_skip = self._database.dialect.insert_or_skip

        def work(connection: Connection) -> None:
            if not self._write(connection, attempt, attempt.at) and attempt.destination is not None:
                return
            connection.execute(insert_or_skip(settlements).values(settlement_row(attempt, settlement)))
            if claim is not None:
                claims.free(connection, claim, attempt.id, now)

        await self._opened().write(work)

    async def entries(self, query: AuditQuery, after: AuditPlace | None, limit: int) -> Sequence[AuditEntry]:
        dialect = self._database.dialect
        return await self._opened().read(lambda connection: newest(connection, dialect, query, after, limit, self._now()))

    async def attempt(self, id: str) -> AuditEntry | None:
        return await self._opened().read(lambda connection: one(connection, id, self._now()))

    def _write(self, connection: Connection, attempt: Attempt, lease: datetime) -> bool:
        """False when it is there already; then it stays as it is. Of several at once exactly one writes it."""
        row = self._database.dialect.insert_or_skip(attempts).values(_row(attempt, lease))
        return connection.execute(row).rowcount == 1

    def _opened(self) -> Database:
        if not self._is_open:
            raise StoreUnavailableError("The gateway's store is not open.", retry_after_s=1)
        return self._database

    async def _key(self) -> bytes:
        if self._digest_key is None:
            dialect = self._database.dialect
            self._digest_key = await self._opened().write(lambda connection: claims.digest_key(connection, dialect))
        return self._digest_key


def _row(attempt: Attempt, lease: datetime) -> dict[str, object]:
    return {
        "id": attempt.id,
        "at_us": to_us(attempt.at),
        "caller": attempt.caller,
        "mutation": attempt.mutation,
        "provider": attempt.provider,
        "target": attempt.target,
        "idempotency_key": attempt.idempotency_key,
        "lease_us": to_us(lease),
        "destination": attempt.destination,
        "confirmed_by": attempt.confirmed_by,
    }
