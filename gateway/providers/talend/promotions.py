"""Promotions, who may execute them, and what they would do."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from typing import TypeVar

from gateway.domain.errors import GatewayError
from gateway.domain.keys import EnvironmentKey, PromotionKey
from gateway.domain.page import Chunk, Mark, Want
from gateway.domain.promotion import Promotion, PromotionOptions, PromotionQuery, PromotionUsers
from gateway.domain.promotion_report import PromotionReport
from gateway.providers.talend.client import TalendClient
from gateway.providers.talend.keys import Origin, id_in
from gateway.providers.talend.lists import at_once, named
from gateway.providers.talend.places import ids_of
from gateway.providers.talend.promotion_mapping import to_promotion, to_report, to_users
from gateway.providers.talend.rows import mapped, values_of
from gateway.upstream.key_parts import answer_ours
from gateway.upstream.settle import answer_each

T = TypeVar("T")


class TalendPromotions:
    """A PromotionReader."""

    def __init__(self, client: TalendClient, origin: Origin) -> None:
        self._client = client
        self._origin = origin

    async def get_promotions(self, keys: Sequence[PromotionKey], want: Want) -> list[Promotion | GatewayError]:
        """A call each, as the list does not show descriptions."""
        return await self._each(keys, self._get)

    async def stream_promotions(
        self, query: PromotionQuery, after: Mark | None, page_size: int, want: Want
    ) -> AsyncGenerator[Chunk[Promotion], None]:
        """One call. All filters are applied here: the list is short and comes whole."""
        sources, targets = _wanted(query.source_environments), _wanted(query.target_environments)
        name = None if query.name_contains is None else query.name_contains.casefold()
        if sources == frozenset() or targets == frozenset():
            yield Chunk((), False)
            return
        listing = await self._client.list_promotions()
        rows = values_of(listing.rows, lambda row: to_promotion(row, self._origin, whole=False), self._origin.provider)

        def keep(promotion: Promotion) -> bool:
            return (
                (name is None or name in promotion.name.casefold())
                and (sources is None or promotion.source_environment in sources)
                and (targets is None or promotion.target_environment in targets)
            )

        local = named(
            [
                ("name_contains", name is not None),
                ("source_environments", sources is not None),
                ("target_environments", targets is not None),
            ]
        )
        async for chunk in at_once(rows, lambda row: row.external_id, after, page_size, keep if local else None, local):
            yield chunk

    async def users_of(self, promotions: Sequence[PromotionKey], want: Want) -> list[PromotionUsers | GatewayError]:
        """A call each."""

        async def get(promotion: str) -> PromotionUsers:
            return to_users(await self._client.list_promotion_users(promotion))

        return await self._each(promotions, get)

    async def analyses_of(
        self, promotions: Sequence[PromotionKey], options: PromotionOptions, want: Want
    ) -> list[PromotionReport | GatewayError]:
        """A call each, which the vendor may take its time for."""

        async def get(promotion: str) -> PromotionReport:
            return mapped(await self._client.analyze_promotion(promotion, options), to_report, self._origin.provider)

        return await self._each(promotions, get)

    async def _get(self, promotion: str) -> Promotion:
        found = to_promotion(await self._client.get_promotion(promotion), self._origin, whole=True)
        if found.external_id != promotion:
            raise self._origin.absent("promotion")
        return found

    async def _each(self, keys: Sequence[PromotionKey], get: Callable[[str], Awaitable[T]]) -> list[T | GatewayError]:
        async def one(key: PromotionKey) -> T:
            promotion = id_in(key)
            if promotion is None:
                raise self._origin.absent("promotion")
            return await get(promotion)

        return await answer_ours(keys, 1, lambda ours: answer_each(ours, one))


def _wanted(environments: tuple[EnvironmentKey, ...] | None) -> frozenset[EnvironmentKey] | None:
    if environments is None:
        return None
    ids_of(environments)  # InvalidInputError for a damaged one
    return frozenset(environments)
