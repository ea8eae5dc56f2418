"""`cicd-gateway simulate`: the simulators of all vendors, and the gateway in front of them, until Ctrl-C."""

import asyncio
import os
import shlex
import tempfile
from enum import StrEnum
from typing import Annotated

import httpx
import msgspec
import typer

from gateway.cli.children import Children, EndedError
from gateway.cli.demo_environment import CI_KEY, DEMO_CONFIG, demo_environment
from gateway.cli.home_made_ci import report_runs
from gateway.cli.options import load_or_exit
from gateway.cli.ports import any_free, is_free
from gateway.cli.simulators import Address

START_TIMEOUT_S = 60.0
FIRST_QUERY = "{ runs(first: 8) { nodes { status createdAt provider { name } pipeline { name } } } }"


class Profile(StrEnum):
    """How builds are spread over pipelines."""

    UNEVEN = "uneven"
    EVEN = "even"


def simulate(
    profile: Annotated[Profile, typer.Option(help="How builds are spread over pipelines.")] = Profile.UNEVEN,
    seed: Annotated[int, typer.Option(help="The same seed makes the same data.")] = 1,
    serve: Annotated[bool, typer.Option(help="Serve the gateway in front of them, too.")] = True,
    port: Annotated[int | None, typer.Option(help="Port of the gateway, over $PORT.")] = None,
) -> None:
    """Run simulators of all vendors on loopback ports, and a gateway configured for them. Ctrl-C ends everything."""
    try:
        asyncio.run(_run(profile.value, seed, serve, port))
    except EndedError as end:
        typer.echo(str(end), err=end.failed)
        raise typer.Exit(1 if end.failed else 0) from None


async def _run(profile: str, seed: int, serve: bool, port: int | None) -> None:
    async with Children() as children:
        simulators = await children.start("simulators", "gateway.cli.simulators", profile, str(seed), talks=True)
        line = await children.line_of(simulators, START_TIMEOUT_S)
        addresses = msgspec.json.decode(line, type=tuple[Address, ...])
        typer.echo(f"Simulators, profile {profile}, seed {seed}")
        for address in addresses:
            typer.echo(f"  {address.kind:<13}{address.base_url}")
        environment = demo_environment(addresses)
        with tempfile.TemporaryDirectory(prefix="cicd-gateway-demo-") as data_dir:
            if serve:
                os.environ.update(environment | {"GATEWAY_STORE__DATA_DIR": data_dir})
                await _serve(children, port, seed)
            else:
                _tell_how_to_serve(environment)
            typer.echo("\nCtrl-C ends everything.")
            await children.unless_over(asyncio.Event().wait(), within_s=None, otherwise="")


async def _serve(children: Children, port: int | None, seed: int) -> None:
    server = load_or_exit(DEMO_CONFIG, {} if port is None else {"server": {"port": port}}).server
    chosen = server.port or any_free(server.host)
    if not is_free(server.host, chosen):
        raise EndedError(f"Port {chosen} of {server.host} is taken. Choose another one with PORT=... or --port.")
    listen = ("--host", server.host, "--port", str(chosen))
    await children.start("gateway", "gateway", "serve", "--config", str(DEMO_CONFIG), *listen, "--lifeline")
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(server.host, server.host)  # noqa: S104  only read
    url = f"http://{host}:{chosen}"
    has_ide = await children.unless_over(_wait_until_up(url), within_s=START_TIMEOUT_S, otherwise="The gateway did not start.")
    reporting = report_runs(url, CI_KEY, seed)
    reported = await children.unless_over(reporting, within_s=START_TIMEOUT_S, otherwise="The runs of home-made CI were not taken.")
    body = shlex.quote(msgspec.json.encode({"query": FIRST_QUERY}).decode())
    typer.echo(f"Gateway, configured by {DEMO_CONFIG}")
    typer.echo(f"  GraphQL      {url}/graphql")
    typer.echo(f"  GraphiQL     {f'{url}/graphql, in a browser' if has_ide else 'not served: see `make ide`'}")
    typer.echo(f"  health       {url}/health/ready")
    typer.echo(f"  ledger       {reported} runs of home-made CI reported to {url}/api/pipelineRuns.sync")
    typer.echo(f"\nA first query:\n  curl -s {url}/graphql -H 'content-type: application/json' -d {body}")


async def _wait_until_up(url: str) -> bool:
    """Returns once the gateway answers; whether it has a page for browsers."""
    async with httpx.AsyncClient(trust_env=False) as client:
        while True:
            try:
                answer = await client.get(f"{url}/graphql", headers={"accept": "text/html"})
            except httpx.TransportError:
                await asyncio.sleep(0.05)
            else:
                return answer.status_code == 200


def _tell_how_to_serve(environment: dict[str, str]) -> None:
    typer.echo("\nTo serve the gateway in front of them:")
    for name, value in environment.items():
        typer.echo(f"  export {name}={shlex.quote(value)}")
    typer.echo(f"  cicd-gateway serve --config {shlex.quote(str(DEMO_CONFIG))}")
