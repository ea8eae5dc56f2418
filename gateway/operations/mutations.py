"""Carries out commands: once and only once, with a receipt and an entry in the audit log. See docs/adr/0019."""

import asyncio
import itertools
import logging
import secrets
import time
from collections.abc import Callable, Coroutine, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec

from gateway.domain import mutation_errors
from gateway.domain.audit import (
    Abandoned,
    Attempt,
    AuditOutcome,
    Claim,
    Claimed,
    Fresh,
    MutationStore,
    OtherInput,
    Recorded,
    Settlement,
    UnderWay,
)
from gateway.domain.budget import request_budget
from gateway.domain.commands.command import Changed, Command, Handling
from gateway.domain.commands.performed import Performed
from gateway.domain.containment import contained
from gateway.domain.errors import (
    GatewayError,
    InvalidInputError,
    NotFoundError,
    NotSupportedError,
    StoreUnavailableError,
)
from gateway.domain.global_id import encode_id
from gateway.domain.mutation_errors import IdempotencyReason
from gateway.domain.provider import Provider
from gateway.domain.write_log import WriteLog, logging_writes
from gateway.loaders.fan_out import unknown_provider
from gateway.loaders.request_loaders import RequestLoaders
from gateway.operations.checks import check_supported, check_values
from gateway.operations.fingerprint import fingerprint
from gateway.operations.problems import problems_of, unknown_outcome
from gateway.operations.remembered import recall, remember

T = TypeVar("T")
log = logging.getLogger(__name__)
audit_log = logging.getLogger("gateway.audit")

LEASE_MARGIN_S = 15.0
"""Beyond the request's own deadline: after that, what was begun and not settled counts as abandoned."""
GIVE_UP_S = 1.0
"""What must be left of the request to go on waiting for another use of the same key."""
POLL_S = (0.02, 0.05, 0.1, 0.2, 0.4)
SETTLE_PAUSES_S = (0.1, 0.25, 0.5, 1.0, 2.0)
"""Between tries to store the end of an attempt; the last one again and again, until the lease is over."""
ANSWER_WITHIN_S = 2.0
"""What a client waits at most for that: the vendor has acted, and the answer is known."""


