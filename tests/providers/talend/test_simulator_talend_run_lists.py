from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gateway.providers.talend.simulator.credentials import ONE_ENVIRONMENT_TOKEN
from gateway.providers.talend.simulator.data import Tenant
from gateway.providers.talend.simulator.profiles import make_tenant
from gateway.providers.talend.simulator.runs.runs import Runs
from gateway.providers.talend.simulator.runs.statuses import MISFIRES, PLAN_MISFIRES, TASK_FILTERS, TASK_STATUS
from gateway.simulation.clock import ManualClock
from tests.providers.talend.run_client import NOW, PLAN_RUNS, TASK_RUNS, RunClient, connected, run_client

DAY_MS = 86_400_000
NOW_MS = int(NOW.timestamp() * 1000)


@pytest.fixture(scope="module")
def uneven() -> Iterator[RunClient]:
    """To be read only."""
    with run_client("uneven") as opened:
        yield opened


@pytest.fixture
def even() -> Iterator[RunClient]:
    with run_client("even") as opened:
        yield opened


@pytest.fixture(scope="module")
def rows(uneven: RunClient) -> list[dict[str, Any]]:
    """All task runs that the list shows."""
    return everything(uneven, TASK_RUNS)


def everything(vendor: RunClient, path: str, **query: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    while True:
        page = vendor.get(path, offset=len(rows), **query)
        rows += page["items"]
        if not page["items"] or len(rows) >= page["total"]:
            return rows


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def interval(row: dict[str, Any]) -> tuple[datetime, datetime]:
    began = moment(row.get("startTimestamp") or row["triggerTimestamp"])
    return began, moment(row["finishTimestamp"]) if "finishTimestamp" in row else NOW


def busiest(vendor: RunClient) -> str:
    counts = Counter(run.task.task_id for run in vendor.runs.tasks)
    return counts.most_common(1)[0][0]


def test_the_history_is_uneven(uneven: RunClient) -> None:
    totals = {task_id: uneven.runs_of(task_id)["total"] for task_id in uneven.tasks}

    assert 0 in totals.values()
    assert max(totals.values()) > 200
    assert sum(totals.values()) == uneven.get(TASK_RUNS)["total"]


def test_every_documented_status_and_misfire_has_happened(uneven: RunClient, rows: list[dict[str, Any]]) -> None:
    plans = everything(uneven, PLAN_RUNS)

    assert {row["executionStatus"] for row in rows} == set(TASK_STATUS)
    assert {row["misfiredExecutionReason"] for row in rows if "misfiredExecutionReason" in row} == set(MISFIRES)
    assert {row["executionType"] for row in rows} == {"MANUAL", "SCHEDULED", "WEBHOOK", "PLAN"}
    assert {row["executionStatus"] for row in plans} == {
        "UNDEFINED",
        "STARTED",
        "FINISHED",
        "EXECUTION_SUCCESS",
        "EXECUTION_FAILED",
        "EXECUTION_MISFIRED",
    }
    assert {row["misfiredExecutionReason"] for row in plans if "misfiredExecutionReason" in row} == set(PLAN_MISFIRES)


def test_the_history_is_a_function_of_the_seed() -> None:
    def identities(seed: int) -> list[tuple[str, str]]:
        tenant: Tenant = make_tenant("uneven", seed, ManualClock(NOW))
        return [(run.id, run.phases[-1].status) for run in Runs(tenant, "uneven").tasks]

    assert identities(1) == identities(1)
    assert identities(1) != identities(2)


def test_the_even_history_has_ten_runs_of_each_task_in_turn(even: RunClient) -> None:
    rows = everything(even, TASK_RUNS)

    assert len(rows) == 500
    assert [Counter(row["taskId"] for row in rows[first : first + 100]) for first in range(0, 500, 100)] == [
        Counter(dict.fromkeys(even.tasks, 2))
    ] * 5
    assert {row["status"] for row in rows} == {"execution_successful"}
    assert even.get(PLAN_RUNS)["total"] == 0


def test_runs_are_listed_newest_first_without_gap_or_repetition(uneven: RunClient) -> None:
    rows = everything(uneven, TASK_RUNS, limit=37)

    assert [row["triggerTimestamp"] for row in rows] == sorted((row["triggerTimestamp"] for row in rows), reverse=True)
    assert len({row["executionId"] for row in rows}) == len(rows) == uneven.get(TASK_RUNS)["total"]


def test_lists_can_be_in_no_order(even: RunClient) -> None:
    even.settings.run_list_order = "none"

    rows = everything(even, TASK_RUNS)

    assert len({row["executionId"] for row in rows}) == 500
    assert [row["triggerTimestamp"] for row in rows] != sorted((row["triggerTimestamp"] for row in rows), reverse=True)


def test_runs_that_begin_while_paging_move_the_rest(even: RunClient) -> None:
    first = even.get(TASK_RUNS, limit=10)
    added = even.runs.insert(even.tasks[0], count=2)
    second = even.get(TASK_RUNS, limit=10)

    assert [row["executionId"] for row in second["items"]] == [
        *reversed(added),
        *(row["executionId"] for row in first["items"][:8]),
    ]
    assert (first["total"], second["total"]) == (500, 502)


@pytest.mark.parametrize("status", sorted(TASK_FILTERS))
def test_a_status_filter_gives_what_has_this_status(uneven: RunClient, rows: list[dict[str, Any]], status: str) -> None:
    found = everything(uneven, TASK_RUNS, status=status)

    kinds = {"terminated", "terminated_timeout", "terminated_shutdown"} if status == "terminated" else {status}
    assert found
    assert found == [row for row in rows if row["status"] in kinds]


def test_a_window_holds_the_runs_that_overlap_it(uneven: RunClient, rows: list[dict[str, Any]]) -> None:
    first, last = NOW - timedelta(days=11), NOW - timedelta(days=10)
    found = everything(uneven, TASK_RUNS, **{"from": NOW_MS - 11 * DAY_MS, "to": NOW_MS - 10 * DAY_MS})
    expected = [row for row in rows if interval(row)[0] <= last and interval(row)[1] >= first]

    assert found == expected
    began_before = [row for row in found if interval(row)[0] < first]
    ended_after = [row for row in found if interval(row)[1] > last]
    assert [row for row in began_before if row in ended_after]
    assert len(found) > len(began_before) + len(ended_after)


def test_last_days_and_a_lone_edge_are_windows_up_to_now(uneven: RunClient) -> None:
    week = uneven.get(TASK_RUNS, lastDays=7)["total"]

    assert 0 < week < uneven.get(TASK_RUNS)["total"]
    assert uneven.get(TASK_RUNS, **{"from": NOW_MS - 7 * DAY_MS})["total"] == week
    assert uneven.get(TASK_RUNS, to=NOW_MS)["total"] == uneven.get(TASK_RUNS, lastDays=60)["total"]
    assert uneven.get(TASK_RUNS)["total"] == uneven.get(TASK_RUNS, lastDays=60)["total"]


@pytest.mark.parametrize(
    "query",
    [
        {"limit": 0},
        {"limit": 101},
        {"limit": "ten"},
        {"offset": -1},
        {"status": "EXECUTION_FAILED"},
        {"status": "execution_misfired"},
        {"lastDays": 0},
        {"lastDays": 61},
        {"lastDays": 7, "from": NOW_MS},
        {"from": NOW_MS, "to": NOW_MS - 1},
        {"from": NOW_MS - 61 * DAY_MS},
        {"from": NOW_MS - 61 * DAY_MS, "to": NOW_MS},
        {"from": "2026-03-01T00:00:00Z"},
        {"from": -1},
        {"from": 999_999_999_999_999_999, "to": 999_999_999_999_999_999},
        {"sort": "triggerTimestamp"},
    ],
)
def test_what_the_vendor_does_not_take_is_refused(uneven: RunClient, query: dict[str, Any]) -> None:
    assert uneven.status_of(TASK_RUNS, **query) == 400
    assert uneven.status_of(f"/processing/executables/tasks/{busiest(uneven)}/executions", **query) == 400


def test_sixty_days_are_not_too_many(uneven: RunClient) -> None:
    assert uneven.status_of(TASK_RUNS, **{"from": NOW_MS - 60 * DAY_MS, "to": NOW_MS}) == 200


def test_environment_and_workspace_narrow_the_list(uneven: RunClient, rows: list[dict[str, Any]]) -> None:
    workspaces = {task_id: task["workspace"]["id"] for task_id, task in uneven.tenant.tasks.items()}
    workspace_id, environment_id = next(
        (key, info["environment"]["id"])
        for key, info in uneven.tenant.workspace_infos.items()
        if key in {workspaces[row["taskId"]] for row in rows}
    )
    elsewhere = next(key for key in uneven.tenant.environments if key != environment_id)

    inside = everything(uneven, TASK_RUNS, workspaceId=workspace_id, environmentId=environment_id)
    in_environment = uneven.get(TASK_RUNS, environmentId=environment_id)["total"]

    assert [row["executionId"] for row in inside] == [
        row["executionId"] for row in rows if workspaces[row["taskId"]] == workspace_id
    ]
    assert len(inside) < in_environment < len(rows)
    assert uneven.status_of(TASK_RUNS, workspaceId=workspace_id, environmentId=elsewhere) == 400
    assert uneven.get(TASK_RUNS, workspaceId="f" * 24)["total"] == 0


def test_a_search_takes_the_same_filters_and_tags(uneven: RunClient, rows: list[dict[str, Any]]) -> None:
    tagged = {key: set(task.get("tags") or ()) for key, task in uneven.tenant.tasks.items()}
    tags = sorted(next(tagged[row["taskId"]] for row in rows if len(tagged[row["taskId"]]) > 1))

    found = uneven.http.post(TASK_RUNS, json={"tags": tags, "limit": 100}).json()
    one = uneven.http.post(TASK_RUNS, json={"status": "execution_failed", "lastDays": 30, "offset": 2, "limit": 3}).json()

    assert found["total"] == sum(set(tags) <= tagged[row["taskId"]] for row in rows) > 0
    assert one == uneven.get(TASK_RUNS, status="execution_failed", lastDays=30, offset=2, limit=3)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"lastDays": 61}, 400),
        ({"limit": 0}, 400),
        ({"status": "done"}, 400),
        ({"from": "yesterday"}, 400),
        ({"planId": "x"}, 400),
        ({"workspaceId": "f" * 24}, 404),
        ({"environmentId": "f" * 24}, 404),
    ],
)
def test_a_search_that_does_not_fit_is_refused(uneven: RunClient, body: dict[str, Any], status: int) -> None:
    assert uneven.http.post(TASK_RUNS, json=body).status_code == status


