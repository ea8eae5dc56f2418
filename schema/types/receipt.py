"""Receipt: a write as it went over the wire."""

from gateway.domain.write_log import Receipt as ReceiptValue
from schema.types.view import field, view


@view(ReceiptValue)
class Receipt:
    """The call by which the vendor was told. Of several, the last: the audit log counts them."""

    provider: str = field("The name of the provider that was told.")
    method: str = field("HTTP method.")
    path: str = field("Path of the address, without the query.")
    status: int | None = field("HTTP status of the answer; null when none came.")
    request_id: str | None = field("The vendor's own id of the call.")
    attempts: int = field("How often it was tried: more than once only if it surely had no effect before.")
