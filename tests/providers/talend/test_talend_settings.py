"""Where the tenant is, and exactly one way to log in."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from gateway.providers.talend.settings import ServiceAccount, TalendSettings

PERSONAL = {"token_env": "TALEND_TOKEN"}
SERVICE = {"client_id_env": "TALEND_ID", "client_secret_env": "TALEND_SECRET"}


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TALEND_TOKEN", "pat-4711")
    monkeypatch.setenv("TALEND_ID", "account-1")
    monkeypatch.setenv("TALEND_SECRET", "hush-1")


def read(**keys: Any) -> TalendSettings:
    return TalendSettings.model_validate({"name": "talend-eu", "kind": "talend", **keys})


@pytest.mark.parametrize(
    ("region", "address"),
    [
        ("eu", "https://api.eu.cloud.talend.com"),
        ("us", "https://api.us.cloud.talend.com"),
        ("us-west", "https://api.us-west.cloud.talend.com"),
        ("ap", "https://api.ap.cloud.talend.com"),
        ("au", "https://api.au.cloud.talend.com"),
    ],
)
def test_a_region_says_where_the_api_is(region: str, address: str) -> None:
    assert read(region=region, **PERSONAL).base_url == address


def test_europe_is_the_default() -> None:
    assert read(**PERSONAL).base_url == "https://api.eu.cloud.talend.com"


def test_an_address_takes_the_place_of_a_region() -> None:
    assert read(base_url="http://127.0.0.1:4003/", **PERSONAL).base_url == "http://127.0.0.1:4003"


def test_a_personal_access_token() -> None:
    credential = read(**PERSONAL).credential

    assert isinstance(credential, SecretStr)
    assert credential.get_secret_value() == "pat-4711"


def test_a_service_account(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("hush-2\n")

    credential = read(client_id_env="TALEND_ID", client_secret_file=str(tmp_path / "secret")).credential

    assert isinstance(credential, ServiceAccount)
    assert credential.client_id.get_secret_value() == "account-1"
    assert credential.client_secret.get_secret_value() == "hush-2"
    assert "hush" not in repr(credential)


@pytest.mark.parametrize(
    ("keys", "key", "message"),
    [
        ({}, "token_env", "is missing: give token_env or token_file, or a service account"),
        ({**PERSONAL, **SERVICE}, "client_id_env", "not both"),
        ({**PERSONAL, "client_secret_env": "TALEND_SECRET"}, "client_secret_env", "not both"),
        ({"client_id_env": "TALEND_ID"}, "client_secret_env", "is missing"),
        ({"client_secret_env": "TALEND_SECRET"}, "client_id_env", "is missing"),
        ({**PERSONAL, "token_file": "x"}, "token_file", "not both"),
        ({"token_env": "NOT_SET"}, "token_env", "is not set"),
        ({**PERSONAL, "region": "eu", "base_url": "https://x.example"}, "region", "give region or base_url, not both"),
    ],
)
def test_anything_else_is_refused_by_its_key(keys: dict[str, str], key: str, message: str) -> None:
    with pytest.raises(ValidationError) as caught:
        read(**keys)

    (error,) = caught.value.errors()
    assert error["ctx"]["key"] == key
    assert message in error["msg"]


def test_a_region_that_is_none_is_refused() -> None:
    with pytest.raises(ValidationError, match="region"):
        read(region="mars", **PERSONAL)


@pytest.mark.parametrize("key", ["token", "client_id", "client_secret"])
def test_a_secret_is_never_written_into_the_file(key: str) -> None:
    with pytest.raises(ValidationError) as caught:
        read(**{key: "hush-3"})

    assert "a secret is never written here" in str(caught.value)
    assert "hush-3" not in str(caught.value)
