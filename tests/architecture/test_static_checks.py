"""Format, lint and types, so that a bare test run proves the tree."""

import subprocess
import sys

import pytest

from tests.architecture.imports import ROOT


@pytest.mark.parametrize(
    "command",
    [["ruff", "format", "--check", "."], ["ruff", "check", "."], ["mypy"]],
    ids=["format", "lint", "types"],
)
def test_the_tree_passes(command):
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, check=False, capture_output=True, text=True)  # noqa: S603 our own tools

    assert done.returncode == 0, done.stdout + done.stderr
