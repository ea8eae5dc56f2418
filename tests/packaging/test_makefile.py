"""The commands a newcomer types exist and explain themselves."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TARGETS = {"help", "setup", "check", "test", "run", "sdl", "ide", "lock", "bench"}
needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


def make(*arguments: str, **environment: str) -> str:
    command = ["make", "--no-print-directory", *arguments]
    return subprocess.run(  # noqa: S603  our own command
        command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=True, timeout=30
    ).stdout


@needs_make
def test_help_lists_every_target() -> None:
    listed = {line.split()[0] for line in make("help").splitlines()}
    phony = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)

    assert phony is not None
    assert listed == set(phony[1].split()) == TARGETS


@needs_make
def test_run_starts_simulators_and_gateway_with_one_command() -> None:
    assert make("--dry-run", "run").splitlines()[-1] == "exec .venv/bin/python -m gateway simulate --serve"


@needs_make
def test_a_machine_without_a_fit_python_is_told_so() -> None:
    with pytest.raises(subprocess.CalledProcessError) as failed:
        make("VENV=.venv-that-is-not-there", "PYTHON=", "setup")

    assert "Python 3.11 or newer is needed" in failed.value.stdout


def test_the_build_machines_script_can_be_run() -> None:
    script = ROOT / ".ci" / "run"

    assert os.access(script, os.X_OK)
    assert subprocess.run(["bash", "-n", script], check=False).returncode == 0  # noqa: S603, S607  our own script
    assert "set -euo pipefail" in script.read_text(encoding="utf-8")
