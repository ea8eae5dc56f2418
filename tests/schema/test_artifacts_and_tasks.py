"""Artifacts, data connections, and the tasks and plans that use them."""

import pytest

from gateway.domain.artifact import Artifact, ArtifactParameter, ArtifactSource, ArtifactVersion, SourceCommit
from gateway.domain.data_connection import DataConnection, DataConnectionParameter
from gateway.domain.keys import ArtifactKey, DataConnectionKey, PipelineKey
from gateway.domain.pipeline import Pipeline, PipelineKind
from gateway.domain.plan import PlanStep, PlanTask, StepCondition
from gateway.domain.task import AutoUpgrade, TaskArtifact, TaskConnection, TaskDefinition, TaskParameter, TaskResource
from tests.schema.data_vendor import Port, ask, codes, data, down, key, vendor

pytestmark = pytest.mark.anyio

VERSIONS = "query($version: String!) { artifacts { nodes { name version(version: $version) { version artifact { name } } } } }"


def artifact(name, *versions):
    return Artifact(key=key(ArtifactKey, name), external_id=name, name=name, type="standard", versions=versions)


def version(of, name):
    return ArtifactVersion(artifact=of.key, version=name)


LOADER, CLEANER = artifact("loader", "0.1.0", "0.2.0"), artifact("cleaner", "0.1.0")


def task(name, **more):
    return Pipeline(key=key(PipelineKey, "task", name), external_id=name, kind=PipelineKind.TASK, name=name, **more)


async def test_one_version_of_many_artifacts_is_read_in_one_go():
    wanted = [(LOADER.key, "0.2.0"), (CLEANER.key, "0.2.0")]
    port = Port("artifacts", [LOADER, CLEANER], get_artifact_versions={wanted[0]: version(LOADER, "0.2.0")})

    answer = await data(vendor(artifacts=port), VERSIONS, version="0.2.0")

    found, absent = answer["artifacts"]["nodes"]
    assert found["version"] == {"version": "0.2.0", "artifact": {"name": "loader"}}
    assert absent["version"] is None
    assert port.calls("get_artifact_versions") == [tuple(wanted)]
    assert port.calls("get_artifacts") == []  # the list has just brought them


async def test_a_blank_version_is_refused_without_a_call():
    port = Port("artifacts", [LOADER], get_artifact_versions={})

    answer = await ask(vendor(artifacts=port), VERSIONS, version=" ")

    assert codes(answer) == [(["artifacts", "nodes", 0, "version"], "BAD_USER_INPUT")]
    assert answer.errors[0].extensions["field"] == "version"
    assert port.calls("get_artifact_versions") == []


async def test_a_version_shows_what_it_takes_and_where_it_comes_from():
    full = ArtifactVersion(
        artifact=LOADER.key,
        version="0.1.0",
        parameters=(ArtifactParameter(name="region", type="String", default="eu", required=True),),
        source=ArtifactSource(project="ETL", branch="main", commit=SourceCommit(external_id="9f1", author="Ann")),
    )
    port = Port("artifacts", [LOADER], get_artifact_versions={(LOADER.key, "0.1.0"): full})

    answer = await data(
        vendor(artifacts=port),
        """{ artifacts { nodes { versions version(version: "0.1.0") {
            parameters { name default required } workspace { name } source { project branch commit { externalId author } } } } } }""",
    )

    assert answer["artifacts"]["nodes"] == [
        {
            "versions": ["0.1.0", "0.2.0"],
            "version": {
                "parameters": [{"name": "region", "default": "eu", "required": True}],
                "workspace": None,
                "source": {"project": "ETL", "branch": "main", "commit": {"externalId": "9f1", "author": "Ann"}},
            },
        }
    ]


async def test_the_value_of_an_encrypted_parameter_is_not_shown_even_if_a_port_hands_it_over():
    settings = (
        DataConnectionParameter(name="host", value="db.example"),
        DataConnectionParameter(name="password", value="hunter2", encrypted=True),
    )
    connection = DataConnection(key=key(DataConnectionKey, "db"), external_id="db", name="db", app="mysql", parameters=settings)

    answer = await data(
        vendor(data_connections=Port("data_connections", [connection])),
        "{ dataConnections { edges { node { app parameters { name value encrypted } } } } }",
    )

    assert answer["dataConnections"]["edges"][0]["node"]["parameters"] == [
        {"name": "host", "value": "db.example", "encrypted": False},
        {"name": "password", "value": None, "encrypted": True},
    ]


