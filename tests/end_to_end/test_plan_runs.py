"""Runs of plans through a gateway of five: steps, error handlers, the runs of their tasks; runs of promotions; attempts of nuvo."""

import pytest

pytestmark = pytest.mark.anyio

PLAN_RUNS = """
query ($after: String) {
  executions(first: 100, after: $after, filter: {kinds: [TALEND], executionKinds: [PLAN]}) {
    nodes { id externalId status pipeline { externalId } } pageInfo { hasNextPage endCursor }
  }
}
"""
WITH_STEPS = """
query ($ids: [ID!]!) {
  nodes(ids: $ids) { ... on Execution {
    id externalId status kind plannedCount doneCount parent { id }
    steps {
      id externalId stepId name status plannedCount doneCount startedAt execution { id }
      executions { id kind parent { id } }
      errorHandler { id status execution { id } executions { id status } errorHandler { id } }
    }
    children(first: 100) { totalCount nodes { id externalId kind parent { id } pipeline { kind } steps { id } } pageInfo { hasNextPage } }
  } }
}
"""


@pytest.fixture
def runs(gateway_of_five):
    return gateway_of_five.simulators["talend"].app.runs


async def plan_runs(gateway, most=300):
    nodes, after = [], None
    while len(nodes) < most:
        page = (await gateway.data(PLAN_RUNS, {"after": after}))["executions"]
        nodes += page["nodes"]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    return nodes


async def test_a_plans_run_its_steps_and_the_runs_of_its_tasks_fit_together(gateway_of_five, runs):
    found = await plan_runs(gateway_of_five)
    some = {node["status"]: node["id"] for node in reversed(found)}
    handled = [node["id"] for node in found if any(step.handler for step in runs.plans.get(node["externalId"]).steps)][:3]
    assert {"SUCCEEDED", "FAILED"} <= some.keys()
    assert handled
    ids = list(dict.fromkeys([*some.values(), *handled]))
    gateway_of_five.reset_calls()

    nodes = (await gateway_of_five.data(WITH_STEPS, {"ids": ids}))["nodes"]

    for node in nodes:
        held = runs.plans.get(node["externalId"])
        assert [(step["externalId"], step["stepId"]) for step in node["steps"]] == [(step.id, step.step.id) for step in held.steps]
        begun = {task.id for step in held.steps for task in step.tasks}
        assert {child["externalId"] for child in node["children"]["nodes"] if child["kind"] == "TASK"} >= begun
        children = {child["id"] for child in node["children"]["nodes"]}
        for child in node["children"]["nodes"]:
            assert child["parent"] == {"id": node["id"]}
            assert child["steps"] == []
        for step, own in zip(node["steps"], held.steps, strict=True):
            assert step["execution"]["id"] == node["id"]
            assert {each["id"] for each in step["executions"] if each["kind"] == "TASK"} <= children
            assert step["plannedCount"] == len(own.tasks) + len(own.plans)
            assert bool(step["errorHandler"]) == bool(own.handler)
            if own.handler:
                assert step["status"] == "FAILED"
                assert step["errorHandler"]["execution"]["id"] == node["id"]
                assert step["errorHandler"]["errorHandler"] is None
                assert step["errorHandler"]["id"] != step["id"]
    print(f"\n{len(ids)} runs of plans with steps, handlers and children: {gateway_of_five.calls()['talend']} calls")
    assert any(step["errorHandler"] for node in nodes for step in node["steps"])


async def test_steps_alone_cost_a_call_for_each_run_and_their_names_are_in_the_plan(gateway_of_five):
    found = (await plan_runs(gateway_of_five, 100))[:6]
    gateway_of_five.reset_calls()

    query = "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Execution { steps { stepId } pipeline { planSteps { externalId abstractId } } } } }"
    nodes = (await gateway_of_five.data(query, {"ids": [node["id"] for node in found]}))["nodes"]

    for node in nodes:
        plan = {each["externalId"] for each in node["pipeline"]["planSteps"]} | {
            each["abstractId"] for each in node["pipeline"]["planSteps"]
        }
        assert {step["stepId"] for step in node["steps"]} <= plan
    plans = {node["pipeline"]["externalId"] for node in found}
    assert gateway_of_five.calls()["talend"] <= 2 * len(found) + len(plans) + 1


