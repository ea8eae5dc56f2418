"""The template of destinations. A call to nuvo that starts something says nothing but what is started."""

from gateway.domain.commands.from_record import refused
from gateway.domain.commands.runs import RunPipeline
from gateway.domain.template import Filled, Template, TemplateParameter, Templates
from gateway.providers.nuvo.keys import Origin


class NuvoMaking:
    """Makes commands of records. Nothing is read: that a pipeline is not there the vendor says when the command is carried out."""

    def __init__(self, origin: Origin) -> None:
        self._origin = origin

    async def create_execution(self, filled: Filled) -> RunPipeline:
        if unknown := [name for name in filled.record if name not in filled.used]:
            raise refused(RunPipeline.mutation, unknown)
        pipeline = filled.parameters["pipeline"]
        self._origin.check_name(pipeline, "parameters.pipeline")
        return RunPipeline(pipeline=self._origin.pipeline(pipeline))


def templates_of(making: NuvoMaking) -> Templates:
    """What an account offers to destinations."""
    create_execution = Template(
        name="create-execution",
        title="Create Execution",
        description="Starts a pipeline: an execution for each file that its source holds, which may be several, or none.",
        command=RunPipeline,
        make=making.create_execution,
        parameters=(
            TemplateParameter(name="pipeline", description="The pipeline's id at nuvo.", example="65f0c2d3e4b5a69788000001"),
        ),
        takes_record=False,
    )
    return {create_execution.name: create_execution}
