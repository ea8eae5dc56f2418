"""The executions of the past, and those at work when the simulator starts."""

from datetime import datetime, timedelta
from random import Random

from gateway.providers.nuvo.simulator.data.profiles import PipelinePlan
from gateway.providers.nuvo.simulator.data.runs import plan_run
from gateway.providers.nuvo.simulator.execution import Execution, Run
from gateway.providers.nuvo.simulator.object_ids import ObjectIds
from gateway.providers.nuvo.simulator.pipeline import FILE_SOURCES, Pipeline
from gateway.providers.nuvo.simulator.timestamps import whole_ms

SPAN = timedelta(days=60)
AT_WORK = 4
"""So many of the newest executions have not ended at the start."""


def lived_in_history(
    plans: list[tuple[PipelinePlan, Pipeline]], start: datetime, ids: ObjectIds, random: Random
) -> list[Execution]:
    """Oldest first. Pipelines that read files have several executions of one moment now and then."""
    moments: list[tuple[datetime, PipelinePlan, Pipeline]] = []
    for plan, pipeline in plans:
        left = plan.executions
        while left > 0:
            files = min(left, random.choice((1, 1, 1, 2, 3)) if pipeline.source in FILE_SOURCES else 1)
            moment = whole_ms(start - timedelta(hours=1) - SPAN * random.random())
            moments += [(moment, plan, pipeline)] * files
            left -= files
    moments.sort(key=lambda each: each[0])
    for place in range(1, min(AT_WORK, len(moments)) + 1):
        _, plan, pipeline = moments[-place]
        moments[-place] = (whole_ms(start - timedelta(seconds=20 * place)), plan, pipeline)
    executions = []
    for place, (moment, plan, pipeline) in enumerate(moments):
        begun = moment + timedelta(milliseconds=random.randint(40, 900))
        if place >= len(moments) - AT_WORK:
            first = plan_run("CREATE", begun, pipeline.owner, random, seconds=random.randint(100, 600))
        else:
            first = plan_run("CREATE", begun, pipeline.owner, random)
        runs = [first, *_fixes(first, start, random, pipeline)]
        executions.append(_execution(moment, plan, pipeline, runs, ids))
    return executions


def even_history(plans: list[tuple[PipelinePlan, Pipeline]], start: datetime, ids: ObjectIds, random: Random) -> list[Execution]:
    """Oldest first, one every 20 minutes, all over: each pipeline once in every round."""
    order = list(plans)
    random.shuffle(order)
    rounds = order[0][0].executions
    count = rounds * len(order)
    executions = []
    for place in range(count):
        plan, pipeline = order[place % len(order)]
        moment = whole_ms(start - timedelta(minutes=20) * (count - place))
        run = plan_run("CREATE", moment + timedelta(milliseconds=300), pipeline.owner, random)
        executions.append(_execution(moment, plan, pipeline, [run], ids))
    return executions


def _fixes(first: Run, start: datetime, random: Random, pipeline: Pipeline) -> list[Run]:
    """Some of the failures were mended, most of those at the first attempt."""
    fixes: list[Run] = []
    last = first
    while last.ending == "FAILED" and random.random() < 0.4:
        begun = whole_ms(last.ended_at + timedelta(minutes=random.randint(5, 600)))
        last = plan_run("FIX", begun, pipeline.updated_by, random)
        if last.ended_at >= start:
            break
        fixes.append(last)
    return fixes


def _execution(moment: datetime, plan: PipelinePlan, pipeline: Pipeline, runs: list[Run], ids: ObjectIds) -> Execution:
    return Execution(
        id=ids.mint(moment),
        pipeline_id=pipeline.id,
        trigger=plan.trigger,
        configuration_id=pipeline.configuration_id,
        created_at=moment,
        created_by=pipeline.owner,
        owner=pipeline.owner,
        runs=runs,
    )
