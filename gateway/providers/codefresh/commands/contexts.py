"""Integration contexts are created, changed and deleted. What a secret one holds cannot be read, only replaced."""

from collections.abc import Iterator

from gateway.domain.commands.command import Changed, Commands, JsonObject, handling
from gateway.domain.commands.integration_contexts import (
    CreateIntegrationContext,
    DeleteIntegrationContext,
    UpdateIntegrationContext,
)
from gateway.domain.commands.merging import merged, texts_in
from gateway.domain.errors import InvalidInputError
from gateway.domain.integration_context import IntegrationContext
from gateway.domain.keys import IntegrationContextKey
from gateway.providers.codefresh import wire
from gateway.providers.codefresh.commands.client import CommandClient
from gateway.providers.codefresh.commands.stars import in_stars
from gateway.providers.codefresh.explain import TakenError
from gateway.providers.codefresh.keys import Origin
from gateway.providers.codefresh.mapping import to_context
from gateway.upstream.key_parts import parts_of

PLAIN_TYPES = ("config", "yaml", "helm-repository")
TYPES = (
    *PLAIN_TYPES,
    "secret",
    "secret-yaml",
    "git.github",
    "git.github-app",
    "git.codefresh-github-app",
    "git.gitlab",
    "git.bitbucket",
    "git.bitbucket-server",
    "git.stash",
    "storage.gc",
    "storage.s3",
    "storage.azuref",
    "secret-store.kubernetes",
    "secret-store.kubernetes-runtime",
    # ASSUMED: this spelling; disproved by a context of the kind.
    "secret-store.hashicorp-vault",
)
FIELDS = {"name": "name", "type": "type", "data": "data", "values": "data", "repositoryUrl": "data", "auth": "data"}


class ContextCommands:
    """Handlers of commands about integration contexts."""

    def __init__(self, commands: CommandClient, origin: Origin) -> None:
        self._commands = commands
        self._origin = origin

    def table(self) -> Commands:
        return dict(
            (
                handling(CreateIntegrationContext, self.create_context, fields=FIELDS),
                handling(UpdateIntegrationContext, self.update_context, takes=("data", "replace_data"), fields=FIELDS),
                handling(DeleteIntegrationContext, self.delete_context),
            )
        )

    async def create_context(self, command: CreateIntegrationContext) -> Changed:
        self._origin.check_name(command.name, "name")
        if command.type not in TYPES:
            raise InvalidInputError(f"`type` must be one of {', '.join(sorted(TYPES))}.", field="type")
        if command.type not in PLAIN_TYPES:
            _refuse_stars(command.data)
        spec = {"type": command.type, "data": command.data}
        body = {"apiVersion": "v1", "kind": "context", "metadata": {"name": command.name}, "spec": spec}
        try:
            created = await self._commands.create_context(body)
        except TakenError as error:
            error.field = "name"
            raise
        return self._changed(self._origin.context(command.name), created)

    async def update_context(self, command: UpdateIntegrationContext) -> Changed:
        """What is there is read, changed and put back as a whole. Secrets come hidden, so none may be left to go back so."""
        given = command.given()
        if command.replace_data and "data" not in given:
            raise InvalidInputError("`data` is needed: it is what takes the place of all there is.", field="data")
        name = self._name(command.integration_context)
        context = await self._commands.read_context(name)
        spec = context["spec"]
        old: JsonObject = {} if command.replace_data else spec.get("data") or {}
        patch: JsonObject = given.get("data", {})
        data = merged(old, patch)
        if data == spec.get("data", {}):
            return Changed(keys=(command.integration_context,))
        secret = spec.get("type") not in PLAIN_TYPES
        _refuse_hidden(list(_kept(old, patch, everything=secret)))
        if secret:
            _refuse_stars(patch)
        saved = await self._commands.replace_context(name, {**context, "spec": {**spec, "data": data}})
        return self._changed(command.integration_context, saved)

    async def delete_context(self, command: DeleteIntegrationContext) -> Changed:
        await self._commands.delete_context(self._name(command.integration_context))
        return Changed(keys=(command.integration_context,))

    def _name(self, key: IntegrationContextKey) -> str:
        (name,) = parts_of(key, 1)
        self._origin.check_name(name, "id")
        return name

    def _changed(self, key: IntegrationContextKey, saved: wire.Context | None) -> Changed:
        value: IntegrationContext | None = None if saved is None else to_context(saved, self._origin)
        return Changed(keys=(key,), values=(value,) if value is not None and value.key == key else ())


def _kept(old: JsonObject, patch: JsonObject, *, everything: bool, path: str = "") -> Iterator[str]:
    """Where texts are that the patch leaves as they are, and that may be hidden ones: all of a secret context."""
    for name, value in old.items():
        inner = patch.get(name, {})
        if name in patch and not isinstance(inner, dict):
            continue
        if isinstance(value, dict):
            yield from _kept(value, inner, everything=everything, path=f"{path}{name}.")
        elif name not in patch and any(everything or in_stars(text) for text in texts_in(value)):
            yield path + name


def _refuse_stars(data: JsonObject) -> None:
    """They are how the vendor shows a value, and no value: it cannot be sent back."""
    if any(in_stars(text) for text in texts_in(data)):
        raise InvalidInputError("`data` holds five stars, as Codefresh shows what it hides: give the value.", field="data")


def _refuse_hidden(kept: list[str]) -> None:
    if kept:
        said = ", ".join(kept)
        raise InvalidInputError(
            f"`data` must name every member of a secret context, because the others would be lost: Codefresh does not give them "
            f"out. Missing: {said}. Give them their values, or null to remove them, or set `replaceData`.",
            field="data",
        )
