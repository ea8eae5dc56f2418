"""How a list is asked for: sort, filters and pages, in one of the two styles that the documents can be read as."""

from collections.abc import Mapping
from typing import Literal

import msgspec

QueryStyle = Literal["brackets", "json"]
Direction = Literal["asc", "desc"]


class ListQuery(msgspec.Struct, frozen=True):
    """`filters` must all hold."""

    sort: str
    direction: Direction
    offset: int
    limit: int
    filters: tuple[tuple[str, str], ...] = ()

    def pairs(self, style: QueryStyle) -> list[tuple[str, str]]:
        """Query parameters: `sort[created_at]=desc`, or `sort={"created_at":"desc"}`."""
        # ASSUMED: one of these styles is understood; disproved by a server that ignores both.
        members: dict[str, Mapping[str, str | int]] = {
            "filters": dict(self.filters),
            "sort": {self.sort: self.direction},
            "pagination": {"offset": self.offset, "limit": self.limit},
        }
        if style == "json":
            return [(name, msgspec.json.encode(values).decode()) for name, values in members.items() if values]
        return [(f"{name}[{key}]", str(value)) for name, values in members.items() for key, value in values.items()]
