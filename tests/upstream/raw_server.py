"""A loopback server on bare sockets: it shows what arrived byte for byte, and misbehaves exactly as a test asks."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import cast

CANARY = "canary-7f3a9b-token"  # the credential of every test


@dataclass
class Received:
    """One request, as it came over the wire. `target` is what stands between the method and HTTP/1.1."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Reply:
    """Bytes to send, and what to do then: `keep` the connection, `close` it, or `hang` (say nothing more)."""

    data: bytes = b""
    then: str = "keep"


HANG = Reply(then="hang")
DROP = Reply(then="close")


def answer(
    status: int = 200,
    body: bytes = b"{}",
    headers: Mapping[str, str] | None = None,
    *,
    content_type: str = "application/json",
) -> Reply:
    """A whole and correct HTTP answer."""
    lines = {"Content-Type": content_type, "Content-Length": str(len(body)), **(headers or {})}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return Reply(f"HTTP/1.1 {status} Status\r\n{head}\r\n".encode("latin-1") + body)


@dataclass
class RawServer:
    """`replies` gives the answer to each request. `open_connections` counts client sockets still open."""

    replies: Callable[[Received], Reply]
    received: list[Received] = field(default_factory=list)
    connections_made: int = 0
    open_connections: int = 0
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> asyncio.Server:
        server = await asyncio.get_running_loop().create_server(lambda: _Connection(self), "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        return server


class _Connection(asyncio.Protocol):
    def __init__(self, server: RawServer) -> None:
        self.server = server
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.server.connections_made += 1
        self.server.open_connections += 1

    def connection_lost(self, _: Exception | None) -> None:
        self.server.open_connections -= 1

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, end, rest = self.buffer.partition(b"\r\n\r\n")
        if not end:
            if data[:1] == b"\x16":  # a TLS greeting: this is no TLS server, and says so
                self.transport.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            return
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        length = int(headers.get("content-length", "0"))
        if len(rest) < length:
            return
        self.buffer = rest[length:]
        method, target, _ = first.split(" ")
        received = Received(method, target, headers, rest[:length])
        self.server.received.append(received)
        reply = self.server.replies(received)
        if reply.data:
            self.transport.write(reply.data)
        if reply.then == "close":
            self.transport.close()


async def until(condition: Callable[[], bool], within_s: float = 0.3) -> None:
    """Waits for something that must happen nearly at once."""
    async with asyncio.timeout(within_s):
        while not condition():  # noqa: ASYNC110  (what is waited for happens on a socket, without an event)
            await asyncio.sleep(0.002)
