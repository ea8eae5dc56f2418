from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest

from gateway.upstream.auth import HeaderCredential
from gateway.upstream.client import Upstream
from gateway.upstream.transport import UpstreamOptions, build_upstream
from tests.upstream.raw_server import CANARY, RawServer, Received, Reply

Serve = Callable[..., Awaitable[RawServer]]
Connect = Callable[..., Upstream]


@pytest.fixture(params=[False, True], ids=["asyncio", "uvloop"])
def anyio_backend(request: pytest.FixtureRequest) -> tuple[str, dict[str, bool]]:
    """The loop that people debug with, and the one that serves: their sockets differ in detail."""
    return "asyncio", {"use_uvloop": request.param}


@pytest.fixture
async def serve(anyio_backend: object) -> AsyncIterator[Serve]:
    """`await serve(reply_or_function)` starts a server."""
    async with AsyncExitStack() as stack:

        async def start(reply: Reply | Callable[[Received], Reply]) -> RawServer:
            raw = RawServer((lambda _: reply) if isinstance(reply, Reply) else reply)
            server = await raw.start()
            stack.callback(server.close)
            return raw

        yield start


@pytest.fixture
async def connect(anyio_backend: object) -> AsyncIterator[Connect]:
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
