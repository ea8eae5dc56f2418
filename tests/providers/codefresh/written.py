"""What tests of commands look at: bodies that were sent, documents that the vendor keeps, and the one problem of a refusal."""

from typing import Any, TypeVar

import msgspec

from gateway.domain.commands.command import Command
from gateway.domain.commands.performed import Performed
from gateway.domain.mutation_errors import MutationProblem
from gateway.simulation.control import Call
from tests.contract.commands.example import Stage
from tests.providers.codefresh.opened import app_of

P = TypeVar("P", bound=MutationProblem)


def calls_of(stage: Stage, method: str | None = None) -> list[Call]:
    return [call for call in stage.simulator.control.calls if method in (None, call.method)]


def routes(stage: Stage) -> list[str]:
    """Every call since the last reset, as `GET /pipelines/...`, without ids' sake: paths as they were sent."""
    return [f"{call.method} {call.raw_path.removeprefix('/api')}" for call in stage.simulator.control.calls]


def sent(stage: Stage, method: str) -> Any:
    """The body of the one call of this method."""
    [call] = calls_of(stage, method)
    return msgspec.json.decode(call.body)


def kept(stage: Stage, pipeline_id: str) -> Any:
    """A pipeline's document as the vendor holds it, secrets in plain."""
    pipeline = app_of(stage.simulator).world.pipelines.get(pipeline_id)
    assert pipeline is not None
    return msgspec.json.decode(pipeline.stored.decrypted)


async def refused(stage: Stage, command: Command, kind: type[P], confirm_name: str | None = None) -> P:
    """The command comes to exactly this problem."""
    performed: Performed = await stage.perform(command, confirm_name=confirm_name)
    assert performed.keys == ()
    [problem] = performed.errors
    assert isinstance(problem, kind), problem
    return problem


async def refused_unasked(stage: Stage, command: Command, kind: type[P]) -> P:
    """The same, and nobody was called for it."""
    stage.simulator.control.reset_calls()
    problem = await refused(stage, command, kind)
    assert stage.simulator.control.calls == []
    return problem
