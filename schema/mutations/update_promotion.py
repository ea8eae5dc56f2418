"""updatePromotion: gives a promotion another description."""

import strawberry

from gateway.domain.commands.promotions import UpdatePromotion
from gateway.domain.keys import PromotionKey
from schema.mutations.order import input_for, order
from schema.mutations.payload import Payload, changed, payload
from schema.types.promotion import Promotion
from schema.types.view import argument, field


@input_for(UpdatePromotion)
class UpdatePromotionInput:
    """What is to be different."""

    promotion_id: strawberry.ID = argument("The promotion.")
    description: str = argument("What it is for.")


@payload
class UpdatePromotionPayload(Payload):
    """The promotion that was changed."""

    promotion: Promotion | None = field(
        "The promotion as it is now; null when it was not changed, or cannot be found.", changed(PromotionKey)
    )


update_promotion = order(UpdatePromotionInput)
