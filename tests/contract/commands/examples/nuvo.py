"""nuvo: executions are started, pipelines changed and removed."""

from gateway.domain.commands.command import Command
from gateway.domain.commands.performed import Performed
from gateway.domain.commands.pipelines import DeletePipeline, PausePipeline, ReplacePipeline, ResumePipeline, UpdatePipeline
from gateway.domain.commands.runs import RunPipeline
from gateway.domain.execution import Execution
from gateway.domain.keys import ExecutionKey, PipelineKey
from gateway.domain.pipeline import Pipeline
from gateway.domain.run import RunStatus
from gateway.providers.nuvo.simulator import NuvoSimulator
from tests.contract.cases.nuvo import add_pipeline
from tests.contract.commands.example import Example, Stage

PIPELINE = r"^/dp/api/v1/pipeline/[^/]+$"
NOWHERE = "0123456789abcdef01234567"


async def new_pipeline(stage: Stage) -> PipelineKey:
    name = stage.name("p")
    add_pipeline(stage.simulator, name)
    app = stage.simulator.app
    assert isinstance(app, NuvoSimulator)
    made = next(pipeline for pipeline in app.world.pipelines if pipeline.name == name)
    made.script.files, made.active = 1, True
    return PipelineKey(stage.provider.name, (made.id,))


def absent(stage: Stage) -> PipelineKey:
    return PipelineKey(stage.provider.name, (NOWHERE,))


async def shown(stage: Stage, performed: Performed) -> Pipeline:
    value = await stage.read(performed.keys[0])
    assert isinstance(value, Pipeline)
    return value


async def run(stage: Stage) -> Command:
    return RunPipeline(pipeline=await new_pipeline(stage))


async def it_runs(stage: Stage, performed: Performed) -> None:
    [key] = performed.keys
    assert isinstance(key, ExecutionKey)
    execution = await stage.read(key)
    assert isinstance(execution, Execution)
    assert execution.status is RunStatus.RUNNING


async def run_inactive(stage: Stage) -> Command:
    pipeline = await new_pipeline(stage)
    await stage.done(PausePipeline(pipeline=pipeline))
    return RunPipeline(pipeline=pipeline)


async def rename(stage: Stage) -> Command:
    return UpdatePipeline(pipeline=await new_pipeline(stage), name="Renamed", spec={"configuration": {"developer_mode": True}})


async def it_is_renamed(stage: Stage, performed: Performed) -> None:
    assert (await shown(stage, performed)).name == "Renamed"


async def replace(stage: Stage) -> Command:
    spec = {"configuration": {"developer_mode": False, "error_config": {"error_threshold": 3}}}
    return ReplacePipeline(pipeline=await new_pipeline(stage), name="Renamed", spec=spec)


async def delete(stage: Stage) -> Command:
    return DeletePipeline(pipeline=await new_pipeline(stage))


async def it_is_gone(stage: Stage, performed: Performed) -> None:
    from gateway.domain.errors import NotFoundError

    try:
        await stage.read(performed.keys[0])
    except NotFoundError:
        return
    raise AssertionError("it is still there")


async def pause(stage: Stage) -> Command:
    return PausePipeline(pipeline=await new_pipeline(stage))


async def it_is_paused(stage: Stage, performed: Performed) -> None:
    assert (await shown(stage, performed)).paused is True


async def resume(stage: Stage) -> Command:
    pipeline = await new_pipeline(stage)
    await stage.done(PausePipeline(pipeline=pipeline))
    return ResumePipeline(pipeline=pipeline)


async def it_is_not_paused(stage: Stage, performed: Performed) -> None:
    assert (await shown(stage, performed)).paused is False


async def run_absent(stage: Stage) -> Command:
    return RunPipeline(pipeline=absent(stage))


async def rename_absent(stage: Stage) -> Command:
    return UpdatePipeline(pipeline=absent(stage), name="Renamed")


async def replace_absent(stage: Stage) -> Command:
    return ReplacePipeline(pipeline=absent(stage), name="Renamed", spec={"configuration": {}})


async def delete_absent(stage: Stage) -> Command:
    return DeletePipeline(pipeline=absent(stage))


async def pause_absent(stage: Stage) -> Command:
    return PausePipeline(pipeline=absent(stage))


async def resume_absent(stage: Stage) -> Command:
    return ResumePipeline(pipeline=absent(stage))


EXAMPLES = (
    Example(command=RunPipeline, make=run, seen=it_runs, method="POST", route=r"/execution/$", missing=run_absent),
    Example(command=UpdatePipeline, make=rename, seen=it_is_renamed, method="PUT", route=PIPELINE, missing=rename_absent),
    Example(command=ReplacePipeline, make=replace, seen=it_is_renamed, method="PUT", route=PIPELINE, missing=replace_absent),
    Example(command=DeletePipeline, make=delete, seen=it_is_gone, method="DELETE", route=PIPELINE, missing=delete_absent),
    Example(command=PausePipeline, make=pause, seen=it_is_paused, method="PUT", route=PIPELINE, missing=pause_absent),
    Example(command=ResumePipeline, make=resume, seen=it_is_not_paused, method="PUT", route=PIPELINE, missing=resume_absent),
)
