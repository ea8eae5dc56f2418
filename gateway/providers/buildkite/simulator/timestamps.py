"""The two written forms of a time, and the forms that filters take."""

from datetime import UTC, datetime, timedelta

from gateway.providers.buildkite.simulator.errors import ApiError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_OLD_FORM = "%Y-%m-%d %H:%M:%S UTC"


def iso(moment: datetime | None) -> str | None:
    """`2026-03-02T10:11:12.345Z`; None stays None."""
    return None if moment is None else f"{moment.isoformat(timespec='milliseconds')[:-6]}Z"


def old_form(moment: datetime | None) -> str | None:
    """`2026-03-02 10:11:12 UTC`, as old pipelines and access tokens show it."""
    return None if moment is None else moment.strftime(_OLD_FORM)


def milliseconds(moment: datetime) -> int:
    """Since 1970, rounded down; exact, where a float would lose some."""
    return (moment - _EPOCH) // _MILLISECOND


def whole_milliseconds(moment: datetime) -> datetime:
    """Cut to what the API can show, so that filters compare what a client saw."""
    return moment - timedelta(microseconds=moment.microsecond % 1000)


def parse_filter_time(name: str, text: str) -> datetime:
    """A date or an ISO 8601 time; 400 for anything else.

    A plus sign that was not percent-encoded arrives as a blank and is refused.
    """
    # ASSUMED: a time without a zone is UTC, a malformed one is 400; disproved by a vendor answer to either.
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ApiError(400, f"{name} is not a valid ISO 8601 time") from None
