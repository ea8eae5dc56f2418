import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest

from gateway.upstream.auth import HeaderCredential
from gateway.upstream.client import Upstream
from gateway.upstream.transport import UpstreamOptions, build_upstream
from tests.upstream.raw_server import RawServer, Received, Reply

CANARY = "canary-7f3a9b-token"

Serve = Callable[..., Awaitable[RawServer]]
Connect = Callable[..., Upstream]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def serve(anyio_backend: str) -> AsyncIterator[Serve]:
    """`await serve(reply_or_function)` starts a server."""
    async with AsyncExitStack() as stack:

        async def start(reply: Reply | Callable[[Received], Reply]) -> RawServer:
            raw = RawServer((lambda _: reply) if isinstance(reply, Reply) else reply)
            server = await raw.start()
            stack.callback(server.close)
            return raw

        yield start


@pytest.fixture
async def connect(anyio_backend: str) -> AsyncIterator[Connect]:
    """`connect(server, option=...)` gives an Upstream, closed after the test."""
    async with AsyncExitStack() as stack:

        def build(target: RawServer | str, **options: Any) -> Upstream:
            base_url = target if isinstance(target, str) else target.url
            credential = HeaderCredential("Authorization", CANARY, prefix="Bearer ")
            upstream = build_upstream(
                UpstreamOptions(**{"provider": "acme", "base_url": base_url, "authorize": credential, **options})
            )
            stack.push_async_callback(upstream.close)
            return upstream

        yield build


async def until(condition: Callable[[], bool], within_s: float = 0.3) -> None:
    """Waits for something that must happen nearly at once."""
    async with asyncio.timeout(within_s):
        while not condition():  # noqa: ASYNC110  (what is waited for happens on a socket, without an event)
            await asyncio.sleep(0.002)
