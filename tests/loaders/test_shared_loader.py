"""Callers of one load cannot harm one another; the request's end ends everything."""

import asyncio

import pytest

from gateway.domain.errors import InvalidInputError, NotFoundError, UpstreamTimeoutError
from gateway.domain.keys import BuildKey, PipelineKey
from gateway.loaders.fan_out import fan_out, provider_of_key
from gateway.loaders.request_loaders import RequestLoaders
from gateway.loaders.shared_loader import SharedLoader

pytestmark = pytest.mark.anyio


async def test_loads_of_one_turn_share_a_batch_and_a_key_is_loaded_once():
    batches = []

    async def load(keys):
        batches.append(list(keys))
        return [key * 2 for key in keys]

    loader = SharedLoader(load)

    assert await asyncio.gather(loader.load(1), loader.load(2), loader.load(1)) == [2, 4, 2]
    assert batches == [[1, 2]]


async def test_a_cancelled_caller_does_not_cancel_what_others_wait_for():
    go = asyncio.Event()

    async def load(keys):
        await go.wait()
        return keys

    loader = SharedLoader(load)
    one, two = asyncio.ensure_future(loader.load("a")), asyncio.ensure_future(loader.load("a"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    one.cancel()
    go.set()

    assert await two == "a"
    assert one.cancelled()


async def test_the_end_of_the_request_cancels_the_work():
    cancelled = asyncio.Event()

    async def load(keys):
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()
        return keys

    loader = SharedLoader(load)
    waiting = asyncio.ensure_future(loader.load("a"))
    await asyncio.sleep(0.001)
    loader.cancel()

    with pytest.raises(asyncio.CancelledError):
        await waiting
    await asyncio.wait_for(cancelled.wait(), 0.3)


async def test_a_failing_key_fails_alone():
    async def load(keys):
        return [NotFoundError("gone") if key == "gone" else key for key in keys]

    loader = SharedLoader(load)
    good, gone = await asyncio.gather(loader.load("good"), loader.load("gone"), return_exceptions=True)

    assert good == "good"
    assert isinstance(gone, NotFoundError)


class FakeProvider:
    """As much of a provider as fan_out looks at."""

    def __init__(self, name, answer):
        self.name, self.answer, self.asked = name, answer, []

    async def get(self, keys):
        self.asked.append(list(keys))
        return await self.answer(keys)


async def echo(keys):
    return [key.parts[0] for key in keys]


async def fail(keys):
    raise UpstreamTimeoutError("late", provider="bad")


async def test_a_failing_provider_fails_its_own_keys_and_answers_keep_their_order():
    providers = {"good": FakeProvider("good", echo), "bad": FakeProvider("bad", fail)}
    keys = [BuildKey("bad", ("1",)), BuildKey("good", ("2",)), BuildKey("bad", ("3",)), BuildKey("none", ("4",))]

    answers = await fan_out(keys, provider_of_key, providers, lambda provider: provider.get, "builds")

    assert answers[1] == "2"
    assert isinstance(answers[0], UpstreamTimeoutError)
    assert isinstance(answers[2], UpstreamTimeoutError)
    assert isinstance(answers[3], InvalidInputError)
    assert "good, bad" in answers[3].message
    assert [len(provider.asked) for provider in providers.values()] == [1, 1]


async def test_keys_of_two_types_never_share_a_loader_and_primed_values_cost_nothing():
    loaders = RequestLoaders({})

    class Value:
        key = PipelineKey("p", ("1",))

    value = Value()
    loaders.prime([value])

    assert await loaders.node(value.key) is value
    with pytest.raises(InvalidInputError):
        await loaders.node(BuildKey("p", ("1",)))
