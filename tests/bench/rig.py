"""The processes of a measurement: the simulators in one, each gateway in one of its own."""

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, Request, build_opener

import msgspec

from tests.bench.cores import GATEWAY, OTHERS, pin

ROOT = Path(__file__).parents[2]
NAMES = {"buildkite": "acme-buildkite", "codefresh": "shop-codefresh"}
"""The vendors that queries are measured at."""
ALL_NAMES = NAMES | {"talend": "talend-eu", "nuvo": "imports", "dx": "homegrown"}
CI_KEY = "key-of-a-ci-system"
START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 10.0

_open = build_opener(ProxyHandler({})).open


class Vendor(msgspec.Struct, frozen=True):
    """A running simulator, steered from this process."""

    kind: str
    base_url: str
    token: str

    def calls(self) -> int:
        """Requests received since the last reset."""
        return msgspec.json.decode(self._control("GET", "state"))["calls_total"]

    def misbehave(self, kind: str) -> None:
        """From now on, whatever it is asked: `html`, `hang` and so on."""
        self._control("POST", "faults", msgspec.json.encode({"route": ".*", "kind": kind}))

    def behave(self) -> None:
        self._control("DELETE", "faults")

    def _control(self, method: str, what: str, body: bytes | None = None) -> bytes:
        origin = "http://" + urlsplit(self.base_url).netloc
        with _open(Request(f"{origin}/__control/{what}", body, method=method), timeout=10) as answer:  # noqa: S310  our own loopback address
            return answer.read()


@dataclass(frozen=True, slots=True)
class Gateway:
    """A running gateway and the vendors behind it."""

    pid: int
    port: int
    kinds: tuple[str, ...]
    log: Path  # what it writes to standard error


@contextlib.contextmanager
def vendors(profile: str = "even") -> Iterator[Mapping[str, Vendor]]:
    """Simulators of all vendors, by kind."""
    with _child(["gateway.cli.simulators", profile, "1"], stdout=subprocess.PIPE) as process:
        line = process.stdout.readline()
        if not line:
            raise RuntimeError("the simulators did not start")
        pin(process.pid, OTHERS)
        yield {each.kind: each for each in msgspec.json.decode(line, type=list[Vendor])}


@contextlib.contextmanager
def gateways(
    running: Mapping[str, Vendor], wanted: Sequence[Mapping[str, str]], *, patience_s: float = 5.0, database: str = ""
) -> Iterator[list[Gateway]]:
    """One process per entry of `wanted`, each in front of these base URLs by kind; all start at once. `database` is the address of
    an empty one; without it each has a SQLite file of its own.
    """
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        environment = {_variable(kind): vendor.token for kind, vendor in running.items()}
        environment |= {"BENCH_CI_KEY": CI_KEY, "BENCH_DATABASE": database}
        started = []
        for place, urls in enumerate(wanted):
            config, log = folder / f"{place}.toml", folder / f"{place}.log"
            config.write_text(configuration(urls, patience_s, folder / f"data-{place}"))
            port = free_port()
            arguments = ["gateway", "serve", "--config", str(config), "--port", str(port), "--lifeline"]
            errors = stack.enter_context(log.open("wb"))
            process = stack.enter_context(_child(arguments, stderr=errors, environment=environment))
            started.append((process, Gateway(process.pid, port, tuple(urls), log)))
        for process, gateway in started:
            _wait_until_up(process, gateway)
            pin(process.pid, GATEWAY)
        pin(0, OTHERS)
        yield [gateway for _, gateway in started]


def configuration(urls: Mapping[str, str], patience_s: float, data_dir: Path) -> str:
    """What an operator would write, with everything else at its default."""
    accounts = [f'[[providers]]\nname = "{ALL_NAMES[kind]}"\nkind = "{kind}"\n{_keys(kind, url)}' for kind, url in urls.items()]
    store = f'[store]\nurl_env = "BENCH_DATABASE"\ndata_dir = "{data_dir}"\n'
    return "\n".join([f"[graphql]\npatience_s = {patience_s}\n", store, *accounts])


def _keys(kind: str, url: str) -> str:
    """Where each vendor's account has its address and its secret."""
    match kind:
        case "dx":
            forward = f'forward_base_url = "{url}"\nforward_token_env = "{_variable(kind)}"\n' if url else ""
            return f'{forward}[[providers.ingest_keys]]\nname = "ci"\nenv = "BENCH_CI_KEY"\n'
        case "nuvo":
            return f'base_url = "{url}"\nlicense_key_env = "{_variable(kind)}"\nidentifier = "ops@example.com"\n'
        case _:
            return f'base_url = "{url}"\ntoken_env = "{_variable(kind)}"\n'


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _variable(kind: str) -> str:
    return f"BENCH_{kind.upper()}_TOKEN"


@contextlib.contextmanager
def _child(
    arguments: Sequence[str],
    *,
    stdout: int = subprocess.DEVNULL,
    stderr: object = subprocess.DEVNULL,
    environment: Mapping[str, str] | None = None,
) -> Iterator[subprocess.Popen]:
    """`python -m <arguments>`, on any core: it is pinned once it is up. Its standard input is a pipe: it ends when this process is gone."""
    process = subprocess.Popen(  # noqa: S603  our own command
        [sys.executable, "-m", *arguments],
        stdin=subprocess.PIPE,
        stdout=stdout,
        stderr=stderr,
        cwd=ROOT,
        env=os.environ | (environment or {}),
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


def _wait_until_up(process: subprocess.Popen, gateway: Gateway) -> None:
    give_up_at = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < give_up_at:
        if process.poll() is not None:
            break
        try:
            _open(f"http://127.0.0.1:{gateway.port}/health/live", timeout=5).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError(f"the gateway did not start:\n{gateway.log.read_text()}")
