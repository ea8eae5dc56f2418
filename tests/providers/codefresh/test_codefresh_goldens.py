"""Each wire row maps to its golden domain value. See `goldens/README.md`."""

import os
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from gateway.providers.codefresh import mapping, wire
from gateway.providers.codefresh.keys import Origin
from gateway.providers.codefresh.logs import step_log
from gateway.providers.codefresh.trigger_mapping import to_event_triggers, to_own_triggers

GOLDENS = Path(__file__).parent / "goldens"
ROWS = sorted(path.name.removesuffix(".json") for path in GOLDENS.glob("*.json") if ".golden." not in path.name)
ORIGIN = Origin("shop-codefresh", "https://g.codefresh.io")
BUILD = ORIGIN.build("664747b95e7f20a1b3c4d5e6", "65f1c4419b1d4e0012ab34ff")


def _log(row: bytes) -> object:
    document = msgspec.json.decode(row, type=wire.LogDocument)
    return {step: step_log(document, step, 40) for step in ("Initializing Process", "build", "deploy")}


MAPPERS: dict[str, Callable[[bytes], object]] = {
    "user": lambda row: mapping.to_workspace(msgspec.json.decode(row, type=wire.User), ORIGIN),
    "project": lambda row: mapping.to_project(msgspec.json.decode(row, type=wire.Project), ORIGIN),
    "pipeline": lambda row: mapping.to_pipeline(msgspec.json.decode(row, type=wire.Pipeline), ORIGIN),
    "triggers": lambda row: to_own_triggers(msgspec.json.decode(row, type=wire.Pipeline), ORIGIN),
    "events": lambda row: to_event_triggers(msgspec.json.decode(row, type=list[wire.EventLink]), (), ORIGIN),
    "build": lambda row: mapping.to_build(msgspec.json.decode(row, type=wire.Build), ORIGIN),
    "revisions": lambda row: mapping.to_jobs(msgspec.json.decode(row, type=list[wire.Revision]), BUILD, ORIGIN),
    "log": _log,
    "image": lambda row: mapping.to_image(msgspec.json.decode(row, type=wire.Image), ORIGIN),
    "context": lambda row: mapping.to_context(msgspec.json.decode(row, type=wire.Context), ORIGIN),
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
    assert "CANARY-SECRET-" not in shown


def test_every_row_stands_in_the_readme() -> None:
    readme = (GOLDENS / "README.md").read_text()

    assert [name for name in ROWS if name not in readme] == []


def test_every_mapper_has_a_row() -> None:
    assert {name.partition(".")[0] for name in ROWS} == set(MAPPERS)
