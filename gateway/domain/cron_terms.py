"""What all dialects of cron share: a term is a list of values, ranges and steps, such as `1,5-9,*/15`. Which terms there are, and
what else stands in them, each vendor's own check knows.
"""

import re
from collections.abc import Mapping

_MONTH_NAMES = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
DAY_NAMES = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
MONTHS = {name: place for place, name in enumerate(_MONTH_NAMES, start=1)}
NO_NAMES: Mapping[str, int] = {}
_PART = re.compile(r"(\*|\w+)(?:-(\w+))?(?:/(\d{1,4}))?")


class CronError(ValueError):
    """Not an expression; the text says which part is wrong, and what is allowed there."""


def check_list(text: str, least: int, most: int, names: Mapping[str, int] = NO_NAMES, *, wraps: bool) -> None:
    """`text` in capitals. With `wraps` a range may run over the end, as `22-2` does."""
    for part in text.split(","):
        found = _PART.fullmatch(part)
        if found is None or (found[1] == "*" and found[2] is not None):
            raise CronError(f"{part!r} is neither a value, a range nor a step")
        if found[1] != "*":
            first = number(found[1], least, most, names)
            last = first if found[2] is None else number(found[2], least, most, names)
            if last < first and not wraps:
                raise CronError(f"the range {part!r} ends before it begins")
        if found[3] is not None and not 1 <= int(found[3]) <= most:
            raise CronError(f"the step {found[3]} is not in 1 to {most}")


def number(text: str, least: int, most: int, names: Mapping[str, int] = NO_NAMES) -> int:
    value = names.get(text, int(text) if text.isascii() and text.isdecimal() and len(text) <= 4 else -1)
    if not least <= value <= most:
        words = f" or {', '.join(names)}" if names else ""
        raise CronError(f"{text!r} is not {least} to {most}{words}")
    return value
