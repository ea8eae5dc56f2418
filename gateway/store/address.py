"""Where the store is, as an operator writes it, and what its driver wants to hear."""

import os
from pathlib import Path
from typing import Any, Self

import msgspec
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

ACCEPTED = "a file path, sqlite:///path or postgresql://user:password@host:port/database"


class StoreAddress(msgspec.Struct, frozen=True):
    """`url` as SQLAlchemy takes it. Its text form hides the password. `server_settings` are PostgreSQL's, for each session."""

    url: URL
    driver_arguments: dict[str, Any]
    server_settings: dict[str, str]

    @classmethod
    def parse(cls, address: str | Path) -> Self:
        """ValueError, without the address in it (it may hold a password), when it cannot be meant."""
        text = os.fspath(address)
        if "://" not in text:
            return cls._file(text)
        try:
            url = make_url(text)
        except (ArgumentError, ValueError):
            raise ValueError(f"The address of the store cannot be read. It is {ACCEPTED}.") from None
        match url.drivername:
            case "sqlite":
                if url.query or url.host:
                    raise ValueError("The address of a SQLite store is sqlite:/// and a path, without options.")
                return cls._file(url.database or "")
            case "postgres" | "postgresql" | "postgresql+asyncpg":
                return cls._server(url)
        raise ValueError(f"The store is {ACCEPTED}, not {url.drivername}.")

    @property
    def file(self) -> Path | None:
        """The file of a SQLite store."""
        return Path(self.url.database or "") if self.url.get_backend_name() == "sqlite" else None

    def __str__(self) -> str:
        return self.url.render_as_string(hide_password=True)

    __repr__ = __str__

    @classmethod
    def _file(cls, path: str) -> Self:
        if not path or path == ":memory:":
            raise ValueError("A SQLite store is a file: several connections share it.")
        return cls(URL.create("sqlite", database=path), {}, {})

    @classmethod
    def _server(cls, url: URL) -> Self:
        """Options as libpq knows them, which is how addresses of databases are handed out; asyncpg has names of its own."""
        arguments: dict[str, Any] = {}
        settings: dict[str, str] = {}
        for name, given in url.query.items():
            value = given if isinstance(given, str) else given[-1]
            match name:
                case "sslmode" | "ssl":
                    arguments["ssl"] = value
                case "connect_timeout":
                    arguments["timeout"] = float(value)
                case "application_name":
                    settings["application_name"] = value
                case "options":
                    settings |= _session_options(value)
                case _:
                    raise ValueError(f"The address of the store has an option that is not known here: {name}.")
        return cls(url.set(drivername="postgresql+asyncpg", query={}), arguments, settings)


def _session_options(text: str) -> dict[str, str]:
    """`-c name=value -cname=value` as a mapping. Backslashes, with which libpq lets values hold spaces, are not supported."""
    options: dict[str, str] = {}
    for option in text.replace("-c ", "-c").split():
        name, equals, value = option.removeprefix("-c").partition("=")
        if not option.startswith("-c") or not equals:
            raise ValueError("`options` in the address of the store is a list of -c name=value.")
        options[name] = value
    return options
