"""How long a run takes and how it ends."""

from datetime import datetime, timedelta
from random import Random

from gateway.providers.nuvo.simulator.execution import Counts, Ending, Run, RunType
from gateway.providers.nuvo.simulator.identities import Identity

# The last one is in no documentation: vendors add words.
ERRORS = (
    ("SOURCE_UNRESPONSIVE", "The server did not answer within 30 s"),
    ("SOURCE_DATA_EMPTY", "The file has no rows"),
    ("PARSING_FAILURE", "Line 118: a quote is not closed"),
    ("DESTINATION_UNRESPONSIVE", "The destination answered 503"),
    ("DESTINATION_SIZE_LIMIT", "The body exceeds what the destination takes"),
    ("WRITE_FILE_FAILURE", "The output could not be written"),
    ("ERROR_THRESHOLD_EXCEEDED", "12.4 % of the cells are erroneous, allowed are 10 %"),
    ("QUOTA_EXHAUSTED", "The plan's rows for this month are used up"),
)
_NOTHING_READ = frozenset({"SOURCE_UNRESPONSIVE", "SOURCE_DATA_EMPTY", "PARSING_FAILURE"})
_THRESHOLD = ERRORS[6]


def plan_run(
    kind: RunType, started_at: datetime, by: Identity, random: Random, *, ending: Ending | None = None, seconds: float | None = None
) -> Run:
    """A run from its start to its end; 15 of 100 fail where no ending is given."""
    chosen = ending or ("FAILED" if random.random() < 0.15 else "SUCCESSFUL")
    length = timedelta(milliseconds=random.randint(900, 240_000)) if seconds is None else timedelta(seconds=seconds)
    columns, rows = random.randint(3, 24), random.randint(1, 4_000)
    cells = rows * columns
    failed = chosen == "FAILED"
    error = random.choice(ERRORS) if failed else None
    if error is not None and error[0] in _NOTHING_READ:
        counts = Counts(0, 0, 0, 0)
    else:
        wrong = random.randint(cells // 9, cells // 3) if error == _THRESHOLD else int(cells * random.random() * 0.05)
        counts = Counts(rows, cells, wrong, min(rows, wrong))
        if error is None and wrong:
            # The list example of the documents has an error beside SUCCESSFUL; shown when the settings say so.
            error = ("ERROR_THRESHOLD_EXCEEDED", "The erroneous cells stay below what is allowed")
    error_type, message = error or (None, "")
    return Run(kind, started_at, started_at + length, chosen, counts, by, error_type, message)
