"""Addresses as operators write them."""

from pathlib import Path

import pytest

from gateway.store.address import StoreAddress


@pytest.mark.parametrize(
    ("address", "file"),
    [
        ("gateway.sqlite", "gateway.sqlite"),
        (Path("/var/lib/gateway.sqlite"), "/var/lib/gateway.sqlite"),
        ("sqlite:///gateway.sqlite", "gateway.sqlite"),
        ("sqlite:////var/lib/gateway.sqlite", "/var/lib/gateway.sqlite"),
    ],
)
def test_a_path_is_a_sqlite_file(address, file):
    assert StoreAddress.parse(address).file == Path(file)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+asyncpg"])
def test_every_name_of_postgresql_means_the_same(scheme):
    address = StoreAddress.parse(f"{scheme}://gateway:secret@db.example:5433/ci")

    assert address.file is None
    assert address.url.render_as_string(hide_password=False) == "postgresql+asyncpg://gateway:secret@db.example:5433/ci"


def test_options_are_those_of_other_clients():
    address = StoreAddress.parse(
        "postgresql://db/ci?sslmode=require&connect_timeout=3&application_name=ci&options=-csearch_path%3Dgateway%20-c%20jit%3Don"
    )

    assert address.driver_arguments == {"ssl": "require", "timeout": 3.0}
    assert address.server_settings == {"application_name": "ci", "search_path": "gateway", "jit": "on"}
    assert not address.url.query


@pytest.mark.parametrize(
    "address",
    [
        "",
        ":memory:",
        "sqlite://",
        "sqlite:///a.sqlite?mode=ro",
        "mysql://gateway:secret@db/ci",
        "postgresql://gateway:secret@db/ci?channel=x",
        "postgresql://gateway:secret@db/ci?options=secret",
        "postgresql://gateway:secret@db/ci?connect_timeout=soon",
        "postgresql://gateway:secret@db:port/ci",
    ],
)
def test_what_cannot_be_meant_is_refused_without_showing_a_password(address):
    with pytest.raises(ValueError) as refused:
        StoreAddress.parse(address)

    assert "secret" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_its_text_hides_the_password():
    address = StoreAddress.parse("postgresql://gateway:secret@db/ci")

    assert "secret" not in f"{address} {address!r}"
    assert "db/ci" in str(address)
