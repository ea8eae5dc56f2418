"""Commands and reads in any order: Buildkite, as the gateway shows it, is what the commands have made of it."""

import asyncio
from dataclasses import dataclass, field

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from gateway.domain import mutation_errors
from gateway.domain.build import Build
from gateway.domain.build_content import Annotation
from gateway.domain.commands.annotations import CreateAnnotation, DeleteAnnotation
from gateway.domain.commands.command import Command
from gateway.domain.commands.performed import Performed
from gateway.domain.commands.pipelines import ArchivePipeline, DeletePipeline, UnarchivePipeline, UpdatePipeline
from gateway.domain.commands.runs import CancelRun, RetryRun, RunPipeline
from gateway.domain.errors import NotFoundError
from gateway.domain.keys import AnnotationKey, BuildKey, Key, PipelineKey
from gateway.domain.mutation_errors import MutationProblem
from gateway.domain.pipeline import Pipeline
from gateway.domain.run import RunStatus
from gateway.providers.buildkite.simulator import SIMULATOR
from gateway.simulation.clock import ManualClock
from gateway.simulation.server import RunningSimulator, start
from tests.contract.cases.buildkite import open_provider
from tests.contract.commands.examples.buildkite_ground import LONG_S, new_pipeline
from tests.providers.buildkite.commanded import BuildkiteStage
from tests.providers.buildkite.conftest import NOW

CONTEXTS = st.sampled_from(["one", "two"])
TEXTS = st.sampled_from(["Ähm", "b < c", "x"])


@dataclass(eq=False)
class KnownPipeline:
    key: PipelineKey
    name: str
    description: str | None = None
    archived: bool = False
    gone: bool = False
    numbers: int = 0


@dataclass(eq=False)
class KnownBuild:
    pipeline: KnownPipeline
    number: int
    key: BuildKey
    status: RunStatus = RunStatus.QUEUED
    notes: dict[str, tuple[AnnotationKey, str]] = field(default_factory=dict)


