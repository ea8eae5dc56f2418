"""Looking for secrets in whatever the gateway shows or logs, in every guise that they can have there."""

import base64
import binascii
import logging
import re
import traceback
from collections.abc import Iterable, Mapping
from types import TracebackType
from urllib.parse import unquote

from structlog.testing import capture_logs

from gateway.cli.logs import CHATTY
from gateway.providers.talend.simulator.canary import CANARY as TALEND_CANARY
from gateway.simulation.server import RunningSimulator
from tests.gateway_under_test import CI_KEY

CANARY = "CANARY-SECRET-"
"""What the simulators of Buildkite, Codefresh and nuvo put into everything secret; Talend's has its own."""
CANARIES = {"buildkite": CANARY, "codefresh": CANARY, "talend": TALEND_CANARY}
"""What must have been sent, so that a search proves something. nuvo and DX send no secrets to those who read runs."""
WRONG = "WRONG-TOKEN-that-opens-nothing-0123456789"
PACKED = re.compile(r"[A-Za-z0-9+/_-]{8,}")


def secrets_of(simulators: Mapping[str, RunningSimulator]) -> set[str]:
    """Canaries, whole tokens, the part of a token that is secret by itself, and tokens that a login has given."""
    tokens = [simulator.token for simulator in simulators.values()]
    given = [token for simulator in simulators.values() for token in getattr(getattr(simulator.app, "tokens", None), "alive", [])]
    parts = [token.partition(".")[2] for token in tokens if "." in token]
    return {CANARY, TALEND_CANARY, WRONG, CI_KEY, *tokens, *given, *parts}


def unpacked(text: str) -> str:
    """The text, and all that is in it in another guise: ids and cursors are base64, addresses are percent-encoded."""
    found = [text, unquote(text)]
    for word in set(PACKED.findall(text)):
        try:
            decoded = base64.urlsafe_b64decode(word.replace("+", "-").replace("/", "_") + "=" * (-len(word) % 4))
        except binascii.Error:
            continue
        found.append(decoded.decode("latin-1"))
    return "\n".join(found)


def assert_clean(text: str, secrets: Iterable[str], about: str) -> None:
    shown = unpacked(text)
    for secret in secrets:
        at = shown.find(secret)
        assert at < 0, f"{about}: ...{shown[max(0, at - 200) : at + 60]}"


class Records(logging.Handler):
    """All that is logged: by the standard library with its traces, and by structlog. Loggers that no process lets speak are out."""

    def __enter__(self) -> "Records":
        self.records: list[logging.LogRecord] = []
        self.setLevel(logging.DEBUG)
        self.level_before = logging.root.level
        logging.root.setLevel(logging.DEBUG)
        logging.root.addHandler(self)
        self.capture = capture_logs()
        self.lines = self.capture.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.capture.__exit__(kind, error, trace)
        logging.root.removeHandler(self)
        logging.root.setLevel(self.level_before)

    def emit(self, record: logging.LogRecord) -> None:
        if not record.name.startswith(CHATTY):
            self.records.append(record)

    def text(self) -> str:
        """With the values that a formatter could show, and with the traces."""
        parts: list[str] = []
        errors: list[object] = []
        for record in self.records:
            parts += [record.getMessage(), repr(record.__dict__)]
            errors += record.exc_info[1:2] if record.exc_info else []
        for line in self.lines:
            parts.append(repr(line))
            errors.append(line.get("exc_info"))
        for error in errors:
            parts += traceback.format_exception(error) if isinstance(error, BaseException) else []
        return "\n".join(parts)
