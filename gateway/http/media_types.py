"""Choosing a media type for an answer (RFC 9110, 12.5.1)."""

from collections.abc import Sequence

GRAPHQL_RESPONSE = "application/graphql-response+json"
JSON = "application/json"
HTML = "text/html"


def preferred(accept: str, offers: Sequence[str]) -> str | None:
    """The offer that an Accept header likes best; None when it allows none of them. No header: the first offer.

    Equal quality: a named type goes before a wildcard, then the header's order counts, then the order of `offers`.
    """
    if not accept.strip():
        return offers[0]
    ranges = [_parse(item) for item in accept.split(",")]
    best: tuple[float, int, int] | None = None
    chosen = None
    for offer in offers:
        matches = [(rank, -position, q) for position, (name, q) in enumerate(ranges) if (rank := _rank(name, offer))]
        if not matches:
            continue
        rank, order, q = max(matches)  # the most specific range decides, RFC 9110
        if q > 0 and (best is None or (q, rank, order) > best):
            best, chosen = (q, rank, order), offer
    return chosen


def _rank(name: str, offer: str) -> int:
    """0: does not match; the greater, the more specific."""
    if name == offer:
        return 3
    if name.endswith("/*") and offer.startswith(name[:-1]):
        return 2
    return 1 if name == "*/*" else 0


def _parse(item: str) -> tuple[str, float]:
    """A media range and its quality; a quality that cannot be read counts as 1."""
    name, *parameters = (part.strip().lower() for part in item.split(";"))
    quality = 1.0
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            try:
                quality = min(max(float(value), 0.0), 1.0)
            except ValueError:
                quality = 1.0
    return name, quality


def is_utf8_json(content_type: str) -> bool:
    """Whether a request's Content-Type is application/json in UTF-8, the only body that is read."""
    name, *parameters = (part.strip().lower() for part in content_type.split(";"))
    charsets = [value.strip().strip('"') for key, _, value in (p.partition("=") for p in parameters) if key == "charset"]
    return name == JSON and all(charset in {"utf-8", "utf8"} for charset in charsets)
