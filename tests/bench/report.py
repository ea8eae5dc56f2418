"""Tables for people."""

from collections.abc import Sequence

from tests.bench.failing import PATIENCE_S, FailingRow
from tests.bench.measuring import CONCURRENT, Manner, Row


def table(rows: Sequence[Row]) -> str:
    """Per request: CPU time of the gateway alone, time until the answer is there, calls to vendors, bytes of the answer."""
    heads = ["providers", "query", "", "calls", "bytes", "CPU ms", "p50 ms", "p99 ms", f"CPU ms, {CONCURRENT}", "p50 ms", "p99 ms"]
    lines = [
        [row.providers, row.query, row.about, f"{row.calls:.1f}", str(row.bytes), *_manner(row.alone), *_manner(row.together)]
        for row in rows
    ]
    return _columns(heads, lines, words=3)


def failing_table(rows: Sequence[FailingRow]) -> str:
    heads = [
        "failing",
        "how",
        "query",
        "the other alone, ms",
        f"with it, ms (patience {PATIENCE_S:g} s)",
        "extra ms",
        "items",
        "outcome",
    ]
    lines = [
        [
            row.failing,
            row.how,
            row.query,
            f"{row.alone_ms:.1f}",
            f"{row.with_it_ms:.1f}",
            f"{row.extra_ms:+.1f}",
            str(row.items),
            f"{row.status} {row.code or ''}",
        ]
        for row in rows
    ]
    return _columns(heads, lines, words=3)


def _manner(manner: Manner) -> list[str]:
    cpu = "-" if manner.cpu_ms is None else f"{manner.cpu_ms:.2f}"
    return [cpu, f"{manner.p50_ms:.1f}", f"{manner.p99_ms:.1f}"]


def _columns(heads: Sequence[str], lines: Sequence[Sequence[str]], words: int) -> str:
    """The first `words` columns flush left, numbers flush right."""
    widths = [max(map(len, column)) for column in zip(heads, *lines, strict=True)]
    shown = []
    for line in (heads, ["-" * width for width in widths], *lines):
        cells = [
            cell.ljust(width) if place < words else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        shown.append("  ".join(cells).rstrip())
    return "\n".join(shown)
