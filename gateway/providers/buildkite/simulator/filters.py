"""The filters of build lists."""

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeAlias

from gateway.providers.buildkite.simulator.build_content import content_of
from gateway.providers.buildkite.simulator.build_rows import only_paused
from gateway.providers.buildkite.simulator.data import Build
from gateway.providers.buildkite.simulator.errors import ApiError
from gateway.providers.buildkite.simulator.exchange import PAGING, Exchange
from gateway.providers.buildkite.simulator.progress import FILTER_STATES, FINISHED_STATES
from gateway.providers.buildkite.simulator.timestamps import milliseconds, parse_filter_time
from gateway.simulation.messages import Request

BUILD_VIEW = frozenset({"exclude_jobs", "exclude_pipeline", "include_retried_jobs"})
BUILD_FILTERS = frozenset(
    {
        "branch",
        "branch[]",
        "commit",
        "commit[]",
        "created_from",
        "created_to",
        "creator",
        "finished_from",
        "state",
        "state[]",
        "meta_data[*]",
        "include_paused",
    }
)
LIST_QUERY = BUILD_FILTERS | BUILD_VIEW | PAGING
_META_DATA = re.compile(r"meta_data\[(.+)\]")

_Test: TypeAlias = Callable[[Build], bool]


def filtered(x: Exchange, rows: Sequence[Build]) -> Sequence[Build]:
    """Of builds newest first, those that pass every filter of the request, in the same order."""
    request = x.request
    rows = _created_within(rows, _time(request, "created_from"), _time(request, "created_to"))
    tests = [*_text_tests(request), *_state_tests(request, x.now), *_content_tests(x)]
    return [build for build in rows if all(test(build) for test in tests)] if tests else rows


def _created_within(rows: Sequence[Build], created_from: datetime | None, created_to: datetime | None) -> Sequence[Build]:
    """Of rows newest first, those with created_from <= created_at < created_to."""
    first = 0
    last = len(rows)
    if created_to is not None:
        first = bisect_left(rows, (-_ceil_ms(created_to) + 1, -1), key=_order)
    if created_from is not None:
        last = bisect_left(rows, (-_ceil_ms(created_from) + 1, -1), key=_order)
    return rows if (first, last) == (0, len(rows)) else rows[first:last]


def _ceil_ms(moment: datetime) -> int:
    return milliseconds(moment) + (1 if moment.microsecond % 1000 else 0)


def _order(build: Build) -> tuple[int, int]:
    return build.order


def _time(request: Request, name: str) -> datetime | None:
    text = request.value(name)
    return None if text is None else parse_filter_time(name, text)


def _text_tests(request: Request) -> list[_Test]:
    tests: list[_Test] = []
    branches = request.values("branch") + request.values("branch[]")
    if branches:
        pattern = re.compile("|".join(_wildcard(branch) for branch in branches))
        tests.append(lambda build: pattern.fullmatch(build.branch) is not None)
    commits = frozenset(request.values("commit") + request.values("commit[]"))
    if commits:
        tests.append(lambda build: build.commit in commits)
    creator = request.value("creator")
    if creator is not None:
        tests.append(lambda build: build.creator is not None and build.creator.id == creator)
    return tests


def _wildcard(branch: str) -> str:
    return ".*".join(re.escape(part) for part in branch.split("*"))


def _state_tests(request: Request, now: datetime) -> list[_Test]:
    tests: list[_Test] = []
    states = frozenset(request.values("state") + request.values("state[]"))
    if states:
        # ASSUMED: an unknown state is 400 for builds as it is for jobs; disproved by a vendor answer to one.
        unknown = states - FILTER_STATES
        if unknown:
            raise ApiError(400, f"Invalid states: {', '.join(sorted(unknown))}")
        wanted = states | FINISHED_STATES if "finished" in states else states
        tests.append(lambda build: build.progress(now).filter_state in wanted)
    finished_from = _time(request, "finished_from")
    if finished_from is not None:
        tests.append(lambda build: _finished_since(build, finished_from, now))
    return tests


def _finished_since(build: Build, moment: datetime, now: datetime) -> bool:
    finished_at = build.progress(now).finished_at
    return finished_at is not None and finished_at >= moment


def _content_tests(x: Exchange) -> list[_Test]:
    tests: list[_Test] = []
    wanted = [(m[1], value) for name, value in x.request.query if (m := _META_DATA.fullmatch(name))]
    if wanted:
        tests.append(lambda build: _has_meta_data(build, x.world.seed, wanted))
    if not x.flag("include_paused", default=True):
        tests.append(lambda build: not only_paused(build, x.world, x.now))
    return tests


def _has_meta_data(build: Build, seed: int, wanted: Sequence[tuple[str, str]]) -> bool:
    meta_data = content_of(build, seed).meta_data
    return all(meta_data.get(key) == value for key, value in wanted)
