"""What every command must do when all goes well, and what it must not do when something cannot be done."""

import pytest

from gateway.domain import mutation_errors
from gateway.domain.audit import AuditOutcome
from gateway.domain.commands import COMMANDS
from gateway.domain.commands.command import Command
from gateway.domain.errors import InvalidInputError
from gateway.domain.global_id import encode_id
from gateway.domain.mutation_errors import MutationProblem
from gateway.domain.provider import ProviderKind
from gateway.simulation.control import Call
from tests.contract.cases import CASES
from tests.contract.commands.conftest import TIMEOUT_S, case_of
from tests.contract.commands.example import Example, Stage
from tests.contract.commands.examples import EXAMPLES
from tests.contract.commands.samples import sample
from tests.contract.conftest import SimulatorPark

pytestmark = pytest.mark.anyio


async def refusal(stage: Stage, command: Command, **keys: str) -> MutationProblem:
    performed = await stage.perform(command, **keys)
    assert performed.keys == ()
    return performed.errors[0]


async def test_it_is_done_once_and_the_next_read_shows_it(stage: Stage, example: Example) -> None:
    command = await example.make(stage)
    stage.simulator.control.reset_calls()

    performed = await stage.done(command)

    assert len(stage.calls(example)) == example.writes
    assert stage.store.last.outcome is AuditOutcome.DONE
    assert stage.store.last.changed == tuple(encode_id(key) for key in performed.keys)
    if not example.local and not example.changes_nothing:
        assert performed.receipt is not None
        assert performed.receipt.provider == stage.provider.name
        assert performed.receipt.status is not None
        assert 200 <= performed.receipt.status < 300
    await example.seen(stage, performed)


async def test_the_same_key_does_it_once_and_answers_the_same(stage: Stage, example: Example) -> None:
    command = await example.make(stage)
    name = getattr(await stage.read(command.subject), "name", None) if command.destroys and command.subject else None
    stage.simulator.control.reset_calls()
    first = await stage.perform(command, key="once", confirm_name=name)
    assert first.errors == ()
    calls = stage.simulator.control.calls_total

    again = await stage.perform(command, key="once", confirm_name=name)

    assert (again.keys, again.receipt, again.replayed) == (first.keys, first.receipt, True)
    assert stage.simulator.control.calls_total == calls


@pytest.mark.needs("missing")
async def test_what_is_not_there_is_a_not_found_error(stage: Stage, example: Example) -> None:
    assert example.missing is not None

    problem = await refusal(stage, await example.missing(stage), confirm_name="whatever")

    assert isinstance(problem, mutation_errors.NotFoundError)
    assert problem.path[0] == "input"
    assert stage.store.last.outcome is AuditOutcome.REFUSED


@pytest.mark.needs("conflict")
async def test_a_state_that_does_not_allow_it_is_a_conflict(stage: Stage, example: Example) -> None:
    assert example.conflict is not None

    problem = await refusal(stage, await example.conflict(stage))

    assert isinstance(problem, mutation_errors.ConflictError), problem


async def test_what_destroys_wants_the_name_and_does_nothing_without_it(stage: Stage, example: Example) -> None:
    if not example.command.destroys:
        return
    command = await example.make(stage)
    stage.simulator.control.reset_calls()

    problem = await refusal(stage, command, confirm_name="something else")

    assert isinstance(problem, mutation_errors.InvalidInputError)
    assert problem.path == ("input", "confirmName")
    assert not stage.calls(example)


async def test_every_command_of_every_vendor_has_an_example(writable: SimulatorPark) -> None:
    for case in CASES:
        simulator = writable.get(case, "uneven")
        provider = case.connect(simulator.base_url, simulator.token, TIMEOUT_S)
        await provider.close()
        shown = {example.command for example in EXAMPLES.get(case.kind, ())}
        assert shown == set(provider.commands), case.kind
        told = {capability.name: capability.supported for capability in provider.capabilities}
        assert {command.mutation: told[command.mutation] for command in COMMANDS} == {
            command.mutation: command in provider.commands for command in COMMANDS
        }


@pytest.mark.parametrize("kind", [case.kind for case in CASES], ids=lambda kind: kind.value)
async def test_what_a_vendor_does_not_know_is_refused_without_a_call(stage: Stage, kind: ProviderKind) -> None:
    missing = [command for command in COMMANDS if command not in stage.provider.commands]
    stage.simulator.control.reset_calls()

    problems = {command: await refusal(stage, sample(command, stage.provider.name), confirm_name="x") for command in missing}

    assert all(isinstance(problem, mutation_errors.NotSupportedError) for problem in problems.values())
    assert stage.simulator.control.calls_total == 0


@pytest.mark.parametrize("kind", [case.kind for case in CASES], ids=lambda kind: kind.value)
async def test_a_damaged_key_is_the_callers_mistake_and_costs_no_write(stage: Stage, kind: ProviderKind) -> None:
    """Parts that no key of the provider ever had."""
    stage.simulator.control.reset_calls()

    for command in stage.provider.commands:
        about = sample(command, stage.provider.name)
        if about.subject is None:
            continue
        odd = type(about.subject)(stage.provider.name, ("a", "b", "c", "d", "e", "f", "g", "h"))
        problem = await refusal(stage, replaced(about, odd), confirm_name="x")
        assert isinstance(problem, mutation_errors.InvalidInputError), (command, problem)
        assert problem.code == InvalidInputError.code

    assert not [call for call in stage.simulator.control.calls if is_write(call)]
    assert case_of(kind).kind is kind


def replaced(command: Command, subject: object) -> Command:
    import msgspec

    return msgspec.structs.replace(command, **{command.subject_field: subject})


def is_write(call: Call) -> bool:
    return call.method not in ("GET", "HEAD") and "auth/" not in call.raw_path and "oauth" not in call.raw_path
