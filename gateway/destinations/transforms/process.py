"""The process that runs transforms, as the gateway sees it."""

import asyncio
import contextlib
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from typing import Self, cast

import msgspec

from gateway.destinations.transforms.messages import MOST_BYTES, Answer

WORKER = "gateway.destinations.transforms.worker"
_PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "VIRTUAL_ENV", "PYTHONHOME", "LD_LIBRARY_PATH")

_answers: msgspec.json.Decoder[Answer] = msgspec.json.Decoder(Answer)


class ProcessEndedError(Exception):
    """It ended, or said something else than an answer."""


class TransformProcess:
    """Answers one question at a time. Whoever stops waiting for an answer must `kill` it: else the next one gets that answer."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._sink = cast("asyncio.StreamWriter", process.stdin)
        self._source = cast("asyncio.StreamReader", process.stdout)
        self.loaded: set[str] = set()

    @classmethod
    async def start(cls) -> Self:
        """In a session of its own, so that what it starts ends with it. It finds the modules that this process finds, and its
        environment has no secrets.
        """
        environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        environment["PYTHONPATH"] = os.pathsep.join(path or os.getcwd() for path in sys.path)  # noqa: PTH109 as the interpreter reads ""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", WORKER),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            env=environment,
            limit=MOST_BYTES,
            start_new_session=True,
        )
        return cls(process)

    @property
    def alive(self) -> bool:
        return self._process.returncode is None

    async def ask(self, question: bytes) -> Answer:
        """ProcessEndedError. `question` is one line, without its end."""
        try:
            self._sink.writelines((question, b"\n"))
            await self._sink.drain()
            return _answers.decode(await self._source.readline())
        except (OSError, ValueError, RecursionError) as error:
            raise ProcessEndedError from error

    async def kill(self) -> None:
        """And all that it started. Waits until it is gone."""
        if self.alive:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._sink.close()
        await self._process.wait()
