"""Everything that can be configured, read once: flags over environment over file over the defaults below.

`docs/configuration.md` explains every key; a test keeps it and this file in step.
"""

import os
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    SecretStr,
    SerializeAsAny,
    ValidationError,
    model_validator,
)
from pydantic_settings import BaseSettings, InitSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from gateway.destinations.webhook.signature import SigningSecret
from gateway.providers import REGISTRY
from gateway.providers.account import Account, incoming_keys_differ, key_problem, read_secret
from gateway.settings_layers import Layers, read_layers
from gateway.settings_problems import ConfigurationError, problems_of
from gateway.store.address import StoreAddress


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False, hide_input_in_errors=True)


class ServerSettings(Section):
    """`[server]`: the listening socket and its processes."""

    host: str = Field(default="127.0.0.1", min_length=1, description="Address to listen on.")
    port: int = Field(default=8000, ge=0, le=65535, description="TCP port to listen on. 0: any free one.")
    workers: int = Field(default=1, ge=1, le=256, description="Server processes. Each keeps its own connections to the vendors.")
    request_deadline_s: float = Field(
        default=30.0, gt=0, le=600, description="Seconds one GraphQL request may take. What is not there by then is an error."
    )


class GraphQLSettings(Section):
    """`[graphql]`: what clients may ask for."""

    ide: bool = Field(default=True, description="Serve GraphiQL to browsers at /graphql.")
    introspection: bool = Field(default=True, description="Answer questions about the schema itself.")
    mutations: bool = Field(default=True, description="Let clients change things. Off: they can only read.")
    max_page_size: int = Field(default=100, ge=1, le=1000, description="Greatest `first` of a list.")
    max_depth: int = Field(
        default=20, ge=1, le=200, description="Levels of nested fields. The introspection query of common tools has 15."
    )
    max_tokens: int = Field(
        default=5000, ge=10, le=100_000, description="Lexical tokens of a document, and fields of it once fragments are expanded."
    )
    max_aliases: int = Field(default=100, ge=0, le=100_000, description="Aliases in one operation.")
    max_root_fields: int = Field(default=50, ge=1, le=100_000, description="Fields of the operation's root.")
    max_upstream_calls: int = Field(default=200, ge=1, le=100_000, description="Calls to vendors that one request may cost.")
    max_nodes: int = Field(default=20_000, ge=100, le=10_000_000, description="List items in one answer.")
    max_body_bytes: int = Field(default=1_000_000, ge=1000, le=100_000_000, description="Bytes of a request's body.")
    patience_s: float = Field(
        default=5.0,
        gt=0,
        le=600,
        description="Seconds that a silent provider may keep the others of a list waiting.",
    )


class StoreSettings(Section):
    """`[store]`: the database of what the gateway keeps itself. A SQLite file, unless the address of a server is named."""

    url_env: str = Field(
        default="DATABASE_URL",
        min_length=1,
        description="Name of the environment variable that holds the database's address; not set, or empty: a SQLite file.",
    )
    url_file: str | None = Field(
        default=None, description="Path of a file that holds the address; relative to the configuration file. Outranks `url_env`."
    )
    data_dir: str = Field(
        default="data", min_length=1, description="Folder of the SQLite file `gateway.sqlite3`; made when it is missing."
    )

    _address: SecretStr = PrivateAttr()

    @property
    def address(self) -> str:
        """What the store is opened by. It may hold a password."""
        return self._address.get_secret_value()

    @model_validator(mode="after")
    def _read_address(self) -> Self:
        if self.url_file is not None:
            key, address = "url_file", read_secret("url", None, self.url_file)
        elif written := os.environ.get(self.url_env, "").strip():
            key, address = "url_env", SecretStr(written)
        else:
            key, address = "data_dir", SecretStr(str(Path(self.data_dir) / "gateway.sqlite3"))
        try:
            StoreAddress.parse(address.get_secret_value())
        except ValueError as error:
            raise key_problem(key, str(error)) from None
        self._address = address
        return self


