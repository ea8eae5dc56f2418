"""The zone of nuvo's times."""

from datetime import UTC, datetime

EARLIEST = datetime.min.replace(tzinfo=UTC)
LATEST = datetime.max.replace(tzinfo=UTC)


def utc(moment: datetime) -> datetime:
    """The same moment in UTC. One that only its offset puts outside of the years 1 to 9999 is the first or last there is."""
    if moment.tzinfo is UTC:
        return moment
    if moment.tzinfo is None:
        # ASSUMED: times without a zone are UTC; disproved by a `created_at` that is not where the logs' own times say.
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return EARLIEST if moment.year == EARLIEST.year else LATEST
