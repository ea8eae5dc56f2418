"""Tasks and plans: whole by key, in part from lists."""

from typing import Any

import msgspec
import pytest

from gateway.domain.data_connection import DataConnectionQuery
from gateway.domain.errors import (
    InvalidInputError,
    MalformedResponseError,
    NotFoundError,
    NotSupportedError,
)
from gateway.domain.keys import EnvironmentKey, PipelineKey, ProjectKey, WorkspaceKey
from gateway.domain.page import Mark, RowFault
from gateway.domain.pipeline import Pipeline, PipelineKind, PipelineQuery, PipelineSlug
from gateway.domain.provider import Provider
from gateway.providers.talend.keys import Origin
from gateway.providers.talend.pipeline_mapping import to_task
from gateway.providers.talend.pipeline_wire import Task
from gateway.simulation.control import Fault
from gateway.simulation.server import RunningSimulator
from tests.providers.talend.opened import ALL, NAME, app_of, collect, ids, paths, query_of
from tests.providers.talend.vendor import Vendor

pytestmark = pytest.mark.anyio

TASKS = "/orchestration/executables/tasks"
PLANS = "/orchestration/executables/plans"


async def pipelines_of(provider: Provider, page_size: int = 100, after: Mark | None = None, **query: Any) -> list[Any]:
    assert provider.pipelines is not None
    return await collect(provider.pipelines.stream_pipelines(PipelineQuery(**query), after, page_size, ALL))


async def get(provider: Provider, *parts: tuple[str, str]) -> list[Any]:
    assert provider.pipelines is not None
    return list(await provider.pipelines.get_pipelines([PipelineKey(NAME, each) for each in parts], ALL))


def tasks_of(simulator: RunningSimulator) -> list[str]:
    return list(app_of(simulator).tenant.tasks)


def plans_of(simulator: RunningSimulator) -> list[str]:
    return list(app_of(simulator).tenant.plans)


async def test_tasks_come_first_then_plans_each_in_the_vendors_order(provider: Provider, uneven: RunningSimulator) -> None:
    found = await pipelines_of(provider)

    assert ids(found) == [*tasks_of(uneven), *plans_of(uneven)]
    assert {each.kind for each in found} == {PipelineKind.TASK, PipelineKind.PLAN}
    assert not any(each.whole for each in found)
    assert all(each.workspace is not None for each in found)
    assert paths(uneven) == [TASKS, PLANS]


@pytest.mark.parametrize("size", [1, 6, 25, 40])
async def test_pages_of_any_size_hold_each_once(provider: Provider, uneven: RunningSimulator, size: int) -> None:
    assert provider.pipelines is not None
    found: list[str] = []
    after: Mark | None = None
    while True:
        page: list[tuple[Any, Mark]] = []
        async for chunk in provider.pipelines.stream_pipelines(PipelineQuery(), after, size, ALL):
            page += zip(chunk.items, chunk.marks, strict=True)
            if len(page) >= size or not chunk.more:
                break
        if not page:
            break
        found += [item.external_id for item, _ in page[:size]]
        after = page[:size][-1][1]

    assert found == [*tasks_of(uneven), *plans_of(uneven)]


async def test_a_task_is_whole_by_its_key(provider: Provider, tenant: Vendor) -> None:
    task = tenant.task("Clean customer addresses")

    (found,) = await get(provider, ("task", task))

    assert isinstance(found, Pipeline)
    assert found.whole
    assert found.tags == ("customers",)
    assert found.paused is True
    assert found.pause is not None
    assert found.pause.reason == "Address supplier is down"
    assert found.task is not None
    assert found.task.version == tenant.data.tasks[task]["version"]
    assert paths(tenant.running) == [f"{TASKS}/{task}"]


