"""Relay's compiler knows the conventions of nodes, connections and refetching better than we do."""

from pathlib import Path

import pytest

from tests.node.tools import ROOT, SCHEMA, Judge

SAVED = sorted(path for path in (ROOT / "tests" / "clients").iterdir() if path.is_dir() and path.name[0].isdigit())


@pytest.mark.parametrize("folder", SAVED, ids=lambda path: path.name)
def test_saved_documents_compile_in_a_relay_application(judge: Judge, folder: Path) -> None:
    compiled = judge("relay.mjs", SCHEMA, folder)

    assert compiled.returncode == 0, compiled.stdout
    assert "Compilation completed" in compiled.stdout
