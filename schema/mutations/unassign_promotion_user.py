"""unassignPromotionUser: no longer lets somebody execute a promotion."""

import strawberry

from gateway.domain.commands.promotions import UnassignPromotionUser
from gateway.domain.keys import PromotionKey
from schema.mutations.order import input_for, order
from schema.mutations.payload import Payload, changed, payload
from schema.types.promotion import Promotion
from schema.types.view import argument, field, optional


@input_for(UnassignPromotionUser)
class UnassignPromotionUserInput:
    """Who may not execute it any more: exactly one of `userId` and `serviceAccountId`."""

    promotion_id: strawberry.ID = argument("The promotion.")
    user_id: str | None = optional("The vendor's id of a person.")
    service_account_id: str | None = optional("The vendor's id of a service account.")


@payload
class UnassignPromotionUserPayload(Payload):
    """The promotion with its users."""

    promotion: Promotion | None = field("The promotion as it is now; null when it cannot be found.", changed(PromotionKey))


unassign_promotion_user = order(UnassignPromotionUserInput)
