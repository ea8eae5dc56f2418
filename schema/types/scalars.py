"""Scalars whose stock behaviour is too lenient."""

from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
import strawberry
from strawberry.schema.config import StrawberryConfig

_Aware = Annotated[datetime, msgspec.Meta(tz=True)]


def parse_datetime(value: object) -> datetime:
    """Only RFC 3339 text with a zone is a moment."""
    try:
        return msgspec.convert(value, _Aware).astimezone(UTC)
    except (msgspec.ValidationError, OverflowError):
        raise ValueError("A DateTime is RFC 3339 text with a zone, like 2026-03-02T10:11:12Z.") from None


SCALARS: dict[object, Any] = {
    datetime: strawberry.scalar(
        name="DateTime",
        description="A moment as RFC 3339 text, in UTC and ending in Z on output; input may have any zone but needs one.",
        specified_by_url="https://scalars.graphql.org/andimarek/date-time.html",
        serialize=msgspec.to_builtins,
        parse_value=parse_datetime,
    )
}


def config() -> StrawberryConfig:
    """Names as in the rest of the schema, scalars as above."""
    return StrawberryConfig(scalar_map=SCALARS)
