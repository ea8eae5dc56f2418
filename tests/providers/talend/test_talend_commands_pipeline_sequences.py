"""Commands and reads in any order: Talend, as the gateway shows it, is what the commands have made of it."""

import asyncio
from dataclasses import dataclass, field

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from gateway.domain import mutation_errors
from gateway.domain.commands.command import Command, Variable
from gateway.domain.commands.performed import Performed
from gateway.domain.commands.pipelines import (
    CreatePipeline,
    DeletePipeline,
    PausePipeline,
    PlanStepDefinition,
    ResumePipeline,
    TaskContent,
    UpdatePipeline,
)
from gateway.domain.commands.runs import CancelRun, RetryRun, RunPipeline
from gateway.domain.commands.schedules import SchedulePipeline, UnschedulePipeline
from gateway.domain.errors import NotFoundError
from gateway.domain.keys import Key, PipelineKey, WorkspaceKey
from gateway.domain.mutation_errors import MutationProblem
from gateway.domain.pipeline import PipelineKind
from gateway.domain.run import RunStatus
from gateway.providers.talend.simulator import simulator
from gateway.providers.talend.simulator.runs.ending import Ending
from gateway.providers.talend.simulator.settings import SimulatorSettings
from gateway.simulation.clock import ManualClock
from gateway.simulation.server import RunningSimulator, start
from tests.contract.commands.example import Stage
from tests.contract.commands.examples import talend_ground as ground
from tests.contract.commands.examples import talend_work as made
from tests.contract.commands.examples.talend_schedules import DAILY, WEEKLY, schedule_of
from tests.providers.talend.conftest import NOW
from tests.providers.talend.opened import app_of, open_provider

TEXTS = st.sampled_from(["Ähm", "b < c", "商品"])
ENDLESS = Ending(received_s=0, dispatching_s=0, running_s=3_600)
TIMETABLES = st.sampled_from([(DAILY,), (WEEKLY,), (DAILY, WEEKLY)])


@dataclass(eq=False)
class Known:
    key: PipelineKey
    name: str
    description: str | None = None
    parameters: dict[str, str] = field(default_factory=dict)
    reason: str | None = None
    paused: bool = False
    triggers: int = 0
    gone: bool = False
    users: "list[Known]" = field(default_factory=list)  # plans that run the task
    tasks: "list[Known]" = field(default_factory=list)


@dataclass(eq=False)
class KnownRun:
    pipeline: Known
    key: Key
    over: bool = False


