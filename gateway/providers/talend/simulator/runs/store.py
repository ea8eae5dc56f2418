"""All runs of one kind, in the order they were triggered."""

from bisect import insort
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from gateway.providers.talend.simulator.runs.request import RunRequest


class Stored(Protocol):
    """What the store needs to know of a run."""

    id: str
    sequence: int
    request: RunRequest

    @property
    def executable_id(self) -> str:
        """Of the task or plan."""


R = TypeVar("R", bound=Stored)


class RunStore(Generic[R]):
    """Reads are newest first."""

    def __init__(self) -> None:
        self._ascending: list[R] = []
        self._by_executable: dict[str, list[R]] = {}
        self._by_id: dict[str, R] = {}

    def __len__(self) -> int:
        return len(self._ascending)

    def __iter__(self) -> Iterator[R]:
        return reversed(self._ascending)

    def get(self, run_id: str) -> R | None:
        return self._by_id.get(run_id)

    def of(self, executable_id: str) -> Iterator[R]:
        return reversed(self._by_executable.get(executable_id, []))

    def latest(self, executable_id: str) -> R | None:
        return next(self.of(executable_id), None)

    def add(self, run: R) -> None:
        """In its place, which need not be the end."""
        self._by_id[run.id] = run
        insort(self._ascending, run, key=_order)
        insort(self._by_executable.setdefault(run.executable_id, []), run, key=_order)

    def add_many(self, runs: Iterable[R]) -> None:
        """Sorts once: for many runs in any order."""
        for run in runs:
            self._by_id[run.id] = run
            self._ascending.append(run)
            self._by_executable.setdefault(run.executable_id, []).append(run)
        self._ascending.sort(key=_order)
        for rows in self._by_executable.values():
            rows.sort(key=_order)


def _order(run: Stored) -> tuple[datetime, int]:
    return run.request.at, run.sequence
