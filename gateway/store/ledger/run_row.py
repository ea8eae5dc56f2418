"""A row of `ledger_runs` as the value that others see."""

from typing import Any

from sqlalchemy import RowMapping

from gateway.domain.ledger import RANK, LedgerRun
from gateway.store.instants import from_us

STATUSES = {rank: status for status, rank in RANK.items()}


def to_run(row: RowMapping | dict[str, Any]) -> LedgerRun:
    finished_us = row["finished_us"]
    return LedgerRun(
        reference_id=row["reference_id"],
        pipeline_source=row["pipeline_source"],
        pipeline_name=row["pipeline_name"],
        started_at=from_us(row["started_us"]),
        finished_at=None if finished_us is None else from_us(finished_us),
        status=STATUSES[row["status_rank"]],
        repository=row["repository"],
        commit=row["commit_sha"],
        pull_request=row["pull_request"],
        branch=row["branch"],
        url=row["url"],
        email=row["email"],
        github_username=row["github_username"],
        gitlab_username=row["gitlab_username"],
        notifications=row["notifications"],
    )