class DestinationsSettings(Section):
    """`[destinations]`: streams of records that become calls to vendors."""

    at_once: int = Field(default=16, ge=1, le=1000, description="Destinations that one process sends for at the same time.")
    keep_days: float = Field(
        default=30.0, gt=0, le=3650, description="Days that deliveries which went well are kept; also their records' keys."
    )
    max_queued: int = Field(default=1_000_000, ge=1, le=100_000_000, description="Records that may wait in one destination.")
    transform_timeout_s: float = Field(default=2.0, gt=0, le=60, description="Seconds that a code transform may take for one call.")
    webhook_secret_env: str = Field(
        default="WEBHOOK_SECRET",
        min_length=1,
        description="Name of the environment variable whose secret signs response webhooks; not set, or empty: there are none.",
    )
    webhook_secret_file: str | None = Field(
        default=None, description="Path of a file that holds the secret; relative to the configuration file. Outranks the variable."
    )
    allow_loopback_webhooks: bool = Field(
        default=False, description="Let response webhooks go to this machine, also by plain http: for trying them out."
    )

    _webhook_secret: SecretStr | None = PrivateAttr(default=None)

    @property
    def webhook_secret(self) -> str | None:
        """None when response webhooks cannot be signed, and so are not sent."""
        return None if self._webhook_secret is None else self._webhook_secret.get_secret_value()

    @model_validator(mode="after")
    def _read_webhook_secret(self) -> Self:
        if self.webhook_secret_file is not None:
            self._webhook_secret = read_secret("webhook_secret", None, self.webhook_secret_file)
        elif os.environ.get(self.webhook_secret_env, "").strip():
            self._webhook_secret = read_secret("webhook_secret", self.webhook_secret_env, None)
        if self._webhook_secret is not None:
            try:
                SigningSecret(self._webhook_secret.get_secret_value())
            except ValueError as error:
                key = "webhook_secret_file" if self.webhook_secret_file is not None else "webhook_secret_env"
                raise key_problem(key, str(error)) from None
        return self


class LogSettings(Section):
    """`[log]`: lines on standard error."""

    format: Literal["auto", "json", "console"] = Field(
        default="auto", description="`auto`: readable on a terminal, JSON elsewhere."
    )
    level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="The least level that is written.")


def _account(entry: object) -> Account:
    """An entry of `[[providers]]`, read by the model of its own vendor."""
    if isinstance(entry, Account):
        return entry
    if not isinstance(entry, dict):
        raise key_problem("", "must be a table")
    models = {registration.kind.value: registration.settings for registration in REGISTRY}
    kind = entry.get("kind")
    if kind not in models:
        choices = ", ".join(repr(word) for word in models)
        given = f", not {kind!r}" if isinstance(kind, str) else ""
        raise key_problem("kind", f"must be one of {choices}{given}")
    return models[kind].model_validate(entry)


def _names_differ(accounts: tuple[Account, ...]) -> tuple[Account, ...]:
    first_index: dict[str, int] = {}
    for index, account in enumerate(accounts):
        if account.name in first_index:
            raise key_problem(f"[{index}].name", f"{account.name!r} is already the name of providers[{first_index[account.name]}]")
        first_index[account.name] = index
    return accounts


class Settings(BaseSettings):
    """The whole configuration. Constructed directly (in tests) it reads neither file nor environment."""

    model_config = SettingsConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True, case_sensitive=True)

    server: ServerSettings = ServerSettings()
    graphql: GraphQLSettings = GraphQLSettings()
    store: StoreSettings = StoreSettings()
    destinations: DestinationsSettings = DestinationsSettings()
    log: LogSettings = LogSettings()
    providers: Annotated[
        tuple[SerializeAsAny[Annotated[Account, BeforeValidator(_account)]], ...],
        Field(strict=False),
        AfterValidator(_names_differ),
        AfterValidator(incoming_keys_differ),
    ] = ()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)


def load_settings(path: Path | None = None, *, flags: dict[str, dict[str, object]] | None = None) -> Settings:
    """Reads the file at `path`, else at GATEWAY_CONFIG, else `gateway.toml` here. Raises ConfigurationError.

    `flags` are values by section and key that outrank everything.
    """
    layers = read_layers(path, sections(), flags or {})
    try:
        settings = _build(layers)
    except ValidationError as error:
        raise ConfigurationError(layers.path, layers.problems + problems_of(error, layers.origins)) from None
    if layers.problems:
        raise ConfigurationError(layers.path, layers.problems)
    return settings


def sections() -> dict[str, type[BaseModel]]:
    """The tables of the file that hold plain keys, by name."""
    annotations = {name: field.annotation for name, field in Settings.model_fields.items()}
    return {
        name: annotation
        for name, annotation in annotations.items()
        if isinstance(annotation, type) and issubclass(annotation, Section)
    }


def _build(layers: Layers) -> Settings:
    sources = tuple(InitSettingsSource(Settings, values) for values in (layers.flags, layers.environment, layers.file))
    return Settings(_build_sources=(sources, {}))  # type: ignore[call-arg]  # not in what mypy derives from the fields
