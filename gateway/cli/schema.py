"""`cicd-gateway schema`."""

import sys


def schema() -> None:
    """Print the schema in GraphQL's schema language."""
    from schema import schema_sdl  # noqa: PLC0415  building it takes longer than all other commands

    sys.stdout.write(schema_sdl())
