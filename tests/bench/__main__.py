"""`python -m tests.bench`: what queries cost in CPU time and vendor calls, over simulators on this machine.

The gateway has a core of its own where there are two; trust its CPU time per request, and times only in comparison. The
query `floor` is what a request costs that reads nothing, `Q2 ids` what Q2 costs without most of its fields.
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from tests.bench.failing import measure_failing
from tests.bench.measuring import Row, measure
from tests.bench.report import failing_table, table
from tests.bench.rig import NAMES, gateways, vendors

KINDS = tuple(NAMES)
SETS = (*((kind,) for kind in KINDS), KINDS)


def main(arguments: Sequence[str] | None = None) -> None:
    options = _options().parse_args(arguments)
    with vendors() as running:
        if options.failing:
            failing_rows = asyncio.run(measure_failing(running, KINDS, options.requests, _progress))
            text, encoded = failing_table(failing_rows), msgspec.json.encode(failing_rows)
        else:
            rows: list[Row] = []
            wanted = [{kind: running[kind].base_url for kind in kinds} for kinds in SETS]
            with gateways(running, wanted) as started:
                for gateway in started:
                    rows += asyncio.run(measure(gateway, [running[kind] for kind in gateway.kinds], options.requests, _progress))
            text, encoded = table(rows), msgspec.json.encode(rows)
    print(text)
    if options.json is not None:
        options.json.write_bytes(msgspec.json.format(encoded))


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--requests", type=_positive, default=100, help="requests of each query, in each manner (default 100)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    parser.add_argument("--failing", action="store_true", help="measure what a failing vendor costs the other one")
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def _progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
