"""Attempts to change something, their ends, and idempotency keys."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
NEWEST_FIRST = (sa.text("at_us DESC"), sa.text("id DESC"))


def upgrade() -> None:
    op.create_table(
        "mutation_attempts",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("at_us", sa.BigInteger, nullable=False),
        sa.Column("caller", TEXT, nullable=False),
        sa.Column("mutation", TEXT, nullable=False),
        sa.Column("provider", TEXT),
        sa.Column("target", TEXT),
        sa.Column("idempotency_key", TEXT),
        sa.Column("lease_us", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_mutation_attempts_newest", "mutation_attempts", list(NEWEST_FIRST))
    for name in ("provider", "target", "idempotency_key"):
        given = sa.text(f"{name} IS NOT NULL")
        op.create_index(
            f"ix_mutation_attempts_{name}",
            "mutation_attempts",
            [name, *NEWEST_FIRST],
            sqlite_where=given,
            postgresql_where=given,
        )
    op.create_table(
        "mutation_settlements",
        sa.Column("attempt_id", TEXT, primary_key=True),
        sa.Column("outcome", TEXT, nullable=False),
        sa.Column("duration_us", sa.BigInteger, nullable=False),
        sa.Column("code", TEXT),
        sa.Column("method", TEXT),
        sa.Column("path", TEXT),
        sa.Column("status", sa.Integer),
        sa.Column("request_id", TEXT),
        sa.Column("writes", sa.Integer, nullable=False),
        sa.Column("changed", TEXT, nullable=False),
    )
    op.create_table(
        "mutation_claims",
        sa.Column("caller", TEXT, primary_key=True),
        sa.Column("mutation", TEXT, primary_key=True),
        sa.Column("key", TEXT, primary_key=True),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("attempt_id", TEXT, nullable=False),
        sa.Column("claimed_us", sa.BigInteger, nullable=False),
        sa.Column("lease_us", sa.BigInteger, nullable=False),
        sa.Column("answer", sa.LargeBinary),
    )
    op.create_index("ix_mutation_claims_claimed", "mutation_claims", ["claimed_us"])
    op.create_table("store_secrets", sa.Column("name", TEXT, primary_key=True), sa.Column("value", sa.LargeBinary, nullable=False))
