"""`cicd-gateway check-config`: what a configuration says, and what is wrong with it."""

import typer

from gateway.cli.options import ConfigPath
from gateway.settings import load_settings
from gateway.settings_layers import configured_path, read_file
from gateway.settings_problems import ConfigurationError, Problem


def check_config(config: ConfigPath = None) -> None:
    """Read the configuration, list its providers and every problem. Exit status 1 if there is one. Calls no vendor."""
    path = config or configured_path()
    problems: tuple[Problem, ...] = ()
    try:
        accounts = [(account.name, account.kind, account.base_url) for account in load_settings(path).providers]
    except ConfigurationError as error:
        problems = error.problems
        accounts = _as_written(problems, config)
    typer.echo(path)
    for index, (name, kind, base_url) in enumerate(accounts):
        own = [problem for problem in problems if problem.key.startswith(f"providers[{index}]")]
        typer.echo(f"  {name:<20} {kind:<12} {base_url:<40} {'wrong' if own else 'ok'}")
        for problem in own:
            typer.echo(f"    {problem}")
    rest = [problem for problem in problems if not problem.key.startswith("providers[")]
    for problem in rest:
        typer.echo(f"  {problem}")
    if not accounts and not problems:
        typer.echo("  no providers: every list will be empty")
    if problems:
        raise typer.Exit(1)
