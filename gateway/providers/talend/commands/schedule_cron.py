"""Cron expressions as Talend takes them: Quartz's, without seconds."""

import re
from collections.abc import Callable
from functools import partial

from gateway.domain import cron_terms
from gateway.domain.cron_terms import DAY_NAMES, MONTHS, CronError, number

_DAYS = {name: place for place, name in enumerate(DAY_NAMES, start=1)}
_LAST_DAY = re.compile(r"L(?:-(\d{1,2}))?W?|(\d{1,2})W")
_NTH = re.compile(r"(\w+)#(\d)")

_FIELDS = ("minute", "hour", "day of month", "month", "day of week", "year")
_check_list = partial(cron_terms.check_list, wraps=True)


def check_cron(text: str) -> None:
    """Five fields, minute, hour, day of month, month, day of week, and a year if there is a sixth. Else a CronError."""
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
        lambda each: _check_list(each, 1, 12, MONTHS),
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
        number(special[2], 1, 31)
    elif special[1] is not None:
        number(special[1], 1, 30)


def _check_week_day(text: str) -> None:
    """1 is Sunday. `6L` is the last Friday of the month, `6#3` the third."""
    nth = _NTH.fullmatch(text)
    if nth is not None:
        number(nth[1], 1, 7, _DAYS)
        number(nth[2], 1, 5)
    elif len(text) > 1 and text.endswith("L"):
        number(text[:-1], 1, 7, _DAYS)
    elif text not in ("?", "L"):
        _check_list(text, 1, 7, _DAYS)
