"""Random sequences of commands and reads over the simulator, against a simple idea of what an account is."""

import asyncio
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, multiple, rule, run_state_machine_as_test

from gateway.domain import mutation_errors
from gateway.domain.build import Build
from gateway.domain.commands.command import Command
from gateway.domain.commands.integration_contexts import (
    CreateIntegrationContext,
    DeleteIntegrationContext,
    UpdateIntegrationContext,
)
from gateway.domain.commands.pipelines import CreatePipeline, DeletePipeline, ReplacePipeline, UpdatePipeline
from gateway.domain.commands.projects import CreateProject, DeleteProject, UpdateProject
from gateway.domain.commands.runs import ApproveRun, CancelRun, RetryRun, RunPipeline
from gateway.domain.commands.triggers import CreateTrigger, CronTrigger, DeleteTrigger, GitTrigger, HelmTrigger
from gateway.domain.errors import NotFoundError
from gateway.domain.keys import Key, PipelineKey
from gateway.domain.run import FINISHED, RunStatus
from gateway.domain.trigger import Trigger
from gateway.simulation.clock import ManualClock
from gateway.simulation.server import RunningSimulator
from tests.contract.commands.example import Stage
from tests.contract.commands.examples.codefresh_made import ASKING, OVER_AFTER_S, YAML
from tests.providers.codefresh.opened import ALL, NAME, open_provider

TAGS = st.lists(st.sampled_from(["blue", "green", "red"]), unique=True, max_size=2).map(tuple)
WORDS = st.sampled_from(["one", "two"])
CONFLICT = mutation_errors.ConflictError
GONE = mutation_errors.NotFoundError


