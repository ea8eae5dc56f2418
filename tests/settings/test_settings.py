"""Where values come from, and which one wins."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from gateway.providers.buildkite.settings import BuildkiteSettings
from gateway.settings import Settings, load_settings
from gateway.settings_problems import ConfigurationError

BUILDKITE = '[[providers]]\nname = "acme"\nkind = "buildkite"\ntoken_env = "ACME_TOKEN"\n'


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for variable in ("PORT", "GATEWAY_CONFIG"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("ACME_TOKEN", "s3cret")
    monkeypatch.chdir(tmp_path)


def load(text: str, **flags: Any) -> Settings:
    Path("gateway.toml").write_text(text, encoding="utf-8")
    return load_settings(flags=flags)


def test_an_empty_file_gives_the_defaults() -> None:
    assert load("") == Settings()


def test_the_file_replaces_defaults() -> None:
    settings = load("[server]\nport = 9000\n[graphql]\nide = false\npatience_s = 2\n[log]\nformat = 'json'\n")

    assert settings.server.port == 9000
    assert settings.server.host == "127.0.0.1"
    assert (settings.graphql.ide, settings.graphql.patience_s, settings.log.format) == (False, 2.0, "json")


def test_flags_outrank_the_environment_and_that_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "[server]\nport = 9000\nworkers = 2\nhost = '127.0.0.2'\n"
    monkeypatch.setenv("GATEWAY_SERVER__PORT", "9001")
    monkeypatch.setenv("GATEWAY_SERVER__WORKERS", "3")

    settings = load(text, server={"port": 9002})

    assert (settings.server.port, settings.server.workers, settings.server.host) == (9002, 3, "127.0.0.2")


def test_port_is_read_unless_the_gateways_own_variable_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "7000")
    assert load("[server]\nport = 9000\n").server.port == 7000

    monkeypatch.setenv("GATEWAY_SERVER__PORT", "7001")
    assert load("[server]\nport = 9000\n").server.port == 7001


@pytest.mark.parametrize(("text", "value"), [("true", True), ("1", True), ("false", False), ("0", False), ("off", False)])
def test_a_switch_can_be_set_in_the_environment(monkeypatch: pytest.MonkeyPatch, text: str, value: bool) -> None:
    monkeypatch.setenv("GATEWAY_GRAPHQL__IDE", text)

    assert load("").graphql.ide is value


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "")
    monkeypatch.setenv("GATEWAY_SERVER__HOST", "")

    assert load("").server == Settings().server


def test_variables_that_orchestrators_set_for_a_service_called_gateway_are_not_ours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GATEWAY_PORT", "tcp://10.0.0.1:80")
    monkeypatch.setenv("GATEWAY_SERVICE_HOST", "10.0.0.1")

    assert load("") == Settings()


def test_a_key_of_a_provider_can_be_set_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_PROVIDERS__0__BASE_URL", "http://127.0.0.1:4001/v2")
    monkeypatch.setenv("GATEWAY_PROVIDERS__0__TIMEOUT_S", "2.5")

    (account,) = load(BUILDKITE).providers

    assert (account.base_url, account.timeout_s) == ("http://127.0.0.1:4001/v2", 2.5)


def test_the_file_is_named_by_a_variable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text("[server]\nport = 1\n", encoding="utf-8")
    monkeypatch.setenv("GATEWAY_CONFIG", str(tmp_path / "other.toml"))

    assert load("[server]\nport = 2\n").server.port == 1


def test_a_provider_is_read_by_its_vendors_model() -> None:
    (account,) = load(BUILDKITE + 'organizations = ["acme", "umbrella"]\nbase_url = "https://bk.example.com/v2/"\n').providers

    assert isinstance(account, BuildkiteSettings)
    assert account.organizations == ("acme", "umbrella")
    assert account.base_url == "https://bk.example.com/v2"
    assert (account.timeout_s, account.max_concurrent_calls) == (10.0, 16)


def test_a_token_comes_from_the_environment() -> None:
    (account,) = load(BUILDKITE).providers

    assert isinstance(account, BuildkiteSettings)
    assert account.token.get_secret_value() == "s3cret"


def test_a_token_comes_from_a_file_beside_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "token").write_text("from a file\n".replace(" ", "-"), encoding="utf-8")
    path = tmp_path / "gateway.toml"
    path.write_text(BUILDKITE.replace('token_env = "ACME_TOKEN"', 'token_file = "secrets/token"'), encoding="utf-8")

    (account,) = load_settings(path).providers

    assert isinstance(account, BuildkiteSettings)
    assert account.token.get_secret_value() == "from-a-file"


def test_no_way_of_showing_the_settings_shows_a_token() -> None:
    settings = load(BUILDKITE)

    shown = f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()} {settings.providers[0]!r}"

    assert "s3cret" not in shown


def test_settings_cannot_be_changed() -> None:
    settings = load(BUILDKITE)

    for target, key in ((settings, "log"), (settings.server, "port"), (settings.providers[0], "name")):
        with pytest.raises(ValidationError, match="frozen"):
            setattr(target, key, getattr(target, key))


def test_a_missing_file_is_named() -> None:
    with pytest.raises(ConfigurationError, match=r"gateway\.toml: there is no such file: pass --config or set GATEWAY_CONFIG"):
        load_settings()


def test_a_provider_key_in_the_environment_becomes_what_the_key_is(monkeypatch: pytest.MonkeyPatch) -> None:
    nuvo = '[[providers]]\nname = "imports"\nkind = "nuvo"\nlicense_key_env = "ACME_TOKEN"\nidentifier = "ops"\n'
    monkeypatch.setenv("GATEWAY_PROVIDERS__0__IDENTIFIER", "12345")
    monkeypatch.setenv("GATEWAY_PROVIDERS__0__PAGE_SIZE", "50")

    (account,) = load(nuvo).providers

    assert (account.identifier, account.page_size) == ("12345", 50)  # type: ignore[attr-defined]  # of this vendor's accounts


def test_the_path_of_a_secret_file_is_taken_from_the_files_folder_wherever_it_is_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tmp_path / "etc"
    folder.mkdir()
    (folder / "token").write_text("of the file", encoding="utf-8")
    (folder / "url").write_text("postgresql://gateway@db/ci", encoding="utf-8")
    (folder / "gateway.toml").write_text('[[providers]]\nname = "acme"\nkind = "buildkite"\n', encoding="utf-8")
    monkeypatch.setenv("GATEWAY_PROVIDERS__0__TOKEN_FILE", "token")
    monkeypatch.setenv("GATEWAY_STORE__URL_FILE", "url")

    settings = load_settings(folder / "gateway.toml")

    assert settings.providers[0].token.get_secret_value() == "of the file"  # type: ignore[attr-defined]  # of this vendor's accounts
    assert settings.store.address == "postgresql://gateway@db/ci"
