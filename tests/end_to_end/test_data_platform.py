"""The data platform behind a gateway of five: environments, artifacts, connections, promotions, schedules, tasks and plans.

What is expected is read from the simulated tenant itself; calls are counted by the simulators.
"""

from datetime import datetime, timedelta

import pytest

from gateway.providers.talend.simulator.canary import CANARY

pytestmark = pytest.mark.anyio

OTHERS = ["buildkite", "codefresh", "nuvo", "dx"]


@pytest.fixture
def tenant(gateway_of_five):
    return gateway_of_five.simulators["talend"].app.tenant


@pytest.fixture
def ask(gateway_of_five):
    """(query, variables) -> (data, calls to Talend); no other vendor was called."""

    async def asked(query, variables=None):
        gateway_of_five.reset_calls()
        data = await gateway_of_five.data(query, variables)
        calls = gateway_of_five.calls()
        assert [calls[kind] for kind in OTHERS] == [0] * 4
        return data, calls["talend"]

    return asked


async def test_environments_with_their_workspaces(ask, tenant):
    data, calls = await ask(
        "{ environments { totalCount nodes { externalId name workspaces { totalCount nodes { externalId name environment { name } } } } "
        "outcomes { status upstreamCalls } } }"
    )

    shown = {
        node["externalId"]: (node["name"], {each["externalId"]: each["name"] for each in node["workspaces"]["nodes"]})
        for node in data["environments"]["nodes"]
    }
    assert shown == {
        key: (
            environment["name"],
            {each["id"]: each["name"] for each in tenant.workspace_infos.values() if each["environment"]["id"] == key},
        )
        for key, environment in tenant.environments.items()
    }
    assert all(
        each["environment"]["name"] == node["name"]
        for node in data["environments"]["nodes"]
        for each in node["workspaces"]["nodes"]
    )
    assert calls == 1 + len(shown)
    statuses = [each["status"] for each in data["environments"]["outcomes"]]
    assert statuses == ["NOT_SUPPORTED", "NOT_SUPPORTED", "OK", "NOT_SUPPORTED", "NOT_SUPPORTED"]


async def test_lists_narrow_to_an_environment_and_a_workspace(ask, gateway_of_five, tenant):
    data, _ = await ask("{ environments { nodes { id externalId } } }")
    environment = next(
        node for node in data["environments"]["nodes"] if tenant.environments[node["externalId"]]["name"] == "Production"
    )
    query = """
      query ($in: [ID!]) {
        workspaces(filter: {environments: $in}) { nodes { id externalId } }
        artifacts(first: 100, filter: {environments: $in}) { nodes { externalId } }
        dataConnections(first: 100, filter: {environments: $in}) { nodes { externalId } }
        schedules(first: 100, filter: {environments: $in}) { nodes { externalId } }
        pipelines(first: 100, filter: {environments: $in}) { nodes { externalId } }
        executions(first: 30, filter: {environments: $in}) { nodes { pipeline { externalId } } }
        promotions(filter: {sourceEnvironments: $in}) { nodes { sourceEnvironment { externalId } } }
      }
    """

    data, _ = await ask(query, {"in": [environment["id"]]})

    def inside(documents):
        return [key for key, each in documents.items() if tenant.environment_of(each)["id"] == environment["externalId"]]

    shown = {name: [node.get("externalId") for node in data[name]["nodes"]] for name in data}
    assert sorted(shown["artifacts"]) == sorted(inside(tenant.artifacts))
    assert sorted(shown["dataConnections"]) == sorted(inside(tenant.connections))
    assert sorted(shown["pipelines"]) == sorted([*inside(tenant.tasks), *inside(tenant.plans)])
    assert 0 < len(shown["schedules"]) < len(tenant.schedules)
    assert {node["pipeline"]["externalId"] for node in data["executions"]["nodes"]} <= set(shown["pipelines"])
    assert {node["sourceEnvironment"]["externalId"] for node in data["promotions"]["nodes"]} == {environment["externalId"]}
    one = data["workspaces"]["nodes"][0]
    data, _ = await ask(
        "query ($in: [ID!]) { artifacts(first: 100, filter: {workspaces: $in}) { nodes { externalId } } }", {"in": [one["id"]]}
    )
    assert sorted(node["externalId"] for node in data["artifacts"]["nodes"]) == sorted(
        key for key, each in tenant.artifacts.items() if tenant.workspace_of(each)["id"] == one["externalId"]
    )


