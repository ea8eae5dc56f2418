"""cicd-gateway: one command per file of this folder."""

import typer

from gateway.cli.check_config import check_config
from gateway.cli.schema import schema
from gateway.cli.send import send
from gateway.cli.serve import serve
from gateway.cli.simulate import simulate

app = typer.Typer(
    name="cicd-gateway",
    help="One GraphQL endpoint over many CI/CD accounts.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # they would print local variables, tokens among them
)
for command in (serve, simulate, check_config, schema, send):
    app.command()(command)


def main() -> None:
    """The installed script `cicd-gateway`, and `python -m gateway`."""
    app(prog_name="cicd-gateway")
