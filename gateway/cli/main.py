"""cicd-gateway: one command per file of this folder."""

import gc
import sys
from collections.abc import Iterable
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import typer

COMMANDS = ("serve", "simulate", "check-config", "schema", "send")
INTERRUPTED = 130


def main() -> None:
    """The installed script `cicd-gateway`, and `python -m gateway`."""
    try:
        named = sys.argv[1:2]
        command_line(named if named and named[0] in COMMANDS else COMMANDS)(prog_name="cicd-gateway")
    except KeyboardInterrupt:  # before the command has begun
        sys.exit(INTERRUPTED)


def command_line(names: Iterable[str] = COMMANDS) -> "typer.Typer":
    """With these commands. Of the others nothing is imported: all of the gateway takes ten times as long as `send`."""
    collects = gc.isenabled()
    gc.disable()  # all that is imported stays
    try:
        app: typer.Typer = import_module("typer").Typer(
            name="cicd-gateway",
            help="One GraphQL endpoint over many CI/CD accounts.",
            no_args_is_help=True,
            add_completion=False,
            pretty_exceptions_enable=False,  # they would print local variables, tokens among them
        )
        app.callback()(_one_of_several)
        for name in names:
            function = name.replace("-", "_")
            app.command()(getattr(import_module(f"gateway.cli.{function}"), function))
    finally:
        if collects:
            gc.enable()
    return app


def _one_of_several() -> None:
    """Also where only one was asked for: its name belongs to it."""


def __getattr__(name: str) -> "typer.Typer":
    """`app`, with all commands."""
    if name != "app":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return command_line()
