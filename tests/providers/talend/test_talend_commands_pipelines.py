"""Tasks and plans changed through the gateway: what is sent, what is kept, what is refused before anything is sent."""

from typing import Any

import pytest

from gateway.domain import mutation_errors
from gateway.domain.commands.command import Command, Variable
from gateway.domain.commands.pipelines import (
    ConnectionUse,
    CreatePipeline,
    DeletePipeline,
    PausePipeline,
    PlanStepDefinition,
    ReplacePipeline,
    ResourceUse,
    ResumePipeline,
    TaskContent,
    UpdatePipeline,
)
from gateway.domain.keys import ArtifactKey, DataConnectionKey, PipelineKey, WorkspaceKey
from gateway.domain.pipeline import Pipeline, PipelineKind
from gateway.domain.plan import StepCondition
from gateway.simulation.control import Fault
from tests.contract.commands.example import Stage
from tests.contract.commands.examples import talend_ground as ground
from tests.contract.commands.examples import talend_work as made
from tests.providers.talend.definitions_told import reads, refused, sent, writes
from tests.providers.talend.opened import NAME, app_of

pytestmark = pytest.mark.anyio

TASKS, PLANS = "/orchestration/executables/tasks", "/orchestration/executables/plans"
HOME = WorkspaceKey(NAME, ("65a1f0c2d3e4b5a697880001",))
ARTIFACT = ArtifactKey(NAME, ("65a1f0c2d3e4b5a697880002",))
TASK, OTHER, PLAN = (
    PipelineKey(NAME, (kind, f"65a1f0c2d3e4b5a69788000{number}")) for number, kind in enumerate(("task", "task", "plan"))
)
CONTENT = TaskContent(artifact=ARTIFACT, artifact_version="0.1.0")
STEP = PlanStepDefinition(name="Load", tasks=(TASK,))


def creation(kind: PipelineKind | None, **fields: Any) -> CreatePipeline:
    return CreatePipeline(**{"provider": NAME, "name": "New", "kind": kind, "workspace": HOME} | fields)


async def lived_in(stage: Stage) -> tuple[PipelineKey, dict[str, Any]]:
    """A task with something in every member, and one that the vendor has added since."""
    home = await ground.new_workspace(stage)
    task = await made.new_task(stage, home)
    connection = await ground.new_connection(stage, home)
    document = app_of(stage.simulator).tenant.tasks[task.parts[1]]
    document |= {
        "description": "Loads orders",
        "tags": ["sales", "nightly"],
        "connections": {"shop": connection.parts[0]},
        "parameters": {"batch_size": "500", "db_password": "hush-hush"},
        "resources": {},
        "autoUpgradeInfo": {"autoUpgradable": True, "overrideWithDefaultParameters": False},
    }
    return task, document


def as_sent(document: dict[str, Any]) -> dict[str, Any]:
    shown_only = ("id", "version", "workspace", "taskPauseDetails", "artifact")
    artifact = {"id": document["artifact"]["id"], "version": document["artifact"]["version"]}
    return {name: value for name, value in document.items() if name not in shown_only} | {
        "workspaceId": document["workspace"]["id"],
        "artifact": artifact,
    }


async def test_a_task_is_created_with_all_that_was_given(work: Stage) -> None:
    home = await ground.new_workspace(work)
    connection, artifact = await ground.new_connection(work, home), ground.new_artifact(work, home)
    tenant = app_of(work.simulator).tenant
    environment = tenant.workspaces[home.parts[0]]["environmentId"]
    content = TaskContent(
        artifact=artifact,
        artifact_version=ground.NEW,
        parameters=(Variable("batch_size", "500"),),
        connections=(ConnectionUse("shop", connection),),
        resources=(),
        auto_upgrade=True,
        override_parameters=False,
    )

    calls = await sent(work, creation(PipelineKind.TASK, workspace=home, description="Loads", tags=("a", "b"), task=content))

    body = {
        "name": "New",
        "description": "Loads",
        "tags": ["a", "b"],
        "workspaceId": home.parts[0],
        "environmentId": environment,
        "artifact": {"id": artifact.parts[0], "version": ground.NEW},
        "parameters": {"batch_size": "500"},
        "connections": {"shop": connection.parts[0]},
        "resources": {},
        "autoUpgradeInfo": {"autoUpgradable": True, "overrideWithDefaultParameters": False},
    }
    assert calls == [("POST", TASKS, body)]
    assert reads(work) == ["/orchestration/workspaces"]


