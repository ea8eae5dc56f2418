"""Triggers: those in a pipeline's own definition, and those that the trigger manager ("hermes") links to it."""

import asyncio
from collections.abc import Sequence

from gateway.domain.errors import GatewayError, NotFoundError
from gateway.domain.keys import PipelineKey, TriggerKey
from gateway.domain.page import Want
from gateway.domain.trigger import Trigger
from gateway.providers.codefresh import wire
from gateway.providers.codefresh.batches import Answers, settle
from gateway.providers.codefresh.client import CodefreshClient
from gateway.providers.codefresh.keys import Origin, id_in, trigger_ids
from gateway.providers.codefresh.pipeline_search import PipelineSearch
from gateway.providers.codefresh.rows import BadRow
from gateway.providers.codefresh.trigger_mapping import to_event_triggers, to_own_triggers


class CodefreshTriggers:
    """A TriggerReader."""

    def __init__(self, client: CodefreshClient, origin: Origin, search: PipelineSearch) -> None:
        self._client = client
        self._origin = origin
        self._search = search

    async def list_triggers(self, pipelines: Sequence[PipelineKey], want: Want) -> list[tuple[Trigger, ...] | GatewayError]:
        """Two calls for one pipeline and two for up to 50: both the definitions and the trigger manager's links of all
        pipelines can be had at once. A pipeline whose half cannot be read is an error: half of its triggers would mislead."""
        ids = [id_in(key) for key in pipelines]
        found = await self._triggers(list(dict.fromkeys(each for each in ids if each is not None)))
        return [found[each] if each is not None else self._origin.absent("pipeline") for each in ids]

    async def get_triggers(self, keys: Sequence[TriggerKey], want: Want) -> list[Trigger | GatewayError]:
        """As `list_triggers` of the pipelines that the keys name."""
        ids = [trigger_ids(key) for key in keys]
        found = await self._triggers(list(dict.fromkeys(each[0] for each in ids if each is not None)))
        return [self._find(key, found[each[0]] if each is not None else ()) for key, each in zip(keys, ids, strict=True)]

    def _find(self, key: TriggerKey, found: tuple[Trigger, ...] | GatewayError) -> Trigger | GatewayError:
        if isinstance(found, NotFoundError):
            return self._origin.absent("trigger")
        if isinstance(found, GatewayError):
            return found
        return next((trigger for trigger in found if trigger.key == key), None) or self._origin.absent("trigger")

    async def _triggers(self, pipelines: list[str]) -> "Answers[str, tuple[Trigger, ...]]":
        if not pipelines:
            return {}
        async with asyncio.TaskGroup() as tasks:
            definitions = tasks.create_task(self._search.by_id(pipelines))
            links = tasks.create_task(self._links(pipelines))
        return {each: self._both(definitions.result()[each], links.result()[each]) for each in pipelines}

    def _both(
        self, definition: wire.Pipeline | GatewayError, links: list[wire.EventLink] | GatewayError
    ) -> tuple[Trigger, ...] | GatewayError:
        if isinstance(definition, GatewayError):
            return definition
        if isinstance(links, GatewayError):
            return links
        own = to_own_triggers(definition, self._origin)
        return (*own, *to_event_triggers(links, own, self._origin))

    async def _links(self, pipelines: list[str]) -> "Answers[str, list[wire.EventLink]]":
        if len(pipelines) == 1:
            return await settle(pipelines, self._links_of)
        try:
            listing = await self._client.list_event_links()
        except NotFoundError:
            return {each: [] for each in pipelines}
        except GatewayError as error:
            return dict.fromkeys(pipelines, error)
        if any(isinstance(row, BadRow) for row in listing.rows):
            return await settle(pipelines, self._links_of)  # whose the row is cannot be read either
        found: dict[str, list[wire.EventLink]] = {each: [] for each in pipelines}
        for link in listing.rows:
            if not isinstance(link, BadRow) and link.pipeline in found:
                found[link.pipeline].append(link)
        return {**found}

    async def _links_of(self, pipeline: str) -> list[wire.EventLink]:
        try:
            listing = await self._client.list_event_links_of(pipeline)
        except NotFoundError:
            return []  # older servers say so of a pipeline that was never linked
        links: list[wire.EventLink] = []
        for row in listing.rows:
            if isinstance(row, BadRow):
                raise row.fault.error
            links.append(row)
        return links
