"""Tables of attempts, their ends, and idempotency keys. The first two are only ever added to."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, Table

from gateway.store.columns import metadata, text

attempts = Table(
    "mutation_attempts",
    metadata,
    Column("id", text, primary_key=True),
    Column("at_us", BigInteger, nullable=False),
    Column("caller", text, nullable=False),
    Column("mutation", text, nullable=False),
    Column("provider", text),
    Column("target", text),
    Column("idempotency_key", text),
    Column("lease_us", BigInteger, nullable=False),  # when it counts as abandoned, unless it was settled
    Column("destination", text),
    Column("confirmed_by", text),
)
NEWEST_FIRST = (attempts.c.at_us.desc(), attempts.c.id.desc())
Index("ix_mutation_attempts_newest", *NEWEST_FIRST)
for _name in ("provider", "target", "idempotency_key", "destination"):
    _given = attempts.c[_name].is_not(None)
    Index(f"ix_mutation_attempts_{_name}", attempts.c[_name], *NEWEST_FIRST, sqlite_where=_given, postgresql_where=_given)

settlements = Table(
    "mutation_settlements",
    metadata,
    Column("attempt_id", text, primary_key=True),
    Column("outcome", text, nullable=False),
    Column("duration_us", BigInteger, nullable=False),
    Column("code", text),
    Column("method", text),
    Column("path", text),
    Column("status", Integer),
    Column("request_id", text),
    Column("writes", Integer, nullable=False),
    Column("changed", text, nullable=False),  # global ids, as JSON
)

claims = Table(
    "mutation_claims",
    metadata,
    Column("caller", text, primary_key=True),
    Column("mutation", text, primary_key=True),
    Column("key", text, primary_key=True),
    Column("digest", LargeBinary, nullable=False),  # keyed, of the input
    Column("attempt_id", text, nullable=False),
    Column("claimed_us", BigInteger, nullable=False),
    Column("lease_us", BigInteger, nullable=False),
    Column("answer", LargeBinary),  # None until it is settled
)
Index("ix_mutation_claims_claimed", claims.c.claimed_us)

secrets = Table(
    "store_secrets",
    metadata,
    Column("name", text, primary_key=True),
    Column("value", LargeBinary, nullable=False),
)
