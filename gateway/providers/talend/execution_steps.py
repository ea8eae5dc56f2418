"""Steps of plans' runs, and the error handlers that ran when they failed."""

from collections.abc import Sequence

from gateway.domain.errors import GatewayError, NotFoundError
from gateway.domain.execution_step import ExecutionStep
from gateway.domain.keys import ExecutionKey, ExecutionStepKey
from gateway.domain.page import RowFault, Want
from gateway.providers.talend.execution_mapping import to_step, to_whole_step
from gateway.providers.talend.keys import HANDLER, PLAN, STEP, Origin, StepWord, execution_ids, step_ids
from gateway.providers.talend.runs_client import RunsClient
from gateway.upstream.settle import answer_checked, settle

_Place = tuple[str, str, StepWord]
"""(plan execution id, execution id of the step, step or handler)."""


class TalendExecutionSteps:
    """An ExecutionStepReader. A step's name is in its plan only, under the same step id."""

    def __init__(self, client: RunsClient, origin: Origin) -> None:
        self._client = client
        self._origin = origin

    async def list_execution_steps(
        self, executions: Sequence[ExecutionKey], want: Want
    ) -> list[tuple[ExecutionStep, ...] | GatewayError]:
        """A call for each plan's run; runs of tasks and promotions cost nothing."""

        def check(key: ExecutionKey) -> None:
            execution_ids(key)

        return await answer_checked(executions, check, self._list)

    async def get_execution_steps(self, keys: Sequence[ExecutionStepKey], want: Want) -> list[ExecutionStep | GatewayError]:
        """A call each."""

        async def get(checked: Sequence[ExecutionStepKey]) -> list[ExecutionStep | GatewayError]:
            places = {key: step_ids(key) for key in checked}
            found = await settle((place for place in places.values() if place is not None), self._get)
            return [self._absent() if (place := places[key]) is None else found[place] for key in checked]

        return await answer_checked(keys, _check_step, get)

    async def get_error_handlers(self, steps: Sequence[ExecutionStepKey], want: Want) -> list[ExecutionStep | GatewayError | None]:
        """A call each. The vendor does not tell a step without a handler from no step at all."""

        async def get(checked: Sequence[ExecutionStepKey]) -> list[ExecutionStep | GatewayError | None]:
            places = {key: _handler_of(key) for key in checked}
            found = await settle((place for place in places.values() if place is not None), self._find)
            return [None if (place := places[key]) is None else found[place] for key in checked]

        return await answer_checked(steps, _check_step, get)

    async def _list(self, keys: Sequence[ExecutionKey]) -> list[tuple[ExecutionStep, ...] | GatewayError]:
        ids = {key: execution_ids(key) for key in keys}
        found = await settle((each[1] for each in ids.values() if each is not None and each[0] == PLAN), self._steps_of)
        answers: list[tuple[ExecutionStep, ...] | GatewayError] = []
        for key in keys:
            place = ids[key]
            if place is None:
                answers.append(self._origin.absent("execution"))
            else:
                answers.append(found[place[1]] if place[0] == PLAN else ())
        return answers

    async def _steps_of(self, execution: str) -> tuple[ExecutionStep, ...]:
        """All or none: a plan's steps with one missing would look as if that one had not run."""
        steps: list[ExecutionStep] = []
        for row in (await self._client.list_steps(execution)).rows:
            if isinstance(row, RowFault):
                raise row.error
            steps.append(to_step(row, execution, self._origin))
        return tuple(steps)

    async def _get(self, place: _Place) -> ExecutionStep:
        execution, step, kind = place
        read = self._client.get_step if kind == STEP else self._client.get_error_handler
        return to_whole_step(await read(execution, step), execution, step, kind, self._origin)

    async def _find(self, place: _Place) -> ExecutionStep | None:
        try:
            return await self._get(place)
        except NotFoundError:
            return None

    def _absent(self) -> NotFoundError:
        return self._origin.absent("step of an execution")


def _check_step(key: ExecutionStepKey) -> None:
    step_ids(key)


def _handler_of(key: ExecutionStepKey) -> _Place | None:
    """None for what cannot have one: handlers have none themselves."""
    place = step_ids(key)
    return None if place is None or place[2] == HANDLER else (place[0], place[1], HANDLER)
