"""Every dependency is declared, explained, locked, and used for something."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
OURS = {"gateway", "schema", "tests"}


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def names(requirements: list[str]) -> set[str]:
    return {canonical(re.split(r"[ ><=!;\[]", requirement)[0]) for requirement in requirements}


RUNTIME = names(PROJECT["project"]["dependencies"])
DEV = names(PROJECT["project"]["optional-dependencies"]["dev"])


def documented(heading: str) -> list[str]:
    text = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    table = text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return [canonical(name) for name in re.findall(r"^\| ([\w-]+) \| \w", table, re.MULTILINE) if name != "Package"]


def locked(file: str) -> dict[str, str]:
    text = (ROOT / file).read_text(encoding="utf-8")
    return {canonical(name): version for name, version in re.findall(r"^([\w.-]+)==([\w.]+)", text, re.MULTILINE)}


def imported(folder: Path) -> set[str]:
    """Distributions whose modules are imported below a folder."""
    distributions = packages_distributions()
    modules: set[str] = set()
    for path in folder.rglob("*.py"):
        if "node_modules" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                modules |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                modules.add(node.module.partition(".")[0])
    foreign = modules - set(sys.stdlib_module_names) - OURS
    return {canonical(distributions[module][0]) if module in distributions else module for module in foreign}


@pytest.mark.parametrize(("heading", "declared"), [("What the gateway runs on", RUNTIME), ("What develops and tests it", DEV)])
def test_the_table_names_each_declared_package_once(heading: str, declared: set[str]) -> None:
    assert sorted(documented(heading)) == sorted(declared)


def test_the_gateway_imports_only_what_it_declares() -> None:
    assert imported(ROOT / "gateway") | imported(ROOT / "schema") <= RUNTIME


@pytest.mark.parametrize(("file", "declared"), [("requirements.txt", RUNTIME), ("requirements-dev.txt", RUNTIME | DEV)])
def test_a_lock_holds_every_declared_package_with_hashes_and_no_address(file: str, declared: set[str]) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")

    assert declared <= locked(file).keys()
    assert "://" not in text
    assert "index-url" not in text
    for package in re.split(r"\n(?=\S)", text.strip()):
        assert "--hash=sha256:" in package, package.splitlines()[0]


def test_all_locks_agree_on_versions() -> None:
    runtime, dev = locked("requirements.txt"), locked("requirements-dev.txt")

    assert {name: dev[name] for name in runtime} == runtime


def test_the_build_lock_holds_the_declared_backend() -> None:
    assert locked("requirements-build.txt").keys() == names(PROJECT["build-system"]["requires"])
