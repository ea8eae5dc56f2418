"""Triggers of the trigger manager ("hermes"): an event, and a link from it to a pipeline."""

import hashlib
import re

from gateway.domain.commands.command import Changed, JsonObject
from gateway.domain.commands.triggers import CreateTrigger, HelmTrigger, RegistryTrigger
from gateway.domain.errors import ConflictError, GatewayError, InvalidInputError, NotFoundError, NotSupportedError
from gateway.domain.write_log import note_harmless
from gateway.providers.codefresh import wire
from gateway.providers.codefresh.client import CodefreshClient
from gateway.providers.codefresh.commands.client import CommandClient
from gateway.providers.codefresh.commands.saving import PipelineSaver
from gateway.providers.codefresh.explain import TakenError
from gateway.providers.codefresh.keys import Origin
from gateway.providers.codefresh.rows import BadRow
from gateway.providers.codefresh.trigger_mapping import to_event_triggers

# Types, kinds and validators as the server's own chart configures them (cf-triggers, .deploy/hermes/templates/configmap.yaml).
# ASSUMED: the vendor's installation has the same; disproved by GET /hermes/types of an account.
HELM_KINDS = ("jfrog",)
REGISTRY_KINDS = ("dockerhub", "quay", "jfrog", "azure")
WITH_FOLDERS = ("azure",)
GENERATE = "!generate"
PUSH = "push"

_NAME = re.compile(r"[a-z0-9_-]+")
_PATH = re.compile(r"[/a-z0-9_-]+")
_ACCOUNT = re.compile(r"[0-9a-f]{12}")
_PUBLIC = hashlib.sha1(b"0" * 12, usedforsecurity=False).hexdigest()[:12]


class EventTriggers:
    """Makes and removes links. Events stay when their last link goes: their address and secret are known to a registry."""

    def __init__(self, client: CodefreshClient, commands: CommandClient, saver: PipelineSaver, origin: Origin) -> None:
        self._client = client
        self._commands = commands
        self._saver = saver
        self._origin = origin

    async def create_helm(self, command: CreateTrigger, helm: HelmTrigger, pipeline_id: str) -> Changed:
        self._check_plain(command)
        _check_kind("helm", helm.kind, HELM_KINDS)
        _check_name("helm.repository", helm.repository)
        _check_name("helm.chart", helm.chart)
        values = {"repository": helm.repository, "chart name": helm.chart, "action": PUSH}
        return await self._create(pipeline_id, "helm", helm.kind, values, {})

    async def create_registry(self, command: CreateTrigger, registry: RegistryTrigger, pipeline_id: str) -> Changed:
        self._check_plain(command)
        _check_kind("registry", registry.kind, REGISTRY_KINDS)
        _check_name("registry.namespace", registry.namespace)
        _check_name("registry.repository", registry.repository, folders=registry.kind in WITH_FOLDERS)
        values = {"namespace": registry.namespace, "name": registry.repository, "action": PUSH}
        filters = {} if registry.tag_pattern is None else {"tag": registry.tag_pattern}
        return await self._create(pipeline_id, "registry", registry.kind, values, filters)

    async def delete(self, pipeline_id: str, uri: str) -> None:
        """Looks first: some servers say of a link that is not there that it is gone now."""
        if uri not in await self._linked(pipeline_id):
            raise self._origin.absent("trigger")
        await self._commands.unlink_event(uri, pipeline_id)

    async def _create(self, pipeline_id: str, kind_type: str, kind: str, values: JsonObject, filters: JsonObject) -> Changed:
        """The pipeline is looked at before an event is made for it: else the event would be left over without one."""
        address = ":".join((kind_type, kind, *values.values()))
        await self._saver.read(pipeline_id)
        uri = await self._event(kind_type, kind, address)
        if uri is not None and uri in await self._linked(pipeline_id):
            raise ConflictError("The pipeline has this trigger already.", provider=self._origin.provider)
        made = False
        if uri is None:
            uri, made = await self._make_event(kind_type, kind, values, address)
        try:
            await self._commands.link_event(uri, pipeline_id, filters)
        except GatewayError as error:
            if made:
                note_harmless()  # an event without a pipeline starts nothing, and who asks again gets this one
                error.message = f"The event {uri} was made and is left over, but the pipeline was not linked to it: {error.message}"
            raise
        [trigger] = to_event_triggers([wire.EventLink(uri, pipeline_id)], (), self._origin)
        return Changed(keys=(trigger.key,), values=(trigger,))

    async def _make_event(self, kind_type: str, kind: str, values: JsonObject, address: str) -> tuple[str, bool]:
        """Its address, and whether it was made here: somebody else may have been faster since it was looked for."""
        # ASSUMED: an event that is there is refused; disproved by an account whose trigger manager answers with its address, as the
        # published one does. Then one that is made by another in the same moment is taken for our own.
        body = {"type": kind_type, "kind": kind, "secret": GENERATE, "values": values}
        try:
            return await self._commands.create_event(body), True
        except TakenError:
            uri = await self._event(kind_type, kind, address)
            if uri is None:
                raise
            return uri, False

    async def _event(self, kind_type: str, kind: str, address: str) -> str | None:
        """The account's own event of this address, if it is there. Public ones have another account at their end."""
        try:
            uris = await self._commands.list_events(kind_type, kind)
        except NotFoundError:
            return None
        for uri in uris:
            start, _, account = uri.rpartition(":")
            if start == address and _ACCOUNT.fullmatch(account) and account != _PUBLIC:
                return uri
        return None

    async def _linked(self, pipeline_id: str) -> list[str]:
        """Addresses of the events that start the pipeline."""
        try:
            listing = await self._client.list_event_links_of(pipeline_id)
        except NotFoundError:
            return []
        linked: list[str] = []
        for row in listing.rows:
            if isinstance(row, BadRow):
                raise row.fault.error
            if row.pipeline == pipeline_id:
                linked.append(row.event)
        return linked

    def _check_plain(self, command: CreateTrigger) -> None:
        for name in ("name", "description", "disabled", "variables", "vendor_options"):
            if name in command.given():
                shown = "vendorOptions" if name == "vendor_options" else name
                message = f"A helm or registry trigger of Codefresh has no `{shown}`. Nothing was done."
                raise NotSupportedError(message, provider=self._origin.provider, field=name)


def _check_kind(sort: str, kind: str, kinds: tuple[str, ...]) -> None:
    if kind not in kinds:
        raise InvalidInputError(f"`{sort}.kind` must be one of {', '.join(kinds)}.", field=f"{sort}.kind")


def _check_name(field: str, name: str, *, folders: bool = False) -> None:
    if not (_PATH if folders else _NAME).fullmatch(name):
        letters = "small letters, digits, '_', '-' and '/'" if folders else "small letters, digits, '_' and '-'"
        raise InvalidInputError(f"`{field}` must be {letters}.", field=field)
