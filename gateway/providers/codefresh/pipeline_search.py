"""Several pipelines in one call: GET /pipelines takes names and ids to search for."""

import re
from collections.abc import Awaitable, Callable, Sequence

from gateway.domain.errors import GatewayError
from gateway.providers.codefresh import wire
from gateway.providers.codefresh.batches import chunked, settle_after
from gateway.providers.codefresh.client import CodefreshClient
from gateway.providers.codefresh.keys import Origin
from gateway.providers.codefresh.rows import BadRow
from gateway.upstream.settle import Answers, settle

MAX_IDS = 50
PAGE = 100
_PLAIN = re.compile(r"[\w /-]+", re.ASCII)


def searchable(text: str) -> bool:
    """Whether text means itself however the vendor reads it; dots and brackets could be a pattern."""
    return _PLAIN.fullmatch(text) is not None


class PipelineSearch:
    """Pipelines as wire values, because their triggers are in them too."""

    def __init__(self, client: CodefreshClient, origin: Origin) -> None:
        self._client = client
        self._origin = origin
        self._finds_ids = False

    async def by_id(self, ids: Sequence[str]) -> "Answers[str, wire.Pipeline]":
        """One call per 50 distinct ids. At most one call per id; one more as long as no search has ever found an id and this
        one finds none, because then its silence proves nothing."""
        return await self._each_part(ids, self._part_by_id)

    async def by_name(self, names: Sequence[str]) -> "Answers[str, wire.Pipeline]":
        """By full name. One call per 50 distinct names, and one for each that the search does not find."""
        return await self._each_part(names, self._part_by_name)

    async def _each_part(
        self, wanted: Sequence[str], find: "Callable[[tuple[str, ...]], Awaitable[Answers[str, wire.Pipeline]]]"
    ) -> "Answers[str, wire.Pipeline]":
        answers: Answers[str, wire.Pipeline] = {}
        parts = [tuple(part) for part in chunked(list(dict.fromkeys(wanted)), MAX_IDS)]
        for part, found in (await settle(parts, find)).items():
            answers |= dict.fromkeys(part, found) if isinstance(found, GatewayError) else found
        return answers

    async def _part_by_id(self, ids: tuple[str, ...]) -> "Answers[str, wire.Pipeline]":
        if len(ids) == 1:
            return await settle(ids, self._get_by_id)
        try:
            found, complete = await self._search(ids, lambda row: row.metadata.id)
        except GatewayError as failure:
            return await settle_after(failure, ids, self._get_by_id)
        self._finds_ids = self._finds_ids or any(each in found for each in ids)
        missing = [each for each in ids if each not in found]
        if complete and self._finds_ids:
            return found | {each: self._origin.absent("pipeline") for each in missing}
        return found | await settle(missing, self._get_by_id)

    async def _part_by_name(self, names: tuple[str, ...]) -> "Answers[str, wire.Pipeline]":
        plain = tuple(name for name in names if searchable(name))
        found: Answers[str, wire.Pipeline] = {}
        if len(plain) > 1:
            try:
                found, _ = await self._search(plain, lambda row: row.metadata.name)
            except GatewayError as failure:
                return await settle_after(failure, names, self._get_by_name)
        return found | await settle((name for name in names if name not in found), self._get_by_name)

    async def _search(
        self, words: Sequence[str], identify: Callable[[wire.Pipeline], str]
    ) -> "tuple[Answers[str, wire.Pipeline], bool]":
        """(what was found, of other pipelines too; whether that is all)."""
        listing = await self._client.list_pipelines(0, PAGE, [("id", word) for word in words])
        found: Answers[str, wire.Pipeline] = {}
        for row in listing.rows:
            if isinstance(row, BadRow):
                found[row.fault.id] = row.fault.error
            else:
                found[identify(row)] = row
        return found, listing.count is not None and listing.count <= len(listing.rows)

    async def _get_by_id(self, pipeline_id: str) -> wire.Pipeline:
        found = await self._client.get_pipeline(pipeline_id)
        if found.metadata.id != pipeline_id:  # the path takes names too
            raise self._origin.absent("pipeline")
        return found

    async def _get_by_name(self, name: str) -> wire.Pipeline:
        found = await self._client.get_pipeline(name)
        if found.metadata.name != name:
            raise self._origin.absent("pipeline")
        return found