async def test_children_come_in_pages(gateway_of_five, runs):
    found = await plan_runs(gateway_of_five, 100)
    busiest = max(found, key=lambda node: sum(len(step.tasks) for step in runs.plans.get(node["externalId"]).steps))
    (whole,) = (await gateway_of_five.data(WITH_STEPS, {"ids": [busiest["id"]]}))["nodes"]
    expected = [child["id"] for child in whole["children"]["nodes"]]
    assert len(expected) >= 4
    query = """
      query ($id: ID!, $after: String) { execution(by: {id: $id}) {
          children(first: 2, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } } }
    """

    ids, after, more = [], None, True
    while more:
        page = (await gateway_of_five.data(query, {"id": busiest["id"], "after": after}))["execution"]["children"]
        ids += [node["id"] for node in page["nodes"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]

    assert ids == expected


async def test_runs_of_promotions_are_found_by_id_only(gateway_of_five, runs):
    fields = "id kind status nativeStatus finished pipeline { id } promotion { name } promotionReport { nativeStatus workspaces { name } } steps { id } children { nodes { id } }"
    query = f'query ($id: String!) {{ execution(by: {{externalId: {{provider: "talend-eu", externalId: $id}}}}) {{ {fields} }} }}'
    found = []
    for external_id in runs.promotions.past:
        gateway_of_five.reset_calls()
        bare = await gateway_of_five.data(query.replace(fields, "id"), {"id": external_id})
        assert gateway_of_five.calls()["talend"] <= 3
        node = (await gateway_of_five.data(query, {"id": external_id}))["execution"]
        again = await gateway_of_five.data(
            "query ($id: ID!) { node(id: $id) { ... on Execution { kind externalId } } }", {"id": node["id"]}
        )
        assert bare["execution"]["id"] == node["id"]
        assert again["node"] == {"kind": "PROMOTION", "externalId": external_id}
        assert (node["kind"], node["pipeline"], node["steps"], node["children"]["nodes"]) == ("PROMOTION", None, [], [])
        held = runs.promotions.get(external_id).document(runs.tenant.now())
        assert node["promotionReport"]["nativeStatus"] == node["nativeStatus"] == held["status"]
        found.append(node)

    assert {"SUCCEEDED", "FAILED", "RUNNING"} <= {node["status"] for node in found}
    assert any(node["promotion"] for node in found)
    kinds = await gateway_of_five.data(
        "{ executions(filter: {kinds: [TALEND], executionKinds: [PROMOTION]}) { nodes { id } outcomes { status } } }"
    )
    assert kinds["executions"]["nodes"] == []


async def test_an_execution_nobody_has_is_null_after_at_most_three_calls(gateway_of_five):
    query = 'query ($provider: String!) { execution(by: {externalId: {provider: $provider, externalId: "00000000-0000-4000-8000-000000000000"}}) { id } }'

    for provider, calls in (("talend-eu", 3), ("imports", 2)):
        gateway_of_five.reset_calls()
        assert await gateway_of_five.data(query, {"provider": provider}) == {"execution": None}
        assert sum(gateway_of_five.calls().values()) <= calls
    answer = await gateway_of_five.ask(query, {"provider": "homegrown"})
    assert answer["errors"][0]["extensions"]["code"] == "NOT_SUPPORTED"


async def test_attempts_and_metrics_of_a_mended_execution(gateway_of_five):
    app = gateway_of_five.simulators["nuvo"].app
    mended = [each for each in app.world.executions if len(each.runs) >= 2][-3:]
    query = """
      query ($id: String!) { execution(by: {externalId: {provider: "imports", externalId: $id}}) {
          status configurationId updatedAt updatedBy { name } metrics { totalRows errorCells }
          attempts { number type status durationSeconds metrics { totalRows totalCells errorRows errorCells } } } }
    """
    for held in mended:
        found = (await gateway_of_five.data(query, {"id": held.id}))["execution"]

        attempts = found["attempts"]
        assert [(each["number"], each["type"]) for each in attempts] == [
            (place + 1, run.type) for place, run in enumerate(held.runs)
        ]
        assert [each["metrics"]["totalRows"] for each in attempts] == [run.counts.rows for run in held.runs]
        assert found["metrics"] == {"totalRows": held.runs[-1].counts.rows, "errorCells": held.runs[-1].counts.error_cells}
        assert found["configurationId"] == held.configuration_id
        assert found["status"] == attempts[-1]["status"]


async def test_attempts_of_a_list_cost_one_call_each_and_what_a_vendor_does_not_have_costs_none(gateway_of_five):
    query = "{ executions(first: 12, filter: {kinds: [%s]}) { nodes { id attempts { number } %s } } }"
    await gateway_of_five.data(query % ("NUVO", ""))
    gateway_of_five.reset_calls()

    data = await gateway_of_five.data(query % ("NUVO", "metrics { totalRows } configurationId"))
    calls = gateway_of_five.calls()["nuvo"]

    assert sum(len(node["attempts"]) for node in data["executions"]["nodes"]) >= 8  # the newest are at work
    assert calls == 12 + 1
