"""What several commands have in common: where the configuration is, and how its problems are shown."""

from pathlib import Path
from typing import Annotated

import typer

from gateway.settings import Settings, load_settings
from gateway.settings_problems import ConfigurationError

ConfigPath = Annotated[
    Path | None,
    typer.Option("--config", help="The TOML file. Otherwise $GATEWAY_CONFIG, otherwise ./gateway.toml.", dir_okay=False),
]


def load_or_exit(path: Path | None, flags: dict[str, dict[str, object]] | None = None) -> Settings:
    """Exits with status 1, a line per problem on standard error."""
    try:
        return load_settings(path, flags=flags)
    except ConfigurationError as error:
        typer.echo(f"The configuration cannot be used.\n{error}", err=True)
        raise typer.Exit(1) from None
