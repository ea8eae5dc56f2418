"""executePromotion: promotes."""

import strawberry

from gateway.domain.commands.promotions import ExecutePromotion
from gateway.domain.keys import ExecutionKey
from schema.inputs.promotion import PromotionOptionsInput, PromotionScopeInput
from schema.mutations.order import input_for, order
from schema.mutations.payload import Payload, changed, payload
from schema.types.execution import Execution
from schema.types.view import argument, field, optional


@input_for(ExecutePromotion)
class ExecutePromotionInput:
    """Which promotion is to be executed, and how."""

    promotion_id: strawberry.ID = argument("The promotion.")
    options: PromotionOptionsInput | None = optional("What of the target environment stays as it is.")
    scope: PromotionScopeInput | None = optional("One thing to promote, in place of the whole environment.")
    context: str | None = optional("A remark that the vendor keeps with it.")


@payload
class ExecutePromotionPayload(Payload):
    """The run that promotes."""

    run: Execution | None = field(
        "The run of the promotion; null when it was not started, or cannot be found.", changed(ExecutionKey)
    )


execute_promotion = order(ExecutePromotionInput)
