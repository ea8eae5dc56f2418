"""Bodies of writes: decoding, and reading members one by one so that one refusal names every wrong one."""

import re
from collections.abc import Collection, Mapping
from types import MappingProxyType

import msgspec

from gateway.providers.buildkite.simulator.errors import ApiError, invalid
from gateway.simulation.messages import Request

NO_BODY: Mapping[str, object] = MappingProxyType({})
MISSING = "missing"


def decode(request: Request, known: Collection[str]) -> Mapping[str, object]:
    """The members of a JSON object; empty without a body, and for routes that take none."""
    declared = request.headers.get("content-length", "")
    if known and declared.isdecimal() and int(declared) > len(request.body):
        raise ApiError(400, "Body is incomplete")  # its client has left: what it did send must not be taken for all
    if not request.body.strip() or not known:
        return NO_BODY
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        # ASSUMED: every write refuses a body of another type, as a POST was reported to; disproved by a write that
        # takes a form, or ignores the body.
        raise ApiError(422, "Content-Type must be application/json")
    # ASSUMED: what is no JSON object is 400 in these words; disproved by a recorded answer to one.
    try:
        found = msgspec.json.decode(request.body)
    except msgspec.DecodeError:
        raise ApiError(400, "Problems parsing JSON") from None
    if not isinstance(found, dict):
        raise ApiError(400, "Body should be a JSON object")
    for name in found:
        if name not in known:
            raise ApiError(400, f"Unknown property: {name}")
    return found


class Members:
    """Reads a body. Wrong members are collected, read as absent, and refused together by `check`."""

    # ASSUMED: a member of the wrong type is refused, and values of maps are texts; disproved by a write that takes a
    # number for a text, or the like. Nobody documents the codes but `missing`.

    def __init__(self, body: Mapping[str, object]) -> None:
        self._body = body
        self._errors: list[tuple[str, str]] = []

    def has(self, name: str) -> bool:
        return name in self._body

    def refuse(self, field: str, code: str) -> None:
        self._errors.append((field, code))

    def check(self) -> None:
        if self._errors:
            raise invalid(*self._errors)

    def required(self, name: str) -> str:
        value = self._body.get(name)
        if isinstance(value, str) and value.strip():
            return value
        self.refuse(name, MISSING if value is None or isinstance(value, str) else "must be a string")
        return ""

    def text(self, name: str) -> str | None:
        value = self._body.get(name)
        if value is None or isinstance(value, str):
            return value
        self.refuse(name, "must be a string")
        return None

    def flag(self, name: str, *, default: bool) -> bool:
        value = self._body.get(name)
        if isinstance(value, bool):
            return value
        if value is not None:
            self.refuse(name, "must be true or false")
        return default

    def integer(self, name: str, *, least: int = 0, most: int | None = None) -> int | None:
        value = self._body.get(name)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool):
            self.refuse(name, "must be an integer")
        elif value < least or (most is not None and value > most):
            self.refuse(name, f"must be between {least} and {most}" if most is not None else f"must be at least {least}")
        else:
            return value
        return None

    def one_of(self, name: str, allowed: Collection[str]) -> str | None:
        value = self.text(name)
        if value is None or value in allowed:
            return value
        self.refuse(name, f"must be one of {', '.join(allowed)}")
        return None

    def matching(self, name: str, pattern: "re.Pattern[str]", code: str) -> str | None:
        value = self.text(name)
        if value is None or pattern.fullmatch(value):
            return value
        self.refuse(name, code)
        return None

    def texts(self, name: str) -> list[str] | None:
        value = self._body.get(name)
        if value is None:
            return None
        found = [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
        if not isinstance(value, list) or len(found) != len(value):
            self.refuse(name, "must be an array of strings")
        return found

    def map(self, name: str) -> dict[str, object] | None:
        value = self._body.get(name)
        if value is None or isinstance(value, dict):
            return value
        self.refuse(name, "must be an object")
        return None

    def text_map(self, name: str) -> dict[str, str] | None:
        found = self.map(name)
        if found is None:
            return None
        texts = {key: value for key, value in found.items() if isinstance(value, str)}
        if len(texts) != len(found):
            self.refuse(name, "must be an object of strings")
        return texts

    def maps(self, name: str) -> list[dict[str, object]] | None:
        value = self._body.get(name)
        if value is None:
            return None
        found = [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
        if not isinstance(value, list) or len(found) != len(value):
            self.refuse(name, "must be an array of objects")
        return found