async def test_a_plan_is_whole_by_its_key(provider: Provider, tenant: Vendor) -> None:
    plan = next(key for key, steps in tenant.data.plan_steps.items() if any("handlerOnFailure" in step for step in steps))
    steps = tenant.data.plan_steps[plan]

    (found,) = await get(provider, ("plan", plan))

    assert isinstance(found, Pipeline)
    assert found.plan_steps is not None
    assert [step.name for step in found.plan_steps] == [step["name"] for step in steps]
    assert [list(step.task_ids) for step in found.plan_steps] == [step["taskIds"] for step in steps]
    handled = [step for step in found.plan_steps if step.error_handlers]
    assert len(handled) == len([step for step in steps if "handlerOnFailure" in step])


async def test_many_keys_cost_a_call_each_and_one_that_fails_fails_alone(provider: Provider, uneven: RunningSimulator) -> None:
    first, second, third = tasks_of(uneven)[:3]
    uneven.control.add_fault(Fault(second, kind="wrong_types", fields=("id",)))
    uneven.control.add_fault(Fault(third, status=404))

    found = await get(provider, ("task", first), ("task", second), ("task", third), ("task", first), ("plan", "no such!"))

    assert [type(each) for each in found] == [Pipeline, MalformedResponseError, NotFoundError, Pipeline, NotFoundError]
    assert len(paths(uneven)) == 3


@pytest.mark.parametrize("parts", [(), ("task",), ("task", "x", "y"), ("job", "x"), ("", "x")])
async def test_a_damaged_key_is_a_value_and_costs_nothing(
    provider: Provider, uneven: RunningSimulator, parts: tuple[str, ...]
) -> None:
    assert provider.pipelines is not None

    (found,) = await provider.pipelines.get_pipelines([PipelineKey(NAME, parts)], ALL)

    assert type(found) is InvalidInputError
    assert found.field == "id"
    assert paths(uneven) == []


async def test_a_vendor_that_answers_with_another_task_has_not_this_one(provider: Provider, uneven: RunningSimulator) -> None:
    uneven.control.add_fault(Fault(TASKS, status=200, body='{"id":"other","name":"x"}'))

    (found,) = await get(provider, ("task", tasks_of(uneven)[0]))

    assert isinstance(found, NotFoundError)


