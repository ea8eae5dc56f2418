"""A MutationStore that forgets when the test ends."""

from collections.abc import Sequence

from gateway.domain.audit import (
    Abandoned,
    Attempt,
    AttemptWithdrawnError,
    AuditEntry,
    AuditOutcome,
    AuditPlace,
    AuditQuery,
    Claim,
    Claimed,
    Fresh,
    OtherInput,
    Recorded,
    Settlement,
    UnderWay,
)


class MemoryMutations:
    """For one process and one test."""

    def __init__(self) -> None:
        self.attempts: dict[str, Attempt] = {}
        self.settled: dict[str, Settlement] = {}
        self.claims: dict[tuple[str, str, str], tuple[bytes, str, bytes | None]] = {}
        self.abandoned = False

    async def begin(self, attempt: Attempt, claim: Claim | None, lease_s: float) -> Claimed:  # noqa: ARG002 the port's
        if attempt.id in self.attempts:
            raise AttemptWithdrawnError(f"Attempt {attempt.id} was withdrawn, or has begun before. Nothing is sent for it.")
        if claim is not None:
            claimed = await self.look(claim)
            if not isinstance(claimed, Fresh):
                return claimed
            self.claims[_scope(claim)] = (claim.input, attempt.id, None)
        self.attempts[attempt.id] = attempt
        return Fresh()

    async def look(self, claim: Claim) -> Claimed:
        found = self.claims.get(_scope(claim))
        if found is None:
            return Fresh()
        given, _, answer = found
        if given != claim.input:
            return OtherInput()
        if answer is not None:
            return Recorded(answer)
        return Abandoned() if self.abandoned else UnderWay()

    async def finish(
        self, attempt: Attempt, settlement: Settlement, claim: Claim | None, answer: bytes, *, free: bool = False
    ) -> None:
        self.settled[attempt.id] = settlement
        if claim is None:
            return
        if free:
            self.claims.pop(_scope(claim), None)
        else:
            self.claims[_scope(claim)] = (claim.input, attempt.id, answer)

    async def note(self, attempt: Attempt, settlement: Settlement, claim: Claim | None = None) -> None:
        if attempt.destination is not None and attempt.id in self.attempts:
            return
        self.attempts.setdefault(attempt.id, attempt)
        if claim is not None:
            self.claims.pop(_scope(claim), None)
        self.settled.setdefault(attempt.id, settlement)

    async def attempt(self, id: str) -> AuditEntry | None:
        found = self.attempts.get(id)
        return None if found is None else AuditEntry(attempt=found, outcome=self._outcome(id), settlement=self.settled.get(id))

    async def entries(self, query: AuditQuery, after: AuditPlace | None, limit: int) -> Sequence[AuditEntry]:  # noqa: ARG002 the port's
        found = [
            AuditEntry(attempt=attempt, outcome=self._outcome(attempt.id), settlement=self.settled.get(attempt.id))
            for attempt in self.attempts.values()
        ]
        return found[::-1][:limit]

    @property
    def last(self) -> Settlement:
        """How the last attempt ended."""
        return list(self.settled.values())[-1]

    def _outcome(self, attempt_id: str) -> AuditOutcome:
        settlement = self.settled.get(attempt_id)
        return AuditOutcome.IN_PROGRESS if settlement is None else settlement.outcome


def _scope(claim: Claim) -> tuple[str, str, str]:
    return claim.caller, claim.mutation, claim.key
