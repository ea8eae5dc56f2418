"""A ledger whose database does not answer."""

from typing import Any

from gateway.domain.errors import GatewayError, StoreUnavailableError
from gateway.domain.ledger import LedgerStore


class FailingLedger:
    """Passes everything on to a real one, but fails with `error` while that is set. A LedgerStore."""

    def __init__(self, ledger: LedgerStore) -> None:
        self._ledger = ledger
        self.error: GatewayError | None = None

    def break_down(self) -> None:
        self.error = StoreUnavailableError("The database does not answer.")

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._ledger, name)

        async def call(*arguments: Any, **named: Any) -> Any:
            if self.error is not None:
                raise type(self.error)(self.error.message)
            return await method(*arguments, **named)

        return call
