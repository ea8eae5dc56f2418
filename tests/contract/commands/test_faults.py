"""A write that fails is told for what it is, is never sent twice, and leaves nobody in doubt about the doubt."""

import msgspec
import pytest

from gateway.domain import mutation_errors
from gateway.domain.audit import AuditOutcome
from gateway.domain.commands.performed import Performed
from gateway.simulation.control import Fault
from tests.contract.case import Case
from tests.contract.commands.conftest import case_of
from tests.contract.commands.example import Example, Stage

pytestmark = pytest.mark.anyio

REFUSALS: tuple[tuple[int, type[mutation_errors.MutationProblem]], ...] = (
    (403, mutation_errors.PermissionDeniedError),
    (409, mutation_errors.ConflictError),
    (422, mutation_errors.InvalidInputError),
    (429, mutation_errors.RateLimitedError),
)
DOUBTS: tuple[tuple[str, Fault], ...] = (
    ("an answer of 500", Fault("", status=500)),
    ("an answer of 503 after it was done", Fault("", status=503, perform=True)),
    ("no answer", Fault("", kind="hang")),
    ("no answer after it was done", Fault("", kind="hang", perform=True)),
    ("a connection that drops after it was done", Fault("", kind="drop_after_read")),
    ("an answer that is cut", Fault("", kind="cut")),
)


def arm(stage: Stage, example: Example, fault: Fault) -> None:
    stage.simulator.control.reset_calls()
    stage.simulator.control.add_fault(msgspec.structs.replace(fault, route=example.route, method=example.method))


def writes_to_vendor(example: Example) -> bool:
    return not example.local and not example.changes_nothing


async def ordered(stage: Stage, example: Example, fault: Fault, key: str) -> tuple[Performed, Performed]:
    """The same order twice, while the vendor has the fault; and all faults are gone again."""
    command = await example.make(stage)
    name = getattr(await stage.read(command.subject), "name", None) if command.destroys and command.subject else None
    arm(stage, example, fault)
    try:
        hasty = fault.kind == "hang"
        first = await stage.perform(command, key=key, confirm_name=name, hasty=hasty)
        calls = len(stage.calls(example))
        again = await stage.perform(command, key=key, confirm_name=name, hasty=hasty)
        assert len(stage.calls(example)) - calls in (0, calls)
    finally:
        stage.simulator.control.clear_faults()
    return first, again


async def test_a_refusal_is_told_and_frees_the_key(stage: Stage, example: Example) -> None:
    if not writes_to_vendor(example):
        return
    for status, expected in REFUSALS:
        fault = Fault("", status=status, headers=request_id(stage), body='{"message":"Not like this","status":1}')

        refused, again = await ordered(stage, example, fault, f"refused {status}")

        wanted = mutation_errors.ConflictError if status == 422 and example.only_states else expected
        assert [type(problem) for problem in refused.errors] == [wanted], (status, refused.errors)
        assert (refused.keys, refused.replayed, again.replayed) == ((), False, False)
        assert refused.receipt is not None
        assert refused.receipt.status == status
        tries = example.tries_on_conflict if status == 409 else 1
        assert len(stage.calls(example)) == 2 * tries, status
        assert stage.store.last.outcome is AuditOutcome.REFUSED


async def test_a_doubt_is_told_and_nothing_is_sent_again(stage: Stage, example: Example) -> None:
    if not writes_to_vendor(example):
        return
    for doubt, fault in DOUBTS:
        if fault.kind == "cut" and example.answers_nothing:
            continue

        unknown, again = await ordered(stage, example, fault, doubt)

        assert len(unknown.errors) == 1, (doubt, unknown)
        [problem] = unknown.errors
        assert isinstance(problem, mutation_errors.UnknownOutcomeError), (doubt, problem)
        assert problem.provider == stage.provider.name
        assert (again.errors, again.replayed) == (unknown.errors, True)
        assert len(stage.calls(example)) == 1, doubt


def request_id(stage: Stage) -> dict[str, str]:
    case: Case = case_of(stage.provider.kind)
    return {case.request_id_header: "request-4711"}
