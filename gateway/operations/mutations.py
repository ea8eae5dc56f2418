"""Carries out commands: once and only once, with a receipt and an entry in the audit log. See docs/adr/0019."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any, TypeVar

from gateway.domain.audit import AttemptWithdrawnError, AuditOutcome, Fresh, MutationStore
from gateway.domain.call_log import RehearsedError, is_rehearsing
from gateway.domain.commands.command import Changed, Command, Commands, Handling
from gateway.domain.commands.performed import Performed
from gateway.domain.containment import contained
from gateway.domain.errors import GatewayError
from gateway.domain.write_log import logging_writes
from gateway.operations.answers import answered, judged, refusal
from gateway.operations.attempts import Attempts, settlement_of
from gateway.operations.order import Order, Refused, accepted, claim_of, confirm
from gateway.operations.problems import problems_of
from gateway.operations.remembered import remember

T = TypeVar("T")

ANSWER_WITHIN_S = 2.0
"""What a client waits at most for the end to be stored: the vendor has acted, and the answer is known."""


OwnCommands = Callable[[str], Commands]
"""Caller -> what the gateway itself carries out in his name."""


def no_own_commands(_: str) -> Commands:
    return {}


class Mutations:
    """One per process. `deadline_s` bounds one request."""

    def __init__(
        self,
        store: MutationStore,
        deadline_s: float,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        own: OwnCommands = no_own_commands,
    ) -> None:
        self._attempts = Attempts(store, deadline_s, now)
        self._own = own
        self._under_way: set[asyncio.Task[Any]] = set()

    async def perform(self, order: Order) -> Performed:
        """Whatever fails is in the answer, but AttemptWithdrawnError. It goes on to its end, whoever waits for it."""
        return await asyncio.shield(self._task(self._perform(order)))

    async def rehearse(self, order: Order) -> Performed:
        """The same up to the first write, in whose place it ends. Where `watching_calls(rehearsing=True)` is in force, and only
        there.

        Nothing is noted. What `errors` it has are those that `perform` would have had by then.
        """
        if not is_rehearsing():
            raise AssertionError("a rehearsal that would send")
        try:
            handling = accepted(order, self._own(order.caller))
        except GatewayError as error:
            return Performed(errors=refusal(error, order))
        try:
            changed = await _carry_out(order, handling)
        except RehearsedError:
            return Performed()
        if isinstance(changed, GatewayError):
            return Performed(errors=refusal(changed, order, handling))
        return Performed(keys=changed.keys)

    async def refuse(self, refused: Refused) -> Performed:
        """Notes that something was asked for which is not even a command: nothing is sent."""
        attempt = self._attempts.refused(refused)
        performed = Performed(errors=problems_of(refused.error, Command))
        return await self._attempts.note(attempt, AuditOutcome.REFUSED, performed, time.monotonic())

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
        attempt, started = self._attempts.new(order), time.monotonic()
        own = self._own(order.caller)
        try:
            handling = accepted(order, own)
        except GatewayError as error:
            return await self._attempts.note(attempt, AuditOutcome.REFUSED, Performed(errors=refusal(error, order)), started)
        claim = claim_of(order)
        try:
            claimed = await self._attempts.begin(attempt, claim)
        except AttemptWithdrawnError:
            raise  # another worker has the records of a destination by now, and what becomes of them is its matter
        except GatewayError as error:
            performed = Performed(errors=refusal(error, order))
            self._task(self._attempts.withdraw(attempt, settlement_of(AuditOutcome.REFUSED, performed, started), claim))
            return performed
        if not isinstance(claimed, Fresh):
            performed = answered(claimed, order)
            outcome = AuditOutcome.REPLAYED if performed.replayed else AuditOutcome.REFUSED
            return await self._attempts.note(attempt, outcome, performed, started)
        with logging_writes() as writes:
            changed = await _carry_out(order, handling)
        outcome, performed = judged(changed, order, handling, writes, own=type(order.command) in own)
        settlement = settlement_of(outcome, performed, started, writes)
        free = outcome is AuditOutcome.REFUSED
        settling = self._task(self._attempts.finish(attempt, settlement, claim, remember(performed), free=free))
        await asyncio.wait({settling}, timeout=ANSWER_WITHIN_S)
        return performed


async def _carry_out(order: Order, handling: Handling) -> Changed | GatewayError:
    command = order.command
    try:
        if command.destroys:
            await confirm(order)
        return await handling.handle(command)
    except RehearsedError:
        raise
    except Exception as error:  # a bug of ours too must leave an entry that tells what was sent before it
        return contained(error, command.provider_name)
