"""Taking in runs for one account."""

from collections.abc import Callable, Mapping

from gateway.domain.build import Build
from gateway.domain.ingest import IngestKey, Submission
from gateway.domain.ledger import RunNotification
from gateway.providers.dx.account_ledger import AccountLedger
from gateway.providers.dx.ingest_keys import KeyRing
from gateway.providers.dx.keys import Origin
from gateway.providers.dx.mapping import to_build
from gateway.providers.dx.notification import Checks
from gateway.providers.dx.submission import fields_of

MAX_BODY_BYTES = 64 * 1024
"""Many times what all fields make at their longest."""


class DxIngest:
    """An Ingest. `queued` is called when a report was stored that waits to be passed on; None: nothing is passed on."""

    def __init__(self, ledger: AccountLedger, origin: Origin, keys: KeyRing, queued: Callable[[], None] | None) -> None:
        self._ledger = ledger
        self._origin = origin
        self._keys = keys
        self._queued = queued

    @property
    def max_bytes(self) -> int:
        return MAX_BODY_BYTES

    def authorize(self, secret: str) -> IngestKey | None:
        return self._keys.find(secret)

    def read(self, submission: Submission) -> RunNotification:
        return self.check(fields_of(submission, self._origin.provider))

    def check(self, fields: Mapping[str, object], spell: Callable[[str], str] = str) -> RunNotification:
        return Checks(fields, self._origin.provider, spell).notification()

    async def record(self, notification: RunNotification, raw: bytes) -> Build:
        run = await self._ledger.record(notification, raw, forward=self._queued is not None)
        if self._queued is not None:
            self._queued()
        return to_build(run, self._origin)
