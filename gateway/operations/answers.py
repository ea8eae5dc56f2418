"""What a client is answered: what came of a command, or why nothing was sent."""

from gateway.domain import mutation_errors
from gateway.domain.audit import Abandoned, AuditOutcome, Claimed, OtherInput, Recorded
from gateway.domain.commands.command import Changed, Handling
from gateway.domain.commands.performed import Performed
from gateway.domain.errors import GatewayError, NotFoundError, NotSupportedError, StoreUnavailableError
from gateway.domain.mutation_errors import IdempotencyReason
from gateway.domain.write_log import WriteLog
from gateway.operations.order import Order, addressee
from gateway.operations.problems import problems_of, unknown_outcome
from gateway.operations.remembered import recall


def judged(
    changed: Changed | GatewayError, order: Order, handling: Handling, writes: WriteLog, *, own: bool = False
) -> tuple[AuditOutcome, Performed]:
    """What came of it. Whatever the request knew before is forgotten. What is the gateway's `own` to do is done in its store: one
    that breaks off leaves a doubt.
    """
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
    if own and isinstance(changed, StoreUnavailableError):
        return AuditOutcome.UNKNOWN, Performed(errors=(_broken_off(changed, order),))
    problems = refusal(changed, order, handling)
    return AuditOutcome.REFUSED, Performed(errors=problems, receipt=writes.receipt, parts=changed.parts)


def _broken_off(error: StoreUnavailableError, order: Order) -> mutation_errors.UnknownOutcomeError:
    return mutation_errors.UnknownOutcomeError(
        code="UNKNOWN_OUTCOME",
        message=f"{error.message} Whether this was done is not known.",
        provider=order.command.provider_name,
        cause=error.code,
        find_out="Read the destination, and its deliveries.",
    )


def answered(claimed: Claimed, order: Order) -> Performed:
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


def refusal(error: GatewayError, order: Order, handling: Handling | None = None) -> tuple[mutation_errors.MutationProblem, ...]:
    command = order.command
    if command.subject_field and (error.field == "id" or (error.field is None and isinstance(error, NotFoundError))):
        error.field = command.subject_field  # who looks things up by their keys does not know what the field is called here
    able = _able(error, order) if isinstance(error, NotSupportedError) else ()
    return problems_of(error, type(command), able, None if handling is None else handling.fields)


def _able(error: NotSupportedError, order: Order) -> tuple[str, ...]:
    """The other providers that know the command, and the field if it is one that is not supported."""
    command = order.command
    wanted = None if error.field in (None, addressee(command)) else error.field
    return tuple(
        provider.name
        for provider in order.providers.values()
        if provider.name != command.provider_name
        and (known := provider.commands.get(type(command))) is not None
        and (wanted is None or wanted.partition(".")[0] in known.takes)
    )