def test_the_runs_of_an_unknown_task_are_not_found(uneven: RunClient) -> None:
    assert uneven.status_of(f"/processing/executables/tasks/{'f' * 24}/executions") == 404
    assert uneven.status_of("/processing/executables/plans/nothing/executions") == 404


def test_older_tenants_refuse_from_and_limit(even: RunClient) -> None:
    even.settings.refuse_from_and_limit = True
    path = f"/processing/executables/tasks/{even.tasks[0]}/executions"

    assert even.status_of(path, limit=10) == 400
    assert even.status_of(path, **{"from": NOW_MS - DAY_MS}) == 400
    assert even.get(path, lastDays=60)["total"] == 10


def test_runs_of_a_plan_name_its_run(uneven: RunClient, rows: list[dict[str, Any]]) -> None:
    runs = {row["executionId"] for row in everything(uneven, PLAN_RUNS)}
    children = [row for row in rows if row["executionType"] == "PLAN"]

    assert children
    assert {row["planId"] for row in children} <= runs
    assert not any("planId" in row for row in rows if row["executionType"] != "PLAN")


@pytest.mark.parametrize("status", ["executing", "execution_successful", "execution_failed", "execution_misfired"])
def test_plan_runs_are_filtered_by_status(uneven: RunClient, status: str) -> None:
    rows = everything(uneven, PLAN_RUNS, status=status)

    assert rows
    assert rows == [row for row in everything(uneven, PLAN_RUNS) if row.get("status") == status]
    assert not any("doneExecutableDetails" in row for row in rows)


