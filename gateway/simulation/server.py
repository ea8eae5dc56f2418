"""Runs simulators over real loopback sockets: in a thread for tests, or many in one event loop for a CLI."""

import asyncio
import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import uvloop
from starlette.types import ASGIApp

from gateway.simulation.clock import Clock, SystemClock
from gateway.simulation.control import Control
from gateway.simulation.definition import PROFILES, SimulatorDefinition
from gateway.simulation.listener import Listener
from gateway.simulation.middleware import ControlMiddleware

START_TIMEOUT_S = 10.0
STOP_TIMEOUT_S = 5.0


@dataclass(slots=True)
class RunningSimulator:
    """A simulator that accepts connections until `stop()`; also a context manager."""

    definition: SimulatorDefinition
    port: int
    origin: str  # http://127.0.0.1:PORT
    control: Control
    clock: Clock
    app: ASGIApp  # the vendor's own app, below the middleware
    _stop: Callable[[], None] = field(repr=False)

    @property
    def base_url(self) -> str:
        return self.origin + self.definition.base_path

    @property
    def token(self) -> str:
        return self.definition.token

    def stop(self) -> None:
        """Closes every socket, cancels what still runs, joins the thread. Calling it again does nothing."""
        self._stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.stop()


def start(
    definition: SimulatorDefinition,
    *,
    profile: str = "uneven",
    seed: int = 1,
    port: int = 0,
    clock: Clock | None = None,
    host: str = "127.0.0.1",
) -> RunningSimulator:
    """Serves in a daemon thread with an event loop of its own; returns once connections are accepted."""
    listener, running = _prepare(
        definition, profile=profile, seed=seed, port=port, clock=clock or SystemClock(), host=host, public_host=None
    )
    worker = _Worker(listener)
    running._stop = worker.stop
    worker.start()
    return running


async def serve_forever(
    definitions: Sequence[SimulatorDefinition],
    *,
    profile: str = "uneven",
    seed: int = 1,
    ports: Mapping[str, int] | None = None,
    clock: Clock | None = None,
    host: str = "127.0.0.1",
    public_host: str | None = None,
    ready: Callable[[Sequence[RunningSimulator]], None] | None = None,
) -> None:
    """Serves several vendors in the running event loop until cancelled, all on one clock.

    `ports` by kind; a kind that is absent gets its default port. `public_host` is the name in the links of answers,
    where clients reach the simulators under another name than `host`. `ready` is called once all accept connections.
    """
    shared_clock = clock or SystemClock()
    chosen = ports or {}
    listeners: list[Listener] = []
    runnings: list[RunningSimulator] = []
    try:
        for definition in definitions:
            listener, running = _prepare(
                definition,
                profile=profile,
                seed=seed,
                port=chosen.get(definition.kind, definition.default_port),
                clock=shared_clock,
                host=host,
                public_host=public_host,
            )
            listeners.append(listener)
            await listener.open()
            runnings.append(running)
        if ready is not None:
            ready(runnings)
        await asyncio.Event().wait()
    finally:
        for listener in listeners:
            await listener.close()


def _prepare(
    definition: SimulatorDefinition,
    *,
    profile: str,
    seed: int,
    port: int,
    clock: Clock,
    host: str,
    public_host: str | None,
) -> tuple[Listener, RunningSimulator]:
    if profile not in PROFILES:
        raise ValueError(f"unknown profile {profile!r}, expected one of {', '.join(PROFILES)}")
    sock = _bind(host, port)
    try:
        bound_port: int = sock.getsockname()[1]
        origin = f"http://{public_host or host}:{bound_port}"
        control = Control(origin=origin)
        app = definition.build(profile, seed, clock, control)
    except BaseException:
        sock.close()
        raise
    listener = Listener(sock)
    listener.mount(ControlMiddleware(app, control=control, clock=clock, close_connection=listener.close_connection), control)
    running = RunningSimulator(definition, bound_port, origin, control, clock, app, _stop=lambda: None)
    return listener, running


def _bind(host: str, port: int) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((host, port))
        sock.setblocking(False)
    except BaseException:
        sock.close()
        raise
    return sock


class _Worker:
    """The thread of one simulator."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._thread = threading.Thread(target=self._run, name="simulator", daemon=True)
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None

    def start(self) -> None:
        self._thread.start()
        if not self._ready.wait(START_TIMEOUT_S):
            raise TimeoutError(f"the simulator did not start within {START_TIMEOUT_S} s")
        if self._failure is not None:
            raise RuntimeError("the simulator did not start") from self._failure

    def stop(self) -> None:
        loop, stopping = self._loop, self._stopping
        if loop is None or stopping is None or not self._thread.is_alive():
            return
        loop.call_soon_threadsafe(stopping.set)
        self._thread.join(STOP_TIMEOUT_S)
        if self._thread.is_alive():
            raise TimeoutError(f"the simulator did not stop within {STOP_TIMEOUT_S} s")
        if self._failure is not None:
            raise RuntimeError("the simulator's thread failed") from self._failure

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                runner.run(self._serve())
        except BaseException as error:
            self._failure = error
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        try:
            await self._listener.open()
            self._ready.set()
            await self._stopping.wait()
        finally:
            await self._listener.close()
