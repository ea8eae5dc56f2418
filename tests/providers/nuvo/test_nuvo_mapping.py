from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from gateway.domain.execution import AttemptType, Execution, ExecutionAttempt, ExecutionKind, ExecutionMetrics
from gateway.domain.keys import PipelineKey
from gateway.domain.pipeline import PipelineKind
from gateway.domain.run import Actor, RunFailure, RunStatus, RunTrigger, TriggerKind
from gateway.providers.nuvo import wire
from gateway.providers.nuvo.keys import Origin
from gateway.providers.nuvo.mapping import execution_status, native_statuses, to_execution, to_pipeline, to_workspace

ORIGIN = Origin("imports", "https://api-gateway.ingestro.com", "USER", "ops@example.com")
OPS = {"id": "u1", "name": "Ops", "identifier": "ops@example.com", "type": "USER"}
# Composed of the documentation's tables and examples; no recorded answer is public.
FAILED: dict[str, Any] = {
    "id": "65f0a1b2c3d4e5f601020304",
    "pipeline": "65f0a1b2c3d4e5f6aabbccdd",
    "status": "FAILED",
    "error": {"message": "12.4 % of the cells are erroneous, allowed are 10 %", "type": "ERROR_THRESHOLD_EXCEEDED"},
    "logs": [
        {
            "status": "FAILED",
            "data": {"total_rows": 500, "total_cells": 6000, "total_error_cells": 744, "total_error_rows": 310},
            "duration": 8421,
            "started_at": "2026-02-03T04:05:06.789Z",
            "type": "CREATE",
        }
    ],
    "trigger_type": "SCHEDULED",
    "configuration": "65f0a1b2c3d4e5f6deadbeef",
    "created_at": "2026-02-03 04:05:05.120",
    "created_by": OPS,
    "updated_by": OPS,
    "updated_at": "2026-02-03 04:05:15.300",
}


def mapped(row: dict[str, Any], *, whole: bool = True) -> Execution:
    return to_execution(msgspec.json.decode(msgspec.json.encode(row), type=wire.Execution), ORIGIN, whole=whole)


def moment(second: int, milliseconds: int) -> datetime:
    return datetime(2026, 2, 3, 4, 5, second, milliseconds * 1_000, UTC)


def test_a_single_read_maps_to_everything() -> None:
    metrics = ExecutionMetrics(total_rows=500, total_cells=6_000, error_rows=310, error_cells=744)
    ops = Actor("Ops", "ops@example.com", "ops@example.com", external_id="u1", type="USER")

    assert mapped(FAILED) == Execution(
        key=ORIGIN.execution("65f0a1b2c3d4e5f601020304"),
        external_id="65f0a1b2c3d4e5f601020304",
        kind=ExecutionKind.DATA,
        pipeline=PipelineKey("imports", ("65f0a1b2c3d4e5f6aabbccdd",)),
        status=RunStatus.FAILED,
        native_status="FAILED",
        created_at=moment(5, 120),
        started_at=moment(6, 789),
        finished_at=moment(15, 300),
        duration=8.421,
        trigger=RunTrigger(TriggerKind.SCHEDULE, "SCHEDULED"),
        actor=ops,
        failure=RunFailure("12.4 % of the cells are erroneous, allowed are 10 %", "ERROR_THRESHOLD_EXCEEDED", retry_may_help=False),
        updated_at=moment(15, 300),
        updated_by=ops,
        workspace=ORIGIN.workspace(),
        attempts=(
            ExecutionAttempt(
                number=1,
                type=AttemptType.CREATE,
                native_type="CREATE",
                status=RunStatus.FAILED,
                native_status="FAILED",
                started_at=moment(6, 789),
                duration_s=8.421,
                metrics=metrics,
            ),
        ),
        metrics=metrics,
        configuration_id="65f0a1b2c3d4e5f6deadbeef",
        whole=True,
    )


