"""The zone of nuvo's times."""

from datetime import UTC, datetime


def utc(moment: datetime) -> datetime:
    """The same moment in UTC."""
    if moment.tzinfo is UTC:
        return moment
    # ASSUMED: times without a zone are UTC; disproved by a `created_at` that is not where the logs' own times say.
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