async def test_the_answer_of_creating_a_task_is_the_task(work: Stage) -> None:
    home = await ground.new_workspace(work)
    command = creation(PipelineKind.TASK, workspace=home, task=made.content(work, home))

    changed = await work.provider.commands[CreatePipeline].handle(command)

    assert changed.values == (await work.read(changed.keys[0]),)


async def test_a_plan_is_created_with_its_steps_in_order(work: Stage) -> None:
    home = await ground.new_workspace(work)
    load, publish, tell = [await made.new_task(work, home) for _ in range(3)]
    other = await made.new_plan(work)
    app_of(work.simulator).tenant.plans[other.parts[1]]["workspace"] = app_of(work.simulator).tenant.workspace_infos[home.parts[0]]
    steps = (
        PlanStepDefinition(name="Load", tasks=(load, publish), condition=StepCondition.AT_LEAST_ONE_SUCCEEDED, note="Both"),
        PlanStepDefinition(name="Publish", tasks=(publish,), condition=StepCondition.ALWAYS_PROCEED, on_failure=(tell, other)),
    )

    calls = await sent(work, creation(PipelineKind.PLAN, workspace=home, steps=steps))

    first = {"name": "Load", "condition": "AT_LEAST_ONE_SUCCEEDED", "taskIds": [load.parts[1], publish.parts[1]], "note": "Both"}
    handler = {"taskIds": [tell.parts[1]], "planIds": [other.parts[1]]}
    second = {
        "name": "Publish",
        "condition": "ALWAYS_PROCEED_ON",
        "taskIds": [publish.parts[1]],
        "handlerOnFailure": handler,
    }
    assert calls == [("POST", PLANS, {"name": "New", "workspaceId": home.parts[0], "steps": [first, second]})]
    assert reads(work) == []


async def test_what_only_the_answer_tells_of_a_new_plan_is_shown(work: Stage) -> None:
    home = await ground.new_workspace(work)
    load, tell = await made.new_task(work, home), await made.new_task(work, home)
    step = PlanStepDefinition(name="Load", tasks=(load,), condition=StepCondition.ALWAYS_PROCEED, on_failure=(tell,))

    changed = await work.provider.commands[CreatePipeline].handle(creation(PipelineKind.PLAN, workspace=home, steps=(step,)))

    [plan] = changed.values
    assert isinstance(plan, Pipeline)
    assert plan.author is not None
    assert (plan.author.username, plan.created_at, plan.paused) == ("mreyes", work.clock.now(), False)
    [shown] = plan.plan_steps or ()
    assert (shown.condition, [task.task for task in shown.tasks]) == (StepCondition.ALWAYS_PROCEED, [load])
    assert [task.task for task in shown.error_handlers[0].tasks] == [tell]
    read = await made.pipeline(work, changed.keys[0])
    assert (read.key, read.name, read.workspace, read.paused) == (plan.key, plan.name, plan.workspace, plan.paused)
    assert [each.external_id for each in read.plan_steps or ()] == [shown.external_id]