class Order(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """A command with all that goes with it. `confirm_name` is the name of the subject, repeated by whoever destroys it."""

    command: Command
    caller: str
    providers: Mapping[str, Provider]
    loaders: RequestLoaders
    idempotency_key: str | None = None
    confirm_name: str | None = None


class Mutations:
    """One per process. `deadline_s` bounds one request."""

    def __init__(self, store: MutationStore, deadline_s: float, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._store = store
        self._lease_s = deadline_s + LEASE_MARGIN_S
        self._now = now
        self._under_way: set[asyncio.Task[Any]] = set()

    async def perform(self, order: Order) -> Performed:
        """Whatever fails is in the answer. It goes on to its end, whoever waits for it."""
        return await asyncio.shield(self._task(self._perform(order)))

    async def close(self) -> None:
        """Lets what is under way come to its end; each has a bound of its own."""
        while self._under_way:
            await asyncio.gather(*self._under_way, return_exceptions=True)

    def _task(self, work: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return task

    async def _perform(self, order: Order) -> Performed:
        attempt, started = self._attempt(order), time.monotonic()
        try:
            handling = _accepted(order)
        except GatewayError as error:
            return await self._noted(attempt, AuditOutcome.REFUSED, Performed(errors=_refusal(error, order)), started)
        claim = _claim(order)
        try:
            claimed = await self._begin(attempt, claim)
        except GatewayError as error:
            performed = Performed(errors=_refusal(error, order))
            self._task(self._withdraw(attempt, _settlement(AuditOutcome.REFUSED, performed, started), claim))
            return performed
        if not isinstance(claimed, Fresh):
            performed = _answered(claimed, order)
            outcome = AuditOutcome.REPLAYED if performed.replayed else AuditOutcome.REFUSED
            return await self._noted(attempt, outcome, performed, started)
        with logging_writes() as writes:
            changed = await _carry_out(order, handling)
        outcome, performed = _judged(changed, order, handling, writes)
        settlement = _settlement(outcome, performed, started, writes)
        free = outcome is AuditOutcome.REFUSED
        settling = self._task(self._finish(attempt, settlement, claim, remember(performed), free=free))
        await asyncio.wait({settling}, timeout=ANSWER_WITHIN_S)
        return performed

    def _attempt(self, order: Order) -> Attempt:
        now = self._now()
        command = order.command
        subject = command.subject
        return Attempt(
            id=f"{int(now.timestamp() * 1000):012x}{secrets.token_hex(10)}",
            at=now,
            caller=order.caller,
            mutation=command.mutation,
            provider=command.provider_name if command.provider_name in order.providers else None,
            target=None if subject is None else encode_id(subject),
            idempotency_key=order.idempotency_key,
        )

    async def _begin(self, attempt: Attempt, claim: Claim | None) -> Claimed:
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

    async def _withdraw(self, attempt: Attempt, settlement: Settlement, claim: Claim | None) -> None:
        """The store did not say whether it began. It must not look as if something had been sent, if the store comes back soon."""
        _tell(attempt, settlement)
        for pause_s in SETTLE_PAUSES_S:
            await asyncio.sleep(pause_s)
            try:
                await self._store.note(attempt, settlement, claim)
            except StoreUnavailableError:
                continue
            except Exception:
                log.exception("attempt %s cannot be noted", attempt.id)
            return
        log.warning("attempt %s is not in the audit log, or counts as unknown there: the store is away", attempt.id)

    async def _finish(self, attempt: Attempt, settlement: Settlement, claim: Claim | None, answer: bytes, *, free: bool) -> None:
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

    async def _noted(self, attempt: Attempt, outcome: AuditOutcome, performed: Performed, started: float) -> Performed:
        """Nothing was sent, so nothing is lost but the entry when the store is away."""
        settlement = _settlement(outcome, performed, started)
        _tell(attempt, settlement)
        try:
            await self._store.note(attempt, settlement)
        except StoreUnavailableError as error:
            log.warning("attempt %s is not in the audit log: %s", attempt.id, error.message)
        return performed


def _accepted(order: Order) -> Handling:
    command = order.command
    provider = order.providers.get(command.provider_name)
    if provider is None:
        raise unknown_provider(command.provider_name, order.providers)
    handling = provider.commands.get(type(command))
    if handling is None:
        message = f"{provider.name} has no {command.mutation}. Nothing was asked of it."
        raise NotSupportedError(message, provider=provider.name, field=_addressee(command))
    check_values(command)
    check_supported(command, handling, provider.name)
    return handling


async def _carry_out(order: Order, handling: Handling) -> Changed | GatewayError:
    command = order.command
    try:
        if command.destroys:
            await _confirm(order)
        return await handling.handle(command)
    except Exception as error:  # a bug of ours too must leave an entry that tells what was sent before it
        return contained(error, command.provider_name)


async def _confirm(order: Order) -> None:
    """The name is read from the vendor at this moment: ids are easily mixed up, names less so."""
    subject = order.command.subject
    if subject is None:
        return
    found = await RequestLoaders(order.providers).node(subject)  # not the request's own: they end with the request
    if order.confirm_name != found.name:
        message = f"`confirmName` must repeat the name of what this {order.command.mutation} is for, letter by letter."
        raise InvalidInputError(message, field="confirm_name")


def _judged(changed: Changed | GatewayError, order: Order, handling: Handling, writes: WriteLog) -> tuple[AuditOutcome, Performed]:
    """What came of it. Whatever the request knew before is forgotten."""
    order.loaders.forget()
    if isinstance(changed, Changed):
        order.loaders.prime(changed.values)
        done = Performed(
            keys=changed.keys,
            stand_ins=changed.stand_ins,
            parts=changed.parts,
            report=changed.report,
            receipt=writes.receipt,
        )
        return AuditOutcome.DONE, done
    if writes.effective:
        problem = unknown_outcome(changed, order.command.provider_name, writes)
        return AuditOutcome.UNKNOWN, Performed(errors=(problem,), receipt=writes.receipt, parts=changed.parts)
    problems = _refusal(changed, order, handling)
    return AuditOutcome.REFUSED, Performed(errors=problems, receipt=writes.receipt, parts=changed.parts)


def _refusal(error: GatewayError, order: Order, handling: Handling | None = None) -> tuple[mutation_errors.MutationProblem, ...]:
    command = order.command
    if command.subject_field and (error.field == "id" or (error.field is None and isinstance(error, NotFoundError))):
        error.field = command.subject_field  # who looks things up by their keys does not know what the field is called here
    able = _able(error, order) if isinstance(error, NotSupportedError) else ()
    return problems_of(error, type(command), able, None if handling is None else handling.fields)


def _able(error: NotSupportedError, order: Order) -> tuple[str, ...]:
    """The other providers that know the command, and the field if it is one that is not supported."""
    command = order.command
    wanted = None if error.field in (None, _addressee(command)) else error.field
    return tuple(
        provider.name
        for provider in order.providers.values()
        if provider.name != command.provider_name
        and (known := provider.commands.get(type(command))) is not None
        and (wanted is None or wanted.partition(".")[0] in known.takes)
    )


def _addressee(command: Command) -> str:
    """The field that decides which provider the command goes to."""
    return command.subject_field or "provider"


def _claim(order: Order) -> Claim | None:
    if order.idempotency_key is None:
        return None
    wanted = fingerprint(order.command, order.confirm_name)
    return Claim(caller=order.caller, mutation=order.command.mutation, key=order.idempotency_key, input=wanted)


def _answered(claimed: Claimed, order: Order) -> Performed:
    """What is answered without sending anything."""
    path = ("input", "idempotencyKey")
    match claimed:
        case Recorded():
            return recall(claimed.answer)
        case Abandoned():
            provider = order.command.provider_name
            lost = mutation_errors.UnknownOutcomeError(
                code="UNKNOWN_OUTCOME",
                message="The gateway was interrupted while this was being done. Whether it was done is not known.",
                provider=provider,
                cause="INTERRUPTED",
                find_out=f"Look it up at {provider}: by a query, or on its own pages. It is never sent again by the gateway.",
            )
            return Performed(errors=(lost,), replayed=True)
        case OtherInput():
            message = "This idempotencyKey was used for other input within the last day. Take a new one for each thing to be done."
            reason = IdempotencyReason.OTHER_INPUT
        case _:
            message = "What this idempotencyKey stands for is still being done. Ask again in a moment, with the same key."
            reason = IdempotencyReason.IN_PROGRESS
    conflict = mutation_errors.IdempotencyError(code="IDEMPOTENCY", message=message, path=path, reason=reason)
    return Performed(errors=(conflict,))


def _settlement(
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
