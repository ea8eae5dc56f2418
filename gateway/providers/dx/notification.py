"""A report's fields become a checked notification, or are refused with the vendor's code and the field's name.

The order of checks is the vendor's: what is required, what belongs together, then each value.
"""

from collections.abc import Callable, Mapping
from typing import TypeVar
from urllib.parse import urlsplit

import msgspec

from gateway.domain.ingest import IngestCode, IngestRefusedError
from gateway.domain.ledger import RunNotification
from gateway.domain.run import RunStatus
from gateway.providers.dx.keys import LONGEST_NAME, LONGEST_SOURCE, text_problem
from gateway.providers.dx.mapping import NO_STATUS, STATUSES
from gateway.providers.dx.times import parse_time
from gateway.providers.dx.wire import FIELDS, NEEDS_REPOSITORY, REQUIRED

# ASSUMED: no such bounds are published; disproved by a longer text that an instance takes. An id of the gateway holds
# 1,024 letters, and the first three of these are parts of ids.
MAX_BYTES: dict[str, int] = {
    "reference_id": 255,
    "pipeline_source": LONGEST_SOURCE,
    "pipeline_name": LONGEST_NAME,
    "repository": 255,
    "commit_sha": 100,
    "source_url": 2048,
    "head_branch": 512,
    "email": 320,
    "github_username": 255,
    "gitlab_username": 255,
}
"""Bytes of each text as it stands in JSON."""

MAX_PULL_REQUEST = 2**31 - 1

SPELLINGS: dict[str, str] = {
    **{word: word for word in STATUSES},
    **dict.fromkeys(("failed", "error"), "failure"),
    **dict.fromkeys(("canceled", "aborted"), "cancelled"),
    **dict.fromkeys(("passed", "succeeded", "ok"), "success"),
    **dict.fromkeys(("pending", "queued", "in_progress"), "running"),
}
"""Other words that senders use for the vendor's four; case does not matter."""

_BEGUN = (RunStatus.QUEUED, RunStatus.BLOCKED)

Spell = Callable[[str], str]
V = TypeVar("V")


class Checks:
    """One report's fields, looked at by name. Errors call the account `provider` and fields as `spell` writes them."""

    def __init__(self, fields: Mapping[str, object], provider: str, spell: Spell) -> None:
        self._fields = {name: value for name in FIELDS if not _is_absent(value := fields.get(name))}
        self._provider = provider
        self._spell = spell

    def notification(self) -> RunNotification:
        """IngestRefusedError for the first thing that is wrong."""
        self._check_presence()
        started_at = self._required("started_at", self._fields["started_at"], parse_time)
        return RunNotification(
            reference_id=self._required_text("reference_id"),
            pipeline_source=self._required_text("pipeline_source"),
            pipeline_name=self._required_text("pipeline_name"),
            started_at=started_at,
            finished_at=self._optional("finished_at", parse_time),
            status=self._optional("status", parse_status),
            repository=self._text("repository"),
            commit=self._text("commit_sha"),
            pull_request=self._optional("pr_number", parse_pull_request),
            branch=self._text("head_branch"),
            url=self._optional("source_url", parse_url),
            email=self._text("email"),
            github_username=self._text("github_username"),
            gitlab_username=self._text("gitlab_username"),
        )

    def _check_presence(self) -> None:
        missing = [name for name in REQUIRED if name not in self._fields]
        if missing:
            names = ", ".join(f"`{self._spell(name)}`" for name in missing)
            verb = "is" if len(missing) == 1 else "are"
            raise self._refused(IngestCode.REQUIRED_PARAMS_MISSING, missing[0], f"{names} {verb} missing.")
        for name in NEEDS_REPOSITORY:
            if name in self._fields and "repository" not in self._fields:
                # ASSUMED: this has the code of a missing argument; disproved by an instance that answers another one.
                message = f"`{self._spell('repository')}` is missing: `{self._spell(name)}` means nothing without it."
                raise self._refused(IngestCode.REQUIRED_PARAMS_MISSING, "repository", message)

    def _required(self, name: str, value: object, parse: Callable[[object], V]) -> V:
        try:
            return parse(value)
        except ValueError as error:
            message = f"`{self._spell(name)}` {error}."
        raise self._refused(IngestCode.INVALID_ARGUMENTS, name, message)

    def _optional(self, name: str, parse: Callable[[object], V]) -> V | None:
        return self._required(name, self._fields[name], parse) if name in self._fields else None

    def _required_text(self, name: str) -> str:
        return self._required(name, self._fields[name], lambda value: parse_text(value, MAX_BYTES[name]))

    def _text(self, name: str) -> str | None:
        return self._required_text(name) if name in self._fields else None

    def _refused(self, reason: IngestCode, name: str, message: str) -> IngestRefusedError:
        return IngestRefusedError(reason, message, field=self._spell(name), provider=self._provider)


def _is_absent(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def parse_text(value: object, max_bytes: int) -> str:
    """ValueError, with the end of a sentence, for what is no text or too long."""
    # ASSUMED: a whole number passes for its text, as it does in a form; disproved by an instance that refuses one.
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else None
    problem = "must be text" if text is None else text_problem(text)
    if text is None or problem is not None:
        raise ValueError(problem)
    if len(msgspec.json.encode(text)) - 2 > max_bytes:
        raise ValueError(f"is longer than {max_bytes} bytes")
    return text


def parse_url(value: object) -> str:
    """An absolute http or https address: it is shown as a link."""
    # ASSUMED: the vendor wants an address as well; disproved by an instance that answers ok to a `source_url` of "here".
    text = parse_text(value, MAX_BYTES["source_url"])
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ValueError("must be an address that begins with https:// or http://")
    return text


def parse_status(value: object) -> RunStatus | None:
    """None for the vendor's word for no state."""
    if isinstance(value, RunStatus):
        if value in _BEGUN:
            return RunStatus.RUNNING
        if value is RunStatus.UNKNOWN:
            return None
        if value is not RunStatus.SKIPPED:
            return value
    word = value.strip().lower() if isinstance(value, str) else ""
    if word == NO_STATUS:
        return None
    if word not in SPELLINGS:
        # ASSUMED: other words are refused; disproved by an instance that answers ok to a word of no language.
        # (To take it without a state would hide a sender's mistake for ever.)
        raise ValueError(f"must be one of {', '.join(STATUSES)}")
    return STATUSES[SPELLINGS[word]]


def parse_pull_request(value: object) -> int:
    text = str(value).strip() if isinstance(value, int | str) and not isinstance(value, bool) else ""
    if not (text.isascii() and text.isdecimal() and len(text) <= 10 and 1 <= int(text) <= MAX_PULL_REQUEST):
        raise ValueError(f"must be a whole number from 1 to {MAX_PULL_REQUEST}")
    return int(text)
