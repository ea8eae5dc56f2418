"""RunStats: how a pipeline has been doing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import strawberry

from gateway.domain import run_stats as domain
from gateway.domain.errors import GatewayError
from gateway.domain.pipeline import Pipeline as PipelineValue
from schema.inputs.run import PipelineRunFilter
from schema.resolvers.arguments import page_size
from schema.resolvers.batched import Call, batched
from schema.resolvers.newest_runs import Run, newest_items, newest_of_pipelines
from schema.types.view import field, view

ALL_ITS_RUNS = PipelineRunFilter(include_children=True)
LastRuns = Annotated[int, strawberry.argument(description="Over how many of its newest runs, from 1 to the server's page limit.")]


@batched(PipelineValue)
async def stats_of_pipelines(
    pipelines: Sequence[PipelineValue], call: Call, last_runs: LastRuns = 50
) -> Sequence[domain.RunStats | GatewayError]:
    count = page_size(last_runs, call.context, "lastRuns")
    chunks = await newest_of_pipelines(pipelines, call, "runs", ALL_ITS_RUNS, count)
    return [chunk if isinstance(chunk, GatewayError) else _stats(*newest_items(chunk, count)) for chunk in chunks]


def _stats(runs: list[Run], fault: GatewayError | None, more: bool) -> domain.RunStats | GatewayError:
    # A run that cannot be read may be a failure: figures without it would look better than they are.
    return fault if fault is not None else domain.stats_of(runs, complete=not more)


@batched(PipelineValue)
async def latest_runs_of_pipelines(pipelines: Sequence[PipelineValue], call: Call) -> Sequence[object]:
    chunks = await newest_of_pipelines(pipelines, call, "runs", ALL_ITS_RUNS, 1)
    runs = [chunk if isinstance(chunk, GatewayError) else _latest(*newest_items(chunk, 1)) for chunk in chunks]
    call.context.loaders.prime(run for run in runs if run is not None and not isinstance(run, GatewayError))
    return runs


def _latest(runs: list[Run], fault: GatewayError | None, _more: bool) -> Run | GatewayError | None:
    return fault if fault is not None else next(iter(runs), None)


Root = strawberry.Parent[domain.RunStats]


def p50(root: Root) -> float | None:
    return root.p50_duration_s


def p95(root: Root) -> float | None:
    return root.p95_duration_s


@view(domain.RunStats)
class RunStats:
    """How a pipeline has been doing, over its newest runs. Runs that succeeded or failed count; the others are only read over."""

    count: int = field("Over how many runs; fewer than asked for when there are no more.")
    complete: bool = field("Whether these were all that the vendor shows.")
    succeeded: int = field("Runs that succeeded.")
    failed: int = field("Runs that failed.")
    success_rate: float | None = field("Share of successes, from 0 to 1; null when no run has succeeded or failed.")
    p50_duration_seconds: float | None = field("Half of them took no longer than this.", p50)
    p95_duration_seconds: float | None = field("95 of 100 took no longer than this.", p95)
    failures_in_a_row: int = field("How many of the newest have failed since the last success.")
    from_time: datetime | None = field("When the oldest of these runs was created.")
    to_time: datetime | None = field("When the newest of these runs was created.")
