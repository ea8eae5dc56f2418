"""Notifications in few words. Times are seconds after midnight of a day."""

from datetime import UTC, datetime, timedelta

import msgspec

from gateway.domain.ledger import RunNotification, RunStatus, StoredNotification

DAY = datetime(2026, 3, 1, tzinfo=UTC)
STATES = {
    "running": RunStatus.RUNNING,
    "success": RunStatus.SUCCEEDED,
    "cancelled": RunStatus.CANCELED,
    "failure": RunStatus.FAILED,
    None: None,
}


def at(seconds):
    return None if seconds is None else DAY + timedelta(seconds=seconds)


def report(reference_id="run-1", start=100, status=None, finish=None, **given):
    given = {"pipeline_source": "Jenkins", "pipeline_name": "build"} | given
    return RunNotification(reference_id=reference_id, started_at=at(start), finished_at=at(finish), status=STATES[status], **given)


def stored(reports):
    """As they come out of a store, in order of arrival."""
    return [StoredNotification(sequence=number, received_at=DAY, notification=each) for number, each in enumerate(reports, start=1)]


def raw(notification):
    return msgspec.json.encode(notification)
