"""`python -m tests.durability`: kills a gateway while reports stream in, again and again, and looks for what is missing.

With `--records` they are records that stream into a destination, of which none may be sent twice. With `--keys` it orders runs instead: so many orders under so many idempotency keys, over two gateways and a vendor that fails in every
way. `--database` names an empty PostgreSQL database to do it on; without it each round has a SQLite file of its own.
"""

import argparse
import asyncio
import tempfile
from collections.abc import Coroutine
from pathlib import Path

from tests.durability.destination_round import DestinationOutcome, destination_round
from tests.durability.keyed_round import KeyedOutcome, keyed_round
from tests.durability.killed_round import Outcome as KilledOutcome
from tests.durability.killed_round import killed_round


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.durability", description=__doc__)
    parser.add_argument("--rounds", type=int, default=20, help="how often (default 20)")
    parser.add_argument("--reports", type=int, default=5000, help="reports in a round (default 5000)")
    parser.add_argument("--database", default=None, help="address of an empty database; default: a new SQLite file each round")
    parser.add_argument("--records", type=int, default=None, help="send so many records into a destination, instead of reports")
    parser.add_argument("--kills", type=int, default=1, help="how often the gateway is killed while they come in (default 1)")
    parser.add_argument("--keys", type=int, default=None, help="order runs under so many keys, instead of sending reports")
    parser.add_argument("--orders", type=int, default=1000, help="orders in a round (default 1000)")
    options = parser.parse_args()
    bad = 0
    for number in range(1, options.rounds + 1):
        with tempfile.TemporaryDirectory() as folder:
            work: Coroutine[object, object, KilledOutcome | KeyedOutcome | DestinationOutcome]
            if options.records is not None:
                work = destination_round(Path(folder), options.records, number, options.database, options.kills)
            elif options.keys is None:
                work = killed_round(Path(folder), options.reports, number, options.database)
            else:
                work = keyed_round(Path(folder), options.orders, options.keys, number, options.database)
            outcome = asyncio.run(work)
        bad += not outcome.good
        print(number, "good" if outcome.good else "BAD", outcome, flush=True)
    print(f"{options.rounds} rounds, {bad} bad")
    raise SystemExit(1 if bad else 0)


if __name__ == "__main__":
    main()
