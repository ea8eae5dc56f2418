"""Query parameters, read strictly: what an endpoint does not take, or takes once, is a 400.

The vendor ignores unknown parameters. The simulator refuses them, so that a misspelt filter cannot pass as a result.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from gateway.providers.codefresh.simulator.errors import bad_request
from gateway.providers.codefresh.simulator.times import epoch_ms

_NESTED = re.compile(r"([^\[\]]+)\[([^\[\]]+)\]")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_INTEGER = re.compile(r"-?\d{1,9}")


@dataclass(frozen=True, slots=True)
class Parameters:
    """What an endpoint takes. Nested ones are sent as `name[key]`."""

    once: frozenset[str] = frozenset()
    repeated: frozenset[str] = frozenset()
    nested: frozenset[str] = frozenset()


def parameters(once: str = "", repeated: str = "", nested: str = "") -> Parameters:
    """Names parted by blanks."""
    return Parameters(frozenset(once.split()), frozenset(repeated.split()), frozenset(nested.split()))


class Query:
    """The accepted parameters of one request. A value of the wrong form is a 400 when it is read."""

    __slots__ = ("_pairs",)

    def __init__(self, pairs: Sequence[tuple[str, str]], accepted: Parameters) -> None:
        seen: set[str] = set()
        for name, _ in pairs:
            nested = _NESTED.fullmatch(name)
            if nested is not None and nested[1] in accepted.nested:
                continue
            if name in accepted.repeated:
                continue
            if name not in accepted.once:
                raise bad_request(f"Unknown query parameter: {name}")
            if name in seen:
                raise bad_request(f"Query parameter given more than once: {name}")
            seen.add(name)
        self._pairs = pairs

    def texts(self, name: str) -> list[str]:
        return [value for key, value in self._pairs if key == name]

    def text(self, name: str) -> str | None:
        for key, value in self._pairs:
            if key == name:
                return value
        return None

    def nested(self, name: str) -> list[tuple[str, str]]:
        """(key, value) of every `name[key]`."""
        found = ((_NESTED.fullmatch(key), value) for key, value in self._pairs)
        return [(match[2], value) for match, value in found if match is not None and match[1] == name]

    def integer(self, name: str, default: int) -> int:
        value = self.text(name)
        if value is None:
            return default
        if _INTEGER.fullmatch(value) is None:
            raise bad_request(f"{name} must be a whole number, got {value!r}")
        return int(value)

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.text(name)
        if value is None:
            return default
        if value not in ("true", "false"):
            raise bad_request(f"{name} must be true or false, got {value!r}")
        return value == "true"

    def day_ms(self, name: str) -> int | None:
        """00:00 UTC of a `YYYY-MM-DD` value."""
        value = self.text(name)
        if value is None:
            return None
        try:
            day = date.fromisoformat(value) if _DATE.fullmatch(value) else None
        except ValueError:
            day = None
        if day is None:
            raise bad_request(f"{name} must be a date in the form YYYY-MM-DD, got {value!r}")
        return epoch_ms(datetime(day.year, day.month, day.day, tzinfo=UTC))

    def limit(self, cap: int, default: int = 25) -> int:
        """Larger values than the cap mean the cap."""
        # ASSUMED: default 25, no error above the cap; disproved by a longer page or a 400 from a real account.
        wanted = self.integer("limit", default)
        if wanted < 1:
            raise bad_request(f"limit must be at least 1, got {wanted}")
        return min(wanted, cap)

    def offset(self) -> int:
        wanted = self.integer("offset", 0)
        if wanted < 0:
            raise bad_request(f"offset must not be negative, got {wanted}")
        return wanted
