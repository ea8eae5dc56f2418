"""The keys of a Talend account in `[[providers]]`."""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, Self

from pydantic import Field, PrivateAttr, SecretStr, model_validator

from gateway.providers.account import BaseUrl, UpstreamAccount, key_problem, read_secret

Region = Literal["eu", "us", "us-west", "ap", "au"]

REGIONS: Mapping[str, str] = {
    region: f"https://api.{region}.cloud.talend.com" for region in ("eu", "us", "us-west", "ap", "au")
}  # fmt: skip


class ServiceAccount(NamedTuple):
    """An account of no person: it logs in with id and secret, and gets a token that lives for half an hour."""

    client_id: SecretStr
    client_secret: SecretStr


class TalendSettings(UpstreamAccount):
    """A Talend tenant as one personal access token, or one service account, sees it. Secrets are read once, when the
    settings are loaded."""

    kind: Literal["talend"] = Field(description="The vendor.")
    region: Region = Field(default="eu", description="Where the tenant lives; not beside base_url.")
    base_url: BaseUrl = Field(
        default=REGIONS["eu"],
        description="Where the vendor's API begins, instead of a region. https, or http to a loopback host.",
    )
    token_env: str | None = Field(default=None, description="Name of the environment variable that holds a personal access token.")
    token_file: str | None = Field(
        default=None, description="Path of the file that holds a personal access token; relative to the configuration file."
    )
    client_id_env: str | None = Field(
        default=None, description="Name of the environment variable that holds the id of a service account."
    )
    client_id_file: str | None = Field(
        default=None, description="Path of the file that holds the id of a service account; relative to the configuration file."
    )
    client_secret_env: str | None = Field(
        default=None, description="Name of the environment variable that holds the secret of a service account."
    )
    client_secret_file: str | None = Field(
        default=None,
        description="Path of the file that holds the secret of a service account; relative to the configuration file.",
    )
    _credential: SecretStr | ServiceAccount = PrivateAttr()

    @property
    def credential(self) -> SecretStr | ServiceAccount:
        """A personal access token, or a service account."""
        return self._credential

    @model_validator(mode="before")
    @classmethod
    def _place(cls, entry: Any) -> Any:
        if not isinstance(entry, dict) or "region" not in entry:
            return entry
        if "base_url" in entry:
            raise key_problem("region", "give region or base_url, not both")
        # A region that is none is refused by its own check.
        return entry | {"base_url": REGIONS.get(str(entry["region"]), REGIONS["eu"])}

    @model_validator(mode="after")
    def _read_secrets(self) -> Self:
        personal = self.token_env is not None or self.token_file is not None
        first = next((key for key in _SERVICE_KEYS if getattr(self, key) is not None), None)
        if personal and first is not None:
            raise key_problem(first, "give a token or a service account (client_id and client_secret), not both")
        if not personal and first is None:
            raise key_problem(
                "token_env", "is missing: give token_env or token_file, or a service account (client_id_env and client_secret_env)"
            )
        if personal:
            self._credential = read_secret("token", self.token_env, self.token_file)
        else:
            self._credential = ServiceAccount(
                read_secret("client_id", self.client_id_env, self.client_id_file),
                read_secret("client_secret", self.client_secret_env, self.client_secret_file),
            )
        return self


_SERVICE_KEYS = ("client_id_env", "client_id_file", "client_secret_env", "client_secret_file")
