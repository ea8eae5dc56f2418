"""The SDL follows the rules of graphql-eslint; tests/node/eslint.config.mjs explains each exception."""

from tests.node.tools import FOLDER, SCHEMA, Judge


def test_the_schema_has_no_lint_error(judge: Judge) -> None:
    linted = judge("node_modules/eslint/bin/eslint.js", "--config", FOLDER / "eslint.config.mjs", SCHEMA)

    assert linted.returncode == 0, linted.stdout
