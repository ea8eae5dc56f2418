"""Keys of pipelines by their full names, for tables of records that name the same few pipelines again and again."""

import time
from collections import OrderedDict
from collections.abc import Callable

from gateway.domain.errors import GatewayError
from gateway.domain.keys import PipelineKey
from gateway.domain.page import Want
from gateway.domain.pipeline import PipelineReader, PipelineSlug

REMEMBERED_S = 60.0
"""A pipeline that is renamed meanwhile is still found by its former name."""
MOST_NAMES = 1000
_KEY_ONLY: Want = frozenset({"id"})


class PipelineNames:
    """One call for a name, and none for a minute after that. What is not there is looked for each time."""

    def __init__(self, pipelines: PipelineReader, clock: Callable[[], float] = time.monotonic) -> None:
        self._pipelines = pipelines
        self._clock = clock
        self._known: OrderedDict[str, tuple[float, PipelineKey]] = OrderedDict()

    async def find(self, name: str) -> PipelineKey | GatewayError:
        known = self._known.get(name)
        if known is not None and known[0] > self._clock():
            return known[1]
        (found,) = await self._pipelines.find_pipelines((PipelineSlug(name),), _KEY_ONLY)
        if isinstance(found, GatewayError):
            self._known.pop(name, None)
            return found
        self._known[name] = (self._clock() + REMEMBERED_S, found.key)
        self._known.move_to_end(name)
        if len(self._known) > MOST_NAMES:
            self._known.popitem(last=False)
        return found.key
