"""Who asked for a run, when, and how it is to be done."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

ExecutionType = Literal["MANUAL", "SCHEDULED", "WEBHOOK", "PLAN"]


@dataclass(frozen=True, slots=True)
class RunRequest:
    """`api_version` is set only for runs started through the API: what `talend-version` asked for, or its default."""

    at: datetime  # aware, UTC: the trigger time
    user: str
    user_type: Literal["HUMAN", "SERVICE"]
    execution_type: ExecutionType
    api_version: str | None = None
    timeout_min: int | None = None  # None: as the run configuration says
