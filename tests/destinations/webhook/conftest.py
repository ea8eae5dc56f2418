"""What tests of the webhook share: receivers on this machine, and public names that lead to them."""

import asyncio
import contextlib
import ssl
from pathlib import Path

import httpcore
import pytest

from gateway.destinations.webhook.guarded_transport import GuardedTransport
from tests.upstream.raw_server import RawServer, Reply

HERE = Path(__file__).parent


@pytest.fixture(params=[False, True], ids=["asyncio", "uvloop"])
def anyio_backend(request):
    """The loop that people debug with, and the one that serves: their sockets differ in detail."""
    return "asyncio", {"use_uvloop": request.param}


@pytest.fixture
async def receiver(anyio_backend):
    """`await receiver(reply_or_function)` starts one over plain http."""
    async with contextlib.AsyncExitStack() as stack:

        async def start(reply):
            raw = RawServer((lambda _: reply) if isinstance(reply, Reply) else reply)
            stack.callback((await raw.start()).close)
            return raw

        yield start


class TlsReceiver:
    """Says 204 to whoever trusts its certificate. `names` are those that clients asked for, `requests` the first lines they sent."""

    def __init__(self, name):
        self.names, self.requests, self.port = [], [], 0
        self.certificate = HERE / f"{name}.pem"

    async def start(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate)
        context.sni_callback = lambda _, name, __: self.names.append(name)
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=context)
        self.port = server.sockets[0].getsockname()[1]
        return server

    def trust(self):
        return ssl.create_default_context(cafile=self.certificate)

    async def _serve(self, reader, writer):
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            head = await reader.readuntil(b"\r\n\r\n")
            self.requests.append(head.split(b"\r\n")[0])
            writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
            await writer.drain()
        writer.close()


@pytest.fixture
async def tls_receiver(anyio_backend):
    """`await tls_receiver(name)` starts one that has a certificate for this name."""
    async with contextlib.AsyncExitStack() as stack:

        async def start(name):
            tls = TlsReceiver(name)
            stack.callback((await tls.start()).close)
            return tls

        yield start


class Internet(httpcore.AnyIOBackend):
    """Connections to any address lead to `port` on this machine, and (unless `honest`) do not show it. `called` are the addresses."""

    def __init__(self, port, *, honest=False, dead=()):
        self.called, self._port, self._honest, self._dead = [], port, honest, dead

    async def connect_tcp(self, host, _, *args):
        self.called.append(host)
        if host in self._dead:
            raise httpcore.ConnectError("refused")
        stream = await super().connect_tcp("127.0.0.1", self._port, *args)
        return stream if self._honest else _Disguised(stream, host)


class _Disguised(httpcore.AsyncNetworkStream):
    def __init__(self, stream, address):
        self._stream, self._address = stream, address
        self.read, self.write, self.aclose, self.start_tls = stream.read, stream.write, stream.aclose, stream.start_tls

    def get_extra_info(self, info):
        return (self._address, 443) if info == "server_addr" else self._stream.get_extra_info(info)


class Names:
    """A name server: each look-up gets the next of these answers, and the last one again and again."""

    def __init__(self, *answers):
        self.asked, self._answers = [], list(answers)

    async def __call__(self, host, _):
        self.asked.append(host)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, OSError):
            raise answer
        return answer


@pytest.fixture
async def transport(anyio_backend):
    """`transport(option=...)` gives a GuardedTransport, closed after the test."""
    async with contextlib.AsyncExitStack() as stack:

        def build(**options):
            built = GuardedTransport(**{"allow_loopback": False, **options})
            stack.push_async_callback(built.aclose)
            return built

        yield build
