"""What one request may spend upstream: seconds and calls. Set once per request, charged by the transport stack."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from gateway.domain.errors import BudgetExceededError, DeadlineExceededError


class CallCount:
    """Counts upstream calls made while it is the innermost counter of a task."""

    __slots__ = ("calls",)

    def __init__(self) -> None:
        self.calls = 0


class RequestBudget:
    """Deadline and call budget of one request. `max_calls` bounds a query that would drain a vendor's rate limit."""

    __slots__ = ("calls", "deadline_at", "max_calls")

    def __init__(self, deadline_s: float, max_calls: int) -> None:
        self.deadline_at = time.monotonic() + deadline_s
        self.max_calls = max_calls
        self.calls = 0

    def remaining_s(self) -> float:
        """Seconds left; raises DeadlineExceededError when none are."""
        left = self.deadline_at - time.monotonic()
        if left <= 0:
            raise DeadlineExceededError("The request reached its deadline before this part could be read.")
        return left

    def charge(self) -> None:
        """Takes one upstream call from the budget, before it is made."""
        if self.calls >= self.max_calls:
            raise BudgetExceededError(
                f"This request wants more than {self.max_calls} upstream calls. Ask for fewer nodes or fields at once."
            )
        self.calls += 1


request_budget: ContextVar[RequestBudget | None] = ContextVar("request_budget", default=None)
call_count: ContextVar[CallCount | None] = ContextVar("call_count", default=None)


@contextmanager
def counting() -> Iterator[CallCount]:
    """Counts the upstream calls made inside the block by this task and the tasks it starts."""
    count = CallCount()
    token = call_count.set(count)
    try:
        yield count
    finally:
        call_count.reset(token)
