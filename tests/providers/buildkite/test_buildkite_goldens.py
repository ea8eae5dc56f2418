"""Each wire row maps to its golden domain value. See `goldens/README.md`."""

import os
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from gateway.domain.keys import BuildKey
from gateway.providers.buildkite import agent_mapping, build_content_mapping, mapping, wire
from gateway.providers.buildkite.keys import BuildPlace

GOLDENS = Path(__file__).parent / "goldens"
ROWS = sorted(path.name.removesuffix(".json") for path in GOLDENS.glob("*.json") if ".golden." not in path.name)
ORGANIZATION = "acme"
PLACE = BuildPlace("acme", "web-app", 27)
BUILD = BuildKey("acme-buildkite", ("acme", "web-app", "27", "", ""))
PROVIDER = "acme-buildkite"

MAPPERS: dict[str, Callable[[bytes], object]] = {
    "organization": lambda row: mapping.to_workspace(msgspec.json.decode(row, type=wire.WireOrganization), PROVIDER),
    "pipeline": lambda row: mapping.to_pipeline(msgspec.json.decode(row, type=wire.WirePipeline), PROVIDER, ORGANIZATION),
    "build": lambda row: mapping.to_build(msgspec.json.decode(row, type=wire.WireBuild), PROVIDER, {}),
    "job": lambda row: build_content_mapping.to_job(msgspec.json.decode(row, type=wire.WireJob), PROVIDER, PLACE, BUILD),
    "annotation": lambda row: build_content_mapping.to_annotation(
        msgspec.json.decode(row, type=wire.WireAnnotation), PROVIDER, PLACE, BUILD
    ),
    "artifact": lambda row: build_content_mapping.to_artifact(
        msgspec.json.decode(row, type=wire.WireArtifact), PROVIDER, PLACE, BUILD
    ),
    "agent": lambda row: agent_mapping.to_agent(msgspec.json.decode(row, type=wire.WireAgent), PROVIDER, ORGANIZATION),
    "cluster": lambda row: agent_mapping.to_cluster(msgspec.json.decode(row, type=wire.WireCluster), PROVIDER, ORGANIZATION),
    "queue": lambda row: agent_mapping.to_queue(
        msgspec.json.decode(row, type=wire.WireQueue), PROVIDER, ORGANIZATION, "42f1a7da-812d-4430-93d8-1cc7c33a6bcf"
    ),
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
