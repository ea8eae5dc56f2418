"""What a DX account may say in the configuration; whatever is wrong is refused by the key's name."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from gateway.providers.account import incoming_keys_differ
from gateway.providers.dx.settings import DxSettings
from gateway.settings_problems import problems_of
from tests.providers.dx.opened import settings_of

KEY = {"name": "jenkins", "env": "DX_KEY"}
INSTANCE = {"forward_base_url": "https://acme.getdx.net/api"}
NEEDED = "give forward_token_env or forward_token_file"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DX_KEY", "s3cret")
    monkeypatch.setenv("DX_OTHER_KEY", "other")
    monkeypatch.setenv("DX_TOKEN", "token")
    monkeypatch.delenv("DX_ABSENT", raising=False)


def read(**entry: Any) -> DxSettings:
    return DxSettings.model_validate({"name": "homegrown", "kind": "dx", "ingest_keys": [KEY]} | entry)


def problems(**entry: Any) -> list[str]:
    with pytest.raises(ValidationError) as refused:
        read(**entry)
    return [str(problem) for problem in problems_of(refused.value, {})]


def test_an_account_without_an_instance_has_no_address() -> None:
    settings = read()

    assert settings.address is None
    assert settings.forward_token is None
    assert [key.secret.get_secret_value() for key in settings.ingest_keys] == ["s3cret"]
    assert (settings.forward_method, settings.forward_per_second) == ("sync", 5.0)


def test_an_account_with_an_instance() -> None:
    settings = read(**INSTANCE, forward_token_env="DX_TOKEN", forward_method="upsert", forward_per_second=2.5)

    assert settings.address == "https://acme.getdx.net/api"
    assert settings.forward_token is not None
    assert settings.forward_token.get_secret_value() == "token"


def test_secrets_come_from_files_too(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text("from-file\n")

    settings = read(ingest_keys=[{"name": "jenkins", "file": str(path)}], **INSTANCE, forward_token_file=str(path))

    assert settings.ingest_keys[0].secret.get_secret_value() == "from-file"
    assert settings.forward_token is not None
    assert settings.forward_token.get_secret_value() == "from-file"


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ({"base_url": "https://x.example"}, "base_url: there is no such key"),
        ({"ingest_keys": []}, "ingest_keys: is missing: without a key nothing can be pushed to this account"),
        ({"ingest_keys": 5}, "ingest_keys: must be a list"),
        ({"ingest_keys": [5]}, "ingest_keys[0]: must be a table"),
        ({"ingest_keys": [{"env": "DX_KEY"}]}, "ingest_keys[0].name: is missing"),
        ({"ingest_keys": [KEY | {"name": ""}]}, "ingest_keys[0].name: must not be empty"),
        ({"ingest_keys": [{"name": "jenkins"}]}, "ingest_keys[0].env: is missing: give env or file"),
        ({"ingest_keys": [KEY | {"file": "x"}]}, "ingest_keys[0].file: give env or file, not both"),
        ({"ingest_keys": [KEY | {"env": "DX_ABSENT"}]}, "ingest_keys[0].env: the environment variable DX_ABSENT is not set"),
        ({"ingest_keys": [KEY | {"state": "gone"}]}, "ingest_keys[0].state: must be one of 'active', 'inactive' or 'expired'"),
        ({"ingest_keys": [KEY | {"scope": "x"}]}, "ingest_keys[0].scope: there is no such key"),
        (
            {"ingest_keys": [KEY, KEY | {"env": "DX_OTHER_KEY"}]},
            "ingest_keys[1].name: has the name of ingest_keys[0]",
        ),
        ({"ingest_keys": [KEY, KEY | {"name": "b"}]}, "ingest_keys[1]: has the same value as ingest_keys[0]"),
        (INSTANCE, f"forward_token_env: is missing: {NEEDED}"),
        (INSTANCE | {"forward_token_env": "DX_ABSENT"}, "forward_token_env: the environment variable DX_ABSENT is not set"),
        (
            INSTANCE | {"forward_token_env": "DX_TOKEN", "forward_token_file": "x"},
            "forward_token_file: give forward_token_env or forward_token_file, not both",
        ),
        ({"forward_token_env": "DX_TOKEN"}, "forward_token_env: means nothing without forward_base_url"),
        ({"forward_token_file": "x"}, "forward_token_file: means nothing without forward_base_url"),
        (
            {"forward_base_url": "http://acme.getdx.net/api"},
            "forward_base_url: must begin with https://; plain http is allowed for a loopback host only",
        ),
        ({"forward_method": "push"}, "forward_method: must be one of 'sync' or 'upsert'"),
        ({"forward_per_second": 0.0}, "forward_per_second: must be greater than 0"),
        ({"forward_timeout_s": "5"}, "forward_timeout_s: must be a number"),
    ],
)
def test_the_problem_names_the_key(entry: dict[str, Any], problem: str) -> None:
    assert problems(**entry) == [problem]


@pytest.mark.parametrize("key", ["key", "secret", "token", "value"])
def test_a_written_ingest_key_is_refused_and_not_repeated(key: str) -> None:
    (problem,) = problems(ingest_keys=[KEY | {key: "canary"}])

    assert problem.startswith(f"ingest_keys[0].{key}: a secret is never written here")
    assert "canary" not in problem


def test_a_written_forward_token_is_refused_and_not_repeated() -> None:
    (problem,) = problems(**INSTANCE, forward_token="canary")

    assert problem.startswith("forward_token: a secret is never written here")
    assert "canary" not in problem


def test_two_accounts_may_not_have_the_same_key() -> None:
    one, two = settings_of("one", {"a": "same"}), settings_of("two", {"b": "own", "c": "same"})

    with pytest.raises(Exception, match=r"has the same value as providers\[0\]\.ingest_keys\[0\]") as refused:
        incoming_keys_differ((one, two))

    assert getattr(refused.value, "context", {}).get("key") == "[1].ingest_keys[1]"
    assert incoming_keys_differ((one, settings_of("two", {"b": "own"})))


def test_no_secret_shows_in_a_repr() -> None:
    settings = read(**INSTANCE, forward_token_env="DX_TOKEN")

    assert "s3cret" not in repr(settings) + str(settings.model_dump())
    assert "token" not in repr(settings.forward_token)
