"""Page numbers in, `Link` header out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import quote

from gateway.providers.buildkite.simulator.errors import ApiError
from gateway.simulation.messages import Request

DEFAULT_PER_PAGE = 30
MAX_PER_PAGE = 100
MAX_DIGITS = 9  # of any number in a path or query

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page:
    number: int
    size: int

    @property
    def last_row(self) -> int:
        """The depth of the page: the number of rows up to its end if it is full."""
        return self.number * self.size

    def cut(self, rows: Sequence[T]) -> Sequence[T]:
        """Empty past the end."""
        # ASSUMED: a page past the end is an empty list, not an error; disproved by a recorded answer to one.
        return rows[(self.number - 1) * self.size : self.last_row]


def page_of(request: Request) -> Page:
    """Page 0 is page 1, as the public Python client sends it; more than 100 rows become 100."""
    # ASSUMED: a page or per_page that is no number, or is negative, is 400; disproved by a recorded answer to one.
    number = _number(request, "page", default=1)
    size = _number(request, "per_page", default=DEFAULT_PER_PAGE)
    if size == 0:
        raise ApiError(400, "per_page must be a positive integer")
    return Page(max(1, number), min(size, MAX_PER_PAGE))


def per_page_of(request: Request) -> int:
    """For cursor lists, which take no page number."""
    # ASSUMED: more than 100 rows become 100 here too; disproved by a 400 for per_page=101.
    size = _number(request, "per_page", default=DEFAULT_PER_PAGE)
    if size == 0:
        raise ApiError(400, "per_page must be a positive integer")
    return min(size, MAX_PER_PAGE)


def link_header(request: Request, page: Page, total: int, origin: str) -> dict[str, str]:
    """The Link header, without one if everything fits on this page. Other parameters are kept, sorted by name."""
    last = max(1, -(-total // page.size))
    rels: list[tuple[str, int]] = []
    if page.number > 1:
        rels += [("first", 1), ("prev", page.number - 1)]
    if page.number < last:
        rels += [("next", page.number + 1), ("last", last)]
    if not rels:
        return {}
    kept = [(name, value) for name, value in request.query if name != "page"]
    return {"Link": ", ".join(f'<{_url(request, kept, number, origin)}>; rel="{rel}"' for rel, number in rels)}


def encode_query(pairs: Sequence[tuple[str, str]]) -> str:
    """Sorted by name, as the vendor's links are; repeats keep their order."""
    ordered = sorted(pairs, key=lambda pair: pair[0])
    return "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in ordered)


def _url(request: Request, kept: Sequence[tuple[str, str]], number: int, origin: str) -> str:
    return f"{origin}{request.raw_path}?{encode_query([*kept, ('page', str(number))])}"


def _number(request: Request, name: str, *, default: int) -> int:
    text = request.value(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS):
        raise ApiError(400, f"{name} must be a positive integer")
    return int(text)
