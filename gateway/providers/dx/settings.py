"""The keys of a DX account in `[[providers]]`: what may push to it, and where pushes are passed on to."""

from collections.abc import Callable
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, SecretStr, model_validator

from gateway.providers.account import Account, BaseUrl, key_problem, read_secret

WRITTEN = ("key", "secret", "token", "value")


class IngestKeySettings(BaseModel):
    """One of `[[providers.ingest_keys]]`. The secret is read once, when the settings are loaded."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)

    name: str = Field(min_length=1, max_length=63, description="What logs call this key. Unique within the account.")
    env: str | None = Field(default=None, description="Name of the environment variable that holds the key.")
    file: str | None = Field(default=None, description="Path of the file that holds the key; relative to the configuration file.")
    state: Literal["active", "inactive", "expired"] = Field(
        default="active", description="`inactive` answers account_inactive, `expired` invalid_auth."
    )
    _secret: SecretStr = PrivateAttr()

    @property
    def secret(self) -> SecretStr:
        return self._secret

    @model_validator(mode="before")
    @classmethod
    def _refuse_written_secrets(cls, entry: object) -> object:
        for key in WRITTEN:
            if isinstance(entry, dict) and key in entry:
                raise key_problem(
                    key,
                    "a secret is never written here: give env, the name of an environment variable, or file, the path of a file",
                )
        return entry

    @model_validator(mode="after")
    def _read_secret(self) -> Self:
        self._secret = read_secret("", self.env, self.file)
        return self


class DxSettings(Account):
    """A DX account: runs that are pushed to the gateway, and the instance they are passed on to, if there is one."""

    kind: Literal["dx"] = Field(description="The vendor.")
    ingest_keys: Annotated[tuple[IngestKeySettings, ...], Field(strict=False)] = Field(
        default=(), description="Keys that may push runs to this account. At least one."
    )
    forward_base_url: BaseUrl | None = Field(
        default=None,
        description="Where the API of the DX instance begins that runs are passed on to, such as https://acme.getdx.net/api.",
    )
    forward_token_env: str | None = Field(
        default=None, description="Name of the environment variable that holds the instance's API key."
    )
    forward_token_file: str | None = Field(
        default=None, description="Path of the file that holds the instance's API key; relative to the configuration file."
    )
    forward_method: Literal["sync", "upsert"] = Field(
        default="sync", description="The instance's method: `sync` takes times in seconds, `upsert` in ISO 8601."
    )
    forward_per_second: float = Field(
        default=5.0, gt=0, le=1000, description="Calls to the instance in a second, by each server process."
    )
    forward_timeout_s: float = Field(default=10.0, gt=0, le=300, description="Seconds one call to the instance may take.")
    _forward_token: SecretStr | None = PrivateAttr(default=None)

    @property
    def forward_token(self) -> SecretStr | None:
        """There is one exactly if there is a `forward_base_url`."""
        return self._forward_token

    @property
    def address(self) -> str | None:
        return self.forward_base_url

    def incoming_keys(self) -> tuple[tuple[str, SecretStr], ...]:
        return tuple((f"ingest_keys[{place}]", key.secret) for place, key in enumerate(self.ingest_keys))

    @model_validator(mode="after")
    def _check_keys(self) -> Self:
        if not self.ingest_keys:
            raise key_problem("ingest_keys", "is missing: without a key nothing can be pushed to this account")
        _all_differ(self.ingest_keys, lambda key: key.name, ".name", "has the name of")
        _all_differ(self.ingest_keys, lambda key: key.secret.get_secret_value(), "", "has the same value as")
        return self

    @model_validator(mode="after")
    def _read_forward_token(self) -> Self:
        if self.forward_base_url is not None:
            self._forward_token = read_secret("forward_token", self.forward_token_env, self.forward_token_file)
        else:
            for key in ("forward_token_env", "forward_token_file"):
                if getattr(self, key) is not None:
                    raise key_problem(key, "means nothing without forward_base_url")
        return self


def _all_differ(
    keys: tuple[IngestKeySettings, ...], value_of: Callable[[IngestKeySettings], str], member: str, problem: str
) -> None:
    first: dict[str, int] = {}
    for place, key in enumerate(keys):
        other = first.setdefault(value_of(key), place)
        if other != place:
            raise key_problem(f"ingest_keys[{place}]{member}", f"{problem} ingest_keys[{other}]")
