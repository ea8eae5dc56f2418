"""What is wrong with a configuration, in words that name the key."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails

# By the validator's own error types; {names} are the bounds it was given.
WORDINGS = {
    "extra_forbidden": "there is no such key",
    "missing": "is missing",
    "string_type": "must be text in quotes",
    "string_too_short": "must not be empty",
    "string_pattern_mismatch": "must not be empty nor hold spaces or '/'",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "finite_number": "must be a finite number",
    "bool_type": "must be true or false",
    "greater_than": "must be greater than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "literal_error": "must be one of {expected}",
    "tuple_type": "must be a list",
    "model_type": "must be a table",
    "model_attributes_type": "must be a table",
    "key_problem": "{message}",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """`key` as one would write it (`providers[1].token_env`), or the environment variable; empty for the whole file."""

    key: str
    message: str

    def __str__(self) -> str:
        return f"{self.key}: {self.message}" if self.key else self.message


class ConfigurationError(Exception):
    """The configuration cannot be used. One line per problem; no value of any key is repeated except names."""

    def __init__(self, path: Path, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(f"{path}: {problem}" for problem in problems))
        self.path = path
        self.problems = problems


def problems_of(error: ValidationError, origins: Mapping[tuple[str | int, ...], str]) -> tuple[Problem, ...]:
    """`origins`: environment variables that values came from; a problem with such a value names the variable."""
    return tuple(_problem(detail, origins) for detail in error.errors(include_url=False, include_input=False))


def _problem(detail: ErrorDetails, origins: Mapping[tuple[str | int, ...], str]) -> Problem:
    context = {name: _plain(value) for name, value in detail.get("ctx", {}).items()}
    location = tuple(detail["loc"])
    if detail["type"] == "value_error":
        message = context["error"]
    else:
        message = WORDINGS.get(detail["type"], "has a value that cannot be used").format(**context)
    key = _dotted(location) + _suffix(context.get("key", ""), bool(location))
    return Problem(origins.get(location, key), message)


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _dotted(location: tuple[str | int, ...]) -> str:
    """("providers", 1, "name") -> providers[1].name"""
    text = ""
    for part in location:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _suffix(key: str, nested: bool) -> str:
    return f".{key}" if key and nested and not key.startswith("[") else key