DB, GONE, DOWN = (key(DataConnectionKey, name) for name in ("db", "gone", "down"))
TASK = """{ pipelines { nodes { task {
    version parameters { name value } resources { name resourceId } autoUpgrade { enabled }
    artifact { name version artifact { type } } connections { name connection { name } } } } } }"""


def platform(definition):
    port = Port("data_connections", [DataConnection(key=DB, external_id="db", name="Orders")])
    port._values[DOWN] = down()
    return vendor(
        pipelines=Port("pipelines", [task("load", task=definition)]),
        artifacts=Port("artifacts", [LOADER]),
        data_connections=port,
    ), port


async def test_a_task_refers_to_its_artifact_and_connections():
    definition = TaskDefinition(
        version="7",
        artifact=TaskArtifact(LOADER.key, "loader", "loader", "0.2.0"),
        parameters=(TaskParameter("region", "eu"),),
        resources=(TaskResource("file", "res1"),),
        connections=(TaskConnection("in", DB), TaskConnection("out", DB), TaskConnection("old", GONE), TaskConnection("unset")),
        auto_upgrade=AutoUpgrade(enabled=True),
    )
    provider, connections = platform(definition)

    answer = await data(provider, TASK)

    assert answer["pipelines"]["nodes"][0]["task"] == {
        "version": "7",
        "parameters": [{"name": "region", "value": "eu"}],
        "resources": [{"name": "file", "resourceId": "res1"}],
        "autoUpgrade": {"enabled": True},
        "artifact": {"name": "loader", "version": "0.2.0", "artifact": {"type": "standard"}},
        "connections": [
            {"name": "in", "connection": {"name": "Orders"}},
            {"name": "out", "connection": {"name": "Orders"}},
            {"name": "old", "connection": None},
            {"name": "unset", "connection": None},
        ],
    }
    assert connections.calls("get_data_connections") == [(DB, GONE)]


async def test_a_connection_that_cannot_be_read_keeps_its_vendors_error_and_harms_no_other():
    provider, _ = platform(TaskDefinition(connections=(TaskConnection("in", DB), TaskConnection("out", DOWN))))

    answer = await ask(provider, TASK)

    path = ["pipelines", "nodes", 0, "task", "connections", 1, "connection"]
    assert codes(answer) == [(path, "UPSTREAM_UNAVAILABLE")]
    assert answer.data["pipelines"]["nodes"][0]["task"]["connections"][0]["connection"] == {"name": "Orders"}
    assert answer.extensions["outcomes"] == [
        {"path": path, "provider": "acme-data", "status": "FAILED", "ageSeconds": None, "code": "UPSTREAM_UNAVAILABLE"}
    ]


async def test_plan_steps_name_their_tasks_which_are_read_in_one_go():
    load, clean, mourn = task("load"), task("clean"), task("mourn")

    def step(name, *tasks, **more):
        listed = tuple(PlanTask(task=each.key, external_id=each.external_id, name=each.name) for each in tasks)
        return PlanStep(name=name, task_ids=tuple(each.external_id for each in tasks), tasks=listed, **more)

    first = step("first", load, clean, condition=StepCondition.ALL_SUCCEEDED, error_handlers=(step("sad", mourn),))
    plan = Pipeline(key=key(PipelineKey, "plan", "p"), external_id="p", kind=PipelineKind.PLAN, name="p", plan_steps=(first,))
    port = Port("pipelines", [plan, load, clean, mourn], [plan])

    answer = await data(
        vendor(pipelines=port),
        """{ pipelines { nodes { kind planSteps { name condition taskIds tasks { name task { kind name } }
            errorHandlers { name condition tasks { task { name } } } } } } }""",
    )

    assert answer["pipelines"]["nodes"][0]["planSteps"] == [
        {
            "name": "first",
            "condition": "ALL_SUCCEEDED",
            "taskIds": ["load", "clean"],
            "tasks": [
                {"name": "load", "task": {"kind": "TASK", "name": "load"}},
                {"name": "clean", "task": {"kind": "TASK", "name": "clean"}},
            ],
            "errorHandlers": [{"name": "sad", "condition": None, "tasks": [{"task": {"name": "mourn"}}]}],
        }
    ]
    asked = port.calls("get_pipelines")
    assert sorted(key.parts for keys in asked for key in keys) == [("task", "clean"), ("task", "load"), ("task", "mourn")]
    assert len(asked) == 1
