"""Environments with their workspaces, and promotions between them: what they show and what it costs."""

from datetime import UTC, datetime

import pytest

from gateway.domain.environment import Environment
from gateway.domain.keys import EnvironmentKey, PromotionKey, WorkspaceKey
from gateway.domain.promotion import Promotion, PromotionOptions, PromotionUsers
from gateway.domain.promotion_report import (
    ItemReport,
    PromotedItem,
    PromotedWorkspace,
    PromotionReport,
    ReportMessage,
    ReportStatus,
)
from gateway.domain.run import Actor, RunStatus
from gateway.domain.workspace import Workspace
from tests.schema.data_vendor import Port, ask, codes, data, down, id_of, key, vendor

pytestmark = pytest.mark.anyio


def environment(name):
    return Environment(key=key(EnvironmentKey, name), external_id=name, name=name, max_cloud_containers=3)


DEV, PROD = environment("dev"), environment("prod")


def workspace(name, where):
    return Workspace(key=key(WorkspaceKey, name), external_id=name, name=name, environment=where.key)


def promotion(name, **more):
    return Promotion(
        key=key(PromotionKey, name), external_id=name, name=name, source_environment=DEV.key, target_environment=PROD.key, **more
    )


@pytest.fixture
def stages():
    workspaces = [workspace("shop", DEV), workspace("crm", DEV), workspace("live", PROD)]
    return vendor(environments=Port("environments", [DEV, PROD]), workspaces=Port("workspaces", workspaces))


async def test_each_environment_lists_its_own_workspaces(stages):
    answer = await data(stages, "{ environments { nodes { name maxCloudContainers workspaces { nodes { name } } } } }")

    assert answer["environments"]["nodes"] == [
        {"name": "dev", "maxCloudContainers": 3, "workspaces": {"nodes": [{"name": "shop"}, {"name": "crm"}]}},
        {"name": "prod", "maxCloudContainers": 3, "workspaces": {"nodes": [{"name": "live"}]}},
    ]


async def test_workspaces_of_an_environment_page_on_from_a_cursor(stages):
    page = (
        "{ node(id: %s) { ... on Environment { workspaces(first: 1%s) { nodes { name } pageInfo { endCursor hasNextPage } } } } }"
    )
    quoted = f'"{id_of(DEV)}"'
    one = (await data(stages, page % (quoted, "")))["node"]["workspaces"]
    two = (await data(stages, page % (quoted, f', after: "{one["pageInfo"]["endCursor"]}"')))["node"]["workspaces"]

    assert [one["nodes"], two["nodes"]] == [[{"name": "shop"}], [{"name": "crm"}]]
    assert [one["pageInfo"]["hasNextPage"], two["pageInfo"]["hasNextPage"]] == [True, False]


async def test_a_filter_that_leaves_out_the_environment_itself_is_refused(stages):
    query = """query($other: [ID!]) { environments(first: 1) { nodes {
        workspaces(filter: { environments: $other }) { nodes { name } } } } }"""

    answer = await ask(stages, query, other=[id_of(PROD)])

    assert codes(answer) == [(["environments", "nodes", 0, "workspaces"], "BAD_USER_INPUT")]
    assert answer.errors[0].extensions["field"] == "filter.environments"


async def test_descriptions_that_a_list_leaves_out_are_read_together():
    rows = [promotion(name, whole=False) for name in ("a", "b", "c")]
    port = Port("promotions", [promotion(each.name, description=f"About {each.name}") for each in rows], rows)

    answer = await data(vendor(promotions=port), "{ promotions { nodes { description again: description } } }")

    assert [each["description"] for each in answer["promotions"]["nodes"]] == ["About a", "About b", "About c"]
    assert [each["again"] for each in answer["promotions"]["nodes"]] == ["About a", "About b", "About c"]
    assert port.calls("get_promotions") == [tuple(row.key for row in rows)]


async def test_a_description_that_is_there_costs_nothing():
    port = Port("promotions", [promotion("a", description="Every Friday")])

    answer = await data(vendor(promotions=port), "{ promotions { nodes { description } } }")

    assert answer["promotions"]["nodes"] == [{"description": "Every Friday"}]
    assert port.calls("get_promotions") == []


async def test_both_ends_of_promotions_are_read_in_one_go(stages):
    environments = Port("environments", [DEV, PROD])
    provider = vendor(environments=environments, promotions=Port("promotions", [promotion("a"), promotion("b")]))

    answer = await data(
        provider, "{ promotions { nodes { provider { name } sourceEnvironment { name } targetEnvironment { name } } } }"
    )

    ends = {"provider": {"name": "acme-data"}, "sourceEnvironment": {"name": "dev"}, "targetEnvironment": {"name": "prod"}}
    assert answer["promotions"]["nodes"] == [ends, ends]
    assert len(environments.calls("get_environments")) == 1


