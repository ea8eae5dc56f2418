"""When a command's write may be tried once more: only if the first one surely had no effect."""

import time

from gateway.domain.budget import request_budget
from gateway.domain.errors import GatewayError, RateLimitedError, UpstreamUnavailableError

MOST_ATTEMPTS = 3
PAUSES_S = (0.1, 0.4)
"""Before the second and the third attempt, when the provider could not be reached."""
LONGEST_WAIT_S = 5.0
"""Of what a vendor asks us to wait: whoever asked can wait for himself if it is more."""
SPARE_S = 1.0
"""What must be left of the request's time after a wait."""


def wait_before_resending_s(error: GatewayError, attempt: int) -> float | None:
    """Seconds to wait before the write that failed at its `attempt`-th try is tried again; None when it must not be.

    Never sent is tried again at once; refused by a rate limit, after the time that the vendor told, if that is short. After
    anything else the outcome may be unknown, or would be the same again.
    """
    if attempt >= MOST_ATTEMPTS:
        return None
    if error.sent is False and isinstance(error, UpstreamUnavailableError):
        wait_s = PAUSES_S[attempt - 1]
    elif error.sent is True and isinstance(error, RateLimitedError) and error.retry_after_s is not None:
        wait_s = max(error.retry_after_s, PAUSES_S[attempt - 1])
    else:
        return None
    budget = request_budget.get()
    if wait_s > LONGEST_WAIT_S or (budget is not None and budget.deadline_at - time.monotonic() < wait_s + SPARE_S):
        return None
    return wait_s
