"""Log lines of a whole process. Each test is a process of its own, because logging is configured once per process."""

import json
import subprocess
import sys

import pytest

EVENTS = """
import logging, structlog, warnings
from gateway.cli.logs import configure_logging
from gateway.settings import LogSettings
configure_logging(LogSettings(format={format!r}, level={level!r}))
log = structlog.get_logger()
with structlog.contextvars.bound_contextvars(request_id="r1"):
    log.info("first", count=2, odd=object)
    log.debug("detail")
    logging.getLogger("some.library").warning("second %s", "word", extra={{"size": 3}})
    logging.getLogger("httpx").info("GET https://vendor.example/?token=canary")
warnings.warn("third", stacklevel=1)
def fail(token):
    raise RuntimeError("fourth")
try:
    fail(token="canary")
except RuntimeError:
    log.exception("failed")
    logging.getLogger("some.library").exception("failed there")
"""


def lines(log_format: str, level: str) -> list[str]:
    finished = subprocess.run(  # noqa: S603  our own text
        [sys.executable, "-c", EVENTS.format(format=log_format, level=level)],
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    assert finished.stdout == ""
    return finished.stderr.splitlines()


@pytest.mark.parametrize("log_format", ["json", "auto"])
def test_away_from_a_terminal_every_line_is_json(log_format: str) -> None:
    first, second, third, failed, failed_there = map(json.loads, lines(log_format, "info"))

    assert (first["event"], first["count"], first["request_id"], first["level"]) == ("first", 2, "r1", "info")
    assert first["timestamp"].endswith("Z")
    assert (second["event"], second["size"], second["request_id"]) == ("second word", 3, "r1")
    assert second["logger"] == "some.library"
    assert "third" in third["event"]
    assert "RuntimeError: fourth" in failed["exception"]
    assert "RuntimeError: fourth" in failed_there["exception"]


def test_levels_below_the_configured_one_are_left_out() -> None:
    assert "detail" in "".join(lines("json", "debug"))
    assert [json.loads(line)["event"] for line in lines("json", "error")] == ["failed", "failed there"]


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_neither_local_values_nor_addresses_of_libraries_are_written(log_format: str) -> None:
    assert "canary" not in "".join(lines(log_format, "debug"))


def test_the_console_form_is_no_json() -> None:
    first = lines("console", "info")[0]

    assert "first" in first
    assert not first.startswith("{")
