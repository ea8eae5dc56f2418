"""`cicd-gateway schema` prints the committed schema."""

from pathlib import Path

from typer.testing import CliRunner

from gateway.cli.main import app

COMMITTED = Path(__file__).parents[2] / "schema" / "schema.graphql"


def test_the_printed_schema_is_the_committed_one() -> None:
    result = CliRunner().invoke(app, ["schema"])

    assert result.exit_code == 0
    assert result.stdout == COMMITTED.read_text(encoding="utf-8")
