"""A configuration that cannot be meant is refused at start, by a line that names the key."""

from pathlib import Path

import pytest

from gateway.settings import load_settings
from gateway.settings_problems import ConfigurationError

TOP = '[[providers]]\nname = "acme"\nkind = "buildkite"\n'
NAME = "must be 1 to 63 characters of a-z, 0-9 and '-', and start with a letter or a digit"
HTTPS = "must begin with https://; plain http is allowed for a loopback host only"
ADDRESS = "must be an address such as https://api.example.com/v2"
UNFIT = "holds characters that no HTTP header can carry"
GOOD = TOP + 'token_env = "ACME_TOKEN"\n'


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PORT", raising=False)
    monkeypatch.setenv("ACME_TOKEN", "s3cret")
    monkeypatch.setenv("EMPTY_TOKEN", " ")
    monkeypatch.setenv("TWO_LINES", "one\ntwo")
    monkeypatch.delenv("BUILDKITE_TOKEN", raising=False)


def problems(path: Path, text: str) -> list[str]:
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as refused:
        load_settings(path)
    return [str(problem) for problem in refused.value.problems]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[server]\nprot = 1", "server.prot: there is no such key"),
        ("[sevrer]\nport = 1", "sevrer: there is no such key"),
        ("[server]\nport = '80'", "server.port: must be a whole number"),
        ("[server]\nport = true", "server.port: must be a whole number"),
        ("[server]\nport = 70000", "server.port: must be at most 65535"),
        ("[server]\nhost = ''", "server.host: must not be empty"),
        ("[server]\nworkers = 0", "server.workers: must be at least 1"),
        ("[server]\nrequest_deadline_s = 0", "server.request_deadline_s: must be greater than 0"),
        ("[server]\nrequest_deadline_s = nan", "server.request_deadline_s: must be a finite number"),
        ("[graphql]\nide = 'yes'", "graphql.ide: must be true or false"),
        ("[log]\nformat = 'xml'", "log.format: must be one of 'auto', 'json' or 'console'"),
        ("[log]\nlevel = 'loud'", "log.level: must be one of 'debug', 'info', 'warning' or 'error'"),
        ("server = 5", "server: must be a table"),
        ("providers = 5", "providers: must be a list"),
        ("providers = [5]", "providers[0]: must be a table"),
        (GOOD.replace("acme", "Acme!"), f"providers[0].name: {NAME}"),
        (GOOD.replace("acme", "-acme"), f"providers[0].name: {NAME}"),
        (GOOD.replace("acme", "a" * 64), f"providers[0].name: {NAME}"),
        (GOOD.replace('name = "acme"\n', ""), "providers[0].name: is missing"),
        (GOOD.replace('kind = "buildkite"\n', ""), "providers[0].kind: must be one of 'buildkite', 'codefresh', 'talend', 'nuvo', 'dx'"),
        (GOOD.replace("buildkite", "jenkins"), "providers[0].kind: must be one of 'buildkite', 'codefresh', 'talend', 'nuvo', 'dx', not 'jenkins'"),
        (GOOD + "organisations = []", "providers[0].organisations: there is no such key"),
        (GOOD + "organizations = 'acme'", "providers[0].organizations: must be a list"),
        (GOOD + "organizations = ['a/b']", "providers[0].organizations[0]: must not be empty nor hold spaces or '/'"),
        (GOOD.replace("buildkite", "codefresh") + "organizations = []", "providers[0].organizations: there is no such key"),
        (GOOD + "timeout_s = '5'", "providers[0].timeout_s: must be a number"),
        (GOOD + "max_concurrent_calls = 0", "providers[0].max_concurrent_calls: must be at least 1"),
        (GOOD + GOOD, "providers[1].name: 'acme' is already the name of providers[0]"),
        (GOOD + "base_url = 'http://api.buildkite.com/v2'", f"providers[0].base_url: {HTTPS}"),
        (GOOD + "base_url = 'http://127.0.0.1.evil.example/'", f"providers[0].base_url: {HTTPS}"),
        (GOOD + "base_url = 'http://169.254.169.254/'", f"providers[0].base_url: {HTTPS}"),
        (GOOD + "base_url = 'https://me:pw@example.com'", "providers[0].base_url: must not contain a user name or password"),
        (GOOD + "base_url = 'https://example.com?x=1'", "providers[0].base_url: must end with the path: no '?' and no '#'"),
        (GOOD + "base_url = 'ftp://example.com'", f"providers[0].base_url: {ADDRESS}"),
        (GOOD + "base_url = 'example.com'", f"providers[0].base_url: {ADDRESS}"),
        (GOOD + "base_url = 'https://example.com:port'", f"providers[0].base_url: {ADDRESS}"),
        (GOOD + "base_url = 'https://exa mple.com'", f"providers[0].base_url: {ADDRESS}"),
        (TOP, "providers[0].token_env: is missing: give token_env or token_file"),
        (TOP + "token_env = 'BUILDKITE_TOKEN'", "providers[0].token_env: the environment variable BUILDKITE_TOKEN is not set"),
        (TOP + "token_env = 'EMPTY_TOKEN'", "providers[0].token_env: the environment variable EMPTY_TOKEN is empty"),
        (TOP + "token_env = 'TWO_LINES'", f"providers[0].token_env: the environment variable TWO_LINES {UNFIT}"),
        (GOOD + "token_file = 'x'", "providers[0].token_file: give token_env or token_file, not both"),
    ],
)  # fmt: skip
def test_the_problem_names_the_key(tmp_path: Path, text: str, problem: str) -> None:
    assert problems(tmp_path / "gateway.toml", text) == [problem]