class TestFilters:
    async def test_kinds(self, provider: Provider, uneven: RunningSimulator) -> None:
        assert ids(await pipelines_of(provider, pipeline_kinds=(PipelineKind.PLAN,))) == plans_of(uneven)
        assert ids(await pipelines_of(provider, pipeline_kinds=(PipelineKind.TASK, PipelineKind.CI))) == tasks_of(uneven)
        assert paths(uneven) == [PLANS, TASKS]

    @pytest.mark.parametrize(
        "query",
        [
            {"pipeline_kinds": (PipelineKind.CI, PipelineKind.DATA)},
            {"archived": True},
            {"repository_contains": "git"},
            {"tags": ()},
            {"workspaces": ()},
            {"environments": ()},
            {"tags": ("sales",), "pipeline_kinds": (PipelineKind.PLAN,)},
        ],
    )
    async def test_what_can_match_nothing_costs_nothing(
        self, provider: Provider, uneven: RunningSimulator, query: dict[str, Any]
    ) -> None:
        assert await pipelines_of(provider, **query) == []
        assert paths(uneven) == []

    async def test_pipelines_of_a_project_cannot_be_told(self, provider: Provider, uneven: RunningSimulator) -> None:
        with pytest.raises(NotSupportedError):
            await pipelines_of(provider, projects=(ProjectKey(NAME, ("x",)),))
        assert paths(uneven) == []

    async def test_places_are_the_vendors_to_filter(self, provider: Provider, tenant: Vendor) -> None:
        production = tenant.environment("Production")
        workspace = tenant.workspace("Production", "Finance")
        inside = [key for key, task in tenant.data.tasks.items() if task["workspace"]["id"] == workspace]

        in_workspace = await pipelines_of(
            provider, workspaces=(WorkspaceKey(NAME, (workspace,)),), pipeline_kinds=(PipelineKind.TASK,)
        )
        in_environment = await pipelines_of(
            provider, environments=(EnvironmentKey(NAME, (production,)),), pipeline_kinds=(PipelineKind.TASK,)
        )

        assert ids(in_workspace) == inside
        assert ids(in_environment) == [
            key for key, task in tenant.data.tasks.items() if task["workspace"]["environment"]["id"] == production
        ]
        assert [query_of(call)[2:] for call in tenant.running.control.calls] == [
            [("workspaceId", workspace)],
            [("environmentId", production)],
        ]

    async def test_a_list_of_one_place_tells_its_total(self, provider: Provider, tenant: Vendor) -> None:
        assert provider.pipelines is not None
        query = PipelineQuery(
            workspaces=(WorkspaceKey(NAME, (tenant.workspace("Production", "Finance"),)),), pipeline_kinds=(PipelineKind.TASK,)
        )

        chunk = await anext(provider.pipelines.stream_pipelines(query, None, 2, ALL))

        assert len(chunk.items) == 2
        assert chunk.total == 6
        assert chunk.more

    async def test_a_place_that_is_gone_has_nothing(self, provider: Provider, uneven: RunningSimulator) -> None:
        uneven.control.add_fault(Fault(TASKS, status=404))

        assert await pipelines_of(provider, workspaces=(WorkspaceKey(NAME, ("f" * 24,)),)) == []

    async def test_without_a_place_a_404_is_a_failure(self, provider: Provider, uneven: RunningSimulator) -> None:
        uneven.control.add_fault(Fault(TASKS, status=404))

        with pytest.raises(NotFoundError):
            await pipelines_of(provider)

    @pytest.mark.parametrize("name_filter", ["contains", "prefix"])
    async def test_names_are_compared_by_the_gateway(
        self, provider: Provider, uneven: RunningSimulator, name_filter: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert provider.pipelines is not None
        monkeypatch.setattr(app_of(uneven).settings, "name_filter", name_filter)

        found = await pipelines_of(provider, name_contains="FROM shop")
        chunk = await anext(provider.pipelines.stream_pipelines(PipelineQuery(name_contains="x"), None, 20, ALL))

        assert [each.name for each in found] == ["Load orders from shop"] * 3
        assert chunk.applied_locally == ("name_contains",)

    async def test_a_tag_is_the_vendors_to_filter_and_only_tasks_have_any(self, provider: Provider, tenant: Vendor) -> None:
        found = await pipelines_of(provider, tags=("close",))

        assert ids(found) == [key for key, task in tenant.data.tasks.items() if "close" in task["tags"]]
        assert paths(tenant.running) == [f"{TASKS}/search"]
        assert tenant.running.control.calls[0].body == b'{"tags":["close"],"offset":0,"limit":100}'

    async def test_of_several_tags_any_will_do_and_each_task_comes_once(self, provider: Provider, tenant: Vendor) -> None:
        assert provider.pipelines is not None
        wanted = {key for key, task in tenant.data.tasks.items() if {"sales", "nightly"} & set(task["tags"])}

        found = await pipelines_of(provider, tags=("sales", "nightly", "sales"))
        chunk = await anext(provider.pipelines.stream_pipelines(PipelineQuery(tags=("sales", "nightly")), None, 3, ALL))
        rest = await pipelines_of(provider, tags=("sales", "nightly"), after=chunk.marks[-1])

        assert set(ids(found)) == wanted
        assert len(found) == len(wanted)
        assert ids([*chunk.items, *rest]) == ids(found)
        assert chunk.applied_locally == ("tags",)


class TestLookups:
    async def test_a_task_by_its_id_costs_one_call_a_plan_at_most_two(self, provider: Provider, uneven: RunningSimulator) -> None:
        assert provider.pipelines is not None
        task = tasks_of(uneven)[3]
        by_uuid = next(plan for plan in plans_of(uneven) if "-" in plan)

        found = await provider.pipelines.find_pipelines_by_external_id([task, by_uuid], ALL)

        assert ids([each for each in found if isinstance(each, Pipeline)]) == [task, by_uuid]
        assert sorted(paths(uneven)) == sorted([f"{TASKS}/{task}", f"{PLANS}/{by_uuid}"])

    async def test_what_is_neither_costs_two(self, provider: Provider, uneven: RunningSimulator) -> None:
        assert provider.pipelines is not None

        found = await provider.pipelines.find_pipelines_by_external_id(["f" * 24, "not an id"], ALL)

        assert [type(each) for each in found] == [NotFoundError, NotFoundError]
        assert paths(uneven) == [f"{TASKS}/{'f' * 24}", f"{PLANS}/{'f' * 24}"]

    async def test_a_vendor_that_finds_the_id_of_the_other_kind_malformed(
        self, provider: Provider, uneven: RunningSimulator
    ) -> None:
        assert provider.pipelines is not None
        uneven.control.add_fault(Fault(TASKS, status=400))
        plan = plans_of(uneven)[0]

        (found,) = await provider.pipelines.find_pipelines_by_external_id([plan], ALL)

        assert isinstance(found, Pipeline)

    async def test_there_are_no_slugs(self, provider: Provider, uneven: RunningSimulator) -> None:
        assert provider.pipelines is not None

        (found,) = await provider.pipelines.find_pipelines([PipelineSlug("load-orders")], ALL)

        assert isinstance(found, NotSupportedError)
        assert "externalId" in found.message
        assert paths(uneven) == []


async def test_a_bad_row_fails_alone(provider: Provider, uneven: RunningSimulator) -> None:
    uneven.control.add_fault(Fault(f"{TASKS}$", kind="wrong_types", fields=("name",), row=2))

    found = await pipelines_of(provider)

    assert [place for place, each in enumerate(found) if isinstance(each, RowFault)] == [2]
    assert found[2].id == tasks_of(uneven)[2]


async def test_a_plan_that_is_nested_too_deep_fails_alone(provider: Provider, uneven: RunningSimulator) -> None:
    first, second = plans_of(uneven)[:2]
    deep = '{"stepOnException":' * 600 + "{}" + "}" * 600
    plan = f'{{"executable":"{first}","chart":{deep},"planPauseDetails":{{"pause":false}}}}'
    uneven.control.add_fault(Fault(f"{first}$", status=200, body=plan))
    uneven.control.add_fault(Fault(f"{PLANS}$", status=200, body=f'{{"items":[{plan},{{"executable":"b"}}],"total":2}}'))

    bad, good = await get(provider, ("plan", first), ("plan", second))
    rows = await pipelines_of(provider, pipeline_kinds=(PipelineKind.PLAN,))

    assert type(bad) is MalformedResponseError
    assert "nested too deep" in bad.message
    assert isinstance(good, Pipeline)
    assert [type(row) for row in rows] == [RowFault, Pipeline]
    assert rows[0].id == first


async def test_a_time_that_only_another_zone_can_tell_spoils_no_list(provider: Provider, uneven: RunningSimulator) -> None:
    assert provider.data_connections is not None
    rows = [
        f'{{"id":"{name}","createDate":"{told}"}}'
        for name, told in (("a", "0001-01-01T00:00:00+01:00"), ("b", "2026-01-01T00:00:00Z"))
    ]
    uneven.control.add_fault(Fault("connections", status=200, body=f"[{','.join(rows)}]"))

    found = await collect(provider.data_connections.stream_data_connections(DataConnectionQuery(), None, 20, ALL))

    assert ids(found) == ["a", "b"]


async def test_a_parameter_that_is_no_text_is_not_shown_and_the_rest_is() -> None:
    row = msgspec.json.decode(b'{"id":"t","parameters":{"odd":"\xff","even":"x","long":' + b"1" * 6_000 + b"}}", type=Task)

    task = to_task(row, Origin(NAME, "https://x")).task

    assert task is not None
    assert {each.name: each.value for each in task.parameters} == {"odd": None, "even": "x", "long": None}