async def test_artifacts_with_one_version_in_full(ask, tenant):
    data, _ = await ask("{ artifacts(first: 6) { totalCount nodes { id externalId name type versions } } }")
    nodes = data["artifacts"]["nodes"]
    assert data["artifacts"]["totalCount"] is None or data["artifacts"]["totalCount"] == len(tenant.artifacts)
    parts = [
        f'v{place}: node(id: "{node["id"]}") {{ ... on Artifact {{ version(version: "{node["versions"][-1]}") {{ version parameters {{ name }} publisher {{ externalId }} createdAt artifact {{ id }} }} '
        'none: version(version: "no.such.one") { version } } }'
        for place, node in enumerate(nodes)
    ]

    data, calls = await ask(f"{{ {' '.join(parts)} }}")

    for place, node in enumerate(nodes):
        found, held = data[f"v{place}"], tenant.artifact_versions[node["externalId"]][node["versions"][-1]]
        assert found["none"] is None
        assert found["version"]["version"] == node["versions"][-1]
        assert found["version"]["artifact"]["id"] == node["id"]
        assert found["version"]["publisher"]["externalId"] == held["publisher"]
        assert [each["name"] for each in found["version"]["parameters"]] == [each["name"] for each in held["parameters"]]
        assert sorted(node["versions"]) == sorted(tenant.artifact_versions[node["externalId"]])
    assert calls == 2 * len(nodes) + 1  # each version, there or not, and a page of artifacts


async def test_values_of_connections_are_shown_unless_they_are_encrypted(gateway_of_five, tenant):
    fields = "externalId name app parameters { name value encrypted }"
    answer = await gateway_of_five.ask(
        f"{{ dataConnections(first: 50) {{ nodes {{ id {fields} }} }} pipelines(first: 50, filter: {{kinds: [TALEND]}}) {{ nodes {{ task {{ connections {{ name connection {{ {fields} }} }} parameters {{ name value }} }} }} }} }}"
    )

    nodes = answer["data"]["dataConnections"]["nodes"]
    assert [node["externalId"] for node in nodes] == list(tenant.connections)
    hidden = 0
    for node in nodes:
        held = {each["name"]: each for each in tenant.connections[node["externalId"]]["parameters"]}
        for parameter in node["parameters"]:
            secret = held[parameter["name"]].get("encrypted", False)
            hidden += secret
            assert parameter["value"] == (None if secret else held[parameter["name"]]["value"])
            assert parameter["encrypted"] is secret
    assert hidden > 5
    assert CANARY not in str(answer)
    used = [each for node in answer["data"]["pipelines"]["nodes"] if node["task"] for each in node["task"]["connections"]]
    assert any(parameter["encrypted"] for each in used if each["connection"] for parameter in each["connection"]["parameters"])


async def test_promotions_with_users_and_what_they_would_do(ask, tenant):
    query = """
      { promotions { nodes { externalId name description sourceEnvironment { name } targetEnvironment { name }
          users { userIds serviceAccountIds }
          analysis { defective message nativeStatus workspaces { tasks { name analysis { status messages { level text } } } plans { name } } } } } }
    """
    before = repr(tenant.tasks), repr(tenant.plans), repr(tenant.artifacts)

    data, calls = await ask(query)

    nodes = data["promotions"]["nodes"]
    assert [node["externalId"] for node in nodes] == list(tenant.promotions)
    for node in nodes:
        held = tenant.promotion_users[node["externalId"]]
        assert node["users"] == {"userIds": held["userIds"], "serviceAccountIds": held["serviceAccountIds"]}
        assert node["name"] == f"{node['sourceEnvironment']['name']} to {node['targetEnvironment']['name']}"
        assert node["analysis"]["workspaces"]
    assert {node["name"]: node["analysis"]["defective"] for node in nodes} == {
        "Development to Staging": True, "Staging to Production": False, "Development to Production": False, "Production to Staging": True,
    }  # fmt: skip
    assert calls == 2 + 3 * len(nodes)  # all promotions, all environments; users, description and analysis of each
    assert before == (repr(tenant.tasks), repr(tenant.plans), repr(tenant.artifacts))


async def test_schedules_and_what_they_will_start_next(ask, tenant, _clock):
    query = """
      query ($until: DateTime) { schedules(first: 50) { nodes { externalId description environment { name } pipeline { id name }
          triggers { name frequency timeZone } nextRuns(first: 7) { at trigger } soon: nextRuns(first: 7, until: $until) { at } } } }
    """
    until = _clock.start + timedelta(days=3)

    data, _ = await ask(query, {"until": until.isoformat()})

    nodes = data["schedules"]["nodes"]
    assert [node["externalId"] for node in nodes] == list(tenant.schedules)
    assert any(len(node["triggers"]) > 1 for node in nodes)
    for node in nodes:
        times = [datetime.fromisoformat(each["at"]) for each in node["nextRuns"]]
        assert times == sorted(times)
        assert all(time >= _clock.start for time in times)
        assert len(times) <= 7
        assert {each["trigger"] for each in node["nextRuns"]} <= {each["name"] for each in node["triggers"]}
        assert bool(times) <= (node["pipeline"] is not None)
        assert [datetime.fromisoformat(each["at"]) for each in node["soon"]] == [time for time in times if time <= until]
    assert any(len(node["nextRuns"]) == 7 for node in nodes)