async def test_users_of_a_promotion_that_fail_fail_alone():
    a, b = promotion("a"), promotion("b")
    port = Port("promotions", [a, b], users_of={a.key: PromotionUsers(("u1", "u2"), ("s1",)), b.key: down()})

    answer = await ask(vendor(promotions=port), "{ promotions { nodes { users { userIds serviceAccountIds } } } }")

    assert answer.data["promotions"]["nodes"] == [
        {"users": {"userIds": ["u1", "u2"], "serviceAccountIds": ["s1"]}},
        {"users": None},
    ]
    assert codes(answer) == [(["promotions", "nodes", 1, "users"], "UPSTREAM_UNAVAILABLE")]
    assert [row["provider"] for row in answer.extensions["outcomes"]] == ["acme-data"]
    assert port.calls("users_of") == [(a.key, b.key)]


async def test_analyses_are_made_once_for_each_set_of_options():
    a, b = promotion("a"), promotion("b")
    report = PromotionReport(status=RunStatus.SUCCEEDED)
    port = Port("promotions", [a, b], analyses_of={a.key: report, b.key: report})

    await data(
        vendor(promotions=port),
        """{ promotions { nodes {
            analysis { status }  same: analysis(keepTargetResources: false) { status }
            kept: analysis(keepTargetResources: true) { status }  both: analysis(keepTargetResources: true, keepTargetRunProfiles: true) { status }
        } } }""",
    )

    keys = (a.key, b.key)
    assert sorted(port.calls("analyses_of"), key=repr) == [
        (keys, PromotionOptions(False, False)),
        (keys, PromotionOptions(True, False)),
        (keys, PromotionOptions(True, True)),
    ]


async def test_a_report_shows_every_item():
    failed = ItemReport(status=ReportStatus.FAILED, native_status="FAILED", messages=(ReportMessage("No engine", "ERROR"),))
    made = ItemReport(status=ReportStatus.CREATED, native_status="CREATED")
    task = PromotedItem(external_id="t1", name="load", type="FLOW", version="3", target_version="2", analysis=failed)
    artifact = PromotedItem(name="loader", used_by=(task,), versions=(PromotedItem(version="0.1.0", analysis=made),))
    engine = PromotedItem(name="engine", run_profiles=(PromotedItem(name="small"),))
    report = PromotionReport(
        external_id="r1",
        status=RunStatus.SUCCEEDED,
        native_status="ANALIZED",
        defective=True,
        actor=Actor(name="Ann"),
        triggered_at=datetime(2026, 3, 1, 10, tzinfo=UTC),
        workspaces=(PromotedWorkspace(name="shop", tasks=(task,), artifacts=(artifact,), promotion=made),),
        engines=(engine,),
    )
    a = promotion("a")

    answer = await data(
        vendor(promotions=Port("promotions", [a], analyses_of={a.key: report})),
        """{ promotions { nodes { analysis {
            externalId status nativeStatus defective triggeredAt actor { name }
            workspaces { name promotion { status }
                tasks { name version targetVersion analysis { status nativeStatus messages { text level } } }
                artifacts { usedBy { externalId type } versions { version analysis { status } } } plans { name } }
            engines { name runProfiles { name } } clusters { name }
        } } } }""",
    )

    assert answer["promotions"]["nodes"][0]["analysis"] == {
        "externalId": "r1",
        "status": "SUCCEEDED",
        "nativeStatus": "ANALIZED",
        "defective": True,
        "triggeredAt": "2026-03-01T10:00:00Z",
        "actor": {"name": "Ann"},
        "workspaces": [
            {
                "name": "shop",
                "promotion": {"status": "CREATED"},
                "tasks": [
                    {
                        "name": "load",
                        "version": "3",
                        "targetVersion": "2",
                        "analysis": {
                            "status": "FAILED",
                            "nativeStatus": "FAILED",
                            "messages": [{"text": "No engine", "level": "ERROR"}],
                        },
                    }
                ],
                "artifacts": [
                    {
                        "usedBy": [{"externalId": "t1", "type": "FLOW"}],
                        "versions": [{"version": "0.1.0", "analysis": {"status": "CREATED"}}],
                    }
                ],
                "plans": [],
            }
        ],
        "engines": [{"name": "engine", "runProfiles": [{"name": "small"}]}],
        "clusters": [],
    }
