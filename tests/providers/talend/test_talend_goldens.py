"""Each wire row maps to its golden domain value. See `goldens/README.md`."""

import os
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from gateway.providers.talend import (
    asset_mapping,
    asset_wire,
    mapping,
    pipeline_mapping,
    pipeline_wire,
    promotion_mapping,
    promotion_wire,
    schedule_mapping,
    schedule_wire,
    wire,
)
from gateway.providers.talend.keys import TASK, Origin
from gateway.providers.talend.simulator.canary import CANARY

GOLDENS = Path(__file__).parent / "goldens"
ROWS = sorted(path.name.removesuffix(".json") for path in GOLDENS.glob("*.json") if ".golden." not in path.name)
ORIGIN = Origin("talend-eu", "https://tmc.eu.cloud.talend.com")


def _run_config(row: bytes) -> object:
    config = msgspec.json.decode(row, type=schedule_wire.RunConfig)
    return {
        "configuration": schedule_mapping.to_run_configuration(config),
        "timetable": schedule_mapping.to_timetable(config, TASK, "65a1f0c2d3e4b5a697887766", ORIGIN),
    }


MAPPERS: dict[str, Callable[[bytes], object]] = {
    "environment": lambda row: mapping.to_environment(msgspec.json.decode(row, type=wire.EnvironmentInfo), ORIGIN),
    "workspace": lambda row: mapping.to_workspace(msgspec.json.decode(row, type=wire.WorkspaceInfo), ORIGIN),
    "project": lambda row: asset_mapping.to_project(msgspec.json.decode(row, type=asset_wire.Project), ORIGIN),
    "task-row": lambda row: pipeline_mapping.to_task_row(msgspec.json.decode(row, type=pipeline_wire.TaskExtract), ORIGIN),
    "task": lambda row: pipeline_mapping.to_task(msgspec.json.decode(row, type=pipeline_wire.Task), ORIGIN),
    "plan-row": lambda row: pipeline_mapping.to_plan_row(msgspec.json.decode(row, type=pipeline_wire.Plan), ORIGIN),
    "plan": lambda row: pipeline_mapping.to_plan(msgspec.json.decode(row, type=pipeline_wire.Plan), ORIGIN),
    "artifact": lambda row: asset_mapping.to_artifact(msgspec.json.decode(row, type=asset_wire.Artifact), ORIGIN),
    "version": lambda row: asset_mapping.to_artifact_version(msgspec.json.decode(row, type=asset_wire.ArtifactVersion), ORIGIN),
    "connection": lambda row: asset_mapping.to_data_connection(msgspec.json.decode(row, type=asset_wire.Connection), ORIGIN),
    "promotion": lambda row: promotion_mapping.to_promotion(
        msgspec.json.decode(row, type=promotion_wire.Promotion), ORIGIN, whole=True
    ),
    "users": lambda row: promotion_mapping.to_users(msgspec.json.decode(row, type=promotion_wire.PromotionUsers)),
    "report": lambda row: promotion_mapping.to_report(msgspec.json.decode(row, type=promotion_wire.PromotionExecution)),
    "schedule": lambda row: schedule_mapping.to_schedule(msgspec.json.decode(row, type=schedule_wire.Schedule), ORIGIN),
    "run-config": _run_config,
}


@pytest.mark.parametrize("name", ROWS)
def test_a_row_maps_to_its_golden(name: str) -> None:
    row = (GOLDENS / f"{name}.json").read_bytes()

    value = MAPPERS[name.partition(".")[0]](row)

    shown = msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n"
    golden = GOLDENS / f"{name}.golden.json"
    if os.environ.get("GOLDEN") == "write":
        golden.write_text(shown)
    assert shown == golden.read_text()
    assert CANARY not in shown


def test_every_row_stands_in_the_readme() -> None:
    readme = (GOLDENS / "README.md").read_text()

    assert [name for name in ROWS if name not in readme] == []


def test_every_mapper_has_a_row() -> None:
    assert {name.partition(".")[0] for name in ROWS} == set(MAPPERS)