class Account(RuleBasedStateMachine):
    """What the tenant must look like, beside it. Every run of a task would take an hour."""

    vendor: RunningSimulator
    clock: ManualClock
    pipelines = Bundle("pipelines")
    runs = Bundle("runs")

    @initialize()
    def connect(self) -> None:
        self.runner = asyncio.Runner()
        self.stage = Stage(provider=open_provider(self.vendor), simulator=self.vendor, clock=self.clock)
        self.home: WorkspaceKey = self.runner.run(ground.new_workspace(self.stage))
        self.known: list[Known] = []
        self.known_runs: list[KnownRun] = []

    def teardown(self) -> None:
        if hasattr(self, "runner"):
            self.runner.run(self.stage.provider.close())
            self.runner.close()

    def perform(self, command: Command, expected: type[MutationProblem] | None = None, **keys: str) -> Performed:
        performed = self.runner.run(self.stage.perform(command, **keys))
        kinds = [type(problem) for problem in performed.errors]
        assert kinds == ([] if expected is None else [expected]), performed.errors
        return performed

    def about(self, pipeline: Known, conflict: bool = False) -> type[MutationProblem] | None:
        if pipeline.gone:
            return mutation_errors.NotFoundError
        return mutation_errors.ConflictError if conflict else None

    @rule(target=pipelines)
    def create_task(self) -> Known:
        key = self.runner.run(made.new_task(self.stage, self.home))
        app_of(self.vendor).runs.script_always(key.parts[1], ENDLESS)
        shown = self.runner.run(made.pipeline(self.stage, key))
        known = Known(key, shown.name)
        self.known.append(known)
        return known

    @rule(target=pipelines, task=pipelines, name=TEXTS)
    def create_plan(self, task: Known, name: str) -> Known:
        if task.gone or task.tasks:
            return task
        step = PlanStepDefinition(name="Only", tasks=(task.key,))
        command = CreatePipeline(
            provider=self.stage.provider.name, name=name, kind=PipelineKind.PLAN, workspace=self.home, steps=(step,)
        )
        [key] = self.perform(command).keys
        assert isinstance(key, PipelineKey)
        known = Known(key, name, tasks=[task])
        task.users.append(known)
        self.known.append(known)
        return known

    @rule(pipeline=pipelines, name=TEXTS, description=st.none() | TEXTS, value=st.none() | TEXTS)
    def change(self, pipeline: Known, name: str, description: str | None, value: str | None) -> None:
        if pipeline.tasks:
            steps = (PlanStepDefinition(name="Only", tasks=(pipeline.tasks[0].key,)),)
            command = UpdatePipeline(pipeline=pipeline.key, name=name, description=description, steps=steps)
        elif value is None:
            command = UpdatePipeline(pipeline=pipeline.key, name=name, description=description)
        else:
            content = TaskContent(parameters=(Variable("a", value),))
            command = UpdatePipeline(pipeline=pipeline.key, name=name, description=description, task=content)
        self.perform(command, self.about(pipeline))
        if not pipeline.gone:
            pipeline.name, pipeline.description = name, description
            pipeline.parameters = pipeline.parameters if pipeline.tasks or value is None else {"a": value}

    @rule(pipeline=pipelines, reason=st.none() | TEXTS, pause=st.booleans())
    def hold_up(self, pipeline: Known, reason: str | None, pause: bool) -> None:
        command = PausePipeline if pause else ResumePipeline
        self.perform(command(pipeline=pipeline.key, reason=reason), self.about(pipeline))
        if not pipeline.gone and pipeline.paused is not pause:
            pipeline.paused, pipeline.reason = pause, reason if pause else None

    @rule(pipeline=pipelines, triggers=TIMETABLES)
    def schedule(self, pipeline: Known, triggers: tuple[object, ...]) -> None:
        self.perform(SchedulePipeline(pipeline=pipeline.key, triggers=triggers), self.about(pipeline))  # type: ignore[arg-type]  # of these
        pipeline.triggers = 0 if pipeline.gone else len(triggers)

    @rule(pipeline=pipelines)
    def unschedule(self, pipeline: Known) -> None:
        self.perform(UnschedulePipeline(pipeline=pipeline.key), self.about(pipeline, conflict=not pipeline.triggers))
        pipeline.triggers = 0

    @rule(target=runs, pipeline=pipelines)
    def run(self, pipeline: Known) -> KnownRun | None:
        performed = self.perform(RunPipeline(pipeline=pipeline.key), self.about(pipeline, conflict=pipeline.paused))
        if not performed.keys:
            return None
        known = KnownRun(pipeline, performed.keys[0])
        # A plan can find its task held up, or running where that is all it may: then it fails at once.
        known.over = any(task.paused for task in pipeline.tasks)
        self.known_runs.append(known)
        self.catch_up(known)
        return known

    def catch_up(self, run: KnownRun) -> None:
        """A plan misfires when it runs already."""
        shown = self.runner.run(made.execution(self.stage, run.key))
        if run.pipeline.tasks and shown.finished:
            busy = any(other.pipeline is run.pipeline and not other.over for other in self.known_runs if other is not run)
            assert shown.status is (RunStatus.SKIPPED if busy else RunStatus.FAILED)
            assert busy or run.over or any(task.paused for task in run.pipeline.tasks)
            run.over = True

    @rule(run=runs)
    def cancel(self, run: KnownRun | None) -> None:
        if run is None:
            return
        shown = self.runner.run(made.execution(self.stage, run.key))
        expected = mutation_errors.ConflictError if shown.finished else None
        self.perform(CancelRun(run=run.key), expected)  # type: ignore[arg-type]  # a key of a run
        self.clock.advance(10)
        run.over = True

    @rule(run=runs)
    def begin_again(self, run: KnownRun | None) -> None:
        if run is None or not run.pipeline.tasks or run.pipeline.gone:
            return
        shown = self.runner.run(made.execution(self.stage, run.key))
        wrong = shown.status is not RunStatus.FAILED or run.pipeline.paused
        performed = self.perform(RetryRun(run=run.key), mutation_errors.ConflictError if wrong else None)  # type: ignore[arg-type]
        if performed.keys:
            again = KnownRun(run.pipeline, performed.keys[0], any(task.paused for task in run.pipeline.tasks))
            self.known_runs.append(again)
            self.catch_up(again)

    @rule(pipeline=pipelines)
    def delete(self, pipeline: Known) -> None:
        used = any(not user.gone for user in pipeline.users)
        self.perform(DeletePipeline(pipeline=pipeline.key), self.about(pipeline, conflict=used), confirm_name=pipeline.name)
        pipeline.gone = pipeline.gone or not used

    @invariant()
    def what_is_read_is_what_was_made(self) -> None:
        if hasattr(self, "runner"):
            self.runner.run(self.compare())

    async def compare(self) -> None:
        for pipeline in self.known:
            try:
                shown = await made.pipeline(self.stage, pipeline.key)
            except NotFoundError:
                assert pipeline.gone
                continue
            found = (shown.name, shown.description or None, shown.paused, shown.pause.reason if shown.pause else None)
            assert found == (pipeline.name, pipeline.description, pipeline.paused, pipeline.reason)
            if shown.task is not None:
                assert {each.name: each.value for each in shown.task.parameters} == pipeline.parameters
                assert shown.task.artifact is not None
            schedule = await schedule_of(self.stage, pipeline.key)
            assert (0 if schedule is None else len(schedule.triggers)) == pipeline.triggers
        for run in self.known_runs:
            execution = await made.execution(self.stage, run.key)
            assert (execution.pipeline, execution.finished) == (run.pipeline.key, run.over)


class TestAccount(Account.TestCase):
    settings = settings(
        max_examples=15,
        stateful_step_count=12,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow],
    )

    @classmethod
    def setUpClass(cls) -> None:
        Account.clock = ManualClock(NOW)
        Account.vendor = start(simulator(SimulatorSettings(past_runs=False)), clock=Account.clock)

    @classmethod
    def tearDownClass(cls) -> None:
        Account.vendor.stop()
