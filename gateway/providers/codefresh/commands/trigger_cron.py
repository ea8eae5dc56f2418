"""Cron expressions as Codefresh takes them.

The vendor's own description: github.com/codefresh-io/cronus, docs/expression.md. Durations are Go's, as the program reads them.
"""

import re

from gateway.domain.cron_terms import DAY_NAMES, MONTHS, NO_NAMES, CronError, check_list

_WORDS = ("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly")
_EVERY = re.compile(r"@every (?:\d+(?:\.\d+)?(?:ns|us|ms|s|m|h))+", re.ASCII)
_DAYS = {name: place for place, name in enumerate(DAY_NAMES)}
_TERMS = (
    ("second", 0, 59, NO_NAMES),
    ("minute", 0, 59, NO_NAMES),
    ("hour", 0, 23, NO_NAMES),
    ("day of month", 1, 31, NO_NAMES),
    ("month", 1, 12, MONTHS),
    ("day of week", 0, 6, _DAYS),
)
_MAY_BE_OPEN = ("day of month", "day of week")


def check_cron(text: str) -> None:
    """A word such as `@daily`, `@every` with a duration, or six terms of which the first, the second, may be missing. Else a
    CronError.
    """
    if text.startswith("@"):
        if text not in _WORDS and not _EVERY.fullmatch(text):
            raise CronError(f"is no word that is known: there are {', '.join(_WORDS)}, and `@every` with a duration such as 1h30m")
        return
    parts = text.upper().split(" ")
    if "" in parts or len(parts) not in (5, 6):
        names = ", ".join(name for name, *_ in _TERMS)
        raise CronError(f"must be six terms ({names}) with one space between them, or five without the second, or a word as @daily")
    for (name, least, most, names_of), part in zip(_TERMS[-len(parts) :], parts, strict=True):
        if part == "?" and name in _MAY_BE_OPEN:
            continue
        try:
            check_list(part, least, most, names_of, wraps=False)
        except CronError as error:
            raise CronError(f"has a bad {name}: {error}") from None
