"""Runs the judges of this folder: programs that exist only for Node.js.

They need Node.js and npm, and the packages of package-lock.json, which are installed here when they
are not. Without Node.js their tests are not run, and the test run says so.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Never

import pytest

FOLDER = Path(__file__).parent
ROOT = FOLDER.parent.parent
SCHEMA = ROOT / "schema" / "schema.graphql"
IDE = ROOT / "gateway" / "http" / "ide"

Finished = subprocess.CompletedProcess[str]
Judge = Callable[..., Finished]


@pytest.fixture(scope="session")
def judge(request: pytest.FixtureRequest) -> Judge:
    """Runs one command of this folder from the checkout's root: judge("audit.mjs", url)."""
    _require_node(request)
    _install(FOLDER, request)

    def run(program: str, *arguments: str | Path, timeout_s: float = 120) -> Finished:
        command = ["node", str(FOLDER / program), *map(str, arguments)]
        return _run(command, ROOT, timeout_s)

    return run


@pytest.fixture(scope="session")
def graphiql(request: pytest.FixtureRequest) -> Path:
    """GraphiQL's built assets, newer than their sources."""
    _require_node(request)
    page = IDE / "static" / "index.html"
    sources = [path for path in IDE.glob("*") if path.is_file() and path.suffix in {".html", ".js", ".json"}]
    sources += [path for folder in ("src", "public") for path in (IDE / folder).rglob("*") if path.is_file()]
    with (IDE / "package.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not page.is_file() or page.stat().st_mtime < max(path.stat().st_mtime for path in sources):
            _install(IDE, request)
            built = _run(["npm", "run", "build"], IDE, 300)
            assert built.returncode == 0, built.stdout
    return page.parent


def not_run(request: pytest.FixtureRequest, reason: str) -> Never:
    """Skips, and says so in the run's output whatever its options are."""
    terminal = request.config.pluginmanager.get_plugin("terminalreporter")
    if terminal is not None:
        terminal.write_line(f"\nNOT RUN: {request.node.name}: {reason}")
    pytest.skip(reason)


def _require_node(request: pytest.FixtureRequest) -> None:
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            not_run(request, f"{program} is not installed (Node.js 20.19 or newer)")


def _install(folder: Path, request: pytest.FixtureRequest) -> None:
    """`npm ci`, once for each state of the lock, and by one process at a time."""
    with (folder / "package-lock.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        installed = folder / "node_modules" / ".package-lock.json"
        if installed.is_file() and installed.stat().st_mtime >= Path(lock.name).stat().st_mtime:
            return
        finished = _run(["npm", "ci"], folder, 600)
    if finished.returncode == 0:
        return
    reason = f"npm ci failed in {folder.relative_to(ROOT)}:\n{finished.stdout}"
    if os.environ.get("CI"):
        pytest.fail(reason)
    not_run(request, reason)


def _run(command: list[str], folder: Path, timeout_s: float) -> Finished:
    return subprocess.run(  # noqa: S603 - our own commands
        command,
        cwd=folder,
        env={**os.environ, "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=timeout_s,
        check=False,
    )
