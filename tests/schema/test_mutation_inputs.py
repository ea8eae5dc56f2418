"""From input to command: what is left out, what is null, ids as keys; and what is refused before anybody is asked."""

import pytest
from msgspec import UNSET

from gateway.domain.commands.agents import StopAgent
from gateway.domain.commands.command import Variable
from gateway.domain.commands.integration_contexts import UpdateIntegrationContext
from gateway.domain.commands.performed import Performed
from gateway.domain.commands.pipelines import (
    ConnectionUse,
    CreatePipeline,
    PlanStepDefinition,
    ReplacePipeline,
    TaskContent,
    UpdatePipeline,
)
from gateway.domain.commands.promotions import AnalyzePromotion, PromotionScope
from gateway.domain.commands.schedules import RuntimeChoice, SchedulePipeline, Timetable
from gateway.domain.global_id import encode_id
from gateway.domain.keys import (
    AgentKey,
    ArtifactKey,
    BuildKey,
    ClusterKey,
    DataConnectionKey,
    IntegrationContextKey,
    PipelineKey,
    PromotionKey,
    WorkspaceKey,
)
from gateway.domain.plan import StepCondition
from gateway.domain.promotion import PromotionOptions
from gateway.domain.schedule import ScheduleFrequency
from schema import build_schema

pytestmark = pytest.mark.anyio

SCHEMA = build_schema()
PIPELINE, TASK, OTHER = (PipelineKey("acme", (name,)) for name in ("p", "t", "o"))


class Orders:
    """In place of a request's context: takes every command and does nothing."""

    def __init__(self):
        self.taken = []

    async def mutate(self, command, *, idempotency_key=None, confirm_name=None):
        self.taken.append((command, idempotency_key, confirm_name))
        return Performed()


async def given(mutation, **values):
    """The orders that came of it, and the errors in its payload. `values` are the input's, ids as keys."""
    orders = Orders()
    name = mutation[0].upper() + mutation[1:]
    query = f"mutation ($input: {name}Input!) {{ {mutation}(input: $input) {{ errors {{ __typename message path }} }} }}"
    answer = await SCHEMA.execute(query, variable_values={"input": values}, context_value=orders)
    assert answer.errors is None, answer.errors
    return orders.taken, answer.data[mutation]["errors"]


async def command_of(mutation, **values):
    ((command, _, _),), errors = await given(mutation, **values)
    assert not errors
    return command


async def refusal_of(mutation, **values):
    orders, (error,) = await given(mutation, **values)
    assert not orders
    assert error["__typename"] == "InvalidInputError"
    return error["path"], error["message"]


async def test_what_is_left_out_of_an_update_stays():
    assert await command_of("updatePipeline", pipelineId=encode_id(PIPELINE)) == UpdatePipeline(pipeline=PIPELINE)


async def test_null_empties_where_the_command_can_be_emptied():
    command = await command_of(
        "updatePipeline", pipelineId=encode_id(PIPELINE), description=None, branchFilter=None, clusterId=None
    )

    assert command == UpdatePipeline(pipeline=PIPELINE, description=None, branch_filter=None, cluster=None)
    assert command.given() == {"description": None, "branch_filter": None, "cluster": None}


@pytest.mark.parametrize("field", ["name", "slug", "tags", "yaml", "yamlLocation", "spec", "steps", "task", "workspaceId"])
async def test_null_is_refused_where_it_cannot(field):
    path, message = await refusal_of("updatePipeline", pipelineId=encode_id(PIPELINE), **{field: None})

    assert path == ["input", field]
    assert message == f"`{field}` cannot be emptied. Leave it out to keep it as it is."


async def test_null_is_refused_within_what_is_updated_too():
    path, message = await refusal_of("updatePipeline", pipelineId=encode_id(PIPELINE), task={"parameters": None})

    assert path == ["input", "task", "parameters"]
    assert message.startswith("`task.parameters` cannot be emptied.")


async def test_null_for_the_vendors_own_options_is_none_of_them():
    command = await command_of("updatePipeline", pipelineId=encode_id(PIPELINE), vendorOptions=None)

    assert command.given() == {}


async def test_null_where_nothing_is_updated_means_left_out():
    values = {"description": None, "tags": None, "steps": None, "workspaceId": None, "task": None, "spec": None}
    created = await command_of("createPipeline", provider="acme", name="n", kind=None, **values)
    replaced = await command_of("replacePipeline", pipelineId=encode_id(PIPELINE), name="n", revision=None, **values)

    assert created == CreatePipeline(provider="acme", name="n")
    assert replaced == ReplacePipeline(pipeline=PIPELINE, name="n")
    assert created.given() == replaced.given() == {}


async def test_null_in_place_of_a_default_is_the_default():
    step = {"name": "s", "taskIds": [encode_id(TASK)], "condition": None, "onFailureIds": None}
    command = await command_of("createPipeline", provider="acme", name="n", steps=[step])
    analysis = await command_of(
        "analyzePromotion", promotionId=encode_id(PromotionKey("acme", ("1",))), options={"keepTargetResources": None}
    )

    assert command.steps == (PlanStepDefinition(name="s", tasks=(TASK,)),)
    assert analysis.options == PromotionOptions()


