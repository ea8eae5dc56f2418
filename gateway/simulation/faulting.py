"""How each fault kind answers."""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.simulation.control import Fault
from gateway.simulation.messages import JSON_UTF8, Response, send_response
from gateway.simulation.wrong_types import with_wrong_types

HTML_PAGE = b"<!DOCTYPE html>\n<html><head><title>Please wait</title></head><body><h1>Checking</h1></body></html>\n"


@dataclass(frozen=True, slots=True)
class Captured:
    """The vendor app's whole answer, kept back."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """One exchange that a fault takes over."""

    app: ASGIApp
    scope: Scope
    receive: Receive
    send: Send

    async def perform(self) -> Captured:
        """Lets the vendor app answer, without sending it."""
        status = 500
        headers: list[tuple[bytes, bytes]] = []
        chunks: list[bytes] = []

        async def capture(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers.extend(message.get("headers", ()))
            elif message["type"] == "http.response.body":
                chunks.append(message.get("body", b""))

        await self.app(self.scope, self.receive, capture)
        return Captured(status, headers, b"".join(chunks))

    async def wait_for_disconnect(self) -> None:
        while (await self.receive())["type"] != "http.disconnect":
            pass


async def misbehave(fault: Fault, answer: Answer, close: Callable[[], None]) -> None:
    """Answers one request the wrong way; `close` closes the client's socket."""
    match fault.kind:
        case "status":
            if fault.perform:
                await answer.perform()
            await send_response(answer.send, _scripted(fault), method=answer.scope["method"])
        case "html":
            page = Response(200, HTML_PAGE, "text/html; charset=utf-8")
            await send_response(answer.send, page, method=answer.scope["method"])
        case "hang":
            if fault.perform:
                await answer.perform()
            await answer.wait_for_disconnect()
        case "drop_after_read":
            await answer.perform()
            close()
            await answer.wait_for_disconnect()
        case "cut":
            real = await answer.perform()
            await _send_cut(answer, real, close)
        case "wrong_types":
            real = await answer.perform()
            body = with_wrong_types(real.body, fields=fault.fields, row=fault.row)
            await _send_captured(answer.send, Captured(real.status, real.headers, body))


def _scripted(fault: Fault) -> Response:
    has_type = any(name.lower() == "content-type" for name in fault.headers)
    body = fault.body.encode() if fault.body is not None else b""
    return Response(fault.status, body, None if has_type else JSON_UTF8, fault.headers)


def _with_length(captured: Captured, length: int) -> list[tuple[bytes, bytes]]:
    kept = [(name, value) for name, value in captured.headers if name not in (b"content-length", b"transfer-encoding")]
    return [*kept, (b"content-length", str(length).encode())]


async def _send_captured(send: Send, captured: Captured) -> None:
    headers = _with_length(captured, len(captured.body))
    await send({"type": "http.response.start", "status": captured.status, "headers": headers})
    await send({"type": "http.response.body", "body": captured.body})


async def _send_cut(answer: Answer, real: Captured, close: Callable[[], None]) -> None:
    headers = _with_length(real, len(real.body))
    await answer.send({"type": "http.response.start", "status": real.status, "headers": headers})
    if not real.body:
        await answer.send({"type": "http.response.body", "body": b""})
        return
    half = real.body[: len(real.body) // 2]
    await answer.send({"type": "http.response.body", "body": half, "more_body": True})
    close()
    await answer.wait_for_disconnect()
