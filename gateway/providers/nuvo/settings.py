"""The keys of a nuvo account in `[[providers]]`."""

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, PrivateAttr, SecretStr, model_validator

from gateway.providers.account import BaseUrl, UpstreamAccount, read_secret


def _with_scheme(url: object) -> object:
    """The vendor's documents print addresses without the scheme."""
    return f"https://{url}" if isinstance(url, str) and "://" not in url else url


class NuvoSettings(UpstreamAccount):
    """A license of nuvo (now Ingestro), as one user or one sub-organization sees it. The license key is read once, when the
    settings are loaded."""

    kind: Literal["nuvo"] = Field(description="The vendor.")
    # ASSUMED: the host of the present name; disproved by a license that only the former one,
    # https://api-gateway.getnuvo.com/dp/api/v1, accepts.
    base_url: Annotated[BaseUrl, BeforeValidator(_with_scheme)] = Field(
        default="https://api-gateway.ingestro.com/dp/api/v1",
        description="Where the vendor's API begins. https, or http to a loopback host.",
    )
    license_key_env: str | None = Field(default=None, description="Name of the environment variable that holds the license key.")
    license_key_file: str | None = Field(
        default=None, description="Path of the file that holds the license key; relative to the configuration file."
    )
    identifier: str = Field(min_length=1, max_length=320, description="Whom to log in: a user's or sub-organization's identifier.")
    identity: Literal["USER", "SUB_ORG"] = Field(default="USER", description="What the identifier names.")
    query_style: Literal["brackets", "json"] = Field(
        default="brackets", description="How filters, sort and pages are written: `filters[status]=FAILED`, or as JSON text."
    )
    page_size: int = Field(default=100, ge=2, le=1000, description="Most rows to ask for in one call.")
    _license_key: SecretStr = PrivateAttr()

    @property
    def license_key(self) -> SecretStr:
        return self._license_key

    @model_validator(mode="after")
    def _read_license_key(self) -> Self:
        self._license_key = read_secret("license_key", self.license_key_env, self.license_key_file)
        return self
