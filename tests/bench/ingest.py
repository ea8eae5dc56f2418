"""`python -m tests.bench.ingest`: reports about runs that one gateway process takes in, each acknowledged after its commit.

`wrk` sends over 16 connections from the other core. DATABASE_URL, where it is set, names a PostgreSQL server: a database of its own is
made there and dropped.
"""

import argparse
import asyncio
import os
import re
import shutil
import subprocess
import uuid
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from tests.bench.cores import OTHERS, cpu_ms, pin
from tests.bench.rig import CI_KEY, Gateway, gateways

SCRIPT = Path(__file__).with_name("ingest.lua")
CONNECTIONS = 16
WARM_UP_S = 2


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.ingest", description=__doc__)
    parser.add_argument("--seconds", type=int, default=15, help="how long each store is measured (default 15)")
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        parser.error("wrk is not installed")
    print("| store | reports/s | p50 ms | p99 ms | CPU ms each | refused |\n|---|---|---|---|---|---|")
    print(measured("SQLite", "", options.seconds), flush=True)
    server = os.environ.get("DATABASE_URL")
    if server:
        name = f"bench_{uuid.uuid4().hex[:12]}"
        asyncio.run(_execute(server, f"CREATE DATABASE {name}"))
        try:
            print(measured("PostgreSQL", urlunsplit(urlsplit(server)._replace(path=f"/{name}")), options.seconds))
        finally:
            asyncio.run(_execute(server, f"DROP DATABASE {name} WITH (FORCE)"))


def measured(store: str, database: str, seconds: int) -> str:
    """A row of the table. Nothing is passed on: that is another process's load."""
    with gateways({}, [{"dx": ""}], database=database) as (gateway,):
        _wrk(gateway, WARM_UP_S)
        before = cpu_ms(gateway.pid)
        text = _wrk(gateway, seconds)
        spent = cpu_ms(gateway.pid) - before
    requests = int(_found(r"(\d+) requests in", text))
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    rate, median, late = _found(r"Requests/sec:\s+([\d.]+)", text), _found(r"\s50%\s+(\S+)", text), _found(r"\s99%\s+(\S+)", text)
    return (
        f"| {store} | {float(rate):.0f} | {_ms(median):.1f} | {_ms(late):.1f} | {spent / requests:.2f} "
        f"| {refused[1] if refused else 0} |"
    )


def _wrk(gateway: Gateway, seconds: int) -> str:
    address = f"http://127.0.0.1:{gateway.port}"
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", "-s", str(SCRIPT), address]
    environment = os.environ | {"BENCH_CI_KEY": CI_KEY}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:  # noqa: S603  our own command
        pin(process.pid, OTHERS)
        return process.communicate()[0]


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    if match is None:
        raise RuntimeError(f"wrk said:\n{text}")
    return match[1]


def _ms(text: str) -> float:
    match = re.fullmatch(r"([\d.]+)(us|ms|s)", text)
    if match is None:
        raise RuntimeError(f"wrk says {text!r} for a time")
    number, unit = match.groups()
    return float(number) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[unit]


async def _execute(server: str, statement: str) -> None:
    connection = await asyncpg.connect(server)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


if __name__ == "__main__":
    main()
