"""Which port streams which runs: a query says by its type whether builds or executions are meant."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from gateway.domain.build import BuildQuery
from gateway.domain.execution import ExecutionQuery
from gateway.domain.keys import PipelineKey
from gateway.domain.page import Want
from gateway.domain.provider import Provider

RunQuery = BuildQuery | ExecutionQuery
NewestGetter = Callable[[Sequence[PipelineKey]], Awaitable[Sequence[Any]]]

RUN_PORTS: dict[type, tuple[str, str, str]] = {
    BuildQuery: ("builds", "stream_builds", "newest_builds"),
    ExecutionQuery: ("executions", "stream_executions", "newest_executions"),
}
"""Query -> (port, its stream, its newest runs of many pipelines)."""


def stream_of_runs(provider: Provider, query: RunQuery) -> Callable[..., Any] | None:
    """The provider's stream of what the query asks for; None when it has none."""
    port, method, _ = RUN_PORTS[type(query)]
    reader = getattr(provider, port)
    return None if reader is None else getattr(reader, method)


def newest_runs_of(provider: Provider, query: RunQuery, first: int, want: Want) -> NewestGetter | None:
    """The provider's newest runs of each of many pipelines; None when it has none."""
    port, _, method = RUN_PORTS[type(query)]
    reader = getattr(provider, port)
    return None if reader is None else lambda keys: getattr(reader, method)(keys, query, first, want)