def test_a_row_of_a_list_says_that_it_lacks_what_only_a_single_read_has() -> None:
    row = {name: value for name, value in FAILED.items() if name not in ("logs", "configuration")}

    found = mapped(row, whole=False)

    assert not found.whole
    assert (found.attempts, found.metrics, found.configuration_id, found.started_at, found.duration_s) == (None,) * 5
    assert found.finished_at == mapped(FAILED).finished_at, "a field that both have is the same in both"


def test_of_an_execution_that_ran_again_the_last_run_counts() -> None:
    fix = {
        "status": "SUCCESSFUL",
        "data": {"total_rows": 500, "total_cells": 6000, "total_error_cells": 3, "total_error_rows": 2},
        "duration": 1500,
        "started_at": "2026-02-04T10:00:00.000Z",
        "type": "FIX",
    }

    found = mapped({**FAILED, "status": "SUCCESSFUL", "logs": [*FAILED["logs"], fix], "updated_at": "2026-02-04 10:00:01.500"})

    assert [(each.number, each.type, each.status) for each in found.attempts or ()] == [
        (1, AttemptType.CREATE, RunStatus.FAILED),
        (2, AttemptType.FIX, RunStatus.SUCCEEDED),
    ]
    assert found.duration_s == 1.5
    assert found.started_at == datetime(2026, 2, 4, 10, tzinfo=UTC)
    assert found.finished_at == datetime(2026, 2, 4, 10, 0, 1, 500_000, UTC)
    assert found.metrics is not None
    assert found.metrics.error_cells == 3


def test_an_execution_at_work_has_neither_end_nor_duration() -> None:
    log = {"status": "PROCESSING", "data": {}, "duration": 0, "started_at": "2026-02-03T04:05:06.789Z", "type": "CREATE"}

    found = mapped({**FAILED, "status": "PROCESSING", "logs": [log]})

    assert (found.status, found.finished, found.finished_at, found.duration_s) == (RunStatus.RUNNING, False, None, None)
    assert found.started_at == moment(6, 789)
    assert found.failure is None
    assert [attempt.duration_s for attempt in found.attempts or ()] == [None]


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("PROCESSING", RunStatus.RUNNING),
        ("SUCCESSFUL", RunStatus.SUCCEEDED),
        ("FAILED", RunStatus.FAILED),
        ("QUEUED", RunStatus.UNKNOWN),
        ("successful", RunStatus.UNKNOWN),
        (None, RunStatus.UNKNOWN),
    ],
)
def test_statuses(word: str | None, status: RunStatus) -> None:
    found = mapped({**FAILED, "status": word})

    assert (found.status, found.native_status) == (status, word)
    assert execution_status(word) is status
    assert found.finished is (status in (RunStatus.SUCCEEDED, RunStatus.FAILED))


def test_native_words_of_states() -> None:
    assert native_statuses([RunStatus.FAILED, RunStatus.RUNNING]) == ["PROCESSING", "FAILED"]
    assert native_statuses([RunStatus.QUEUED, RunStatus.CANCELED]) == []


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("MANUAL", TriggerKind.API),
        ("SCHEDULED", TriggerKind.SCHEDULE),
        ("TIME_BASE", TriggerKind.SCHEDULE),
        ("TIME_BASED", TriggerKind.SCHEDULE),
        ("EVENT", TriggerKind.WEBHOOK),
        ("EVENT_BASE", TriggerKind.WEBHOOK),
        ("EVENT_BASED", TriggerKind.WEBHOOK),
        ("MOON_PHASE", TriggerKind.UNKNOWN),
        (None, TriggerKind.UNKNOWN),
    ],
)
def test_triggers_in_the_words_of_executions_and_of_connectors(word: str | None, kind: TriggerKind) -> None:
    assert mapped({**FAILED, "trigger_type": word}).trigger == RunTrigger(kind, word)


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("CREATE", AttemptType.CREATE),
        ("CREATED", AttemptType.CREATE),
        ("FIX", AttemptType.FIX),
        ("FIXED", AttemptType.FIX),
        ("REPLAY", AttemptType.UNKNOWN),
        (None, AttemptType.UNKNOWN),
    ],
)
@pytest.mark.parametrize("start", ["started_at", "started_on"])
def test_logs_in_the_words_of_prose_and_example(word: str | None, kind: AttemptType, start: str) -> None:
    (attempt,) = mapped({**FAILED, "logs": [{"type": word, start: "2026-02-03T04:05:06.789Z"}]}).attempts or ()

    assert (attempt.type, attempt.native_type, attempt.started_at) == (kind, word, moment(6, 789))


