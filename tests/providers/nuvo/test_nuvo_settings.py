from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from gateway.domain.errors import MalformedResponseError
from gateway.providers.nuvo.explain import explain
from gateway.providers.nuvo.settings import NuvoSettings
from gateway.simulation.server import RunningSimulator
from tests.providers.nuvo.dialect import app_of
from tests.providers.nuvo.opened import open_provider, pipelines_of


def settings(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> NuvoSettings:
    monkeypatch.setenv("NUVO_LICENSE_KEY", "the-license")
    entry = {"name": "imports", "kind": "nuvo", "license_key_env": "NUVO_LICENSE_KEY", "identifier": "ops@example.com"}
    return NuvoSettings(**{name: value for name, value in (entry | changes).items() if value is not None})


def test_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    found = settings(monkeypatch)

    assert found.base_url == "https://api-gateway.ingestro.com/dp/api/v1"
    assert (found.identity, found.query_style, found.page_size) == ("USER", "brackets", 100)
    assert found.license_key.get_secret_value() == "the-license"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("api-gateway.getnuvo.com/dp/api/v1/", "https://api-gateway.getnuvo.com/dp/api/v1"),
        ("https://api-gateway.getnuvo.com/dp/api/v1", "https://api-gateway.getnuvo.com/dp/api/v1"),
        ("http://127.0.0.1:4004/dp/api/v1", "http://127.0.0.1:4004/dp/api/v1"),
    ],
)
def test_addresses_may_lack_the_scheme_as_in_the_documents(monkeypatch: pytest.MonkeyPatch, written: str, read: str) -> None:
    assert settings(monkeypatch, base_url=written).base_url == read


def test_the_license_key_may_be_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "license").write_text("from-a-file\n")

    found = settings(monkeypatch, license_key_env=None, license_key_file=str(tmp_path / "license"))

    assert found.license_key.get_secret_value() == "from-a-file"


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"license_key_env": None}, "license_key_env"),
        ({"license_key": "the-license"}, "license_key_env"),
        ({"license_key_file": "x"}, "license_key_file"),
        ({"identifier": None}, "identifier"),
        ({"identifier": ""}, "identifier"),
        ({"identity": "ROBOT"}, "identity"),
        ({"query_style": "copied"}, "query_style"),
        ({"page_size": 1}, "page_size"),
        ({"base_url": "http://api-gateway.getnuvo.com"}, "base_url"),
        ({"base_url": "ftp://api-gateway.getnuvo.com"}, "base_url"),
        ({"token_env": "X"}, "token_env"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_its_name(monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any], word: str) -> None:
    with pytest.raises(ValidationError) as caught:
        settings(monkeypatch, **changes)

    assert word in str(caught.value)
    assert "the-license" not in str(caught.value)


@pytest.mark.parametrize(
    ("body", "kind", "message"),
    [
        (b'{"message":"No such pipeline","status":404}', "application/json", "No such pipeline"),
        (b'{"error":{"message":"No such pipeline"}}', "application/json", "No such pipeline"),
        (b'{"error":"No such pipeline"}', "application/json", "No such pipeline"),
        (b'{"message":"","error":{"message":"No such pipeline"}}', "application/json", "No such pipeline"),
        (b'"No such pipeline"', "application/json", "No such pipeline"),
        (b"No such pipeline", "text/plain", "No such pipeline"),
        (b"<html>Bad gateway</html>", "text/html", None),
        (b'{"message":', "application/json", None),
        (b'{"message":7}', "application/json", None),
        (b"[]", "application/json", None),
        (b"\xff\xfe", "application/octet-stream", "\ufffd\ufffd"),
        (b"", "", None),
    ],
)
def test_error_bodies_of_every_shape(body: bytes, kind: str, message: str | None) -> None:
    assert explain(404, {"content-type": kind}, body).message == message


@pytest.mark.parametrize(
    ("location", "where"),
    [
        ("https://api-gateway.ingestro.com/dp/api/v1/pipeline?x=1", "https://api-gateway.ingestro.com,"),
        ("https://user:pass@api.example.com/x", "https://api.example.com,"),
        ("/elsewhere", "another address"),
        ("", "another address"),
    ],
)
def test_a_redirect_names_where_to_and_no_more(location: str, where: str) -> None:
    message = explain(308, {"location": location}, b"").message or ""

    assert where in message
    assert "base_url" in message
    assert "pass" not in message
    assert "x=1" not in message


@pytest.mark.anyio
@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_host_that_sends_callers_on_is_not_followed(small: RunningSimulator, own: RunningSimulator, status: Any) -> None:
    provider = open_provider(small)
    await pipelines_of(provider)
    app_of(small).settings.moved_to, app_of(small).settings.moved_status = own.origin, status
    fresh = open_provider(small)

    for each in (provider, fresh):
        with pytest.raises(MalformedResponseError, match=f"sends calls on to {own.origin}"):
            await pipelines_of(each)
        await each.close()

    assert own.control.calls == []
