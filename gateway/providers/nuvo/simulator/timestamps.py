"""The forms in which the vendor writes times."""

from datetime import datetime, timedelta


def blank_form(moment: datetime) -> str:
    """`2022-03-07 12:48:28.653`: a blank, no zone."""
    return moment.replace(tzinfo=None).isoformat(sep=" ", timespec="milliseconds")


def iso_form(moment: datetime) -> str:
    """`2024-09-03T09:34:52.518Z`."""
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def whole_seconds_form(moment: datetime) -> str:
    """`2022-03-07 12:48:28`."""
    return moment.replace(tzinfo=None).isoformat(sep=" ", timespec="seconds")


def whole_ms(moment: datetime) -> datetime:
    """What survives being written and read."""
    return moment - timedelta(microseconds=moment.microsecond % 1_000)
