"""ExecutionStep: how far a plan's run has come."""

import asyncio
from collections.abc import Awaitable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from gateway.domain import execution_step as domain
from gateway.domain.errors import GatewayError, NotFoundError
from gateway.domain.execution import Execution as ExecutionValue
from gateway.domain.keys import ExecutionKey, ExecutionStepKey
from gateway.domain.provider import Provider as ProviderValue
from gateway.loaders.fan_out import Getter, fan_out
from schema.resolvers.batched import Call, batched
from schema.resolvers.references import owning_provider, reference
from schema.resolvers.whole import whole_field
from schema.types.enums import RunStatus
from schema.types.node import Node
from schema.types.run import duration_seconds
from schema.types.view import field, view

if TYPE_CHECKING:
    from schema.types.execution import Execution
    from schema.types.provider import Provider


@batched(ExecutionValue)
async def steps_of_executions(
    executions: Sequence[ExecutionValue], call: Call
) -> Sequence[tuple[domain.ExecutionStep, ...] | GatewayError]:
    def getter(provider: ProviderValue) -> Getter[ExecutionKey, tuple[domain.ExecutionStep, ...]] | None:
        port = provider.execution_steps
        return None if port is None else lambda keys: port.list_execution_steps(keys, call.want)

    keys = [execution.key for execution in executions]
    return await fan_out(keys, lambda key: key.provider, call.context.providers, getter, "steps of executions")


@batched(domain.ExecutionStep)
async def executions_of_steps(steps: Sequence[domain.ExecutionStep], call: Call) -> Sequence[list[object] | GatewayError | None]:
    whole = await asyncio.gather(*(_settled(_whole(step, call)) for step in steps))
    keys = [step.executions if isinstance(step, domain.ExecutionStep) else None for step in whole]
    loads = {key: call.context.loaders.node(key) for each in keys for key in each or ()}
    found = dict(zip(loads, await asyncio.gather(*map(_settled, loads.values())), strict=True))
    return [
        step if isinstance(step, GatewayError) else None if each is None else [_item(found[key]) for key in each]
        for step, each in zip(whole, keys, strict=True)
    ]


async def _whole(step: domain.ExecutionStep, call: Call) -> object:
    return step if step.whole else await call.context.loaders.node(step.key)


async def _settled(load: Awaitable[object]) -> object:
    try:
        return await load
    except GatewayError as error:
        return error


def _item(found: object) -> object:
    # graphql-core raises an exception that it finds in a list: this one is null with an error, the others stay.
    return None if isinstance(found, NotFoundError) else found


@batched(domain.ExecutionStep)
async def error_handlers_of_steps(
    steps: Sequence[domain.ExecutionStep], call: Call
) -> Sequence[domain.ExecutionStep | GatewayError | None]:
    def getter(provider: ProviderValue) -> Getter[ExecutionStepKey, domain.ExecutionStep | None] | None:
        port = provider.execution_steps
        return None if port is None else lambda keys: port.get_error_handlers(keys, call.want)

    keys = [step.key for step in steps]
    return await fan_out(keys, lambda key: key.provider, call.context.providers, getter, "error handlers")


@view(domain.ExecutionStep)
class ExecutionStep(Node):
    """One step of a plan's run."""

    provider: Annotated["Provider", strawberry.lazy("schema.types.provider")] = field("Where it ran.", owning_provider)
    external_id: str = field("The vendor's own id.")
    execution: Annotated["Execution", strawberry.lazy("schema.types.execution")] | None = field(
        "The plan's run that it is a part of.", reference(domain.ExecutionStep, "execution")
    )
    step_id: str | None = field("The vendor's id of the step in the plan.")
    name: str | None = field("For people.")
    status: RunStatus = field("In the words all vendors share.")
    native_status: str | None = field("In the vendor's word.")
    started_at: datetime | None = field("When it began; null before.")
    finished_at: datetime | None = field("When it ended; null before.")
    duration_seconds: float | None = field("From start to end; null unless both are known.", duration_seconds)
    planned_count: int | None = field(
        "How many tasks it runs. In lists this may cost a call for each step.", whole_field(domain.ExecutionStep, "planned_count")
    )
    done_count: int | None = field(
        "How many of its tasks have ended. In lists this may cost a call for each step.",
        whole_field(domain.ExecutionStep, "done_count"),
    )
    executions: list[Annotated["Execution", strawberry.lazy("schema.types.execution")] | None] | None = field(
        "The task runs that it has started; one that cannot be read has an error of its own. May cost a call for each.",
        executions_of_steps,
    )
    error_handler: Annotated["ExecutionStep", strawberry.lazy("schema.types.execution_step")] | None = field(
        "What ran because it failed; null when nothing did. Costs a call for each step.", error_handlers_of_steps
    )
