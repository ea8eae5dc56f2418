"""The benchmark runs; its figures are not judged here, but for calls, which no noise changes."""

import subprocess
import sys
from pathlib import Path

import msgspec

ROOT = Path(__file__).parents[2]
SETS = ("buildkite", "codefresh", "buildkite + codefresh")
QUERIES = ("floor", "Q1", "Q2", "Q2 ids", "Q3", "Q4")


def run(folder, *arguments):
    figures = folder / "figures.json"
    finished = subprocess.run(  # noqa: S603  our own command
        [sys.executable, "-m", "tests.bench", "--json", str(figures), *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    return msgspec.json.decode(figures.read_bytes()), finished.stdout


def test_every_query_is_measured_for_every_set_of_providers(tmp_path):
    rows, printed = run(tmp_path, "--requests", "1")

    assert [(row["providers"], row["query"]) for row in rows] == [(each, query) for each in SETS for query in QUERIES]
    assert all(row["query"] in printed and row["alone"]["p50_ms"] > 0 for row in rows)
    calls = {(row["providers"], row["query"]): row["calls"] for row in rows}
    assert all(calls[each, "floor"] == 0 for each in SETS)
    assert all(calls[kind, "Q2"] <= 12 for kind in SETS[:2])


def test_failing_vendors_are_measured(tmp_path):
    rows, printed = run(tmp_path, "--failing", "--requests", "1")

    codes = {row["how"]: row["code"] for row in rows}
    assert codes == {"refused": "UPSTREAM_UNAVAILABLE", "html": "UPSTREAM_MALFORMED", "hang": "UPSTREAM_TIMEOUT"}
    assert len(rows) == 12
    assert all(row["items"] == {"builds": 20, "pipelines": 50}[row["query"]] and row["status"] == "FAILED" for row in rows)
    assert "extra" in printed
