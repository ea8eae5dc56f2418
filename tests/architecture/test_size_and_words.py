"""Habits that rot unseen."""

import ast
import statistics

from tests.architecture.imports import ROOT, modules

LONGEST = 400
MEDIAN = 120


def test_files_are_small():
    sizes = {module: len(path.read_text().splitlines()) for module, path in modules().items() if path.stat().st_size}

    assert {module: size for module, size in sizes.items() if size > LONGEST} == {}
    assert statistics.median(sizes.values()) <= MEDIAN


def test_there_is_no_drawer_for_things_without_a_name():
    assert not [module for module in modules() if module.split(".")[-1] in {"utils", "helpers", "common_utils", "misc"}]


def test_every_function_says_what_it_returns():
    silent = [
        f"{module}:{node.lineno}"
        for module, path in modules().items()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.returns is None
    ]

    assert not silent


def test_the_top_level_holds_nothing_unexpected():
    expected = {
        "gateway", "schema", "tests", "docs", "deploy", "Dockerfile", "Makefile", "README.md", "CHANGELOG.md", "LICENSE",
        "pyproject.toml", "requirements.txt", "requirements-dev.txt", "requirements-build.txt",
    }  # fmt: skip
    tolerated = {"build", "dist", "htmlcov", "data"}
    found = {path.name for path in ROOT.iterdir() if not path.name.startswith(".") and not path.name.endswith(".egg-info")}

    assert found - expected - tolerated == set()
