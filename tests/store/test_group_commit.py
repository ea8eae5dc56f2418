"""Who waits while one transaction runs shares the next."""

import asyncio

import pytest

from gateway.domain.errors import StoreUnavailableError
from gateway.store.group_commit import GroupCommit

pytestmark = pytest.mark.anyio


class Slow:
    """A commit that ends when it is told to."""

    def __init__(self):
        self.groups = []
        self.go = asyncio.Event()

    async def __call__(self, group):
        self.groups.append(list(group))
        await self.go.wait()
        if "out of reach" in group:
            raise StoreUnavailableError("gone", retry_after_s=1)
        if "bad" in group:
            raise ValueError("bad")
        return [item.upper() for item in group]


async def begun(commits, *items):
    tasks = [asyncio.create_task(commits.submit(item)) for item in items]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return tasks


async def test_what_waits_goes_together():
    slow = Slow()
    commits = GroupCommit(slow, most_at_once=3)
    commits.open()
    tasks = await begun(commits, "a")
    tasks += await begun(commits, "b", "c", "d", "e")

    slow.go.set()

    assert await asyncio.gather(*tasks) == list("ABCDE")
    assert slow.groups == [["a"], ["b", "c", "d"], ["e"]]
    await commits.close()


async def test_the_one_at_fault_fails_alone():
    slow = Slow()
    slow.go.set()
    commits = GroupCommit(slow)
    commits.open()

    outcomes = await asyncio.gather(*await begun(commits, "a", "bad", "b"), return_exceptions=True)

    assert (outcomes[0], outcomes[2]) == ("A", "B")
    assert isinstance(outcomes[1], ValueError)
    await commits.close()


async def test_without_a_database_each_is_told_and_nobody_tries_again():
    slow = Slow()
    slow.go.set()
    commits = GroupCommit(slow)
    commits.open()

    outcomes = await asyncio.gather(*await begun(commits, "a", "out of reach", "b"), return_exceptions=True)

    assert len(slow.groups) == 1
    assert [each.retry_after_s for each in outcomes] == [1, 1, 1]
    assert len({id(each) for each in outcomes}) == 3
    await commits.close()


async def test_who_left_before_his_turn_is_not_committed():
    slow = Slow()
    commits = GroupCommit(slow)
    commits.open()
    [first] = await begun(commits, "a")
    second, third = await begun(commits, "b", "c")

    second.cancel()
    slow.go.set()
    await asyncio.gather(first, third)

    assert slow.groups == [["a"], ["c"]]
    await commits.close()


async def test_too_many_are_turned_away_at_once():
    slow = Slow()
    commits = GroupCommit(slow, most_waiting=2)
    commits.open()
    tasks = await begun(commits, "a")
    tasks += await begun(commits, "b", "c")

    with pytest.raises(StoreUnavailableError, match="Too much"):
        await commits.submit("d")

    slow.go.set()
    await asyncio.gather(*tasks)
    await commits.close()
