"""Logging of a whole process: structlog's lines and the standard library's, in one form, on standard error."""

import logging
import sys

import msgspec
import structlog
from structlog.types import EventDict, Processor

from gateway.settings import LogSettings

# They log every request they make or serve, addresses included, or each step they look at.
CHATTY = ("httpx", "httpcore", "uvicorn.access", "aiohttp.access", "alembic.runtime.migration")


def configure_logging(settings: LogSettings) -> None:
    """Call once per process, before the first line. Traces never show values of local variables."""
    as_json = settings.format == "json" or (settings.format == "auto" and not sys.stderr.isatty())
    level = logging.getLevelNamesMapping()[settings.level.upper()]
    common: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    last = _json() if as_json else _readable()
    structlog.configure(
        processors=[*common, *last],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*common, structlog.stdlib.add_logger_name, structlog.stdlib.ExtraAdder()],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _without_color, *last],
        )
    )
    logging.root.handlers = [handler]
    logging.root.setLevel(level)
    logging.captureWarnings(True)
    logging.getLogger("gateway.audit").setLevel(min(level, logging.INFO))  # who changed what is told at any level
    for name in CHATTY:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))


def _json() -> list[Processor]:
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(_encode)]


def _readable() -> list[Processor]:
    console = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)
    return [console]


def _without_color(_: object, __: str, line: EventDict) -> EventDict:
    """uvicorn repeats its messages with terminal colours in them."""
    line.pop("color_message", None)
    return line


def _encode(line: object, **_: object) -> str:
    """What JSON does not know is written as its repr."""
    return msgspec.json.encode(line, enc_hook=repr).decode()