@pytest.mark.parametrize("query", [{"status": "terminated"}, {"lastDays": 61}, {"limit": 101}, {"tags": "x"}])
def test_a_plan_run_list_that_does_not_fit_is_refused(uneven: RunClient, query: dict[str, Any]) -> None:
    assert uneven.status_of(PLAN_RUNS, **query) == 400


def test_plan_runs_of_one_plan_make_up_those_of_all(uneven: RunClient) -> None:
    totals = [uneven.get(f"/processing/executables/plans/{plan_id}/executions")["total"] for plan_id in uneven.tenant.plans]

    assert sum(totals) == uneven.get(PLAN_RUNS)["total"]
    assert 0 in totals
    assert uneven.get(PLAN_RUNS, lastDays=1)["total"] < uneven.get(PLAN_RUNS)["total"]


def test_callers_see_the_runs_of_their_environments(uneven: RunClient) -> None:
    with connected(uneven.simulator, ONE_ENVIRONMENT_TOKEN.value) as http:
        rows = http.get(TASK_RUNS).json()

    environments = {uneven.tenant.environment_of(uneven.tenant.tasks[row["taskId"]])["name"] for row in rows["items"]}
    assert 0 < rows["total"] < uneven.get(TASK_RUNS)["total"]
    assert environments == {"Development"}
