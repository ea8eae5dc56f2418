"""Writes notifications and the runs they belong to, many in one transaction."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

import msgspec
from sqlalchemy import BigInteger, Connection, RowMapping, bindparam, func, insert, literal, select, text

from gateway.domain.ledger import LedgerRun
from gateway.store.database import Database
from gateway.store.instants import to_us
from gateway.store.ledger.merging import Merge, Row
from gateway.store.ledger.recording import Recording
from gateway.store.ledger.run_row import to_run
from gateway.store.ledger.tables import notifications, outbox, pipelines, runs

RunId = tuple[str, str]
"""Provider and reference id."""

LAST_SEQUENCE = select(func.coalesce(func.max(notifications.c.sequence), 0))

MOST_REMEMBERED = 10_000

IDENTITY = {"provider", "reference_id"}
KEPT = [column.name for column in runs.c if column.name not in IDENTITY]


class Recorder:
    """`record_all` is what `GroupCommit` calls. Safe beside others on the same database.

    On SQLite a transaction is the only one that writes. On PostgreSQL it locks the runs it will change, always in the order
    of their ids, before it does anything else with them: so no two wait for each other, and the sequence numbers of one
    run's notifications grow in the order in which they become visible.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._dialect = database.dialect
        self._known_pipelines: set[tuple[str, str, str]] = set()
        self._save_runs = self._dialect.insert_or_replace(runs, KEPT)
        self._claim_runs = self._dialect.insert_or_skip(runs)
        own = self._dialect.among(runs.c.reference_id, bindparam("ids"))
        self._read_runs = select(runs).where(runs.c.provider == bindparam("provider"), own)
        if self._dialect.shares_writing:
            self._read_runs = self._read_runs.order_by(runs.c.reference_id).with_for_update()
        self._save_pipelines = self._dialect.insert_or_skip(pipelines)

    async def record_all(self, recordings: Sequence[Recording]) -> Sequence[LedgerRun]:
        """One transaction: all of them, or none and an exception."""
        rows = await self._database.write(lambda connection: self._record(connection, recordings))
        self._remember_pipelines(rows.values())
        stored = {run_id: to_run(row) for run_id, row in rows.items()}
        return [stored[each.provider, each.notification.reference_id] for each in recordings]

    def _record(self, connection: Connection, recordings: Sequence[Recording]) -> dict[RunId, Row]:
        merges = self.claim(connection, {(each.provider, each.notification.reference_id) for each in recordings})
        numbered = list(zip(self._take_sequences(connection, len(recordings)), recordings, strict=True))
        for sequence, each in numbered:
            merges[each.provider, each.notification.reference_id].add(each.notification, sequence)
        connection.execute(insert(notifications), [_raw_row(*each) for each in numbered])
        waiting = [_outbox_row(sequence, each) for sequence, each in numbered if each.forward]
        if waiting:
            connection.execute(insert(outbox), waiting)
        return self.save(connection, merges)

    def claim(self, connection: Connection, run_ids: Iterable[RunId], *, anew: bool = False) -> dict[RunId, Merge]:
        """Locks runs, those not yet there included, and gives them as they stand, or as if nothing were known of them (`anew`)."""
        ordered = sorted(run_ids)
        if self._dialect.shares_writing:
            connection.execute(self._claim_runs, [_placeholder(*each) for each in ordered])
        saved: dict[RunId, RowMapping] = {}
        for provider, group in groupby(ordered, key=lambda each: each[0]):
            ids = [reference_id for _, reference_id in group]
            asked = {"provider": provider, "ids": self._dialect.texts(ids)}
            for row in connection.execute(self._read_runs, asked).mappings():
                if row["notifications"]:
                    saved[provider, row["reference_id"]] = row
        return {run_id: Merge(*run_id, None if anew else saved.get(run_id)) for run_id in ordered}

    def save(self, connection: Connection, merges: Mapping[RunId, Merge]) -> dict[RunId, Row]:
        """Writes claimed runs, and pipelines that are new."""
        rows = {run_id: merge.finish() for run_id, merge in merges.items()}
        connection.execute(self._save_runs, list(rows.values()))
        unknown = sorted({_pipeline(row) for row in rows.values()} - self._known_pipelines)
        if unknown:
            connection.execute(
                self._save_pipelines,
                [{"provider": each[0], "source": each[1], "name": each[2], "name_folded": each[2].casefold()} for each in unknown],
            )
        return rows

    def _take_sequences(self, connection: Connection, count: int) -> list[int]:
        if not self._dialect.shares_writing:
            last = connection.execute(LAST_SEQUENCE).scalar_one()
            return list(range(last + 1, last + 1 + count))
        numbers = func.generate_series(1, literal(count, BigInteger)).table_valued("n")
        taken = connection.execute(select(text("nextval('ledger_sequence')")).select_from(numbers))
        return sorted(taken.scalars())

    def _remember_pipelines(self, rows: Iterable[Row]) -> None:
        if len(self._known_pipelines) > MOST_REMEMBERED:
            self._known_pipelines.clear()
        self._known_pipelines.update(map(_pipeline, rows))


def _pipeline(row: Row) -> tuple[str, str, str]:
    return row["provider"], row["pipeline_source"], row["pipeline_name"]


def _placeholder(provider: str, reference_id: str) -> Row:
    """A run that nobody sees: it is filled in the same transaction."""
    return {
        "provider": provider,
        "reference_id": reference_id,
        "pipeline_source": "",
        "pipeline_name": "",
        "started_us": 0,
        "status_rank": 0,
        "notifications": 0,
        "places": "[]",
    }


def _raw_row(sequence: int, recording: Recording) -> Row:
    return {
        "sequence": sequence,
        "provider": recording.provider,
        "reference_id": recording.notification.reference_id,
        "received_us": to_us(recording.received_at),
        "checked": msgspec.json.encode(recording.notification).decode(),
        "raw": recording.raw,
    }


def _outbox_row(sequence: int, recording: Recording) -> Row:
    received_us = to_us(recording.received_at)
    return {
        "id": sequence,
        "provider": recording.provider,
        "reference_id": recording.notification.reference_id,
        "queued_us": received_us,
        "due_us": received_us,
        "attempts": 0,
    }
