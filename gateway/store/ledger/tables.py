"""Tables of the ledger and the indexes that its reads rely on."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, SmallInteger, Table

from gateway.store.columns import metadata, text

sequence = BigInteger().with_variant(Integer(), "sqlite")  # only INTEGER is SQLite's own row number

notifications = Table(
    "ledger_notifications",
    metadata,
    Column("sequence", sequence, primary_key=True, autoincrement=False),
    Column("provider", text, nullable=False),
    Column("reference_id", text, nullable=False),
    Column("received_us", BigInteger, nullable=False),
    Column("checked", text, nullable=False),  # the RunNotification, as JSON
    Column("raw", LargeBinary, nullable=False),  # as it was sent
)
Index("ix_ledger_notifications_run", *notifications.c["provider", "reference_id", "sequence"])

runs = Table(
    "ledger_runs",
    metadata,
    Column("provider", text, primary_key=True),
    Column("reference_id", text, primary_key=True),
    Column("pipeline_source", text, nullable=False),
    Column("pipeline_name", text, nullable=False),
    Column("started_us", BigInteger, nullable=False),
    Column("finished_us", BigInteger),
    Column("status_rank", SmallInteger, nullable=False),
    Column("repository", text),
    Column("commit_sha", text),
    Column("pull_request", BigInteger),
    Column("branch", text),
    Column("url", text),
    Column("email", text),
    Column("github_username", text),
    Column("gitlab_username", text),
    Column("repository_folded", text),  # folded: str.casefold(), to find it however it is written
    Column("email_folded", text),
    Column("github_folded", text),
    Column("gitlab_folded", text),
    Column("notifications", Integer, nullable=False),
    Column("places", text, nullable=False),  # whose word each field is: merging.py
)

NEWEST_FIRST = (runs.c.started_us.desc(), runs.c.reference_id)
"""The order of RunPlace. Every index below ends in it, so that a page is one stretch of an index."""

Index("ix_ledger_runs_newest", runs.c.provider, *NEWEST_FIRST)
Index("ix_ledger_runs_pipeline", *runs.c["provider", "pipeline_source", "pipeline_name"], *NEWEST_FIRST, runs.c.status_rank)
Index("ix_ledger_runs_status", *runs.c["provider", "status_rank"], *NEWEST_FIRST)
for _name in ("repository_folded", "commit_sha", "pull_request", "branch", "email_folded", "github_folded", "gitlab_folded"):
    _given = runs.c[_name].is_not(None)
    Index(
        f"ix_ledger_runs_{_name}",
        *runs.c["provider", _name],
        *NEWEST_FIRST,
        sqlite_where=_given,
        postgresql_where=_given,
    )

pipelines = Table(
    "ledger_pipelines",  # every (source, name) that a run ever had. Whether one still has it, and since when, the runs tell
    metadata,
    Column("provider", text, primary_key=True),
    Column("source", text, primary_key=True),
    Column("name", text, primary_key=True),
    Column("name_folded", text, nullable=False),
)

outbox = Table(
    "ledger_outbox",
    metadata,
    Column("id", sequence, primary_key=True, autoincrement=False),  # the notification's sequence
    Column("provider", text, nullable=False),
    Column("reference_id", text, nullable=False),
    Column("queued_us", BigInteger, nullable=False),
    Column("due_us", BigInteger, nullable=False),  # an entry that somebody works on is due when his lease ends
    Column("attempts", Integer, nullable=False),
    Column("refused_us", BigInteger),
    Column("failed_us", BigInteger),
    Column("error", text),
)
waits = outbox.c.refused_us.is_(None)
_refused = outbox.c.refused_us.is_not(None)
_failed = outbox.c.failed_us.is_not(None)
Index("ix_ledger_outbox_due", *outbox.c["provider", "due_us", "id"], sqlite_where=waits, postgresql_where=waits)
Index("ix_ledger_outbox_run", *outbox.c["provider", "reference_id", "id"], sqlite_where=waits, postgresql_where=waits)
Index("ix_ledger_outbox_oldest", *outbox.c["provider", "id"], sqlite_where=waits, postgresql_where=waits)
Index("ix_ledger_outbox_refused", *outbox.c["provider", "id"], sqlite_where=_refused, postgresql_where=_refused)
Index("ix_ledger_outbox_failed", *outbox.c["provider", "failed_us"], sqlite_where=_failed, postgresql_where=_failed)
