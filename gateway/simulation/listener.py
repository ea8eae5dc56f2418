"""One listening socket served by uvicorn's HTTP protocol, without the signal handling and waits of its server."""

import asyncio
import socket

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.simulation.control import Control

KEEP_ALIVE_S = 75


class Listener:
    """`mount`, then `open` and `close` inside one event loop."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._server: uvicorn.Server | None = None
        self._closing = False

    def mount(self, app: ASGIApp, control: Control) -> None:
        async def quiet_on_close(scope: Scope, receive: Receive, send: Send) -> None:
            try:
                await app(scope, receive, send)
            except asyncio.CancelledError:
                if not self._closing:
                    raise

        config = uvicorn.Config(
            quiet_on_close,
            http="httptools",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=False,
            timeout_keep_alive=KEEP_ALIVE_S,
        )
        config.load()
        server = uvicorn.Server(config)
        server.lifespan = config.lifespan_class(config)
        control.watch_connections(lambda: len(server.server_state.connections))
        self._server = server

    async def open(self) -> None:
        """Accepts connections once it returns."""
        await self._mounted().startup(sockets=[self._sock])

    async def close(self) -> None:
        """Closes all sockets at once and cancels requests that still run; waits until they are gone."""
        self._closing = True
        server = self._mounted()
        for listening in getattr(server, "servers", []):
            listening.close()
        self._sock.close()
        state = server.server_state
        for connection in list(state.connections):
            connection.transport.abort()
        while state.connections:  # noqa: ASYNC110  uvicorn has no event for it
            await asyncio.sleep(0)
        tasks = list(state.tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for listening in getattr(server, "servers", []):
            await listening.wait_closed()

    def close_connection(self, scope: Scope) -> None:
        """Closes the client's socket of a request in progress, after what was written is flushed."""
        client = tuple(scope["client"])
        for connection in list(self._mounted().server_state.connections):
            if getattr(connection, "client", None) == client:
                connection.transport.close()

    def _mounted(self) -> uvicorn.Server:
        if self._server is None:
            raise RuntimeError("mount an app first")
        return self._server
