"""`cicd-gateway serve`: the gateway under uvicorn."""

import gc
import math
import os
from typing import Annotated

import typer
import uvicorn
from starlette.types import ASGIApp

from gateway.app import create_app
from gateway.cli.lifeline import end_with_standard_input
from gateway.cli.logs import configure_logging
from gateway.cli.options import ConfigPath, load_or_exit
from gateway.settings import load_settings
from gateway.settings_layers import CONFIG_VARIABLE, configured_path


def serve(
    config: ConfigPath = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on, over [server] host.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on, over $PORT and [server] port.")] = None,
    lifeline: Annotated[bool, typer.Option("--lifeline", hidden=True)] = False,
) -> None:
    """Serve GraphQL at /graphql."""
    given = {"host": host, "port": port}
    settings = load_or_exit(config, {"server": {key: value for key, value in given.items() if value is not None}})
    configure_logging(settings.log)
    os.environ[CONFIG_VARIABLE] = str((config or configured_path()).absolute())  # for the processes uvicorn starts
    if lifeline:
        end_with_standard_input()
    uvicorn.run(
        "gateway.cli.serve:application",
        factory=True,
        host=settings.server.host,
        port=settings.server.port,
        workers=settings.server.workers,
        loop="uvloop",
        http="httptools",
        log_config=None,
        access_log=False,  # gateway.http.access_log writes one line per request
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=math.ceil(settings.server.request_deadline_s) + 2,
    )


def application() -> ASGIApp:
    """The gateway as GATEWAY_CONFIG describes it: for uvicorn's processes, or any ASGI server that takes a factory."""
    settings = load_settings()
    configure_logging(settings.log)
    app = create_app(settings)
    gc.freeze()  # modules and schema live as long as the process: no collection need walk through them again
    return app
