"""Promotion: a way from one environment to another."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import strawberry

from gateway.domain import promotion as domain
from gateway.domain.errors import GatewayError
from gateway.domain.keys import PromotionKey
from gateway.domain.promotion_report import PromotionReport as PromotionReportValue
from gateway.domain.provider import Provider as ProviderValue
from gateway.loaders.fan_out import Getter, fan_out
from schema.resolvers.batched import Call, batched
from schema.resolvers.references import owning_provider, reference
from schema.resolvers.whole import whole_field
from schema.types.environment import Environment
from schema.types.node import Node
from schema.types.promotion_report import PromotionReport
from schema.types.view import field, view

if TYPE_CHECKING:
    from schema.types.provider import Provider

KeepResources = Annotated[bool, strawberry.argument(description="Whether resources that the target has are to stay as they are.")]
KeepRunProfiles = Annotated[
    bool, strawberry.argument(description="Whether run profiles that the target has are to stay as they are.")
]


@view(domain.PromotionUsers)
class PromotionUsers:
    """Who may execute a promotion, by the vendor's ids."""

    user_ids: list[str] = field("People.")
    service_account_ids: list[str] = field("Service accounts.")


@batched(domain.Promotion)
async def users(promotions: Sequence[domain.Promotion], call: Call) -> Sequence[domain.PromotionUsers | GatewayError]:
    def getter(provider: ProviderValue) -> Getter[PromotionKey, domain.PromotionUsers] | None:
        port = provider.promotions
        return None if port is None else lambda keys: port.users_of(keys, call.want)

    keys = [promotion.key for promotion in promotions]
    return await fan_out(keys, lambda key: key.provider, call.context.providers, getter, "users of promotions")


@batched(domain.Promotion)
async def analysis(
    promotions: Sequence[domain.Promotion],
    call: Call,
    keep_target_resources: KeepResources = False,
    keep_target_run_profiles: KeepRunProfiles = False,
) -> Sequence[PromotionReportValue | GatewayError]:
    options = domain.PromotionOptions(keep_target_resources, keep_target_run_profiles)
    return await read_analyses([promotion.key for promotion in promotions], options, call)


async def read_analyses(
    keys: Sequence[PromotionKey], options: domain.PromotionOptions, call: Call
) -> Sequence[PromotionReportValue | GatewayError]:
    """What each promotion would do now."""

    def getter(provider: ProviderValue) -> Getter[PromotionKey, PromotionReportValue] | None:
        port = provider.promotions
        return None if port is None else lambda group: port.analyses_of(group, options, call.want)

    return await fan_out(keys, lambda key: key.provider, call.context.providers, getter, "analyses of promotions")


@view(domain.Promotion)
class Promotion(Node):
    """A way from one environment to another. To execute it carries workspaces, plans, tasks and artifacts along."""

    provider: Annotated["Provider", strawberry.lazy("schema.types.provider")] = field("Where it is.", owning_provider)
    external_id: str = field("The vendor's own id.")
    name: str = field("For people.")
    description: str | None = field(
        "What it is for. In lists it may cost a call for each.", whole_field(domain.Promotion, "description")
    )
    source_environment: Environment | None = field("Where it takes from.", reference(domain.Promotion, "source_environment"))
    target_environment: Environment | None = field("Where it brings to.", reference(domain.Promotion, "target_environment"))
    url: str | None = field("Its page at the vendor.")
    users: PromotionUsers | None = field("Who may execute it. Costs a call for each promotion.", users)
    analysis: PromotionReport | None = field(
        "What it would do if it were executed now: a dry run that changes nothing. Costs a call for each promotion.", analysis
    )
