"""Quartz expressions without seconds: minute, hour, day of month, month, day of week and, if given, year."""

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

_MONTHS = {name.upper(): number for number, name in enumerate(calendar.month_abbr) if name}
_DAYS = {name: number for number, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"), start=1)}
_LAST_YEAR = 2099
_STEP = re.compile(r"(\*|\w+|\w+-\w+)/(\d{1,4})")
_RANGE = re.compile(r"(\w+)-(\w+)")

DayTest: TypeAlias = Callable[[date], bool]


class CronError(ValueError):
    """The expression is not one; the text says which part."""


@dataclass(frozen=True, slots=True)
class Cron:
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    months: frozenset[int]
    years: frozenset[int] | None  # None: every year
    day: DayTest

    def matches_day(self, day: date) -> bool:
        in_year = self.years is None or day.year in self.years
        return in_year and day.month in self.months and self.day(day)


def parse_cron(text: str) -> Cron:
    """CronError unless exactly one of day of month and day of week is `?`, or at least one is `*`."""
    fields = text.upper().split()
    if len(fields) not in (5, 6):
        raise CronError("a cron expression has five fields, or six with the year")
    minute, hour, month_day, month, week_day = fields[:5]
    if month_day == "?" and week_day == "?":
        raise CronError("day of month and day of week cannot both be ?")
    if "?" not in (month_day, week_day) and "*" not in (month_day, week_day):
        raise CronError("one of day of month and day of week must be ?")
    years = fields[5] if len(fields) == 6 else "*"
    on_month_day, on_week_day = _month_day(month_day), _week_day(week_day)
    return Cron(
        minutes=tuple(sorted(_numbers(minute, 0, 59))),
        hours=tuple(sorted(_numbers(hour, 0, 23))),
        months=frozenset(_numbers(month, 1, 12, _MONTHS)),
        years=None if years == "*" else frozenset(_numbers(years, 1970, _LAST_YEAR)),
        day=lambda day: on_month_day(day) and on_week_day(day),
    )


def _numbers(text: str, least: int, most: int, names: dict[str, int] | None = None) -> set[int]:
    found: set[int] = set()
    for part in text.split(","):
        step = _STEP.fullmatch(part)
        span, every = (step[1], int(step[2])) if step is not None else (part, 1)
        if every == 0:
            raise CronError(f"{part} has a step of zero")
        bounds = _RANGE.fullmatch(span)
        if span == "*":
            first, last = least, most
        elif bounds is not None:
            first, last = (_number(bound, least, most, names) for bound in bounds.groups())
        else:
            first = _number(span, least, most, names)
            last = most if step is not None else first
        if first > last:
            raise CronError(f"{part} runs backwards")
        found.update(range(first, last + 1, every))
    return found


def _number(text: str, least: int, most: int, names: dict[str, int] | None) -> int:
    value = (names or {}).get(text)
    if value is None:
        value = int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else -1
    if not least <= value <= most:
        raise CronError(f"{text} is not in {least} to {most}")
    return value


def _month_day(text: str) -> DayTest:
    """Numbers, `L` the last day, `nW` the working day nearest to n, `LW` the last working day."""
    if text in ("*", "?"):
        return lambda _day: True
    if text == "L":
        return lambda day: day.day == _last(day)
    if text == "LW":
        return lambda day: day.day == _nearest_working_day(day, _last(day))
    if text.endswith("W"):
        wanted = _number(text[:-1], 1, 31, None)
        return lambda day: wanted <= _last(day) and day.day == _nearest_working_day(day, wanted)
    numbers = _numbers(text, 1, 31)
    return lambda day: day.day in numbers


def _week_day(text: str) -> DayTest:
    """Numbers (1 is Sunday) or names, `nL` the last such day of the month, `n#k` the k-th."""
    if text in ("*", "?"):
        return lambda _day: True
    if "#" in text:
        name, _, order = text.partition("#")
        wanted, which = _number(name, 1, 7, _DAYS), _number(order, 1, 5, None)
        return lambda day: _quartz_day(day) == wanted and (day.day + 6) // 7 == which
    if len(text) > 1 and text.endswith("L"):
        wanted = _number(text[:-1], 1, 7, _DAYS)
        return lambda day: _quartz_day(day) == wanted and day.day + 7 > _last(day)
    numbers = {7} if text == "L" else _numbers(text, 1, 7, _DAYS)
    return lambda day: _quartz_day(day) in numbers


def _quartz_day(day: date) -> int:
    return day.isoweekday() % 7 + 1


def _last(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def _nearest_working_day(day: date, wanted: int) -> int:
    """Never leaves the month."""
    weekday = day.replace(day=wanted).isoweekday()
    if weekday == 6:
        return wanted - 1 if wanted > 1 else wanted + 2
    if weekday == 7:
        return wanted + 1 if wanted < _last(day) else wanted - 2
    return wanted
