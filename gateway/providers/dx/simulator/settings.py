"""Switches of one running simulator; each may be changed at any time."""

from dataclasses import dataclass
from typing import Literal

AuthErrors = Literal["422", "401/403", "200"]


@dataclass(slots=True)
class SimulatorSettings:
    """The defaults are the strict reading of the documentation."""

    # The status of the three errors about keys: the documentation knows 422 only, a public client expects 401 and 403, and
    # `ok` false on 200 is what the answer's form allows.
    auth_errors: AuthErrors = "422"
    # ASSUMED: 7 requests a second, which public importers stay below; disproved by a faster one that is not refused.
    rate_limit: int = 7
    rate_window_s: float = 1.0
    retry_after_header: bool = True
    # The vendor may ignore arguments it does not know. The simulator refuses them, so that a misspelt one is noticed.
    ignore_unknown: bool = False
    # ASSUMED: both names are served by all instances; disproved by one that answers unknown_method to either.
    served: frozenset[str] = frozenset({"pipelineRuns.sync", "pipelineRuns.upsert"})
