"""What a failed call to the instance means for the report that it carried."""

from enum import Enum

from gateway.domain.errors import (
    ConflictError,
    GatewayError,
    InvalidInputError,
    NotFoundError,
    NotSupportedError,
    PermissionDeniedError,
    UpstreamCredentialError,
)


class Verdict(Enum):
    """REFUSED: this report, for good. MISCONFIGURED: any report, until the operator mends it. LATER: it may go well then."""

    REFUSED = "refused"
    MISCONFIGURED = "misconfigured"
    LATER = "later"


def verdict_of(error: GatewayError) -> Verdict:
    """A wrong key, address or method refuses every report alike, so it says nothing of the one that was sent: that one is kept."""
    if isinstance(error, UpstreamCredentialError | PermissionDeniedError | NotFoundError | NotSupportedError):
        return Verdict.MISCONFIGURED
    if isinstance(error, InvalidInputError | ConflictError):
        return Verdict.REFUSED
    return Verdict.LATER
