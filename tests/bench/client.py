"""A lean HTTP client, so that what is measured beside the gateway costs little and the same for every query."""

import asyncio
from types import TracebackType
from typing import Self

import msgspec


class Connection:
    """One keep-alive connection to a gateway; an async context manager. Understands answers with a Content-Length."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port, limit=1 << 24)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._writer.close()

    async def post(self, request: bytes) -> bytes:
        """The body of a 200 answer; RuntimeError for any other."""
        self._writer.write(request)
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        status, length = head.split(b" ", 2)[1], int(head.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
        body = await self._reader.readexactly(length)
        if status != b"200":
            raise RuntimeError(f"the gateway answered {status.decode()}: {body[:500]!r}")
        return body

    async def data(self, query: str) -> dict:
        """The data of an answer without errors; RuntimeError for any other."""
        answer = msgspec.json.decode(await self.post(request_of(query)))
        if "errors" in answer:
            raise RuntimeError(f"{query}: {answer['errors']}")
        return answer["data"]


def request_of(query: str, variables: dict[str, object] | None = None) -> bytes:
    """The bytes of a GraphQL request over HTTP, made once and sent many times."""
    body = msgspec.json.encode({"query": query, "variables": variables or {}})
    head = (
        "POST /graphql HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\nAccept: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
