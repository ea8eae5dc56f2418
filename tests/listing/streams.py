"""A vendor's run list in memory: what the merge sees of a provider, with every liberty a vendor takes."""

from collections.abc import AsyncIterator
from datetime import datetime

import msgspec

from gateway.domain.cursor import moment
from gateway.domain.errors import GatewayError
from gateway.domain.keys import BuildKey
from gateway.domain.page import Chunk


class FakeRun(msgspec.Struct, frozen=True):
    key: BuildKey
    external_id: str
    created_at: datetime


def run(provider: str, time: int, name: str) -> FakeRun:
    return FakeRun(BuildKey(provider, (name,)), name, moment(time * 1000))


class FakeVendor:
    """Newest first; ties in the order given, whatever their ids; pages of `page` rows, moved by what is put in before them."""

    def __init__(self, provider: str, runs: list[FakeRun], page: int = 3, fail_at_call: int | None = None) -> None:
        self.provider = provider
        self.runs = runs
        self.page = page
        self.calls = 0
        self.fail_at_call = fail_at_call
        self.error: GatewayError | None = None

    def rows(self) -> list[FakeRun]:
        return sorted(self.runs, key=lambda each: each.created_at, reverse=True)

    async def stream(self, at_or_before: datetime | None, _page_size: int) -> AsyncIterator[Chunk[FakeRun]]:
        offset = 0
        while True:
            self.calls += 1
            if self.fail_at_call is not None and self.calls >= self.fail_at_call and self.error is not None:
                raise self.error
            rows = [each for each in self.rows() if at_or_before is None or each.created_at <= at_or_before]
            part = rows[offset : offset + self.page]
            offset += len(part)
            yield Chunk(tuple(part), offset < len(rows))
            if offset >= len(rows):
                return