class Account(RuleBasedStateMachine):
    """What the account must look like, beside it."""

    vendor: RunningSimulator
    clock: ManualClock
    pipelines = Bundle("pipelines")
    builds = Bundle("builds")

    @initialize()
    def connect(self) -> None:
        self.runner = asyncio.Runner()
        provider = open_provider(self.vendor.base_url, self.vendor.token, 5.0, ("beta-labs",))
        self.stage = BuildkiteStage(provider=provider, simulator=self.vendor, clock=self.clock)
        self.known_pipelines: list[KnownPipeline] = []
        self.known_builds: list[KnownBuild] = []
        self.dead: set[Key] = set()

    def teardown(self) -> None:
        if hasattr(self, "runner"):
            self.runner.run(self.stage.provider.close())
            self.runner.close()

    def perform(self, command: Command, expected: type[MutationProblem] | None = None, **keys: str) -> Performed:
        performed = self.runner.run(self.stage.perform(command, **keys))
        kinds = [type(problem) for problem in performed.errors]
        assert kinds == ([] if expected is None else [expected]), performed.errors
        return performed

    @rule(target=pipelines)
    def create(self) -> KnownPipeline:
        key = self.runner.run(new_pipeline(self.stage))
        known = KnownPipeline(key, key.parts[1])
        self.known_pipelines.append(known)
        return known

    @rule(pipeline=pipelines, name=TEXTS, description=st.none() | TEXTS)
    def change(self, pipeline: KnownPipeline, name: str, description: str | None) -> None:
        command = UpdatePipeline(pipeline=pipeline.key, name=name, description=description)
        performed = self.perform(command, mutation_errors.NotFoundError if pipeline.gone else None)
        if not pipeline.gone:
            assert performed.keys == (pipeline.key,)
            pipeline.name, pipeline.description = name, description

    @rule(pipeline=pipelines)
    def move(self, pipeline: KnownPipeline) -> None:
        command = UpdatePipeline(pipeline=pipeline.key, slug=self.stage.name("moved"))
        performed = self.perform(command, mutation_errors.NotFoundError if pipeline.gone else None)
        if pipeline.gone:
            return
        self.dead.add(pipeline.key)
        [pipeline.key] = performed.keys  # type: ignore[assignment]  # of this kind
        for build in self.known_builds:
            if build.pipeline is pipeline:
                self.dead.add(build.key)
                build.key = self.moved(build.key, pipeline)  # type: ignore[assignment]  # of this kind
                build.notes = {context: (self.moved(key, pipeline), text) for context, (key, text) in build.notes.items()}  # type: ignore[misc]

    def moved(self, key: Key, pipeline: KnownPipeline) -> Key:
        return type(key)(key.provider, (key.parts[0], pipeline.key.parts[1], *key.parts[2:]))

    @rule(pipeline=pipelines, away=st.booleans())
    def archive(self, pipeline: KnownPipeline, away: bool) -> None:
        command = ArchivePipeline if away else UnarchivePipeline
        wrong = mutation_errors.ConflictError if pipeline.archived is away else None
        self.perform(command(pipeline=pipeline.key), mutation_errors.NotFoundError if pipeline.gone else wrong)
        pipeline.archived = away if not pipeline.gone else pipeline.archived

    @rule(pipeline=pipelines)
    def delete(self, pipeline: KnownPipeline) -> None:
        expected = mutation_errors.NotFoundError if pipeline.gone else None
        self.perform(DeletePipeline(pipeline=pipeline.key), expected, confirm_name=pipeline.name)
        pipeline.gone = True

    @rule(target=builds, pipeline=pipelines, branch=st.none() | st.just("side"))
    def run(self, pipeline: KnownPipeline, branch: str | None) -> KnownBuild | None:
        return self.started(pipeline, RunPipeline(pipeline=pipeline.key, branch=branch), startable=True)

    @rule(target=builds, build=builds)
    def rebuild(self, build: KnownBuild | None) -> KnownBuild | None:
        if build is None:
            return None
        return self.started(build.pipeline, RetryRun(run=build.key), startable=build.status is not RunStatus.QUEUED)

    def started(self, pipeline: KnownPipeline, command: Command, *, startable: bool) -> KnownBuild | None:
        wrong = None if startable and not pipeline.archived else mutation_errors.ConflictError
        performed = self.perform(command, mutation_errors.NotFoundError if pipeline.gone else wrong)
        if not performed.keys:
            return None
        [key] = performed.keys
        assert isinstance(key, BuildKey)
        pipeline.numbers += 1
        known = KnownBuild(pipeline, pipeline.numbers, key)
        self.known_builds.append(known)
        return known

    @rule(build=builds)
    def cancel(self, build: KnownBuild | None) -> None:
        if build is None:
            return
        wrong = None if build.status is RunStatus.QUEUED else mutation_errors.ConflictError
        self.perform(CancelRun(run=build.key), mutation_errors.NotFoundError if build.pipeline.gone else wrong)
        if not build.pipeline.gone and wrong is None:
            build.status = RunStatus.CANCELED

    @rule()
    def wait_for_the_end(self) -> None:
        self.clock.advance(LONG_S)
        for build in self.known_builds:
            if build.status is RunStatus.QUEUED:
                build.status = RunStatus.SUCCEEDED

    @rule(build=builds, context=CONTEXTS, text=TEXTS, append=st.booleans())
    def annotate(self, build: KnownBuild | None, context: str, text: str, append: bool) -> None:
        if build is None:
            return
        command = CreateAnnotation(build=build.key, body=text, context=context, append=append)
        performed = self.perform(command, mutation_errors.NotFoundError if build.pipeline.gone else None)
        if build.pipeline.gone:
            return
        [key] = performed.keys
        assert isinstance(key, AnnotationKey)
        before = build.notes.get(context)
        assert before is None or before[0] == key
        build.notes[context] = (key, before[1] + text if before and append else text)

    @rule(build=builds, context=CONTEXTS)
    def remove_note(self, build: KnownBuild | None, context: str) -> None:
        if build is None or context not in build.notes:
            return
        key, _ = build.notes[context]
        self.perform(DeleteAnnotation(annotation=key), mutation_errors.NotFoundError if build.pipeline.gone else None)
        self.dead.add(key)
        del build.notes[context]

    @invariant()
    def what_is_read_is_what_was_made(self) -> None:
        if hasattr(self, "runner"):
            self.runner.run(self.compare())

    async def compare(self) -> None:
        for pipeline in self.known_pipelines:
            if pipeline.gone:
                await self.is_gone(pipeline.key)
                continue
            shown = await self.stage.read(pipeline.key)
            assert isinstance(shown, Pipeline)
            found = (shown.key, shown.name, shown.description, shown.archived_at is not None)
            assert found == (pipeline.key, pipeline.name, pipeline.description, pipeline.archived)
        for build in self.known_builds:
            await self.compare_build(build)
        for key in self.dead:
            await self.is_gone(key)

    async def compare_build(self, build: KnownBuild) -> None:
        if build.pipeline.gone:
            await self.is_gone(build.key)
            return
        shown = await self.stage.read(build.key)
        assert isinstance(shown, Build)
        assert (shown.key, shown.number, shown.status) == (build.key, build.number, build.status)
        for context, (key, text) in build.notes.items():
            note = await self.stage.read(key)
            assert isinstance(note, Annotation)
            assert (note.context, note.body_html) == (context, f"<p>{text}</p>\n")

    async def is_gone(self, key: Key) -> None:
        try:
            await self.stage.read(key)
        except NotFoundError:
            return
        raise AssertionError(f"{key} is still there")


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
        Account.vendor = start(SIMULATOR, clock=Account.clock)

    @classmethod
    def tearDownClass(cls) -> None:
        Account.vendor.stop()
