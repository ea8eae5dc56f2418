"""Attempts in the store and in the log: when each began, and how it ended."""

import asyncio
import itertools
import logging
import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime

import msgspec

from gateway.domain.audit import Attempt, AuditOutcome, Claim, Claimed, Fresh, MutationStore, Settlement, UnderWay
from gateway.domain.budget import request_budget
from gateway.domain.commands.performed import Performed
from gateway.domain.errors import StoreUnavailableError
from gateway.domain.global_id import encode_id
from gateway.domain.write_log import WriteLog
from gateway.operations.order import Order, Refused

log = logging.getLogger(__name__)
audit_log = logging.getLogger("gateway.audit")

LEASE_MARGIN_S = 15.0
"""Beyond the request's own deadline: after that, what was begun and not settled counts as abandoned."""
GIVE_UP_S = 1.0
"""What must be left of the request to go on waiting for another use of the same key."""
POLL_S = (0.02, 0.05, 0.1, 0.2, 0.4)
SETTLE_PAUSES_S = (0.1, 0.25, 0.5, 1.0, 2.0)
"""Between tries to store the end of an attempt; the last one again and again, until the lease is over."""


class Attempts:
    """One per process. `deadline_s` bounds one request."""

    def __init__(self, store: MutationStore, deadline_s: float, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._store = store
        self._lease_s = deadline_s + LEASE_MARGIN_S
        self._now = now

    def new(self, order: Order) -> Attempt:
        now = self._now()
        command = order.command
        subject = command.subject
        return Attempt(
            id=order.attempt_id or new_attempt_id(now),
            at=now,
            caller=order.caller,
            mutation=command.mutation,
            provider=command.provider_name if command.provider_name in order.providers else None,
            target=None if subject is None else encode_id(subject),
            idempotency_key=order.idempotency_key,
            destination=None if order.destination is None else encode_id(order.destination),
            confirmed_by=_confirmed_by(order),
        )

    def refused(self, refused: Refused) -> Attempt:
        """One that ends before there is a command."""
        now = self._now()
        return Attempt(
            id=refused.attempt_id or new_attempt_id(now),
            at=now,
            caller=refused.caller,
            mutation=refused.mutation,
            provider=refused.destination.provider,
            destination=encode_id(refused.destination),
        )

    async def begin(self, attempt: Attempt, claim: Claim | None) -> Claimed:
        """Waits while the key is in use, as long as the request may last."""
        claimed = await self._store.begin(attempt, claim, self._lease_s)
        poll = 0
        while claim is not None and isinstance(claimed, UnderWay) and _remaining_s() > GIVE_UP_S:
            await asyncio.sleep(POLL_S[min(poll, len(POLL_S) - 1)])
            poll += 1
            claimed = await self._store.look(claim)
            if isinstance(claimed, Fresh):  # it was freed
                claimed = await self._store.begin(attempt, claim, self._lease_s)
        return claimed

    async def note(self, attempt: Attempt, outcome: AuditOutcome, performed: Performed, started: float) -> Performed:
        """Nothing was sent, so nothing is lost but the entry when the store is away."""
        settlement = settlement_of(outcome, performed, started)
        _tell(attempt, settlement)
        try:
            await self._store.note(attempt, settlement)
        except StoreUnavailableError as error:
            log.warning("attempt %s is not in the audit log: %s", attempt.id, error.message)
        return performed

    async def finish(self, attempt: Attempt, settlement: Settlement, claim: Claim | None, answer: bytes, *, free: bool) -> None:
        """A store that is away for a while must not turn what is known into a doubt: it is tried as long as the lease lasts."""
        _tell(attempt, settlement)
        until = time.monotonic() + self._lease_s
        for tries in itertools.count():
            pause_s = SETTLE_PAUSES_S[min(tries, len(SETTLE_PAUSES_S) - 1)]
            try:
                await self._store.finish(attempt, settlement, claim, answer, free=free)
            except StoreUnavailableError as error:
                if time.monotonic() + pause_s > until:
                    log.error("the end of attempt %s is not stored, it will count as unknown: %s", attempt.id, error.message)  # noqa: TRY400 the line says it all
                    return
            except Exception:  # the client's answer is known and must not be lost with it
                log.exception("the end of attempt %s cannot be stored, it will count as unknown", attempt.id)
                return
            else:
                return
            await asyncio.sleep(pause_s)

    async def withdraw(self, attempt: Attempt, settlement: Settlement, claim: Claim | None) -> None:
        """The store did not say whether it began. It must not look as if something had been sent, if the store comes back soon."""
        _tell(attempt, settlement)
        for pause_s in SETTLE_PAUSES_S:
            await asyncio.sleep(pause_s)
            try:
                await self._store.note(attempt, settlement, claim)
                if attempt.destination is not None:  # `note` leaves alone what may be another worker's to judge
                    await self._store.finish(attempt, settlement, claim, b"", free=True)
            except StoreUnavailableError:
                continue
            except Exception:  # nobody waits for this task: unsaid here, it would be said nowhere
                log.exception("attempt %s cannot be noted", attempt.id)
            return
        log.warning("attempt %s is not in the audit log, or counts as unknown there: the store is away", attempt.id)


def new_attempt_id(now: datetime) -> str:
    """Unique, and growing with time."""
    return f"{int(now.timestamp() * 1000):012x}{secrets.token_hex(10)}"


def _confirmed_by(order: Order) -> str | None:
    """In which way somebody has said that he means it: before, by a destination's settings, which say so now; or by a name."""
    if order.confirmed:
        return "destination"
    if getattr(order.command, "confirm_destructive", None) is True:
        return "caller"
    return "name" if order.command.destroys else None


def settlement_of(
    outcome: AuditOutcome,
    performed: Performed,
    started: float,
    writes: WriteLog | None = None,
) -> Settlement:
    receipt = performed.receipt if writes is not None else None
    return Settlement(
        outcome=outcome,
        duration_s=time.monotonic() - started,
        code=performed.errors[0].code if performed.errors else None,
        method=receipt.method if receipt else None,
        path=receipt.path if receipt else None,
        status=receipt.status if receipt else None,
        request_id=receipt.request_id if receipt else None,
        writes=0 if writes is None else len(writes.effective),
        changed=tuple(encode_id(key) for key in performed.keys),
    )


def _tell(attempt: Attempt, settlement: Settlement) -> None:
    """One line for people and machines; nothing of the input is in it."""
    told = msgspec.structs.asdict(attempt) | msgspec.structs.asdict(settlement)
    told |= {"at": attempt.at.isoformat(), "outcome": settlement.outcome.name, "attempt": told.pop("id")}
    told["vendor_request_id"] = told.pop("request_id")  # the gateway's own id of the request has that name already
    audit_log.info("mutation", extra={name: value for name, value in told.items() if value not in (None, ())})


def _remaining_s() -> float:
    budget = request_budget.get()
    return float("inf") if budget is None else budget.deadline_at - time.monotonic()