def test_a_secret_that_is_written_down_is_refused_and_not_repeated(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path / "gateway.toml", TOP + 'token = "canary"\n')

    assert problem.startswith("providers[0].token: a secret is never written here: give token_env")
    assert "canary" not in problem


@pytest.mark.parametrize("content", [None, "", "\n", b"\xff"])
def test_a_token_file_that_cannot_be_used_is_named(tmp_path: Path, content: str | bytes | None) -> None:
    token = tmp_path / "token"
    if content is not None:
        token.write_bytes(content if isinstance(content, bytes) else content.encode())

    (problem,) = problems(tmp_path / "gateway.toml", TOP + 'token_file = "token"\n')

    assert problem.startswith(f"providers[0].token_file: the file {token} ")


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    text = "[server]\nport = 'x'\n[graphql]\nide = 1\n" + GOOD.replace("acme", "Acme") + "oops = 1\n" + TOP

    assert len(problems(tmp_path / "gateway.toml", text)) == 5


@pytest.mark.parametrize(
    ("variable", "value", "problem"),
    [
        ("GATEWAY_SERVER__PORT", "http", "GATEWAY_SERVER__PORT: must be a whole number"),
        ("PORT", "http", "PORT: must be a whole number"),
        ("GATEWAY_GRAPHQL__IDE", "perhaps", "GATEWAY_GRAPHQL__IDE: must be true or false"),
        ("GATEWAY_SEVRER__PORT", "1", "GATEWAY_SEVRER__PORT: there is no such setting"),
        ("GATEWAY_SERVER__PROT", "1", "GATEWAY_SERVER__PROT: there is no such setting"),
        ("GATEWAY_PROVIDERS__7__BASE_URL", "x", "GATEWAY_PROVIDERS__7__BASE_URL: there is no such setting"),
        (
            "GATEWAY_PROVIDERS__0__BASE_URL",
            "http://example.com",
            f"GATEWAY_PROVIDERS__0__BASE_URL: {HTTPS}",
        ),
    ],
)
def test_a_problem_with_a_variable_names_the_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, problem: str
) -> None:
    monkeypatch.setenv(variable, value)

    assert problems(tmp_path / "gateway.toml", GOOD) == [problem]


@pytest.mark.parametrize("content", [b"[server", b"\xff", b"a = 1\na = 2"])
def test_a_file_that_is_no_toml_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "gateway.toml"
    path.write_bytes(content)

    with pytest.raises(ConfigurationError, match=r"gateway\.toml: the file is not"):
        load_settings(path)
