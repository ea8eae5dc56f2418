"""New executions, and old ones that run again."""

from datetime import timedelta

from gateway.providers.nuvo.simulator.data.runs import plan_run
from gateway.providers.nuvo.simulator.endpoint import State
from gateway.providers.nuvo.simulator.execution import Ending, Execution, Trigger
from gateway.providers.nuvo.simulator.identities import Identity
from gateway.providers.nuvo.simulator.pipeline import FILE_SOURCES, Pipeline
from gateway.providers.nuvo.simulator.timestamps import whole_ms


def launch(state: State, pipeline: Pipeline, by: Identity, trigger: Trigger, files: int | None = None) -> list[Execution]:
    """One execution for each file found, all of one moment; there may be no file at all. None: as scripted, else by chance."""
    world, script = state.world, pipeline.script
    files = script.files if files is None else files
    if files is None:
        files = world.random.choice((1, 1, 2, 3)) if pipeline.source in FILE_SOURCES else 1
    created = []
    with world.lock:
        now = whole_ms(state.now)
        for _ in range(files):
            ending = script.endings.pop(0) if script.endings else None
            run = plan_run("CREATE", now, by, world.random, ending=ending, seconds=script.seconds)
            execution = Execution(
                id=world.ids.mint(now),
                pipeline_id=pipeline.id,
                trigger=trigger,
                configuration_id=pipeline.configuration_id,
                created_at=now,
                created_by=by,
                owner=pipeline.owner,
                runs=[run],
            )
            world.add(execution)
            created.append(execution)
    return created


def fix(state: State, execution: Execution, by: Identity, ending: Ending, seconds: float) -> None:
    """Runs a failed execution again, under the same id. ValueError unless it has failed."""
    now = whole_ms(state.now)
    if execution.status_at(now) != "FAILED":
        raise ValueError(f"{execution.id} has not failed")
    with state.world.lock:
        execution.runs.append(plan_run("FIX", now, by, state.world.random, ending=ending, seconds=seconds))


def end_now(state: State, execution: Execution, ending: Ending) -> None:
    """Ends the run at work at this moment. ValueError if there is none."""
    now = whole_ms(state.now)
    if execution.status_at(now) != "PROCESSING":
        raise ValueError(f"{execution.id} is not at work")
    last = execution.begun(now)[-1]
    length_s = max(0.0, (now - last.started_at) / timedelta(seconds=1))
    ended = plan_run(last.type, last.started_at, last.by, state.world.random, ending=ending, seconds=length_s)
    with state.world.lock:
        execution.runs[execution.runs.index(last)] = ended
