"""The transforms that the operator has registered, by name: entry points of the group `cicd_gateway.transforms`.

Each is a function that takes a list of records (JSON objects) and returns what is to be sent, any JSON value. They run in a process
of their own: a function that goes on for too long can be stopped only together with its process.
"""

import asyncio
from collections.abc import Mapping, Sequence
from importlib.metadata import entry_points
from typing import Any

import msgspec

from gateway.destinations.transforms.messages import MOST_BYTES, Apply, Failure, Load
from gateway.destinations.transforms.process import ProcessEndedError, TransformProcess
from gateway.domain.commands.command import JsonObject
from gateway.domain.errors import InternalError, InvalidInputError

GROUP = "cicd_gateway.transforms"
FIELD = "batching.transform"
LOAD_LIMIT_S = 30.0
"""For starting the process and importing a function: modules may be large, and are imported once."""


class Transforms:
    """One per process, with at most one process for the functions, started when it is needed first. One call runs at a time, for at
    most `timeout_s`. `targets` (name -> "module:function") stands for the entry points. ValueError for two functions of one name.
    """

    def __init__(self, timeout_s: float, targets: Mapping[str, str] | None = None, *, load_limit_s: float = LOAD_LIMIT_S) -> None:
        self._timeout_s = timeout_s
        self._load_limit_s = load_limit_s
        self._targets = _registered() if targets is None else dict(targets)
        self._turn = asyncio.Lock()
        self._process: TransformProcess | None = None
        self._closed = False

    def names(self) -> tuple[str, ...]:
        """In alphabetical order."""
        return tuple(sorted(self._targets))

    def check(self, name: str, field: str = FIELD) -> None:
        """InvalidInputError at `field` for a name that is not registered."""
        if name in self._targets:
            return
        known = ", ".join(self.names())
        allowed = f"must be one of the registered transforms, {known}" if known else "cannot be given: no transform is registered"
        raise InvalidInputError(f"`{field}` {allowed}.", field=field)

    async def apply(self, name: str, records: Sequence[JsonObject]) -> Any:
        """What the function makes of the records. InvalidInputError where it is unknown, cannot be loaded, raises, takes too long,
        or returns what is no JSON: the same records would do so again.
        """
        self.check(name)
        target = self._targets[name]
        question = msgspec.json.encode(Apply(target=target, records=records, limit_s=self._timeout_s))
        if len(question) >= MOST_BYTES:
            raise _failed(name, f"cannot take {len(question)} bytes of records: {MOST_BYTES} are allowed")
        async with self._turn:
            if self._closed:
                raise InternalError("Transforms are closed.")
            process = await self._started()
            try:
                if target not in process.loaded:
                    load = msgspec.json.encode(Load(target=target, limit_s=self._load_limit_s))
                    await self._ask(process, name, load, self._load_limit_s)
                    process.loaded.add(target)
                return await self._ask(process, name, question, self._timeout_s)
            except _FunctionError as error:
                raise _failed(name, error.what) from None
            except BaseException:
                # Nobody waits for its answer any longer.
                self._process = None
                await asyncio.shield(process.kill())
                raise

    async def close(self) -> None:
        """Ends the process. Waits for the call that is under way, at most its time limit."""
        async with self._turn:
            self._closed = True
            process, self._process = self._process, None
            if process is not None:
                await process.kill()

    async def _started(self) -> TransformProcess:
        if self._process is not None and not self._process.alive:
            await self._process.kill()
            self._process = None
        if self._process is None:
            self._process = await TransformProcess.start()
        return self._process

    async def _ask(self, process: TransformProcess, name: str, question: bytes, limit_s: float) -> Any:
        try:
            async with asyncio.timeout(limit_s):
                answer = await process.ask(question)
        except TimeoutError:
            raise _failed(name, f"took longer than {limit_s:g} s") from None
        except ProcessEndedError:
            raise _failed(name, "ended the process that it ran in") from None
        if isinstance(answer, Failure):
            raise _FunctionError(answer.what)
        return answer.content


class _FunctionError(Exception):
    """The function has failed, and its process goes on."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


def _failed(name: str, what: str) -> InvalidInputError:
    return InvalidInputError(f"The transform `{name}` {what}.", field=FIELD)


def _registered() -> dict[str, str]:
    found: dict[str, str] = {}
    for each in entry_points(group=GROUP):
        if found.setdefault(each.name, each.value) != each.value:
            raise ValueError(f"Two transforms are registered as {each.name!r}: {found[each.name]} and {each.value}.")
    return found
