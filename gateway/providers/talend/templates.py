"""Templates of destinations. Records are in the words of the mutations, or of the vendor's own bodies of the same calls."""

from collections.abc import Mapping
from typing import TypeVar

import msgspec

from gateway.domain.commands.command import JsonObject
from gateway.domain.commands.from_record import command_from_record, refused
from gateway.domain.commands.pipelines import PausePipeline, ResumePipeline
from gateway.domain.commands.runs import RunPipeline
from gateway.domain.errors import GatewayError, NotFoundError
from gateway.domain.keys import PipelineKey
from gateway.domain.page import Want
from gateway.domain.template import Filled, Template, TemplateParameter, Templates
from gateway.providers.talend.keys import PLAN, TASK, Origin, PipelineWord, is_id
from gateway.providers.talend.pipelines import TalendPipelines

P = TypeVar("P", PausePipeline, ResumePipeline)

RUN_ALIASES: Mapping[str, str] = {"parameters": "variables", "timeout": "timeoutSeconds"}
PAUSE_ALIASES: Mapping[str, str] = {"pauseContext": "reason"}
_KEY_ONLY: Want = frozenset({"id"})


class TalendMaking:
    """Makes commands of records. Nothing is read where the template says whether a task or a plan is meant."""

    def __init__(self, origin: Origin, pipelines: TalendPipelines) -> None:
        self._origin = origin
        self._pipelines = pipelines

    async def run_task(self, filled: Filled) -> RunPipeline:
        fixed = {"pipeline": self._of_kind(filled, TASK)}
        record = _in_seconds(filled.record)
        return command_from_record(RunPipeline, record, fixed=fixed, aliases=RUN_ALIASES, used=filled.used)

    async def run_plan(self, filled: Filled) -> RunPipeline:
        """A plan runs its tasks as they are configured."""
        if unknown := [name for name in filled.record if name not in filled.used]:
            raise refused(RunPipeline.mutation, unknown)
        return RunPipeline(pipeline=self._of_kind(filled, PLAN))

    async def pause_pipeline(self, filled: Filled) -> PausePipeline:
        return await self._with_pause(PausePipeline, filled)

    async def resume_pipeline(self, filled: Filled) -> ResumePipeline:
        return await self._with_pause(ResumePipeline, filled)

    async def _with_pause(self, command_type: type[P], filled: Filled) -> P:
        """The record is read before the pipeline is looked for: what cannot be meant costs no call."""
        nothing = {"pipeline": self._origin.pipeline(TASK, "")}
        command = command_from_record(command_type, filled.record, fixed=nothing, aliases=PAUSE_ALIASES, used=filled.used)
        return msgspec.structs.replace(command, pipeline=await self._of_either_kind(filled))

    def _of_kind(self, filled: Filled, kind: PipelineWord) -> PipelineKey:
        """Of the parameter that is called as the kind is. NotFoundError when the vendor cannot have made the id."""
        found = filled.parameters[kind]
        self._origin.check_name(found, f"parameters.{kind}")
        if not is_id(found):
            error = self._origin.absent(kind)
            error.field = f"parameters.{kind}"
            raise error
        return self._origin.pipeline(kind, found)

    async def _of_either_kind(self, filled: Filled) -> PipelineKey:
        """One call for a task, two at most for a plan: an id does not say which of them has it."""
        wanted = filled.parameters["pipeline"]
        self._origin.check_name(wanted, "parameters.pipeline")
        (found,) = await self._pipelines.find_pipelines_by_external_id((wanted,), _KEY_ONLY)
        if isinstance(found, NotFoundError):
            found.field = "parameters.pipeline"
        if isinstance(found, GatewayError):
            raise found
        return found.key


def _in_seconds(record: JsonObject) -> JsonObject:
    """The vendor's `timeout` is in minutes."""
    minutes = record.get("timeout")
    if not isinstance(minutes, int | float) or isinstance(minutes, bool):
        return record
    return record | {"timeout": minutes * 60}


def templates_of(making: TalendMaking) -> Templates:
    """What an account offers to destinations."""
    either = TemplateParameter(
        name="pipeline", description="The id of a task or plan at Talend.", example="65a1f0c2d3e4b5a697880001"
    )
    templates = (
        Template(
            name="run-task",
            title="Run Task",
            description="Starts a task. The record may have `parameters`, `logLevel` (OFF, ERROR, WARN or INFO), and `timeout` in "
            "minutes or `timeoutSeconds`.",
            command=RunPipeline,
            make=making.run_task,
            parameters=(
                TemplateParameter(name="task", description="The task's id at Talend.", example="65a1f0c2d3e4b5a697880001"),
            ),
            example={"parameters": {"run_date": "2026-02-03"}, "logLevel": "WARN", "timeout": 30},
        ),
        Template(
            name="run-plan",
            title="Run Plan",
            description="Starts a plan, whose tasks run as they are configured.",
            command=RunPipeline,
            make=making.run_plan,
            parameters=(
                TemplateParameter(name="plan", description="The plan's id at Talend.", example="65a1f0c2d3e4b5a697880002"),
            ),
            takes_record=False,
        ),
        Template(
            name="pause-pipeline",
            title="Pause Pipeline",
            description="Keeps a task or plan from starting; runs that are under way go on. The record may have a `reason`.",
            command=PausePipeline,
            make=making.pause_pipeline,
            parameters=(either,),
            example={"reason": "The warehouse is closed"},
        ),
        Template(
            name="resume-pipeline",
            title="Resume Pipeline",
            description="Lets a task or plan start again. The record may have a `reason`.",
            command=ResumePipeline,
            make=making.resume_pipeline,
            parameters=(either,),
            example={"reason": "The warehouse is open again"},
        ),
    )
    return {template.name: template for template in templates}
