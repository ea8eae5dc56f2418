"""The child process that runs the simulators of all vendors: `python -m gateway.cli.simulators uneven 1`.

Once all accept connections it writes one line of JSON to standard output: an `Address` for each.
"""

import asyncio
import importlib
import signal
import sys
from collections.abc import Sequence

import msgspec
import uvloop

from gateway.cli.lifeline import end_with_standard_input
from gateway.cli.ports import is_free
from gateway.providers import REGISTRY
from gateway.simulation.definition import SimulatorDefinition
from gateway.simulation.server import RunningSimulator, serve_forever


class Address(msgspec.Struct, frozen=True):
    """Where one simulator is, and the token that opens it."""

    kind: str
    base_url: str
    token: str


def definitions() -> list[SimulatorDefinition]:
    """One for each registered vendor, from the place every vendor's folder has it."""
    modules = [importlib.import_module(f"gateway.providers.{each.kind.value}.simulator") for each in REGISTRY]
    return [module.SIMULATOR for module in modules]


def main(profile: str, seed: int) -> None:
    end_with_standard_input()
    found = definitions()
    ports = {each.kind: each.default_port if is_free("127.0.0.1", each.default_port) else 0 for each in found}

    async def run() -> None:
        serving = asyncio.ensure_future(serve_forever(found, profile=profile, seed=seed, ports=ports, ready=_announce))
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, serving.cancel)
        await asyncio.wait([serving])
        if not serving.cancelled():
            serving.result()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run())


def _announce(running: Sequence[RunningSimulator]) -> None:
    addresses = [Address(each.definition.kind, each.base_url, each.token) for each in running]
    sys.stdout.write(msgspec.json.encode(addresses).decode() + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
