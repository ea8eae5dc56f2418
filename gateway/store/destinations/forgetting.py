"""What need not be known any more."""

from sqlalchemy import Connection, delete, or_, select

from gateway.store.destinations.dead_letters import let_go
from gateway.store.destinations.tables import HAS_SUCCEEDED, intakes, records
from gateway.store.dialects import Dialect

UNENDED = 10
"""Times as long as one that ended, an input that did not is remembered: somebody may yet go on with it."""


def forget(connection: Connection, dialect: Dialect, before_us: int, now_us: int, limit: int) -> int:
    """Deliveries first. Several may do so at once: each takes others."""
    old = select(records.c.id).where(HAS_SUCCEEDED, records.c.at_us < before_us).order_by(records.c.at_us).limit(limit)
    over = or_(intakes.c.ended, intakes.c.at_us < now_us - UNENDED * (now_us - before_us))
    untouched = select(intakes.c.destination_id, intakes.c.name).where(intakes.c.at_us < before_us, over)
    if dialect.shares_writing:
        old = old.with_for_update(skip_locked=True)
        untouched = untouched.with_for_update(skip_locked=True)
    gone = connection.execute(
        delete(records).where(records.c.id.in_(old)).returning(records.c.destination_id, records.c.call)
    ).all()
    let_go(connection, ((id_, call) for id_, call in gone))
    left = limit - len(gone)
    if left <= 0:
        return len(gone)
    names = connection.execute(untouched.order_by(intakes.c.at_us).limit(left)).all()
    for id_, name in names:
        connection.execute(delete(intakes).where(intakes.c.destination_id == id_, intakes.c.name == name))
    return len(gone) + len(names)
