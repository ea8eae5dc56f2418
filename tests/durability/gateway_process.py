"""A gateway in a process of its own, with one ledger or other accounts, that can be killed without warning."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]
CI_KEY = "key-of-a-ci-system"
PROVIDER = "homegrown"
START_TIMEOUT_S = 30.0


class GatewayProcess:
    """`forward_to` is the base URL of the instance that runs are passed on to; `database` is an address, None for SQLite.

    `accounts` are entries of `[[providers]]` in place of the ledger, whose token is in KILL_FORWARD_TOKEN; `server` are lines of
    `[server]`. Processes of one folder need names that differ, and share its SQLite file.
    """

    def __init__(
        self,
        folder: Path,
        *,
        database: str | None = None,
        forward_to: str | None = None,
        token: str = "",
        accounts: str | None = None,
        server: str = "",
        name: str = "gateway",
    ) -> None:
        self.folder = folder
        self.port = _free_port()
        self._environment = os.environ | {"KILL_CI_KEY": CI_KEY, "KILL_FORWARD_TOKEN": token, "KILL_DATABASE": database or ""}
        self._config = folder / f"{name}.toml"
        self._config.write_text(_configuration(self.port, folder, server, accounts or _ledger(forward_to)))
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def _spawn(self) -> subprocess.Popen[bytes]:
        with (self.folder / "gateway.log").open("ab") as log:
            command = [sys.executable, "-m", "gateway", "serve", "--config", str(self._config)]
            return subprocess.Popen(command, cwd=ROOT, env=self._environment, stdout=log, stderr=log)  # noqa: S603 our own program

    async def start(self) -> None:
        self._process = self._spawn()
        until = time.monotonic() + START_TIMEOUT_S
        async with httpx.AsyncClient(trust_env=False) as client:
            while True:
                try:
                    await client.get(f"{self.url}/health/ready")
                except httpx.TransportError:
                    assert self._process.poll() is None, (self.folder / "gateway.log").read_text()[-4000:]
                    assert time.monotonic() < until, "the gateway did not start"
                    await asyncio.sleep(0.05)
                else:
                    return

    def kill(self) -> None:
        """No warning, no cleaning up."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait(20)
            self._process = None


def _configuration(port: int, folder: Path, server: str, accounts: str) -> str:
    return (
        f'[server]\nport = {port}\n{server}\n[store]\nurl_env = "KILL_DATABASE"\ndata_dir = "{folder / "data"}"\n'
        f'[log]\nlevel = "error"\n{accounts}'
    )


def _ledger(forward_to: str | None) -> str:
    forwarding = (
        ""
        if forward_to is None
        else f'forward_base_url = "{forward_to}"\nforward_token_env = "KILL_FORWARD_TOKEN"\nforward_per_second = 1000\nforward_timeout_s = 0.5\n'
    )
    return (
        f'[[providers]]\nname = "{PROVIDER}"\nkind = "dx"\n{forwarding}'
        '[[providers.ingest_keys]]\nname = "ci"\nenv = "KILL_CI_KEY"\n'
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
