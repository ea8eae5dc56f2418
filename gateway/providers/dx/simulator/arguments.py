"""The arguments of a request: from JSON, a form or the query string, checked in the vendor's order."""

import re
from datetime import UTC, datetime
from urllib.parse import parse_qsl

import msgspec

from gateway.providers.dx.simulator.refusal import invalid, missing
from gateway.simulation.messages import Request

Arguments = dict[str, object]

REQUIRED = ("pipeline_name", "pipeline_source", "reference_id", "started_at")
TEXTS = (
    "pipeline_name", "pipeline_source", "reference_id", "repository", "commit_sha", "source_url", "head_branch", "email",
    "github_username", "gitlab_username",
)  # fmt: skip
KNOWN = frozenset({*TEXTS, "started_at", "finished_at", "status", "pr_number"})
STATUSES = ("failure", "cancelled", "success", "running")
_SECONDS = re.compile(r"\d+(\.\d+)?")


class Report(msgspec.Struct, frozen=True):
    """One accepted request. Times are seconds since 1970; `texts` holds what was given of TEXTS."""

    reference_id: str
    started_at: float
    finished_at: float | None
    status: str | None
    pr_number: int | None
    texts: dict[str, str]


def read(request: Request, *, ignore_unknown: bool) -> Report:
    """Required first, then the pair rule, then each value."""
    given = {name: value for name, value in _arguments(request).items() if value not in (None, "")}
    absent = [name for name in REQUIRED if name not in given]
    if absent:
        raise missing(*absent)
    # ASSUMED: a missing repository has the code of a missing argument; disproved by the answer to a commit without a repository.
    if ("commit_sha" in given or "pr_number" in given) and "repository" not in given:
        raise missing("repository")
    unknown = sorted(given.keys() - KNOWN)
    if unknown and not ignore_unknown:
        raise invalid(f"Unknown: {', '.join(unknown)}")
    status = given.get("status")
    # ASSUMED: another word than these is refused; disproved by an ok to one.
    if status is not None and status not in STATUSES:
        raise invalid(f"status must be one of {', '.join(STATUSES)}")
    return Report(
        reference_id=_text("reference_id", given["reference_id"]),
        started_at=_seconds("started_at", given["started_at"]),
        finished_at=_seconds("finished_at", given["finished_at"]) if "finished_at" in given else None,
        status=str(status) if status is not None else None,
        pr_number=_number("pr_number", given["pr_number"]) if "pr_number" in given else None,
        texts={name: _text(name, given[name]) for name in TEXTS if name in given},
    )


def _arguments(request: Request) -> Arguments:
    found: Arguments = dict(request.query)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not request.body:
        return found
    try:
        if kind == "application/json":
            return found | msgspec.json.decode(request.body, type=Arguments)
        if kind == "application/x-www-form-urlencoded":
            return found | dict(parse_qsl(request.body.decode(), keep_blank_values=True))
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise invalid("The body cannot be read") from None
    raise invalid(f"The content type {kind!r} is not known")


def _text(name: str, value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise invalid(f"{name} must be text")
    return str(value)


def _number(name: str, value: object) -> int:
    text = _text(name, value)
    if not text.isdecimal():
        raise invalid(f"{name} must be a whole number")
    return int(text)


def _seconds(name: str, value: object) -> float:
    """Seconds, or ISO 8601."""
    # ASSUMED: both forms are taken under both names; disproved by a `sync` that refuses ISO 8601, or an `upsert` seconds.
    text = _text(name, value)
    if _SECONDS.fullmatch(text):
        seconds = float(text)
        if seconds >= 100_000_000_000:
            raise invalid(f"{name} is in milliseconds")
        return seconds
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise invalid(f"{name} is not a time") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
