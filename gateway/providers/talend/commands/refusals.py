"""What the vendor's refusals of changes to definitions mean, where their statuses do not say it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from gateway.domain.errors import ConflictError, GatewayError, InvalidInputError, PermissionDeniedError

_USE = re.compile(r"\b(?:us(?:e[ds]?|ing|age)|assigned|refer\w*|engines?|promotions?)\b", re.IGNORECASE)
_PERMISSION = re.compile(r"permission|privilege|authori[sz]|forbidden|allowed|access|\brole\b|TMC_", re.IGNORECASE)


@contextmanager
def names_are_taken() -> Iterator[None]:
    """A conflict inside is about the name: that is what it is documented for."""
    try:
        yield
    except ConflictError as error:
        error.field = "name"
        raise


@contextmanager
def use_is_a_conflict() -> Iterator[None]:
    """A removal inside that is refused with 400 or 403 because something uses it is a ConflictError, in the vendor's words."""
    try:
        yield
    except InvalidInputError as error:  # nothing is sent but the id of what was found a moment ago
        in_use = conflict(error)
    except PermissionDeniedError as error:
        if not _tells_use(error.message):
            raise
        in_use = conflict(error)
    else:
        return
    raise in_use


def conflict(error: GatewayError, message: str | None = None) -> ConflictError:
    """The same refusal, of a state; in other words if they are given."""
    told = ConflictError(message or error.message, provider=error.provider, request_id=error.request_id)
    told.sent = error.sent
    return told


def _tells_use(message: str) -> bool:
    # ASSUMED: a refusal because of use says so, and not a word of permissions; disproved by another of the vendor's.
    return _USE.search(message) is not None and _PERMISSION.search(message) is None
