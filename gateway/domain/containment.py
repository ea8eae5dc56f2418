"""A fault of the gateway in one provider's part must not cost the other providers theirs."""

import logging
import uuid

from gateway.domain.errors import DeadlineExceededError, GatewayError, InternalError

log = logging.getLogger(__name__)


def contained(error: Exception, provider: str) -> GatewayError:
    """Any failure as one that belongs to this provider. What is no named failure is a bug: the log gets its details, the
    client gets the id to find them by.
    """
    if isinstance(error, TimeoutError):
        return DeadlineExceededError("The request reached its deadline.", provider=provider)
    if isinstance(error, GatewayError) and not isinstance(error, InternalError):
        return error
    correlation_id = uuid.uuid4().hex
    log.error("internal error in the part of %s", provider, exc_info=error, extra={"correlation_id": correlation_id})
    return InternalError(f"The gateway failed here. Its log has the cause under {correlation_id}.", provider=provider, logged=True)
