"""Child processes that live and end together."""

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Self, TypeVar

STOP_TIMEOUT_S = 5.0
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

T = TypeVar("T")


class EndedError(Exception):
    """It is over: asked for by a signal (`failed` is false), or because something did not go as it must."""

    def __init__(self, reason: str, *, failed: bool = True) -> None:
        super().__init__(reason)
        self.failed = failed


@dataclass(frozen=True, slots=True)
class Child:
    name: str
    process: Process
    ended: "asyncio.Future[int]"


class Children:
    """An async context manager. Leaving it ends every child, the youngest first, and waits until they are gone.

    Children are in sessions of their own: Ctrl-C reaches this process alone, which then ends them. Their standard
    input is a pipe that closes with this process, for the case that it is killed (`gateway.cli.lifeline`).
    """

    def __init__(self) -> None:
        self._children: list[Child] = []
        self._signalled = asyncio.Event()

    async def __aenter__(self) -> Self:
        for number in SIGNALS:
            asyncio.get_running_loop().add_signal_handler(number, self._signalled.set)
        return self

    async def __aexit__(self, *_: object) -> None:
        for child in reversed(self._children):
            if not child.ended.done():
                child.process.terminate()
        if self._children:
            await asyncio.wait([child.ended for child in self._children], timeout=STOP_TIMEOUT_S)
        for child in self._children:
            if not child.ended.done():
                child.process.kill()
                await child.ended

    async def start(self, name: str, *arguments: str, talks: bool = False) -> Child:
        """`python -m <arguments>`. The standard output of a child that talks is a pipe, otherwise it is ours."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            *arguments,
            stdin=PIPE,
            stdout=PIPE if talks else None,
            start_new_session=True,
        )
        child = Child(name, process, asyncio.ensure_future(process.wait()))
        self._children.append(child)
        return child

    async def line_of(self, child: Child, within_s: float) -> bytes:
        """The next line of a child that talks."""
        if child.process.stdout is None:
            raise ValueError(f"the {child.name} does not talk")
        return await self.unless_over(
            child.process.stdout.readline(), within_s=within_s, otherwise=f"The {child.name} did not start."
        )

    async def unless_over(self, work: Awaitable[T], *, within_s: float | None, otherwise: str) -> T:
        """What `work` returns. EndedError if a signal comes or a child ends before, or after `within_s` seconds."""
        task = asyncio.ensure_future(work)
        signalled = asyncio.ensure_future(self._signalled.wait())
        ends = {child.ended: child for child in self._children}
        try:
            done, _ = await asyncio.wait({task, signalled, *ends}, timeout=within_s, return_when=asyncio.FIRST_COMPLETED)
            if signalled in done:
                raise EndedError("Everything has ended.", failed=False)
            for ended in done & ends.keys():
                raise EndedError(f"The process of the {ends[ended].name} ended by itself, with status {ended.result()}.")
            if task not in done:
                raise EndedError(otherwise)
            return task.result()
        finally:
            task.cancel()
            signalled.cancel()
