"""What the gateway lends its providers beside their accounts."""

import msgspec

from gateway.domain.ledger import LedgerStore


class Services(msgspec.Struct, frozen=True, eq=False):
    """Ports of the store. A provider takes what it needs."""

    ledger: LedgerStore
