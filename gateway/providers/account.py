"""What every entry of `[[providers]]` has. Each vendor's `settings.py` adds its own keys."""

import ipaddress
import os
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PrivateAttr, SecretStr, model_validator
from pydantic_core import PydanticCustomError


def key_problem(key: str, message: str) -> PydanticCustomError:
    """A refusal that names the key at fault, for checks that look at several keys of a table."""
    return PydanticCustomError("key_problem", "{message}", {"key": key, "message": message})


def _account_name(name: str) -> str:
    allowed = set("abcdefghijklmnopqrstuvwxyz0123456789-")
    if not 1 <= len(name) <= 63 or not set(name) <= allowed or name.startswith("-"):
        raise ValueError("must be 1 to 63 characters of a-z, 0-9 and '-', and start with a letter or a digit")
    return name


def _base_url(url: str) -> str:
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError as error:
        raise ValueError("must be an address such as https://api.example.com/v2") from error
    if parts.scheme not in {"http", "https"} or not host or any(c.isspace() for c in url):
        raise ValueError("must be an address such as https://api.example.com/v2")
    if parts.username is not None or parts.password is not None:
        raise ValueError("must not contain a user name or password")
    if parts.query or parts.fragment:
        raise ValueError("must end with the path: no '?' and no '#'")
    if parts.scheme == "http" and not _is_loopback(host):
        raise ValueError("must begin with https://; plain http is allowed for a loopback host only")
    return url.rstrip("/")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


AccountName = Annotated[str, AfterValidator(_account_name)]
BaseUrl = Annotated[str, AfterValidator(_base_url)]


class Account(BaseModel):
    """One account of one vendor, be it asked for things or not. Subclasses narrow `kind` to their own word."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False, hide_input_in_errors=True)

    name: AccountName = Field(description="What clients call this account: part of ids and answers. Unique.")
    kind: str = Field(description="The vendor.")

    @property
    def address(self) -> str | None:
        """Where calls of this account go; None where none are made."""
        return None

    def incoming_keys(self) -> tuple[tuple[str, SecretStr], ...]:
        """The secrets by which others push to this account, each behind the place where it is configured."""
        return ()

    @model_validator(mode="before")
    @classmethod
    def _refuse_written_secrets(cls, entry: object) -> object:
        for key in entry if isinstance(entry, dict) else ():
            if f"{key}_env" in cls.model_fields:
                raise key_problem(
                    key,
                    f"a secret is never written here: give {key}_env, the name of an environment variable, "
                    f"or {key}_file, the path of a file",
                )
        return entry


class UpstreamAccount(Account):
    """An account at a vendor's API, which the gateway calls. Subclasses may give `base_url` a default."""

    base_url: BaseUrl = Field(description="Where the vendor's API begins. https, or http to a loopback host.")
    timeout_s: float = Field(default=10.0, gt=0, le=300, description="Seconds one call to the vendor may take.")
    max_concurrent_calls: int = Field(default=16, ge=1, le=1000, description="Calls to the vendor in flight at the same time.")

    @property
    def address(self) -> str | None:
        return self.base_url


class TokenAccount(UpstreamAccount):
    """An account that one token opens. `token` is read once, when the settings are loaded."""

    token_env: str | None = Field(default=None, description="Name of the environment variable that holds the token.")
    token_file: str | None = Field(
        default=None, description="Path of the file that holds the token; relative to the configuration file."
    )
    _token: SecretStr = PrivateAttr()

    @property
    def token(self) -> SecretStr:
        return self._token

    @model_validator(mode="after")
    def _read_token(self) -> Self:
        self._token = read_secret("token", self.token_env, self.token_file)
        return self


def read_secret(key: str, variable: str | None, path: str | None) -> SecretStr:
    """The secret that `<key>_env` or `<key>_file` names, or plain `env` or `file` for an empty key; exactly one must be given."""
    env_key, file_key = (f"{key}_env", f"{key}_file") if key else ("env", "file")
    if variable is not None and path is not None:
        raise key_problem(file_key, f"give {env_key} or {file_key}, not both")
    if variable is not None:
        secret = os.environ.get(variable)
        if secret is None:
            raise key_problem(env_key, f"the environment variable {variable} is not set")
        where, place = env_key, f"the environment variable {variable}"
    elif path is not None:
        try:
            secret = Path(path).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
            raise key_problem(file_key, f"the file {path} cannot be read: {reason}") from error
        where, place = file_key, f"the file {path}"
    else:
        raise key_problem(env_key, f"is missing: give {env_key} or {file_key}")
    secret = secret.strip()
    if not secret:
        raise key_problem(where, f"{place} is empty")
    if not secret.isascii() or not secret.isprintable():
        raise key_problem(where, f"{place} holds characters that no HTTP header can carry")
    return SecretStr(secret)


def incoming_keys_differ(accounts: tuple[Account, ...]) -> tuple[Account, ...]:
    """A key that opens the gateway decides which account is meant, so no two accounts may have the same."""
    owner: dict[str, str] = {}
    for index, account in enumerate(accounts):
        for key, secret in account.incoming_keys():
            other = owner.setdefault(secret.get_secret_value(), f"providers[{index}].{key}")
            if other != f"providers[{index}].{key}":
                raise key_problem(f"[{index}].{key}", f"has the same value as {other}: a key belongs to one account")
    return accounts
