"""Cron expressions as Talend takes them: Quartz's, without seconds."""

import re
from collections.abc import Callable, Mapping

_MONTH_NAMES = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAY_NAMES = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_MONTHS = {name: place for place, name in enumerate(_MONTH_NAMES, start=1)}
_DAYS = {name: place for place, name in enumerate(_DAY_NAMES, start=1)}
_NONE: Mapping[str, int] = {}
_PART = re.compile(r"(\*|\w+)(?:-(\w+))?(?:/(\d{1,4}))?")
_LAST_DAY = re.compile(r"L(?:-(\d{1,2}))?W?|(\d{1,2})W")
_NTH = re.compile(r"(\w+)#(\d)")

_FIELDS = ("minute", "hour", "day of month", "month", "day of week", "year")


class CronError(ValueError):
    """Not an expression; the text says which part is wrong, and what is allowed there."""


def check_cron(text: str) -> None:
    """Five fields, minute, hour, day of month, month, day of week, and a year if there is a sixth."""
    parts = text.upper().split()
    if len(parts) not in (5, 6):
        raise CronError(
            f"has {len(parts)} fields: it takes five ({', '.join(_FIELDS[:5])}), or a year as the sixth, and no seconds"
        )
    # ASSUMED: as in Quartz, one of the two must be left open; disproved by a trigger with `* *`.
    if (parts[2] == "?") == (parts[4] == "?"):
        raise CronError("must have `?` for either the day of month or the day of week, as in `0 5 * * ?`")
    checks: tuple[Callable[[str], None], ...] = (
        lambda each: _check_list(each, 0, 59),
        lambda each: _check_list(each, 0, 23),
        _check_month_day,
        lambda each: _check_list(each, 1, 12, _MONTHS),
        _check_week_day,
        lambda each: _check_list(each, 1970, 2099),
    )
    for name, part, check in zip(_FIELDS, parts, checks, strict=False):
        try:
            check(part)
        except CronError as error:
            raise CronError(f"has a bad {name}: {error}") from None


def _check_month_day(text: str) -> None:
    """`L` is the last day, `L-3` three days before it, `W` the working day nearest to it."""
    special = _LAST_DAY.fullmatch(text)
    if special is None:
        if text != "?":
            _check_list(text, 1, 31)
    elif special[2] is not None:
        _number(special[2], 1, 31, _NONE)
    elif special[1] is not None:
        _number(special[1], 1, 30, _NONE)


def _check_week_day(text: str) -> None:
    """1 is Sunday. `6L` is the last Friday of the month, `6#3` the third."""
    nth = _NTH.fullmatch(text)
    if nth is not None:
        _number(nth[1], 1, 7, _DAYS)
        _number(nth[2], 1, 5, _NONE)
    elif len(text) > 1 and text.endswith("L"):
        _number(text[:-1], 1, 7, _DAYS)
    elif text not in ("?", "L"):
        _check_list(text, 1, 7, _DAYS)


def _check_list(text: str, least: int, most: int, names: Mapping[str, int] = _NONE) -> None:
    """Values, ranges and steps: `1,5-9,*/15`. A range may run over the end."""
    for part in text.split(","):
        found = _PART.fullmatch(part)
        if found is None or (found[1] == "*" and found[2] is not None):
            raise CronError(f"{part!r} is neither a value, a range nor a step")
        for value in (found[1], found[2]):
            if value is not None and value != "*":
                _number(value, least, most, names)
        if found[3] is not None and not 1 <= int(found[3]) <= most:
            raise CronError(f"the step {found[3]} is not in 1 to {most}")


def _number(text: str, least: int, most: int, names: Mapping[str, int]) -> None:
    value = names.get(text, int(text) if text.isascii() and text.isdecimal() and len(text) <= 4 else -1)
    if not least <= value <= most:
        words = f" or {', '.join(names)}" if names else ""
        raise CronError(f"{text!r} is not {least} to {most}{words}")