@pytest.mark.parametrize(
    ("command", "problem", "path"),
    [
        (creation(None), "InvalidInput", ["kind"]),
        (creation(PipelineKind.CI), "NotSupported", ["kind"]),
        (creation(PipelineKind.DATA), "NotSupported", ["kind"]),
        (creation(PipelineKind.TASK, task=CONTENT, workspace=None), "InvalidInput", ["workspaceId"]),
        (creation(PipelineKind.TASK), "InvalidInput", ["task"]),
        (creation(PipelineKind.TASK, task=CONTENT, steps=(STEP,)), "NotSupported", ["steps"]),
        (creation(PipelineKind.TASK, task=TaskContent()), "InvalidInput", ["task", "artifactId"]),
        (creation(PipelineKind.TASK, task=TaskContent(artifact_version="1")), "InvalidInput", ["task", "artifactId"]),
        (creation(PipelineKind.TASK, task=TaskContent(artifact=ARTIFACT)), "InvalidInput", ["task", "artifactVersion"]),
        (
            creation(PipelineKind.TASK, task=TaskContent(artifact=ArtifactKey("x", ("a",)), artifact_version="1")),
            "InvalidInput",
            ["task", "artifactId"],
        ),
        (
            creation(PipelineKind.TASK, task=TaskContent(artifact=ArtifactKey(NAME, ("a", "b")), artifact_version="1")),
            "InvalidInput",
            ["task", "artifactId"],
        ),
        (
            creation(PipelineKind.TASK, task=TaskContent(artifact=ArtifactKey(NAME, ("no id",)), artifact_version="1")),
            "NotFound",
            ["task", "artifactId"],
        ),
        (creation(PipelineKind.PLAN), "InvalidInput", ["steps"]),
        (creation(PipelineKind.PLAN, steps=(STEP,), tags=("a",)), "NotSupported", ["tags"]),
        (creation(PipelineKind.PLAN, steps=(STEP,), task=CONTENT), "NotSupported", ["task"]),
        (
            creation(PipelineKind.PLAN, steps=(STEP, PlanStepDefinition(name="x", tasks=()))),
            "InvalidInput",
            ["steps", "1", "taskIds"],
        ),
        (
            creation(PipelineKind.PLAN, steps=(PlanStepDefinition(name="x", tasks=(TASK, PLAN)),)),
            "InvalidInput",
            ["steps", "0", "taskIds", "1"],
        ),
        (
            creation(
                PipelineKind.PLAN,
                steps=(PlanStepDefinition(name="x", tasks=(TASK,), on_failure=(PipelineKey("y", ("task", "a")),)),),
            ),
            "InvalidInput",
            ["steps", "0", "onFailureIds", "0"],
        ),
        (
            creation(PipelineKind.PLAN, steps=(PlanStepDefinition(name="x", tasks=(TASK,), condition=StepCondition.UNKNOWN),)),
            "InvalidInput",
            ["steps", "0", "condition"],
        ),
        (UpdatePipeline(pipeline=TASK, steps=(STEP,)), "NotSupported", ["steps"]),
        (UpdatePipeline(pipeline=TASK, task=TaskContent(artifact=ARTIFACT)), "InvalidInput", ["task", "artifactVersion"]),
        (UpdatePipeline(pipeline=PLAN, name="x"), "InvalidInput", ["steps"]),
        (UpdatePipeline(pipeline=PLAN, tags=()), "NotSupported", ["tags"]),
        (UpdatePipeline(pipeline=PLAN, steps=()), "InvalidInput", ["steps"]),
        (UpdatePipeline(pipeline=TASK, repository="x"), "NotSupported", ["repository"]),
        (ReplacePipeline(pipeline=TASK, name="x"), "InvalidInput", ["task"]),
        (ReplacePipeline(pipeline=PLAN, name="x"), "InvalidInput", ["steps"]),
        (ReplacePipeline(pipeline=PLAN, name="x", steps=(STEP,), revision=3), "NotSupported", ["revision"]),
    ],
)
async def test_what_cannot_be_meant_is_refused_by_name_before_any_call(
    work: Stage, command: Command, problem: str, path: list[str]
) -> None:
    told = await refused(work, command)

    assert type(told) is getattr(mutation_errors, f"{problem}Error"), told
    assert told.path == ("input", *path)
    assert work.simulator.control.calls_total == 0


