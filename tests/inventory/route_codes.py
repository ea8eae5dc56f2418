"""The errors that routes beside GraphQL answer with, by path."""

from collections.abc import Iterator, Mapping

from gateway.domain.errors import GatewayError
from gateway.domain.ingest import IngestCode
from gateway.http import pipeline_runs, records


def codes_at(path: str) -> frozenset[str]:
    """None for a path that has no errors of its own."""
    return _CODES.get(path, frozenset())


def _codes_of(error: type[GatewayError]) -> Iterator[str]:
    """Its own, and those of its special cases."""
    yield error.code
    for special in error.__subclasses__():
        yield from _codes_of(special)


_CODES: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(pipeline_runs.PATHS, frozenset(code.value for code in IngestCode)),
    records.PATH: frozenset(code for error in records.STATUSES for code in _codes_of(error)),
}
