"""`cicd-gateway check-config`: what a configuration says, and what is wrong with it."""

from pathlib import Path

import typer

from gateway.cli.options import ConfigPath
from gateway.settings import load_settings
from gateway.settings_layers import configured_path, read_file
from gateway.settings_problems import ConfigurationError, Problem

Row = tuple[str, str, str]


def check_config(config: ConfigPath = None) -> None:
    """Read the configuration, list its providers and every problem. Exit status 1 if there is one. Calls no vendor."""
    path = config or configured_path()
    problems: tuple[Problem, ...] = ()
    try:
        rows = [(account.name, account.kind, account.address or "-") for account in load_settings(path).providers]
    except ConfigurationError as error:
        problems = error.problems
        rows = _as_written(path)
    typer.echo(path)
    for index, (name, kind, base_url) in enumerate(rows):
        own = [problem for problem in problems if problem.key.startswith(f"providers[{index}]")]
        typer.echo(f"  {name:<24}{kind:<12}{base_url:<40}{'wrong' if own else 'ok'}")
        for problem in own:
            typer.echo(f"    {problem}")
    for problem in problems:
        if not (rows and problem.key.startswith("providers[")):
            typer.echo(f"  {problem}")
    if problems:
        raise typer.Exit(1)
    if not rows:
        typer.echo("  no providers: every list will be empty")


def _as_written(path: Path) -> list[Row]:
    """The providers of a file that cannot be used, as far as they can be read."""
    try:
        providers = read_file(path).get("providers")
    except ConfigurationError:
        return []
    entries = providers if isinstance(providers, list) else []
    return [_row(entry if isinstance(entry, dict) else {}) for entry in entries]


def _row(entry: dict[str, object]) -> Row:
    return (str(entry.get("name", "(no name)")), str(entry.get("kind", "(no kind)")), str(entry.get("base_url", "")))
