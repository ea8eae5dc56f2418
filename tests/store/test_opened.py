"""A store that cannot be opened at start is opened later, and delays nobody."""

import asyncio
import time

import pytest

from gateway.domain.errors import StoreUnavailableError
from gateway.store import opened
from gateway.store.opened import OpenedStore

pytestmark = pytest.mark.anyio


class Failing:
    """A store that opens at the third try; `failures` are what the tries before it end in, None hangs."""

    address = "somewhere"

    def __init__(self, *failures):
        self._failures = list(failures)
        self.is_open = False

    async def open(self):
        if self._failures:
            failure = self._failures.pop(0)
            if failure is None:
                await asyncio.Event().wait()
            raise failure
        self.is_open = True

    async def close(self):
        self.is_open = False


@pytest.fixture(autouse=True)
def hasty(monkeypatch):
    monkeypatch.setattr(opened, "RETRY_S", 0.01)
    monkeypatch.setattr(opened, "FIRST_WAIT_S", 0.05)


async def until(condition):
    for _ in range(200):
        if condition():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it never came true")


@pytest.mark.parametrize("failure", [StoreUnavailableError("down"), RuntimeError("a table is in the way")], ids=["down", "odd"])
async def test_it_is_tried_until_it_opens(failure, caplog):
    store = Failing(failure, failure)
    watched = OpenedStore(store)

    await watched.open()
    assert not store.is_open
    await until(lambda: store.is_open)
    await until(lambda: "is open now" in caplog.text)
    await watched.close()

    assert "cannot be opened" in caplog.text
    assert not store.is_open


async def test_a_database_that_says_nothing_delays_the_start_by_no_more_than_a_moment():
    watched = OpenedStore(Failing(None))

    began = time.monotonic()
    await watched.open()
    await watched.close()

    assert time.monotonic() - began < 0.3