class Account(RuleBasedStateMachine):
    """What a command is told to do, the next read shows; what it may not do changes nothing."""

    simulator: RunningSimulator

    projects = Bundle("projects")
    pipelines = Bundle("pipelines")
    triggers = Bundle("triggers")
    builds = Bundle("builds")
    contexts = Bundle("contexts")

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        clock = self.simulator.clock
        assert isinstance(clock, ManualClock)
        self.stage = Stage(provider=open_provider(self.simulator), simulator=self.simulator, clock=clock)
        self.project: dict[Key, dict[str, Any]] = {}
        self.pipeline: dict[Key, dict[str, Any]] = {}
        self.trigger: dict[Key, tuple[Key, str, str]] = {}
        self.context: dict[Key, dict[str, str]] = {}

    def teardown(self) -> None:
        for key, project in self.project.items():
            found: Any = self.read(key)
            assert (found.name, found.tags) == (project["name"], project["tags"])
        for key in self.pipeline:
            self.look(key)
        self.runner.run(self.stage.provider.close())
        self.runner.close()

    def perform(self, command: Command, expected: type[mutation_errors.MutationProblem] | None = None) -> tuple[Key, ...]:
        name = self.named(command) if command.destroys else None
        performed = self.runner.run(self.stage.perform(command, confirm_name=name))
        assert [type(error) for error in performed.errors] == ([] if expected is None else [expected]), performed.errors
        return performed.keys

    def named(self, command: Command) -> str:
        """Of what is gone any name will do."""
        known = self.project.get(command.subject) or self.pipeline.get(command.subject)  # type: ignore[arg-type]
        return str(known["name"]) if known else "whatever"

    def read(self, key: Key) -> object:
        return self.runner.run(_read(self.stage, key))

    def look(self, key: Key) -> None:
        """The pipeline and its triggers, as a new request sees them."""
        pipeline = self.pipeline[key]
        found: Any = self.read(key)
        assert (found.name, found.tags, found.description) == (pipeline["name"], pipeline["tags"], pipeline["description"])
        assert found.definition.revision == pipeline["revision"]
        triggers = self.stage.provider.triggers
        assert triggers is not None
        assert isinstance(key, PipelineKey)
        [listed] = self.runner.run(_triggers(self.stage, key))
        assert {each.key for each in listed} == {each for each, (owner, _, _) in self.trigger.items() if owner == key}

    @initialize(target=projects)
    def begin(self) -> Key:
        return self.create_project(())

    @rule(target=projects, tags=TAGS)
    def create_project(self, tags: tuple[str, ...]) -> Key:
        name = self.stage.name("model")
        [key] = self.perform(CreateProject(provider=NAME, name=name, tags=tags))
        self.project[key] = {"name": name, "tags": tags}
        return key

    @rule(project=projects, tags=TAGS)
    def tag_project(self, project: Any, tags: tuple[str, ...]) -> None:
        there = project in self.project
        self.perform(UpdateProject(project=project, tags=tags), None if there else GONE)
        if there:
            self.project[project]["tags"] = tags

    @rule(project=projects)
    def rename_project(self, project: Any) -> None:
        name = self.stage.name("renamed")
        there = project in self.project
        self.perform(UpdateProject(project=project, name=name), None if there else GONE)
        if not there:
            return
        self.project[project]["name"] = name
        for pipeline in self.pipeline.values():
            if pipeline["project"] == project:
                pipeline["name"] = f"{name}/{pipeline['name'].rpartition('/')[2]}"

    @rule(project=projects)
    def delete_project(self, project: Any) -> None:
        if project not in self.project:
            self.perform(DeleteProject(project=project), GONE)
        elif any(pipeline["project"] == project for pipeline in self.pipeline.values()):
            self.perform(DeleteProject(project=project), CONFLICT)
        else:
            self.perform(DeleteProject(project=project))
            del self.project[project]

    @rule(target=pipelines, project=projects, word=WORDS, tags=TAGS, asks=st.booleans())
    def create_pipeline(self, project: Any, word: str, tags: tuple[str, ...], asks: bool) -> Any:
        command = CreatePipeline(provider=NAME, project=project, name=word, yaml=ASKING if asks else YAML, tags=tags)
        if project not in self.project:
            self.perform(command, GONE)
            return multiple()
        name = f"{self.project[project]['name']}/{word}"
        if any(pipeline["name"] == name for pipeline in self.pipeline.values()):
            self.perform(command, CONFLICT)
            return multiple()
        [key] = self.perform(command)
        self.pipeline[key] = {
            "project": project, "name": name, "tags": tags, "description": None, "revision": 1, "asks": asks
        }  # fmt: skip
        return key

    @rule(pipeline=pipelines, tags=TAGS, description=st.sampled_from([None, "what it does"]))
    def update_pipeline(self, pipeline: Any, tags: tuple[str, ...], description: str | None) -> None:
        known = self.pipeline.get(pipeline)
        self.perform(UpdatePipeline(pipeline=pipeline, tags=tags, description=description), None if known else GONE)
        if known is None:
            return
        if (known["tags"], known["description"]) != (tags, description) or "labelled" not in known:
            before = known["revision"]
            found: Any = self.read(pipeline)
            known["revision"] = found.definition.revision
            assert known["revision"] in (before, before + 1)
        known |= {"tags": tags, "description": description, "labelled": True}
        self.look(pipeline)

    @rule(pipeline=pipelines, stale=st.booleans())
    def replace_pipeline(self, pipeline: Any, stale: bool) -> None:
        known = self.pipeline.get(pipeline)
        if known is None:
            return
        revision = known["revision"] - stale
        command = ReplacePipeline(pipeline=pipeline, name=known["name"], revision=revision, yaml=YAML)
        self.perform(command, CONFLICT if stale else None)
        if not stale:
            known |= {"tags": (), "description": None, "revision": revision + 1, "asks": False}
            for key, (owner, sort, _) in list(self.trigger.items()):
                if owner == pipeline and sort != "helm":
                    del self.trigger[key]
        self.look(pipeline)

    @rule(pipeline=pipelines)
    def delete_pipeline(self, pipeline: Any) -> None:
        there = pipeline in self.pipeline
        self.perform(DeletePipeline(pipeline=pipeline), None if there else GONE)
        self.pipeline.pop(pipeline, None)
        self.trigger = {key: value for key, value in self.trigger.items() if value[0] != pipeline}

    @rule(target=triggers, pipeline=pipelines, sort=st.sampled_from(["git", "cron", "helm"]), word=WORDS)
    def create_trigger(self, pipeline: Any, sort: str, word: str) -> Any:
        command = CreateTrigger(
            pipeline=pipeline,
            name=None if sort == "helm" else word,
            git=GitTrigger(repository="acme/shop", events=("push.heads",)) if sort == "git" else None,
            cron=CronTrigger(expression="@daily", message="nightly") if sort == "cron" else None,
            helm=HelmTrigger(kind="jfrog", repository="model", chart=word) if sort == "helm" else None,
        )
        known = self.pipeline.get(pipeline)
        expected = GONE if known is None else CONFLICT if (pipeline, sort, word) in self.trigger.values() else None
        keys = self.perform(command, expected)
        if known is None or expected is not None:
            return multiple()
        known["revision"] += sort != "helm"
        self.trigger[keys[0]] = (pipeline, sort, word)
        self.look(pipeline)
        return keys[0]

    @rule(trigger=consumes(triggers))
    def delete_trigger(self, trigger: Any) -> None:
        known = self.trigger.pop(trigger, None)
        self.perform(DeleteTrigger(trigger=trigger), None if known else GONE)
        if known is not None:
            self.pipeline[known[0]]["revision"] += known[1] != "helm"
            self.look(known[0])

    @rule(target=builds, pipeline=pipelines)
    def run(self, pipeline: Any) -> Any:
        keys = self.perform(RunPipeline(pipeline=pipeline), None if pipeline in self.pipeline else GONE)
        return multiple(*keys)

    @rule(target=builds, build=builds)
    def retry(self, build: Any) -> Any:
        there = PipelineKey(NAME, (build.parts[1],)) in self.pipeline
        keys = self.perform(RetryRun(run=build), None if there else GONE)
        return multiple(*keys)

    @rule(build=builds)
    def cancel(self, build: Any) -> None:
        over = self.build(build).status in FINISHED
        self.perform(CancelRun(run=build), CONFLICT if over else None)
        if not over:
            assert self.build(build).cancel_requested

    @rule(build=builds)
    def approve(self, build: Any) -> None:
        waits = self.build(build).status is RunStatus.BLOCKED
        self.perform(ApproveRun(run=build), None if waits else CONFLICT)
        if waits:
            assert self.build(build).status is RunStatus.RUNNING

    @rule(seconds=st.sampled_from([2, 45, OVER_AFTER_S]))
    def wait(self, seconds: int) -> None:
        self.stage.clock.advance(seconds)

    def build(self, key: Key) -> Build:
        found = self.read(key)
        assert isinstance(found, Build)
        return found

    @rule(target=contexts, value=WORDS)
    def create_context(self, value: str) -> Key:
        name = self.stage.name("model")
        [key] = self.perform(CreateIntegrationContext(provider=NAME, name=name, type="config", data={"one": value}))
        self.context[key] = {"one": value}
        return key

    @rule(context=contexts, word=WORDS, value=st.sampled_from(["x", "y", None]), replace=st.booleans())
    def update_context(self, context: Any, word: str, value: str | None, replace: bool) -> None:
        known = self.context.get(context)
        command = UpdateIntegrationContext(integration_context=context, data={word: value}, replace_data=replace or None)
        self.perform(command, GONE if known is None else None)
        if known is None:
            return
        kept = {} if replace else {name: each for name, each in known.items() if name != word}
        self.context[context] = kept | ({} if value is None else {word: value})
        app: Any = self.simulator.app
        assert app.world.contexts[context.parts[0]].document["spec"]["data"] == self.context[context]

    @rule(context=contexts)
    def delete_context(self, context: Any) -> None:
        there = self.context.pop(context, None) is not None
        self.perform(DeleteIntegrationContext(integration_context=context), None if there else GONE)
        with pytest.raises(NotFoundError):
            self.read(context)


async def _read(stage: Stage, key: Key) -> object:
    return await stage.read(key)


async def _triggers(stage: Stage, key: PipelineKey) -> list[tuple[Trigger, ...]]:
    assert stage.provider.triggers is not None
    return list(await stage.provider.triggers.list_triggers([key], ALL))  # type: ignore[arg-type]


def test_an_account_is_what_its_commands_made_of_it(written_server: RunningSimulator) -> None:
    machine = type("AccountOnSimulator", (Account,), {"simulator": written_server})
    limits = settings(
        max_examples=15, stateful_step_count=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(machine, settings=limits)
