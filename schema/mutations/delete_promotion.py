"""deletePromotion: removes a promotion."""

import strawberry

from gateway.domain.commands.promotions import DeletePromotion
from schema.mutations.order import input_for, order
from schema.mutations.payload import Payload, deleted_id, payload
from schema.types.view import argument, field


@input_for(DeletePromotion)
class DeletePromotionInput:
    """Which promotion is to be removed. What it has promoted stays."""

    promotion_id: strawberry.ID = argument("The promotion.")


@payload
class DeletePromotionPayload(Payload):
    """What is gone."""

    deleted_id: strawberry.ID | None = field("The global id that the promotion had; null when it was not deleted.", deleted_id)


delete_promotion = order(DeletePromotionInput)
