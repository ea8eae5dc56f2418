"""Promotions: carrying workspaces, plans, tasks and artifacts from one environment to the next."""

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

import msgspec

from gateway.domain.errors import GatewayError
from gateway.domain.keys import EnvironmentKey, PromotionKey
from gateway.domain.page import Chunk, Mark, Want
from gateway.domain.promotion_report import PromotionReport


class Promotion(msgspec.Struct, frozen=True, kw_only=True):
    """A way from one environment to another.

    `whole` is False for a row of a vendor's list that leaves out the description.
    """

    key: PromotionKey
    external_id: str
    name: str
    description: str | None = None
    source_environment: EnvironmentKey | None = None
    target_environment: EnvironmentKey | None = None
    url: str | None = None
    whole: bool = True


class PromotionUsers(msgspec.Struct, frozen=True):
    """Who may execute a promotion, by the vendor's ids."""

    user_ids: tuple[str, ...] = ()
    service_account_ids: tuple[str, ...] = ()


class PromotionQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which promotions. None means any; `name_contains` is partial and ignores case."""

    source_environments: tuple[EnvironmentKey, ...] | None = None
    target_environments: tuple[EnvironmentKey, ...] | None = None
    name_contains: str | None = None


class PromotionOptions(msgspec.Struct, frozen=True):
    """How a promotion is to be carried out: what of the target stays as it is."""

    keep_target_resources: bool = False
    keep_target_run_profiles: bool = False


class PromotionReader(Protocol):
    """Reads promotions of one provider."""

    async def get_promotions(self, keys: Sequence[PromotionKey], want: Want) -> Sequence[Promotion | GatewayError]:
        """One answer per key, in order, each whole; absent is a NotFoundError value."""
        ...

    def stream_promotions(
        self, query: PromotionQuery, after: Mark | None, page_size: int, want: Want
    ) -> AsyncIterator[Chunk[Promotion]]:
        """Promotions in the vendor's order, with marks, from behind `after` on."""
        ...

    async def users_of(self, promotions: Sequence[PromotionKey], want: Want) -> Sequence[PromotionUsers | GatewayError]:
        """Who may execute each; one call each."""
        ...

    async def analyses_of(
        self, promotions: Sequence[PromotionKey], options: PromotionOptions, want: Want
    ) -> Sequence[PromotionReport | GatewayError]:
        """What each would do if it were executed now: a dry run that changes nothing; one call each."""
        ...
