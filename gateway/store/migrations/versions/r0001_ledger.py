"""The ledger: notifications, the runs they make, pipelines, and what waits to be passed on."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NEWEST_FIRST = (sa.text("started_us DESC"), "reference_id")


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(sa.schema.CreateSequence(sa.Sequence("ledger_sequence", data_type=sa.BigInteger())))
    _notifications()
    _runs()
    _pipelines()
    _outbox()


def _notifications() -> None:
    op.create_table(
        "ledger_notifications",
        sa.Column("sequence", SEQUENCE, primary_key=True, autoincrement=False),
        sa.Column("provider", TEXT, nullable=False),
        sa.Column("reference_id", TEXT, nullable=False),
        sa.Column("received_us", sa.BigInteger, nullable=False),
        sa.Column("checked", TEXT, nullable=False),
        sa.Column("raw", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_ledger_notifications_run", "ledger_notifications", ["provider", "reference_id", "sequence"])


def _runs() -> None:
    op.create_table(
        "ledger_runs",
        sa.Column("provider", TEXT, primary_key=True),
        sa.Column("reference_id", TEXT, primary_key=True),
        sa.Column("pipeline_source", TEXT, nullable=False),
        sa.Column("pipeline_name", TEXT, nullable=False),
        sa.Column("started_us", sa.BigInteger, nullable=False),
        sa.Column("finished_us", sa.BigInteger),
        sa.Column("status_rank", sa.SmallInteger, nullable=False),
        sa.Column("repository", TEXT),
        sa.Column("commit_sha", TEXT),
        sa.Column("pull_request", sa.BigInteger),
        sa.Column("branch", TEXT),
        sa.Column("url", TEXT),
        sa.Column("email", TEXT),
        sa.Column("github_username", TEXT),
        sa.Column("gitlab_username", TEXT),
        sa.Column("repository_folded", TEXT),
        sa.Column("email_folded", TEXT),
        sa.Column("github_folded", TEXT),
        sa.Column("gitlab_folded", TEXT),
        sa.Column("notifications", sa.Integer, nullable=False),
        sa.Column("places", TEXT, nullable=False),
        postgresql_with={"fillfactor": 80},  # room for rows that change to stay where they are
    )
    _index("runs", "newest", [*NEWEST_FIRST])
    _index("runs", "pipeline", ["pipeline_source", "pipeline_name", *NEWEST_FIRST, "status_rank"])
    _index("runs", "status", ["status_rank", *NEWEST_FIRST])
    for name in ("repository_folded", "commit_sha", "pull_request", "branch", "email_folded", "github_folded", "gitlab_folded"):
        _index("runs", name, [name, *NEWEST_FIRST], f"{name} IS NOT NULL")


def _pipelines() -> None:
    op.create_table(
        "ledger_pipelines",
        sa.Column("provider", TEXT, primary_key=True),
        sa.Column("source", TEXT, primary_key=True),
        sa.Column("name", TEXT, primary_key=True),
        sa.Column("name_folded", TEXT, nullable=False),
    )


def _outbox() -> None:
    op.create_table(
        "ledger_outbox",
        sa.Column("id", SEQUENCE, primary_key=True, autoincrement=False),
        sa.Column("provider", TEXT, nullable=False),
        sa.Column("reference_id", TEXT, nullable=False),
        sa.Column("queued_us", sa.BigInteger, nullable=False),
        sa.Column("due_us", sa.BigInteger, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("refused_us", sa.BigInteger),
        sa.Column("failed_us", sa.BigInteger),
        sa.Column("error", TEXT),
    )
    _index("outbox", "due", ["due_us", "id"], "refused_us IS NULL")
    _index("outbox", "run", ["reference_id", "id"], "refused_us IS NULL")
    _index("outbox", "oldest", ["id"], "refused_us IS NULL")
    _index("outbox", "refused", ["id"], "refused_us IS NOT NULL")
    _index("outbox", "failed", ["failed_us"], "failed_us IS NOT NULL")


def _index(table: str, name: str, columns: list[str | sa.TextClause], where: str | None = None) -> None:
    condition = None if where is None else sa.text(where)
    op.create_index(
        f"ix_ledger_{table}_{name}",
        f"ledger_{table}",
        ["provider", *columns],
        sqlite_where=condition,
        postgresql_where=condition,
    )