async def test_false_is_not_left_out():
    agent = AgentKey("acme", ("a",))

    assert await command_of("stopAgent", agentId=encode_id(agent), force=False) == StopAgent(agent=agent, force=False)


async def test_structs_in_lists_and_ids_in_structs():
    artifact, connection = ArtifactKey("acme", ("a",)), DataConnectionKey("acme", ("c",))
    workspace, cluster = WorkspaceKey("acme", ("w",)), ClusterKey("acme", ("k",))
    command = await command_of(
        "createPipeline",
        provider="acme",
        name="n",
        kind="PLAN",
        workspaceId=encode_id(workspace),
        clusterId=encode_id(cluster),
        variables=[{"name": "A", "value": "1"}, {"name": "B", "value": "2", "encrypted": True}],
        steps=[
            {
                "name": "s",
                "taskIds": [encode_id(TASK), encode_id(OTHER)],
                "condition": "ALWAYS_PROCEED",
                "onFailureIds": [encode_id(OTHER)],
                "stepId": "7",
            }
        ],
        task={
            "artifactId": encode_id(artifact),
            "autoUpgrade": False,
            "connections": [{"name": "db", "connectionId": encode_id(connection)}],
        },
    )

    assert command.workspace == workspace
    assert command.cluster == cluster
    assert command.variables == (Variable("A", "1"), Variable("B", "2", True))
    assert command.steps == (
        PlanStepDefinition(name="s", tasks=(TASK, OTHER), condition=StepCondition.ALWAYS_PROCEED, on_failure=(OTHER,), step_id="7"),
    )
    assert command.task == TaskContent(artifact=artifact, auto_upgrade=False, connections=(ConnectionUse("db", connection),))
    assert command.task.parameters is UNSET


async def test_seconds_and_words_of_a_schedule():
    command = await command_of(
        "schedulePipeline",
        pipelineId=encode_id(PIPELINE),
        triggers=[{"frequency": "DAILY", "timeZone": "UTC", "timeoutSeconds": 90}],
        timeoutSeconds=None,
        runtime={"type": "CLOUD"},
    )

    assert command == SchedulePipeline(
        pipeline=PIPELINE,
        triggers=(Timetable(frequency=ScheduleFrequency.DAILY, time_zone="UTC", timeout_s=90.0),),
        timeout_s=None,
        runtime=RuntimeChoice(type="CLOUD"),
    )


@pytest.mark.parametrize("item", [WorkspaceKey("acme", ("w",)), PIPELINE, ArtifactKey("acme", ("a",))])
async def test_an_id_of_any_of_several_types(item):
    promotion = PromotionKey("acme", ("1",))
    command = await command_of("analyzePromotion", promotionId=encode_id(promotion), scope={"itemId": encode_id(item)})

    assert command == AnalyzePromotion(promotion=promotion, scope=PromotionScope(item=item))


async def test_an_id_of_another_type_is_refused_by_its_path():
    build = encode_id(BuildKey("acme", ("b",)))
    step = {"name": "s", "taskIds": [encode_id(TASK), build]}

    assert await refusal_of("createPipeline", provider="acme", name="n", steps=[step]) == (
        ["input", "steps", "0", "taskIds", "1"],
        "`steps.0.taskIds.1` takes an id of type Pipeline, not of Build.",
    )
    assert await refusal_of("executePromotion", promotionId=build, confirmName="x") == (
        ["input", "promotionId"],
        "`promotionId` takes an id of type Promotion, not of Build.",
    )
    assert await refusal_of("analyzePromotion", promotionId=encode_id(PromotionKey("a", ("1",))), scope={"itemId": build}) == (
        ["input", "scope", "itemId"],
        "`scope.itemId` takes an id of type Workspace or Pipeline or Artifact, not of Build.",
    )


async def test_a_damaged_id_is_refused_by_its_path():
    path, message = await refusal_of("createPipeline", provider="acme", name="n", task={"artifactId": "nonsense"})

    assert path == ["input", "task", "artifactId"]
    assert message.startswith("`task.artifactId` is not an id of this gateway.")


@pytest.mark.parametrize("value", ["text", 5, [1], True])
async def test_json_for_the_vendor_is_an_object(value):
    context = IntegrationContextKey("acme", ("c",))
    path, message = await refusal_of("updateIntegrationContext", integrationContextId=encode_id(context), data=value)

    assert (path, message) == (["input", "data"], "`data` must be a JSON object.")


async def test_null_within_json_is_the_vendors():
    context = IntegrationContextKey("acme", ("c",))
    command = await command_of("updateIntegrationContext", integrationContextId=encode_id(context), data={"old": None})

    assert command == UpdateIntegrationContext(integration_context=context, data={"old": None})


async def test_the_key_and_the_repeated_name_go_beside_the_command():
    ((_, key, name),), errors = await given(
        "deletePipeline", pipelineId=encode_id(PIPELINE), idempotencyKey="k 1", confirmName="deploy"
    )

    assert (key, name, errors) == ("k 1", "deploy", [])


@pytest.mark.parametrize("key", ["", "  ", "a\nb", "x" * 256])
async def test_an_idempotency_key_that_cannot_be_meant(key):
    path, message = await refusal_of("pausePipeline", pipelineId=encode_id(PIPELINE), idempotencyKey=key)

    assert path == ["input", "idempotencyKey"]
    assert "1 to 255 printable characters" in message