@pytest.mark.parametrize(
    "text",
    ["2026-02-03 04:05:05.120", "2026-02-03T04:05:05.120Z", "2026-02-03T05:05:05.120+01:00", "2026-02-03 04:05:05.12"],
)
def test_both_forms_of_times_mean_the_same_moment(text: str) -> None:
    found = mapped({**FAILED, "created_at": text, "logs": [{"started_at": text}]})

    assert found.created_at == moment(5, 120)
    assert found.created_at.utcoffset() == timedelta(0)
    assert (found.attempts or ())[0].started_at == moment(5, 120)


@pytest.mark.parametrize(
    ("kind", "retry_may_help"),
    [
        ("SOURCE_UNRESPONSIVE", True),
        ("DESTINATION_UNRESPONSIVE", True),
        ("SOURCE_DATA_EMPTY", False),
        ("PARSING_FAILURE", False),
        ("DESTINATION_SIZE_LIMIT", False),
        ("WRITE_FILE_FAILURE", False),
        ("ERROR_THRESHOLD_EXCEEDED", False),
        ("QUOTA_EXHAUSTED", None),
    ],
)
def test_failures_say_whether_a_retry_can_help(kind: str, retry_may_help: bool | None) -> None:
    failure = mapped({**FAILED, "error": {"message": "why", "type": kind}}).failure

    assert failure == RunFailure("why", kind, retry_may_help)


def test_an_error_beside_success_is_a_warning_and_no_failure() -> None:
    found = mapped({**FAILED, "status": "SUCCESSFUL"})

    assert found.failure is None
    assert found.warning == "12.4 % of the cells are erroneous, allowed are 10 %"


@pytest.mark.parametrize("error", [None, {}, {"message": None, "type": None}])
def test_a_failure_of_which_nothing_is_told(error: object) -> None:
    assert mapped({**FAILED, "error": error}).failure is None


def test_a_configuration_may_be_an_object() -> None:
    assert mapped({**FAILED, "configuration": {"id": "c1", "developer_mode": True}}).configuration_id == "c1"
    assert mapped({**FAILED, "configuration": None}).configuration_id is None


def test_a_sub_organization_has_no_mail_address() -> None:
    found = mapped({**FAILED, "created_by": {"id": "s1", "name": "Acme EMEA", "identifier": "acme-emea", "type": "SUB_ORG"}})

    assert found.actor == Actor("Acme EMEA", "acme-emea", external_id="s1", type="SUB_ORG")
    assert mapped({**FAILED, "created_by": {}}).actor is None


def test_the_least_an_execution_has() -> None:
    found = mapped({"id": "x", "created_at": "2026-02-03 04:05:05.120"})

    assert (found.status, found.pipeline, found.actor, found.attempts) == (RunStatus.UNKNOWN, None, None, None)


@pytest.mark.parametrize(("active", "paused"), [(True, False), (False, True), (None, None)])
def test_a_pipeline(active: bool | None, paused: bool | None) -> None:
    row = wire.Pipeline("p1", "Customer master import", active, datetime(2026, 2, 3, 4, 5, 5))

    found = to_pipeline(row, ORIGIN)

    assert (found.key, found.name, found.kind, found.paused) == (
        ORIGIN.pipeline("p1"), "Customer master import", PipelineKind.DATA, paused,
    )  # fmt: skip
    assert found.created_at == moment(5, 0)
    assert found.workspace == to_workspace(ORIGIN).key
    assert found.whole


def test_the_workspace_is_the_identity() -> None:
    own, other = to_workspace(ORIGIN), to_workspace(msgspec.structs.replace(ORIGIN, identity="SUB_ORG"))

    assert (own.external_id, own.type) == ("ops@example.com", "USER")
    assert own.key != other.key
