"""Which rows of `ledger_runs` a query means, cut into stretches of one index.

One of the filters, the one that promises the fewest runs, leads: each of its values is a stretch of an index that lies there
newest first. The other filters are applied to the rows of the stretches.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, and_, false, or_

from gateway.domain.ledger import RANK, LedgerQuery, RunPlace
from gateway.store.dialects import Dialect
from gateway.store.instants import to_us
from gateway.store.ledger.tables import runs

Condition = ColumnElement[bool]

LEADING = ("commits", "pull_requests", "actors", "pipelines", "repositories", "branches", "statuses")
"""Filters, the one with the fewest runs per value first."""

RARE = ("commits", "pull_requests")
"""Filters that leave fewer runs than a pipeline has."""

PIPELINE = (runs.c.pipeline_source, runs.c.pipeline_name)
ACTORS = (runs.c.email_folded, runs.c.github_folded, runs.c.gitlab_folded)


class Lead(msgspec.Struct, frozen=True):
    """Runs whose `columns` have one of `values`; all runs when there are no columns."""

    columns: tuple[ColumnElement[Any], ...]
    values: list[tuple[Any, ...]]


def leads(query: LedgerQuery) -> list[Lead]:
    """The runs to begin with. A run may be in two of them."""
    name = leading(query)
    return [Lead((), [()])] if name is None else _LEADS[name](getattr(query, name))


def leading(query: LedgerQuery) -> str | None:
    """Which filter leads, if any can."""
    return next((name for name in LEADING if _can_lead(name, getattr(query, name))), None)


def leads_of_each(pipelines: Sequence[tuple[str, str]], query: LedgerQuery, dialect: Dialect) -> tuple[list[Lead], set[str]]:
    """The runs of each pipeline to begin with, and the filters that this takes care of."""
    wanted = list(dict.fromkeys(pipelines))
    rare = next((name for name in RARE if getattr(query, name) is not None), None)
    if rare is None:
        return [Lead(PIPELINE, wanted)], {"pipelines"}
    in_pipeline = tuple(dialect.passed_over(column) for column in PIPELINE)
    return [
        Lead((*lead.columns, *in_pipeline), [(*value, *pipeline) for value in lead.values for pipeline in wanted])
        for lead in _LEADS[rare](getattr(query, rare))
    ], {"pipelines", rare}


def others(provider: str, query: LedgerQuery, dialect: Dialect, but: Collection[str | None]) -> list[Condition]:
    """All filters except those named and times."""
    names = [name for name in LEADING if name not in but and getattr(query, name) is not None]
    return [runs.c.provider == provider, *(_other(name, getattr(query, name), dialect) for name in names)]


def in_time(query: LedgerQuery, at_or_before: datetime | None, after: RunPlace | None) -> list[Condition]:
    """The part of every stretch that lies in the asked time and behind `after`."""
    begun = runs.c.started_us
    conditions: list[Condition] = []
    if query.started_from is not None:
        conditions.append(begun >= to_us(query.started_from))
    if query.started_to is not None:
        conditions.append(begun < to_us(query.started_to))
    if at_or_before is not None:
        conditions.append(begun <= to_us(at_or_before))
    if after is not None:
        since = to_us(after.started_at)
        conditions += [begun <= since, or_(begun < since, runs.c.reference_id > after.reference_id)]
    return conditions


def _can_lead(name: str, values: Sequence[Any] | None) -> bool:
    return values is not None and not (name == "branches" and any("*" in branch for branch in values))


def _ranks(statuses: Sequence[Any]) -> list[int]:
    return [RANK[status] for status in statuses if status in RANK]


def _each(column: ColumnElement[Any], values: Iterable[Any]) -> Lead:
    return Lead((column,), [(value,) for value in dict.fromkeys(values)])


_LEADS: dict[str, Callable[[Sequence[Any]], list[Lead]]] = {
    "commits": lambda values: [_each(runs.c.commit_sha, values)],
    "pull_requests": lambda values: [_each(runs.c.pull_request, values)],
    "actors": lambda values: [_each(column, map(str.casefold, values)) for column in ACTORS],
    "pipelines": lambda values: [Lead(PIPELINE, list(dict.fromkeys(values)))],
    "repositories": lambda values: [_each(runs.c.repository_folded, map(str.casefold, values))],
    "branches": lambda values: [_each(runs.c.branch, values)],
    "statuses": lambda values: [_each(runs.c.status_rank, _ranks(values))],
}


def _other(name: str, values: Sequence[Any], dialect: Dialect) -> Condition:
    def texts(column: ColumnElement[str], wanted: Sequence[str]) -> Condition:
        return dialect.among_values(plain(column), wanted)

    plain = dialect.passed_over
    choices: list[Condition]
    match name:
        case "commits":
            choices = [texts(runs.c.commit_sha, values)]
        case "pull_requests":
            choices = [plain(runs.c.pull_request).in_(values)]
        case "actors":
            choices = [texts(column, [value.casefold() for value in values]) for column in ACTORS]
        case "pipelines":
            source, own_name = plain(runs.c.pipeline_source), plain(runs.c.pipeline_name)
            choices = [and_(source == each[0], own_name == each[1]) for each in values]
        case "repositories":
            choices = [texts(runs.c.repository_folded, [value.casefold() for value in values])]
        case "branches":
            branch = plain(runs.c.branch)
            choices = [dialect.matches(branch, each) for each in values if "*" in each]
            choices.append(texts(runs.c.branch, [each for each in values if "*" not in each]))
        case _:
            choices = [plain(runs.c.status_rank).in_(_ranks(values))]
    return or_(false(), *choices)
