"""Destinations, their records and calls, named inputs; and whose attempt it was that a destination made."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COUNTERS = (
    "accepted",
    "queued",
    "running",
    "succeeded",
    "failed",
    "unknown",
    "canceled",
    "calls",
    "webhooks_sent",
    "webhooks_lost",
)


def upgrade() -> None:
    _attempts()
    _destinations()
    _records()
    _calls()
    _intakes()


def _attempts() -> None:
    op.add_column("mutation_attempts", sa.Column("destination", TEXT))
    op.add_column("mutation_attempts", sa.Column("confirmed_by", TEXT))
    columns: list[str | sa.TextClause] = ["destination", sa.text("at_us DESC"), sa.text("id DESC")]
    _index("ix_mutation_attempts_destination", "mutation_attempts", columns, "destination IS NOT NULL")


def _destinations() -> None:
    op.create_table(
        "destinations",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("provider", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("name_folded", TEXT, nullable=False),
        sa.Column("settings", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("created_us", sa.BigInteger, nullable=False),
        sa.Column("updated_us", sa.BigInteger, nullable=False),
        sa.Column("problems", TEXT, nullable=False),
        sa.Column("warnings", TEXT, nullable=False),
        sa.Column("activated_by", TEXT),
        sa.Column("error_us", sa.BigInteger),
        sa.Column("error_code", TEXT),
        sa.Column("error_message", TEXT),
        sa.Column("failures_in_row", sa.Integer, nullable=False),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in COUNTERS),
        sa.Column("next_number", sa.BigInteger, nullable=False),
        sa.Column("next_place", sa.BigInteger, nullable=False),
        sa.Column("next_call", sa.BigInteger, nullable=False),
        sa.Column("due_us", sa.BigInteger),
        sa.Column("head_call", sa.BigInteger),
        sa.Column("head_running", sa.Boolean, nullable=False),
        sa.Column("head_attempt", sa.Integer, nullable=False),
        sa.Column("head_failures", sa.Integer, nullable=False),
        sa.Column("head_attempt_id", TEXT),
        sa.Column("head_first", sa.BigInteger, nullable=False),
        sa.Column("head_last", sa.BigInteger, nullable=False),
        sa.Column("lease_worker", TEXT),
        sa.Column("lease_us", sa.BigInteger, nullable=False),
        postgresql_with={"fillfactor": 50},  # each call changes its row, which then can stay where it is
    )
    _index("ix_destinations_newest", "destinations", [sa.text("created_us DESC"), sa.text("id DESC")])


def _records() -> None:
    table = "destination_records"
    op.create_table(
        table,
        sa.Column("id", ROW_NUMBER, primary_key=True),
        sa.Column("destination_id", TEXT, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("place", sa.BigInteger),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("content", sa.LargeBinary),
        sa.Column("record_key", TEXT),
        sa.Column("key_digest", TEXT),
        sa.Column("key_attribute", TEXT),
        sa.Column("content_digest", sa.LargeBinary),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("call", sa.BigInteger),
        sa.Column("ends_input", sa.Boolean, nullable=False),
        sa.Column("accepted_us", sa.BigInteger, nullable=False),
        sa.Column("at_us", sa.BigInteger, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index(f"ix_{table}_number", table, ["destination_id", "number"], unique=True)
    op.create_index(f"ix_{table}_newest", table, ["destination_id", "id"])
    key: list[str | sa.TextClause] = ["key_digest", "destination_id", "key_attribute"]
    _index(f"ix_{table}_key", table, key, "key_digest IS NOT NULL", unique=True)
    _index(f"ix_{table}_queue", table, ["destination_id", "place"], "place IS NOT NULL")
    _index(f"ix_{table}_dead", table, ["destination_id", "status", "id"], "status IN ('failed', 'unknown', 'canceled')")
    _index(f"ix_{table}_succeeded", table, ["at_us"], "status = 'succeeded'")


def _calls() -> None:
    op.create_table(
        "destination_calls",
        sa.Column("destination_id", TEXT, primary_key=True),
        sa.Column("number", sa.BigInteger, primary_key=True),
        sa.Column("records", sa.Integer, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("attempt_id", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("code", TEXT),
        sa.Column("message", TEXT),
        sa.Column("receipt", TEXT),
        sa.Column("duration_us", sa.BigInteger),
        sa.Column("changed", TEXT, nullable=False),
        sa.Column("due_us", sa.BigInteger),
    )


def _intakes() -> None:
    op.create_table(
        "destination_intakes",
        sa.Column("destination_id", TEXT, primary_key=True),
        sa.Column("name", TEXT, primary_key=True),
        sa.Column("consumed", sa.BigInteger, nullable=False),
        sa.Column("accepted", sa.BigInteger, nullable=False),
        sa.Column("duplicates", sa.BigInteger, nullable=False),
        sa.Column("refused", sa.BigInteger, nullable=False),
        sa.Column("ended", sa.Boolean, nullable=False),
        sa.Column("digest", sa.LargeBinary),
        sa.Column("at_us", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_destination_intakes_touched", "destination_intakes", ["at_us"])


def _index(name: str, table: str, columns: list[str | sa.TextClause], where: str | None = None, *, unique: bool = False) -> None:
    condition = None if where is None else sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=condition, postgresql_where=condition)
