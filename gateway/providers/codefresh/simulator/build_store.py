"""All builds of the account, in list order, with the reads that paging needs."""

import threading
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable

from gateway.providers.codefresh.simulator.build import Build, BuildKey

Matches = Callable[[Build], bool]


class BuildStore:
    """Safe to insert into from another thread than the one that serves."""

    def __init__(self, builds: Iterable[Build]) -> None:
        self._lock = threading.Lock()
        self._ascending: list[Build] = []
        self._by_pipeline: dict[str, list[Build]] = {}
        self._by_id: dict[str, Build] = {}
        self._by_progress: dict[str, Build] = {}
        for build in builds:
            self._append(build)

    def __len__(self) -> int:
        return len(self._ascending)

    @property
    def newest_first(self) -> list[Build]:
        with self._lock:
            return self._ascending[::-1]

    def add(self, created_ms: int, make: Callable[[BuildKey], Build]) -> Build:
        """The build that `make` returns for the key of one inserted now, which is never older than the newest."""
        with self._lock:
            build = make(self._next_key(created_ms))
            self._append(build)
            return build

    def get(self, build_id: str) -> Build | None:
        return self._by_id.get(build_id)

    def with_progress(self, progress_id: str) -> Build | None:
        return self._by_progress.get(progress_id)

    def of_pipeline(self, pipeline_id: str) -> list[Build]:
        """Newest first."""
        with self._lock:
            return self._by_pipeline.get(pipeline_id, [])[::-1]

    def older(self, than: BuildKey | None, pipelines: frozenset[str], matches: Matches, limit: int) -> list[Build]:
        """Up to `limit` matching builds below a key, newest first. None starts at the newest."""
        with self._lock:
            rows = self._rows(pipelines)
            position = len(rows) if than is None else bisect_left(rows, than, key=_key)
            found: list[Build] = []
            while position > 0 and len(found) < limit:
                position -= 1
                if matches(rows[position]):
                    found.append(rows[position])
            return found

    def newer(self, than: BuildKey, pipelines: frozenset[str], matches: Matches, limit: int) -> list[Build]:
        """The `limit` matching builds nearest above a key, newest first."""
        with self._lock:
            rows = self._rows(pipelines)
            position = bisect_right(rows, than, key=_key)
            found: list[Build] = []
            while position < len(rows) and len(found) < limit:
                if matches(rows[position]):
                    found.append(rows[position])
                position += 1
            return found[::-1]

    def _rows(self, pipelines: frozenset[str]) -> list[Build]:
        """Oldest first; for several pipelines all builds, which the caller's match narrows."""
        if len(pipelines) == 1:
            return self._by_pipeline.get(next(iter(pipelines)), [])
        return self._ascending

    def _next_key(self, created_ms: int) -> BuildKey:
        if not self._ascending:
            return BuildKey(created_ms, 0)
        newest = self._ascending[-1].key
        return BuildKey(max(created_ms, newest.created_ms), newest.sequence + 1)

    def _append(self, build: Build) -> None:
        if self._ascending and build.key <= self._ascending[-1].key:
            raise ValueError(f"build {build.id} is older than the newest one")
        self._ascending.append(build)
        self._by_id[build.id] = build
        if build.progress_id is not None:
            self._by_progress[build.progress_id] = build
        if build.pipeline_id is not None:
            self._by_pipeline.setdefault(build.pipeline_id, []).append(build)


def _key(build: Build) -> BuildKey:
    return build.key
