"""Tables of destinations, their records, their calls, and what is known of named inputs.

Whatever changes a queue first locks the row of its destination, so that numbers, places and counters are right. A record has a
place as long as it is queued or running, one behind the other without gaps.
"""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, Table, literal_column

from gateway.domain.destination import DEAD
from gateway.store.columns import metadata, text

row_number = BigInteger().with_variant(Integer(), "sqlite")  # only INTEGER is SQLite's own row number

destinations = Table(
    "destinations",
    metadata,
    Column("id", text, primary_key=True),
    Column("provider", text, nullable=False),
    Column("name", text, nullable=False),
    Column("name_folded", text, nullable=False),  # str.casefold(), to find it however it is written
    Column("settings", text, nullable=False),  # DestinationSettings, as JSON
    Column("state", text, nullable=False),
    Column("created_us", BigInteger, nullable=False),
    Column("updated_us", BigInteger, nullable=False),
    Column("problems", text, nullable=False),  # JSON
    Column("warnings", text, nullable=False),  # JSON
    Column("activated_by", text),
    Column("error_us", BigInteger),  # these three: the last error
    Column("error_code", text),
    Column("error_message", text),
    Column("failures_in_row", Integer, nullable=False),
    Column("accepted", BigInteger, nullable=False),  # counters, from here
    Column("queued", BigInteger, nullable=False),
    Column("running", BigInteger, nullable=False),
    Column("succeeded", BigInteger, nullable=False),
    Column("failed", BigInteger, nullable=False),
    Column("unknown", BigInteger, nullable=False),
    Column("canceled", BigInteger, nullable=False),
    Column("calls", BigInteger, nullable=False),
    Column("webhooks_sent", BigInteger, nullable=False),
    Column("webhooks_lost", BigInteger, nullable=False),  # to here
    Column("next_number", BigInteger, nullable=False),
    Column("next_place", BigInteger, nullable=False),
    Column("next_call", BigInteger, nullable=False),
    Column("due_us", BigInteger),  # before this nothing can be taken; None when nothing is queued
    Column("head_call", BigInteger),  # the batch at the head that is running or goes back; None without one
    Column("head_running", Boolean, nullable=False),
    Column("head_attempt", Integer, nullable=False),
    Column("head_failures", Integer, nullable=False),  # of its attempts
    Column("head_attempt_id", text),
    Column("head_first", BigInteger, nullable=False),  # places of that batch, or of the last one
    Column("head_last", BigInteger, nullable=False),
    Column("lease_worker", text),
    Column("lease_us", BigInteger, nullable=False),  # when it is over, or was given back
)
NEWEST_FIRST = (destinations.c.created_us.desc(), destinations.c.id.desc())
"""The order of DestinationPlace."""
Index("ix_destinations_newest", *NEWEST_FIRST)

records = Table(
    "destination_records",
    metadata,
    Column("id", row_number, primary_key=True),
    Column("destination_id", text, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("place", BigInteger),  # in the queue; None when it has left it
    Column("status", text, nullable=False),
    Column("content", LargeBinary),  # None once it has surely been delivered
    Column("record_key", text),
    Column("key_digest", text),  # of the key, which may be longer than an index takes
    Column("key_attribute", text),  # digest of the name of the attribute that the key is of
    Column("content_digest", LargeBinary),  # where there is a key
    Column("attempts", Integer, nullable=False),
    Column("call", BigInteger),  # the last
    Column("ends_input", Boolean, nullable=False),
    Column("accepted_us", BigInteger, nullable=False),
    Column("at_us", BigInteger, nullable=False),  # of its last change
    sqlite_autoincrement=True,  # ids must grow even when the newest rows were forgotten
)
IS_DEAD = records.c.status.in_([literal_column(f"'{status.value}'") for status in DEAD])
"""In the words of the index: a parameter would keep it from being used."""
HAS_SUCCEEDED = records.c.status == literal_column("'succeeded'")
_in_queue = records.c.place.is_not(None)
HAS_KEY = records.c.key_digest.is_not(None)
Index("ix_destination_records_number", *records.c["destination_id", "number"], unique=True)
Index("ix_destination_records_newest", *records.c["destination_id", "id"])
Index(
    "ix_destination_records_key",
    *records.c["key_digest", "destination_id", "key_attribute"],
    unique=True,
    sqlite_where=HAS_KEY,
    postgresql_where=HAS_KEY,
)
Index("ix_destination_records_queue", *records.c["destination_id", "place"], sqlite_where=_in_queue, postgresql_where=_in_queue)
Index("ix_destination_records_dead", *records.c["destination_id", "status", "id"], sqlite_where=IS_DEAD, postgresql_where=IS_DEAD)
Index("ix_destination_records_succeeded", records.c.at_us, sqlite_where=HAS_SUCCEEDED, postgresql_where=HAS_SUCCEEDED)

calls = Table(
    "destination_calls",
    metadata,
    Column("destination_id", text, primary_key=True),
    Column("number", BigInteger, primary_key=True),
    Column("records", Integer, nullable=False),  # how many name it as their last call; without any it goes
    Column("attempt", Integer, nullable=False),
    Column("attempt_id", text, nullable=False),
    Column("status", text, nullable=False),
    Column("code", text),
    Column("message", text),
    Column("receipt", text),  # JSON
    Column("duration_us", BigInteger),
    Column("changed", text, nullable=False),  # global ids, as JSON
    Column("due_us", BigInteger),  # of a batch that goes back
)

intakes = Table(
    "destination_intakes",
    metadata,
    Column("destination_id", text, primary_key=True),
    Column("name", text, primary_key=True),
    Column("consumed", BigInteger, nullable=False),
    Column("accepted", BigInteger, nullable=False),
    Column("duplicates", BigInteger, nullable=False),
    Column("refused", BigInteger, nullable=False),
    Column("ended", Boolean, nullable=False),
    Column("digest", LargeBinary),
    Column("at_us", BigInteger, nullable=False),  # of its last step
)
Index("ix_destination_intakes_touched", intakes.c.at_us)
