"""What Talend's keys are made of."""

import pytest

from gateway.domain.errors import InvalidInputError
from gateway.domain.keys import ExecutionKey, ExecutionStepKey, PipelineKey, ScheduleKey, WorkspaceKey
from gateway.providers.talend.keys import (
    PLAN,
    TASK,
    Origin,
    execution_ids,
    id_in,
    is_id,
    is_uuid,
    pipeline_ids,
    schedule_ids,
    step_ids,
)

ORIGIN = Origin("talend-eu", "https://tmc.eu.cloud.talend.com")
UUID = "0d0f7f1c-6b0e-4c52-9a39-5d2a7c8e11b4"


def test_keys_are_read_as_they_are_written() -> None:
    assert id_in(ORIGIN.workspace("w1")) == "w1"
    assert pipeline_ids(ORIGIN.pipeline(TASK, "t1")) == ("task", "t1")
    assert execution_ids(ORIGIN.execution("promotion", UUID)) == ("promotion", UUID)
    assert schedule_ids(ORIGIN.schedule("s1")) == ("schedule", "s1")
    assert schedule_ids(ORIGIN.timetable_of(PLAN, UUID)) == ("plan", UUID)
    assert step_ids(ORIGIN.step(UUID, "x", "handler")) == (UUID, "x", "handler")


@pytest.mark.parametrize("text", ["", "..", "a/b", "a b", "a.b", "é", "a" * 65, "line\nbreak"])
def test_what_no_id_can_be_is_absent_without_a_call(text: str) -> None:
    assert not is_id(text)
    assert id_in(WorkspaceKey("talend-eu", (text,))) is None
    assert pipeline_ids(PipelineKey("talend-eu", ("task", text))) is None
    assert execution_ids(ExecutionKey("talend-eu", ("plan", text))) is None
    assert schedule_ids(ScheduleKey("talend-eu", ("schedule", text))) is None
    assert step_ids(ExecutionStepKey("talend-eu", (UUID, text, "step"))) is None


@pytest.mark.parametrize("parts", [(), ("x",), ("job", "x"), ("TASK", "x"), ("task", "x", "y")])
def test_damaged_keys_are_refused(parts: tuple[str, ...]) -> None:
    with pytest.raises(InvalidInputError) as caught:
        pipeline_ids(PipelineKey("talend-eu", parts))
    assert caught.value.field == "id"
    with pytest.raises(InvalidInputError):
        execution_ids(ExecutionKey("talend-eu", parts))
    with pytest.raises(InvalidInputError):
        schedule_ids(ScheduleKey("talend-eu", parts))


@pytest.mark.parametrize("parts", [(), (UUID, "x"), (UUID, "x", "stop"), (UUID, "x", "step", "y")])
def test_damaged_keys_of_steps_are_refused(parts: tuple[str, ...]) -> None:
    with pytest.raises(InvalidInputError):
        step_ids(ExecutionStepKey("talend-eu", parts))


def test_uuids_are_told_from_other_ids() -> None:
    assert is_uuid(UUID)
    assert not is_uuid("57f64991e4b0b689a64feed0")
    assert not is_uuid(UUID + "0")