async def test_a_pipelines_schedule_and_run_configuration(ask, tenant):
    query = """
      { pipelines(first: 100, filter: {kinds: [TALEND]}) { nodes { id externalId name kind
          schedule { id pipeline { id } triggers { name frequency } nextRuns(first: 1) { at } }
          runConfiguration { trigger { frequency } hasManyTriggers logLevel parallelRunsAllowed runtime { type } } } } }
    """

    data, _ = await ask(query)
    nodes = data["pipelines"]["nodes"]
    own, _ = await ask("{ schedules(first: 50, filter: {inUse: true}) { nodes { id pipeline { id } } } }")

    linked = {each["pipeline"]["id"]: each["id"] for each in own["schedules"]["nodes"]}
    assert linked
    for node in nodes:
        held = tenant.run_configs.get(node["externalId"], {})
        if node["id"] in linked:
            assert node["schedule"]["id"] == linked[node["id"]]
        if node["schedule"]:
            assert node["schedule"]["pipeline"]["id"] == node["id"]
            assert len(node["schedule"]["nextRuns"]) <= 1
        if held.get("logLevel"):
            assert node["runConfiguration"]["logLevel"] == held["logLevel"]
    kinds = {(node["runConfiguration"]["trigger"] or {}).get("frequency") for node in nodes if node["runConfiguration"]}
    assert {"DAILY", "MANUAL", "WEBHOOK", None} <= kinds


async def test_whether_tasks_are_paused_costs_one_call_each_and_no_more(ask, tenant):
    listed = "{ pipelines(first: 100, filter: {kinds: [TALEND], pipelineKinds: [TASK]}) { nodes { externalId name %s } } }"

    _, without = await ask(listed % "")
    data, calls = await ask(listed % "paused")
    twice, same = await ask(listed % "paused again: paused")
    _, everything = await ask(listed % "paused pause { reason by { username } } description tags task { version }")

    assert {node["externalId"]: node["paused"] for node in data["pipelines"]["nodes"]} == {
        key: tenant.is_paused(key) for key in tenant.tasks
    }
    assert any(node["paused"] for node in data["pipelines"]["nodes"])
    assert calls == without + len(tenant.tasks)
    assert same == calls
    assert all(node["paused"] == node["again"] for node in twice["pipelines"]["nodes"])
    assert everything == calls


async def test_tasks_are_made_of_an_artifact_parameters_and_connections(ask, tenant):
    query = """
      { pipelines(first: 100, filter: {kinds: [TALEND], pipelineKinds: [TASK]}) { nodes { externalId task {
          version artifact { externalId version artifact { externalId name } } parameters { name value }
          connections { name connection { externalId } } resources { name } autoUpgrade { enabled } } } } }
    """

    data, _ = await ask(query)

    for node in data["pipelines"]["nodes"]:
        held, task = tenant.tasks[node["externalId"]], node["task"]
        assert task["version"] == held["version"]
        assert task["artifact"]["externalId"] == held["artifact"]["id"]
        assert (task["artifact"]["artifact"] or {}).get("externalId") == (
            held["artifact"]["id"] if held["artifact"]["id"] in tenant.artifacts else None
        )
        assert {each["name"]: (each["connection"] or {}).get("externalId") for each in task["connections"]} == held["connections"]
        shown = {each["name"]: each["value"] for each in task["parameters"]}
        assert shown.keys() == held["parameters"].keys()
        assert all(value is None or value == held["parameters"][name] for name, value in shown.items())


async def test_plans_with_their_steps_in_order(ask, tenant):
    query = """
      { pipelines(first: 100, filter: {kinds: [TALEND], pipelineKinds: [PLAN]}) { nodes { externalId kind
          planSteps { externalId name taskIds tasks { externalId name task { externalId kind } } errorHandlers { name taskIds } } } } }
    """

    data, _ = await ask(query)

    nodes = data["pipelines"]["nodes"]
    assert [node["externalId"] for node in nodes] == list(tenant.plans)
    for node in nodes:
        held = tenant.plan_steps[node["externalId"]]
        assert [(each["externalId"], each["name"], each["taskIds"]) for each in node["planSteps"]] == [
            (each["id"], each["name"], each["taskIds"]) for each in held
        ]
        for step, design in zip(node["planSteps"], held, strict=True):
            assert [each["task"]["externalId"] for each in step["tasks"]] == design["taskIds"]
            handler = (design.get("handlerOnFailure") or {}).get("taskIds", [])
            assert [task for each in step["errorHandlers"] for task in each["taskIds"]] == handler
    assert any(step["errorHandlers"] for node in nodes for step in node["planSteps"])


@pytest.mark.parametrize("name", ["environments", "artifacts", "dataConnections", "promotions", "schedules"])
async def test_vendors_without_such_things_are_not_asked(ask, name):
    data, calls = await ask(f"{{ {name}(first: 2) {{ outcomes {{ provider {{ kind }} status upstreamCalls }} }} }}")

    statuses = {each["provider"]["kind"]: each["status"] for each in data[name]["outcomes"]}
    assert statuses == {
        "BUILDKITE": "NOT_SUPPORTED",
        "CODEFRESH": "NOT_SUPPORTED",
        "TALEND": "OK",
        "NUVO": "NOT_SUPPORTED",
        "DX": "NOT_SUPPORTED",
    }
    assert calls > 0
