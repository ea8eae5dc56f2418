"""`cicd-gateway simulate`: one command starts everything, and nothing outlives it."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from graphql import build_schema, parse, validate

from gateway.cli.demo_environment import DEMO_CONFIG, demo_environment
from gateway.cli.simulate import FIRST_QUERY
from gateway.cli.simulators import Address, definitions
from gateway.settings_layers import read_file

ROOT = Path(__file__).parents[2]
LAST_LINE = "Ctrl-C ends everything."
REPORTED = "{ builds(first: 100, filter: {kinds: [DX]}) { nodes { id } } }"

Start = Callable[..., "Demo"]


class Demo:
    """A running `simulate`, with what it has printed."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self.printed = ""
        assert process.stdout is not None
        while LAST_LINE not in self.printed:
            line = process.stdout.readline()
            if not line:
                return
            self.printed += line
        self.children = children_of(process.pid)

    def address(self, name: str) -> str:
        found = re.search(rf"^  {name} +(\S+)", self.printed, re.MULTILINE)
        assert found is not None, self.printed
        return found[1].rstrip(",")


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    demos: list[Demo] = []

    def run(*arguments: str, port: int | None = None) -> Demo:
        environment = {**os.environ, "PORT": str(port or free_port()), "PYTHONPATH": str(ROOT)}
        demos.append(
            Demo(
                subprocess.Popen(  # noqa: S603  our own command
                    [sys.executable, "-m", "gateway", "simulate", *arguments],
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL if port is None else subprocess.STDOUT,
                    env=environment,
                    cwd=tmp_path,
                    text=True,
                )
            )
        )
        return demos[-1]

    yield run
    for demo in demos:
        demo.process.kill()
        demo.process.communicate()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def children_of(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def all_gone(pids: list[int], within_s: float = 8.0) -> bool:
    until = time.monotonic() + within_s
    while any(Path(f"/proc/{pid}/cmdline").exists() and Path(f"/proc/{pid}/cmdline").read_bytes() for pid in pids):
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def test_the_demo_configuration_fits_the_simulators() -> None:
    usual = [Address(each.kind, f"http://127.0.0.1:{each.default_port}{each.base_path}", each.token) for each in definitions()]
    moved = [Address(each.kind, f"http://127.0.0.1:9/{each.kind}", each.token) for each in usual]
    providers = read_file(DEMO_CONFIG)["providers"]
    assert isinstance(providers, list)

    named = {value for entry in providers for key, value in entry.items() if key.endswith("_env")}
    named |= {key["env"] for entry in providers for key in entry.get("ingest_keys", ())}
    named |= {read_file(DEMO_CONFIG)["destinations"]["webhook_secret_env"]}
    places = {variable.removeprefix("GATEWAY_PROVIDERS__"): value for variable, value in demo_environment(moved).items()}

    assert sorted(entry["kind"] for entry in providers) == sorted(each.kind for each in usual)
    assert set(demo_environment(usual)) == named
    for index, entry in enumerate(providers):
        key = "FORWARD_BASE_URL" if "forward_base_url" in entry else "BASE_URL"
        assert places[f"{index}__{key}"] == f"http://127.0.0.1:9/{entry['kind']}"


def test_the_first_query_is_valid() -> None:
    schema = build_schema((ROOT / "schema" / "schema.graphql").read_text(encoding="utf-8"))

    assert validate(schema, parse(FIRST_QUERY)) == []


def test_every_address_it_prints_answers_and_ctrl_c_ends_all(start: Start) -> None:
    demo = start("--profile", "even", "--seed", "3")

    answer = httpx.post(demo.address("GraphQL"), json={"query": FIRST_QUERY}, timeout=30).json()
    assert "errors" not in answer
    assert {node["provider"]["name"] for node in answer["data"]["runs"]["nodes"]}
    reported = httpx.post(demo.address("GraphQL"), json={"query": REPORTED}, timeout=30).json()
    assert f"  ledger       {len(reported['data']['builds']['nodes'])} runs of home-made CI" in demo.printed
    assert httpx.get(demo.address("health")).json()["status"] == "ready"
    for kind in (each.kind for each in definitions()):
        assert httpx.get(demo.address(kind)).status_code < 500

    demo.process.send_signal(signal.SIGINT)
    assert demo.process.wait(10) == 0
    assert len(demo.children) == 2
    assert all_gone(demo.children)


def test_nothing_outlives_a_supervisor_that_is_killed(start: Start) -> None:
    demo = start()

    demo.process.kill()

    assert all_gone(demo.children)


@pytest.mark.parametrize("which", [0, 1])
def test_when_one_part_ends_the_other_is_ended_too(start: Start, which: int) -> None:
    demo = start()

    os.kill(demo.children[which], signal.SIGKILL)

    assert demo.process.wait(10) == 1
    assert all_gone(demo.children)


def test_a_taken_port_is_said_so(start: Start) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        demo = start(port=port)

        assert demo.process.wait(10) == 1
        assert f"Port {port} of 127.0.0.1 is taken" in demo.printed


def test_without_serve_it_says_how_to_serve(start: Start) -> None:
    demo = start("--no-serve")

    assert len(demo.children) == 1
    assert f"serve --config {DEMO_CONFIG}" in demo.printed
    assert "export DEMO_BUILDKITE_TOKEN=" in demo.printed
