"""DX: runs are reported to the gateway's own ledger, and no vendor is called."""

from datetime import timedelta

from gateway.domain.build import Build
from gateway.domain.commands.command import Command
from gateway.domain.commands.performed import Performed
from gateway.domain.commands.reports import RecordPipelineRun
from gateway.domain.run import RunStatus
from tests.contract.commands.example import Example, Stage


async def report(stage: Stage) -> Command:
    return RecordPipelineRun(
        provider=stage.provider.name,
        reference_id=stage.name("run"),
        pipeline_source="Jenkins",
        pipeline_name="deploy",
        started_at=stage.clock.start - timedelta(minutes=5),
        status=RunStatus.SUCCEEDED,
    )


async def it_is_a_build(stage: Stage, performed: Performed) -> None:
    build = await stage.read(performed.keys[0])
    assert isinstance(build, Build)
    assert build.status is RunStatus.SUCCEEDED


EXAMPLES = (Example(command=RecordPipelineRun, make=report, seen=it_is_a_build, method="POST", route="-", local=True, writes=0),)
