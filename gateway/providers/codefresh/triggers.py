"""Triggers: those in a pipeline's own definition, and those that the trigger manager ("hermes") links to it."""

import asyncio
from collections.abc import Iterable, Sequence

from gateway.domain.errors import GatewayError, NotFoundError
from gateway.domain.keys import PipelineKey, TriggerKey
from gateway.domain.page import Want
from gateway.domain.trigger import Trigger
from gateway.providers.codefresh import wire
from gateway.providers.codefresh.client import CodefreshClient
from gateway.providers.codefresh.keys import Origin, id_in, trigger_ids
from gateway.providers.codefresh.pipeline_search import PipelineSearch
from gateway.providers.codefresh.rows import BadRow
from gateway.providers.codefresh.trigger_mapping import EVENT, OWN, to_event_triggers, to_own_triggers
from gateway.upstream.key_parts import answer_ours
from gateway.upstream.settle import Answers, settle


class CodefreshTriggers:
    """A TriggerReader."""

    def __init__(self, client: CodefreshClient, origin: Origin, search: PipelineSearch) -> None:
        self._client = client
        self._origin = origin
        self._search = search

    async def list_triggers(self, pipelines: Sequence[PipelineKey], want: Want) -> list[tuple[Trigger, ...] | GatewayError]:
        """Two calls for one pipeline and two for up to 50: both the definitions and the trigger manager's links of all
        pipelines can be had at once. A pipeline whose half cannot be read is an error: half of its triggers would mislead."""
        return await answer_ours(pipelines, 1, self._list_triggers)

    async def _list_triggers(self, pipelines: Sequence[PipelineKey]) -> list[tuple[Trigger, ...] | GatewayError]:
        ids = [id_in(key) for key in pipelines]
        wanted = list(dict.fromkeys(each for each in ids if each is not None))
        definitions, links = await self._halves(wanted, wanted)
        return [self._both(definitions[each], links[each]) if each is not None else self._origin.absent("pipeline") for each in ids]

    async def get_triggers(self, keys: Sequence[TriggerKey], want: Want) -> list[Trigger | GatewayError]:
        """One call for a trigger, and at most two for all triggers of up to 50 pipelines: a key tells which half it is in."""
        return await answer_ours(keys, 3, self._get_triggers)

    async def _get_triggers(self, keys: Sequence[TriggerKey]) -> list[Trigger | GatewayError]:
        ids = [trigger_ids(key) for key in keys]
        own = dict.fromkeys(pipeline for pipeline, source, _ in filter(None, ids) if source in OWN)
        linked = dict.fromkeys(pipeline for pipeline, source, _ in filter(None, ids) if source == EVENT)
        definitions, links = await self._halves(list(own), list(linked))
        answers: list[Trigger | GatewayError] = []
        for key, each in zip(keys, ids, strict=True):
            found: Iterable[Trigger] | GatewayError = ()
            if each is not None and each[1] in OWN:
                definition = definitions[each[0]]
                found = definition if isinstance(definition, GatewayError) else to_own_triggers(definition, self._origin)
            elif each is not None and each[1] == EVENT:
                events = links[each[0]]
                found = events if isinstance(events, GatewayError) else to_event_triggers(events, (), self._origin)
            answers.append(self._pick(key, found))
        return answers

    def _pick(self, key: TriggerKey, found: Iterable[Trigger] | GatewayError) -> Trigger | GatewayError:
        if isinstance(found, GatewayError) and not isinstance(found, NotFoundError):
            return found
        triggers = () if isinstance(found, GatewayError) else found
        return next((trigger for trigger in triggers if trigger.key == key), None) or self._origin.absent("trigger")

    async def _halves(
        self, own: list[str], linked: list[str]
    ) -> "tuple[Answers[str, wire.Pipeline], Answers[str, list[wire.EventLink]]]":
        async with asyncio.TaskGroup() as tasks:
            definitions = tasks.create_task(self._search.by_id(own))
            links = tasks.create_task(self._links(linked))
        return definitions.result(), links.result()

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
        if len(pipelines) < 2:
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
