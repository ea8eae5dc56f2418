"""`cicd-gateway check-config` shows the providers and every problem, and exits with 1 if there is one."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gateway.cli.main import app

GOOD = '[[providers]]\nname = "acme"\nkind = "buildkite"\ntoken_env = "ACME_TOKEN"\n'
BAD = '[[providers]]\nname = "shop"\nkind = "codefresh"\ntoken_env = "SHOP_TOKEN"\n'


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("GATEWAY_CONFIG", raising=False)
    monkeypatch.delenv("SHOP_TOKEN", raising=False)
    monkeypatch.setenv("ACME_TOKEN", "s3cret")
    monkeypatch.chdir(tmp_path)


def check(text: str | None) -> Result:
    if text is not None:
        Path("gateway.toml").write_text(text, encoding="utf-8")
    return CliRunner().invoke(app, ["check-config"])


def test_a_good_configuration_is_listed() -> None:
    result = check(GOOD)

    assert result.exit_code == 0
    assert result.stdout.split() == ["gateway.toml", "acme", "buildkite", "https://api.buildkite.com/v2", "ok"]


def test_a_problem_stands_below_its_provider() -> None:
    result = check(GOOD + BAD)

    assert result.exit_code == 1
    _, acme, shop, problem = result.stdout.splitlines()
    assert acme.endswith("ok")
    assert shop.endswith("wrong")
    assert problem.strip() == "providers[1].token_env: the environment variable SHOP_TOKEN is not set"


def test_problems_elsewhere_are_told_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_SERVER__PORT", "http")

    result = check("[graphql]\nide = 1\n" + GOOD)

    assert result.exit_code == 1
    assert "GATEWAY_SERVER__PORT: must be a whole number" in result.stdout
    assert "graphql.ide: must be true or false" in result.stdout


@pytest.mark.parametrize("text", [None, "[", "providers = 5"])
def test_a_file_without_readable_providers_is_a_problem_by_itself(text: str | None) -> None:
    assert check(text).exit_code == 1


def test_no_providers_is_allowed_and_said() -> None:
    result = check("")

    assert (result.exit_code, "no providers" in result.stdout) == (0, True)


def test_no_secret_is_shown() -> None:
    assert "s3cret" not in check(GOOD + BAD).output
    assert "canary" not in check(GOOD + 'token = "canary"\n').output


def test_serve_refuses_what_check_config_refuses() -> None:
    Path("gateway.toml").write_text(BAD, encoding="utf-8")

    result = CliRunner().invoke(app, ["serve"])

    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "The configuration cannot be used.",
        "gateway.toml: providers[0].token_env: the environment variable SHOP_TOKEN is not set",
    ]
