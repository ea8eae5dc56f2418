"""What Codefresh says in its error answers: `message` and what `error` adds to it, or the text itself."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import msgspec

from gateway.domain.errors import ConflictError, FieldComplaint, GatewayError, InvalidInputError, NotFoundError
from gateway.upstream.transport import Explanation

SCOPES = frozenset(
    (
        "agent",
        "agents",
        "audit",
        "build",
        "cluster",
        "clusters",
        "environments-v2",
        "github-action",
        "helm",
        "kubernetes",
        "pipeline",
        "project",
        "repos",
        "runner-installation",
        "step-type",
        "step-types",
        "view",
        "workflow",
    )
)
"""The full list of the Terraform provider (codefresh/resource_api_key.go)."""

# ASSUMED: a 403 for want of a scope says the word and then which one; disproved by a recorded 403.
_SCOPE = re.compile(r"\bscopes?\b\W+([a-z0-9-]+)(:[a-z]+)?", re.IGNORECASE)
_TAKEN = re.compile(r"\balready (?:in use|exists|taken)\b", re.IGNORECASE)
_STALE = re.compile(
    r"\brevision\b.*\b(?:out[ -]of[ -]date|outdated|stale|old|mismatch|not match)\b|\b(?:outdated|stale|old)\b.*\brevision\b",
    re.IGNORECASE,
)
# ASSUMED: what is missing stands behind these words, as it does of a pipeline; disproved by a recorded error.
_MISSING = re.compile(
    r"\bnot find (?:an? |the )?(pipeline|project|context|build|workflow|progress|image|trigger|branch|repo)", re.IGNORECASE
)
_IN_PATHS = frozenset(("pipeline", "project", "context", "build", "workflow", "progress", "image"))
"""What has an address of its own. A trigger or a branch that is missing was named in a body: that is bad input."""
# ASSUMED: a complaint about a part of what was sent names it, before anything it quotes; disproved by a recorded 400.
_FIELDS = re.compile(
    r"\b(?:branch|sha|trigger|contexts?|variables?|userYamlDescriptor|projectName|name|project|tags|type|data|values|"
    r"repositoryUrl|auth|repo|events?|expression|specTemplate|originalYamlString|steps|stages)\b"
)
_QUOTED = re.compile(r"'[^']*'")


WHOLE = ""
"""The field of a complaint about all that was sent: every 400 has one."""


class TakenError(ConflictError):
    """The name, or the thing itself, is there already. Reading again does not help, as it does after a 409."""


class MissingError(NotFoundError):
    """A 500 whose words say that something is missing: so it is after a read. After a write such words prove nothing."""


def missing_thing(message: str) -> str | None:
    """What an error says it could not find, in the vendor's word."""
    found = _MISSING.search(message)
    return None if found is None else found[1].lower()


@contextmanager
def about_its_state() -> Iterator[None]:
    """Around calls that bring nothing but an id: a 400 can only be about the state that the thing is in."""
    try:
        yield
    except InvalidInputError as error:
        if not any(each.field == WHOLE for each in error.complaints):
            raise
        conflict = ConflictError(error.message, provider=error.provider, request_id=error.request_id)
    else:
        return
    raise conflict


class _ErrorBody(msgspec.Struct):
    """The body's own `status` is a number, a text or a word, so it is not read."""

    message: object = None
    error: object = None


_decoder: "msgspec.json.Decoder[_ErrorBody | str]" = msgspec.json.Decoder(_ErrorBody | str)


def explain(status: int, headers: Mapping[str, str], body: bytes) -> Explanation:
    """The vendor's words, and the class they mean where the status alone would mislead."""
    try:
        found = _decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        # A page of HTML is a proxy's, and says nothing that the status does not.
        text = body.decode("utf-8", "replace").strip()
        web_page = "html" in headers.get("content-type", "") or text.startswith("<")
        return _explanation(status, "" if web_page else text, "")
    if isinstance(found, str):
        return _explanation(status, found, "")
    message = found.message if isinstance(found.message, str) else ""
    error = found.error if isinstance(found.error, str) else ""
    return _explanation(status, message, error)


def _explanation(status: int, message: str, error: str) -> Explanation:
    said = f"{message}: {error}" if message and error and error not in message else message or error
    return Explanation(
        said or None,
        _meaning(status, message, error),
        missing_scope=_missing_scope(said) if status == 403 else None,
        complaints=_complaints(status, said) if status in (400, 422) else (),
        definite=_was_not_linked(status, message, error),
    )


def _meaning(status: int, message: str, error: str) -> type[GatewayError] | None:
    """What an error is about, where its status says something else.

    The command line knows a missing pipeline by these words and not by its status. The trigger manager (its bodies have an
    `error` too) answers 500 for most mistakes of its caller, missing things among them.
    """
    if status == 500:
        return MissingError if "not find" in message or "not found" in error else None
    if status == 400 and missing_thing(message) in _IN_PATHS:
        return NotFoundError
    # ASSUMED: these words, with either status, for a name that is taken; disproved by a recorded one.
    if status in (400, 409) and (_TAKEN.search(message) or _TAKEN.search(error)):
        return TakenError
    # ASSUMED: a 400 about a revision is what a 409 is, should there be one; disproved by a recorded refusal of a save.
    return ConflictError if status == 400 and _STALE.search(message) else None


def _was_not_linked(status: int, message: str, error: str) -> bool:
    """The trigger manager's 500 in place of a 404, when a link that is not there is to be taken away."""
    # ASSUMED: with these words of its published code (cf-triggers pkg/controller, pkg/backend) nothing was taken away; disproved
    # by a link that is gone after such an answer.
    return status == 500 and message.startswith("failed to delete trigger") and error == "trigger not found"


def _missing_scope(said: str) -> str | None:
    for found in _SCOPE.finditer(said):
        resource, access = found.groups()
        if resource in SCOPES:
            return f"{resource}{access or ''}"
    return None


def _complaints(status: int, said: str) -> tuple[FieldComplaint, ...]:
    """What was sent can stand behind the last colon, or in quotes: it is no field's name."""
    told = _QUOTED.sub("", said)
    words = dict.fromkeys(_FIELDS.findall(told.rpartition(": ")[0] or told))
    whole = (WHOLE,) if status == 400 else ()
    return tuple(FieldComplaint(word, said) for word in (*whole, *words))
