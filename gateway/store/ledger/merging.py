"""How one more notification changes a run, without reading the earlier ones again: `fold`, step by step.

A run's row keeps, for each field that describes it, the place (`precedence`) of the notification whose word it is. A later word
replaces an earlier one, whichever comes in first. That the outcome is `fold` of all notifications is a test.
"""

from typing import Any

import msgspec
from sqlalchemy import RowMapping

from gateway.domain.ledger import RANK, RunNotification
from gateway.store.instants import to_us

Place = tuple[int, int, int, int]
"""Start, end, rank of the state, sequence."""

UNFINISHED = -(2**62)
"""An end that comes before all ends."""

COLUMNS = {
    "repository": "repository",
    "commit": "commit_sha",
    "pull_request": "pull_request",
    "branch": "branch",
    "url": "url",
    "email": "email",
    "github_username": "github_username",
    "gitlab_username": "gitlab_username",
}
"""What a notification may leave out, and its column. The pipeline, which it may not, comes before them."""

FOLDED = {
    "repository": "repository_folded",
    "email": "email_folded",
    "github_username": "github_folded",
    "gitlab_username": "gitlab_folded",
}
"""What is found however it is written, and the column that holds it as `str.casefold` makes it."""

Row = dict[str, Any]

_decoder = msgspec.json.Decoder(list[tuple[int, int, int, int, int]])


class Merge:
    """A run that is being put together. `row` holds the columns of `ledger_runs`; `saved` is such a row as it was stored."""

    def __init__(self, provider: str, reference_id: str, saved: RowMapping | None = None) -> None:
        self._places: list[Place | None] = [None] * (1 + len(COLUMNS))
        if saved is None:
            self.row: Row = dict.fromkeys(("finished_us", *COLUMNS.values(), *FOLDED.values()))
            self.row.update(provider=provider, reference_id=reference_id, started_us=None, status_rank=0, notifications=0)
        else:
            self.row = dict(saved)
            for start, end, rank, sequence, fields in _decoder.decode(saved["places"]):
                for index in range(len(self._places)):
                    if fields >> index & 1:
                        self._places[index] = (start, end, rank, sequence)

    def add(self, given: RunNotification, sequence: int) -> None:
        """In any order. The same `sequence` twice counts twice."""
        row = self.row
        start = to_us(given.started_at)
        end = None if given.finished_at is None else to_us(given.finished_at)
        rank = RANK[given.status]
        row["notifications"] += 1
        row["status_rank"] = max(row["status_rank"], rank)
        if row["started_us"] is None or start < row["started_us"]:
            row["started_us"] = start
        if end is not None and (row["finished_us"] is None or end > row["finished_us"]):
            row["finished_us"] = end
        place = (start, UNFINISHED if end is None else end, rank, sequence)
        if self._is_later(0, place):
            row["pipeline_source"] = given.pipeline_source
            row["pipeline_name"] = given.pipeline_name
        for index, (field, column) in enumerate(COLUMNS.items(), start=1):
            value = getattr(given, field)
            if value is not None and value != "" and self._is_later(index, place):
                row[column] = value

    def finish(self) -> Row:
        """The whole row, to be stored."""
        for field, folded in FOLDED.items():
            value = self.row[field]
            self.row[folded] = None if value is None else value.casefold()
        fields: dict[Place, int] = {}
        for index, place in enumerate(self._places):
            if place is not None:
                fields[place] = fields.get(place, 0) | 1 << index
        self.row["places"] = msgspec.json.encode([(*place, mask) for place, mask in fields.items()]).decode()
        return self.row

    def _is_later(self, index: int, place: Place) -> bool:
        """And takes the place, if so."""
        before = self._places[index]
        if before is not None and before > place:
            return False
        self._places[index] = place
        return True