@pytest.mark.parametrize(
    ("content", "path"),
    [
        (TaskContent(parameters=(Variable("a", "1"), Variable("a", "2"))), ["parameters", "1", "name"]),
        (
            TaskContent(
                connections=(
                    ConnectionUse("a", DataConnectionKey(NAME, ("b",))),
                    ConnectionUse("a", DataConnectionKey(NAME, ("b",))),
                )
            ),
            ["connections", "1", "name"],
        ),
        (TaskContent(resources=(ResourceUse("a", "b"), ResourceUse("a", "c"))), ["resources", "1", "name"]),
        (TaskContent(connections=(ConnectionUse("a", DataConnectionKey("y", ("b",))),)), ["connections", "0", "connectionId"]),
    ],
)
async def test_lists_of_a_task_are_checked(work: Stage, content: TaskContent, path: list[str]) -> None:
    problem = await refused(work, UpdatePipeline(pipeline=TASK, task=content))

    assert (type(problem), problem.path) == (mutation_errors.InvalidInputError, ("input", "task", *path))
    assert work.simulator.control.calls_total == 0


async def test_secret_parameters_are_neither_sent_nor_told(work: Stage) -> None:
    content = TaskContent(parameters=(Variable("password", "hush-hush", encrypted=True),))

    problem = await refused(work, UpdatePipeline(pipeline=TASK, task=content))

    assert problem.path == ("input", "task", "parameters", "0", "encrypted")
    assert "hush" not in repr(problem)
    assert work.simulator.control.calls_total == 0


@pytest.mark.parametrize(
    ("fields", "changed"),
    [
        ({"name": "Renamed"}, {"name": "Renamed"}),
        ({"description": None}, {"description": ""}),
        ({"tags": ()}, {"tags": []}),
        ({"task": TaskContent(parameters=())}, {"parameters": {}}),
        ({"task": TaskContent(parameters=(Variable("a", "b"),))}, {"parameters": {"a": "b"}}),
        ({"task": TaskContent(connections=())}, {"connections": {}}),
        (
            {"task": TaskContent(override_parameters=True)},
            {"autoUpgradeInfo": {"autoUpgradable": True, "overrideWithDefaultParameters": True}},
        ),
    ],
)
async def test_a_part_of_a_task_is_changed_and_nothing_else_is_lost(
    work: Stage, fields: dict[str, Any], changed: dict[str, Any]
) -> None:
    task, document = await lived_in(work)
    before = as_sent(document)

    calls = await sent(work, UpdatePipeline(pipeline=task, **fields))

    assert calls == [("PUT", f"{TASKS}/{task.parts[1]}", before | changed)]


async def test_another_version_of_the_same_artifact(work: Stage) -> None:
    task, document = await lived_in(work)
    before = as_sent(document)

    calls = await sent(work, UpdatePipeline(pipeline=task, task=TaskContent(artifact_version=ground.NEW)))

    artifact = {"id": document["artifact"]["id"], "version": ground.NEW}
    assert calls == [("PUT", f"{TASKS}/{task.parts[1]}", before | {"artifact": artifact})]


async def test_a_member_that_the_vendor_has_added_is_sent_back(work: Stage) -> None:
    task, document = await lived_in(work)
    document["lineage"] = {"level": 3}

    await refused(work, UpdatePipeline(pipeline=task, name="Renamed"))  # the simulator refuses what it does not know

    [(_, _, body)] = writes(work)
    assert body == as_sent(document) | {"name": "Renamed"}


async def test_nothing_is_sent_when_nothing_would_change(work: Stage) -> None:
    task, document = await lived_in(work)

    calls = await sent(work, UpdatePipeline(pipeline=task, name=document["name"], tags=("sales", "nightly")))

    assert calls == []


async def test_a_task_that_tells_no_workspace_is_not_written(work: Stage) -> None:
    work.simulator.control.add_fault(Fault(f"^{TASKS}/", status=200, body='{"id":"65a1f0c2d3e4b5a697880000","name":"x"}'))

    problem = await refused(work, UpdatePipeline(pipeline=TASK, name="y"))

    assert isinstance(problem, mutation_errors.ProviderError)
    assert writes(work) == []


