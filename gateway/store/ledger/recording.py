"""A notification on its way into the store."""

from datetime import datetime

import msgspec

from gateway.domain.errors import InvalidInputError
from gateway.domain.ledger import RANK, RunNotification

REQUIRED = ("reference_id", "pipeline_source", "pipeline_name")
TEXTS = (*REQUIRED, "repository", "commit", "branch", "url", "email", "github_username", "gitlab_username")
LARGEST = 2**63 - 1


class Recording(msgspec.Struct, frozen=True):
    """`raw` is what was sent; `forward` when it is to be passed on."""

    provider: str
    received_at: datetime
    notification: RunNotification
    raw: bytes
    forward: bool

    def check(self) -> None:
        """InvalidInputError for what a database would refuse: in a shared transaction that would cost others theirs."""
        given = self.notification
        if given.status not in RANK:
            raise InvalidInputError(f"A notification has no state {given.status}.", provider=self.provider, field="status")
        for field in ("started_at", "finished_at"):
            value: datetime | None = getattr(given, field)
            if value is not None and value.tzinfo is None:
                raise InvalidInputError(f"{field} needs a time zone.", provider=self.provider, field=field)
        for field in TEXTS:
            if not _is_storable(getattr(given, field)):
                raise InvalidInputError(f"{field} holds characters that are not text.", provider=self.provider, field=field)
        for field in REQUIRED:
            if not getattr(given, field):
                raise InvalidInputError(f"{field} is missing.", provider=self.provider, field=field)
        if given.pull_request is not None and abs(given.pull_request) > LARGEST:
            raise InvalidInputError("pull_request is too large.", provider=self.provider, field="pull_request")


def _is_storable(text: str | None) -> bool:
    """PostgreSQL has no NUL in texts, and half a surrogate pair is no character anywhere."""
    if text is None or text.isascii():
        return text is None or "\0" not in text
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text
