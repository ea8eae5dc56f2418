"""One provider's part in a list: its stream, what it has cost, and how it turned out."""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from typing import Generic, TypeVar

from gateway.domain.budget import counting
from gateway.domain.containment import contained
from gateway.domain.errors import GatewayError, NotSupportedError, Problem, UpstreamTimeoutError
from gateway.domain.outcome import OutcomeStatus, ProviderOutcome, Source
from gateway.domain.page import Chunk, RowFault

T = TypeVar("T")


class ProviderStream(Generic[T]):
    """Reads a provider's chunks one at a time and remembers calls, fault, and what was filtered here.

    Whatever fails, a bug of ours included, fails this provider alone.
    """

    def __init__(self, provider: str, open_stream: Callable[[], AsyncIterator[Chunk[T]]] | None) -> None:
        self.provider = provider
        self._open = open_stream
        self._chunks: AsyncIterator[Chunk[T]] | None = None
        self.fault: GatewayError | None = None
        self.exhausted = open_stream is None
        self.calls = 0
        self.chunks_read = 0
        self.total: int | None = None
        self.applied_locally: tuple[str, ...] = ()
        self.missing_before: datetime | None = None
        self.skipped: Problem | None = None
        self.partial = False
        self.truncated = False
        self.row_fault: GatewayError | None = None
        self.note: str | None = None
        self.source = Source.UPSTREAM
        self.ids_in_order = False

    @property
    def live(self) -> bool:
        """Whether it may still give items."""
        return not self.exhausted and self.fault is None

    async def read(self) -> Chunk[T] | None:
        """The next chunk, None at the end or on failure (then `fault` is set)."""
        if self._open is None or not self.live:
            return None
        with counting() as count:
            try:
                if self._chunks is None:
                    self._chunks = self._open()
                chunk = await anext(self._chunks, None)
            except Exception as error:  # the other providers' parts are good
                self.fault = contained(error, self.provider)
                return None
            finally:
                self.calls += count.calls
        if chunk is None:
            self.exhausted = True
            return None
        self.chunks_read += 1
        self.total = chunk.total if self.total is None else self.total
        self.applied_locally = tuple(dict.fromkeys((*self.applied_locally, *chunk.applied_locally)))
        self.note = chunk.note or self.note
        self.source = chunk.source
        self.ids_in_order = chunk.ids_in_order
        self.exhausted = not chunk.more
        return chunk

    def give(self, items: Sequence[T | RowFault]) -> None:
        """Notes what goes into the answer: a row that cannot be read is told in the outcome too."""
        for item in items:
            if isinstance(item, RowFault) and self.row_fault is None:
                self.row_fault = item.error

    def give_up(self, patience_s: float) -> None:
        """Marks a provider that has been silent for longer than the others may be kept waiting."""
        self.fault = UpstreamTimeoutError(
            f"{self.provider} kept the other providers waiting for {patience_s:g} s without an answer.", provider=self.provider
        )

    def skip(self, code: str, since: datetime | None) -> None:
        """Leaves it out of this page because it failed on an earlier page of the same walk."""
        self.exhausted = True
        self.missing_before = since
        self.skipped = Problem(code, f"{self.provider} failed on an earlier page and stays out until you start the list again.")

    async def close(self) -> None:
        """Ends an unfinished stream, so that it frees what it holds now and not at garbage collection."""
        if self._chunks is not None and hasattr(self._chunks, "aclose"):
            await self._chunks.aclose()

    def outcome(self) -> ProviderOutcome:
        """What this provider contributed."""
        if self.skipped is not None:
            return ProviderOutcome(
                provider=self.provider, status=OutcomeStatus.SKIPPED, fault=self.skipped, served_from=Source.NONE,
                upstream_calls=0, missing_before=self.missing_before,
            )  # fmt: skip
        if isinstance(self.fault, NotSupportedError):
            return ProviderOutcome(
                provider=self.provider, status=OutcomeStatus.NOT_SUPPORTED, fault=self.fault.problem(),
                served_from=Source.NONE, upstream_calls=self.calls,
            )  # fmt: skip
        fault = self.fault or self.row_fault
        failed = OutcomeStatus.PARTIAL if self.partial or self.fault is None else OutcomeStatus.FAILED
        status = OutcomeStatus.OK if fault is None else failed
        return ProviderOutcome(
            provider=self.provider, status=status, fault=None if fault is None else fault.problem(), truncated=self.truncated,
            served_from=self.source, upstream_calls=self.calls, applied_locally=self.applied_locally,
            missing_before=self.missing_before, note=self.note,
        )  # fmt: skip


def not_supported(provider: str, what: str) -> NotSupportedError:
    """The fault of a provider without the port asked for."""
    return NotSupportedError(f"{provider} has no {what}.", provider=provider)