async def test_a_task_is_replaced_where_it_is(work: Stage) -> None:
    task, document = await lived_in(work)
    artifact = {"id": document["artifact"]["id"], "version": ground.OLD}
    content = TaskContent(artifact=ArtifactKey(NAME, (artifact["id"],)), artifact_version=ground.OLD)

    calls = await sent(work, ReplacePipeline(pipeline=task, name="Bare", task=content))

    body = {"name": "Bare", "description": "", "artifact": artifact, "workspaceId": document["workspace"]["id"]}
    assert calls == [("PUT", f"{TASKS}/{task.parts[1]}", body)]
    shown = await made.pipeline(work, task)
    assert shown.task is not None
    assert (shown.name, shown.tags, shown.task.parameters, shown.task.connections) == ("Bare", (), (), ())


async def test_steps_that_are_named_keep_their_ids_and_the_rest_of_the_plan_stays(work: Stage) -> None:
    plan = await made.new_plan(work)
    await work.done(PausePipeline(pipeline=plan, reason="freeze"))
    app_of(work.simulator).tenant.plans[plan.parts[1]]["description"] = "Every night"
    before = await made.pipeline(work, plan)
    [first, second] = before.plan_steps or ()
    steps = tuple(
        PlanStepDefinition(name=f"{step.name}!", tasks=tuple(task.task for task in step.tasks), step_id=step.external_id)
        for step in (second, first)
    )

    changed = await work.provider.commands[UpdatePipeline].handle(UpdatePipeline(pipeline=plan, steps=steps))

    [value] = changed.values
    after = await made.pipeline(work, plan)
    assert [step.external_id for step in after.plan_steps or ()] == [second.external_id, first.external_id]
    assert (after.name, after.description, after.paused) == (before.name, "Every night", True)
    assert (value.name, value.description, value.pause) == (after.name, after.description, after.pause)
    assert (value.created_at, value.updated_at) == (work.clock.now(), work.clock.now())


async def test_a_plan_is_replaced_where_it_is_and_loses_what_is_not_given(work: Stage) -> None:
    plan = await made.new_plan(work)
    document = app_of(work.simulator).tenant.plans[plan.parts[1]]
    document["description"] = "Every night"
    shown = await made.pipeline(work, plan)
    task = (shown.plan_steps or ())[0].tasks[0].task

    calls = await sent(work, ReplacePipeline(pipeline=plan, name="Bare", steps=(PlanStepDefinition(name="Only", tasks=(task,)),)))

    step = {"name": "Only", "condition": "ALL_SUCCEEDED", "taskIds": [task.parts[1]]}
    body = {"name": "Bare", "workspaceId": document["workspace"]["id"], "steps": [step]}
    assert calls == [("PUT", f"{PLANS}/{plan.parts[1]}", body)]
    assert (await made.pipeline(work, plan)).description is None


async def test_what_is_used_by_a_plan_is_not_deleted_and_the_vendor_says_by_which(work: Stage) -> None:
    plan = await made.pipeline(work, await made.new_plan(work))
    task = (plan.plan_steps or ())[0].tasks[0].task

    problem = await refused(work, DeletePipeline(pipeline=task))

    assert isinstance(problem, mutation_errors.ConflictError)
    assert plan.name in problem.message


async def test_a_pause_is_sent_with_its_reason_and_costs_no_read(work: Stage) -> None:
    task = await made.new_task(work)
    where = f"{TASKS}/{task.parts[1]}/pause"

    assert await sent(work, PausePipeline(pipeline=task, reason="freeze")) == [
        ("PUT", where, {"pause": True, "pauseContext": "freeze"})
    ]
    assert await sent(work, PausePipeline(pipeline=task)) == [("PUT", where, {"pause": True})]
    assert await sent(work, ResumePipeline(pipeline=task)) == [("PUT", where, {"pause": False})]
    assert reads(work) == []


async def test_a_secret_that_is_sent_back_is_not_told_when_the_vendor_repeats_it(work: Stage) -> None:
    task, _ = await lived_in(work)
    work.simulator.control.add_fault(Fault(f"^{TASKS}/", method="PUT", status=400, body='{"message":"bad value: hush-hush"}'))

    problem = await refused(work, UpdatePipeline(pipeline=task, name="Renamed"))

    assert isinstance(problem, mutation_errors.InvalidInputError)
    assert "hush" not in repr(problem)
    assert "hush" not in repr(work.store.settled)
