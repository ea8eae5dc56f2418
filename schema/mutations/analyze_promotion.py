"""analyzePromotion: finds out what a promotion would do now."""

import strawberry

from gateway.domain.commands.performed import Performed
from gateway.domain.commands.promotions import AnalyzePromotion
from gateway.domain.errors import GatewayError, NotSupportedError
from gateway.domain.keys import PromotionKey
from gateway.domain.promotion_report import PromotionReport as PromotionReportValue
from schema.inputs.promotion import PromotionOptionsInput, PromotionScopeInput
from schema.mutations.order import input_for, order
from schema.mutations.payload import Payload, changed, payload
from schema.resolvers.batched import Call
from schema.resolvers.info import Info
from schema.resolvers.selection import wanted_fields
from schema.types.promotion import Promotion, read_analyses
from schema.types.promotion_report import PromotionReport
from schema.types.view import argument, field, optional


@input_for(AnalyzePromotion)
class AnalyzePromotionInput:
    """Which promotion is to be looked into, and how it would be executed."""

    promotion_id: strawberry.ID = argument("The promotion.")
    options: PromotionOptionsInput | None = optional("What of the target environment stays as it is.")
    scope: PromotionScopeInput | None = optional("One thing to promote, in place of the whole environment.")
    context: str | None = optional("A remark that the vendor keeps with it.")


class Analyzed(Performed, frozen=True, kw_only=True, eq=False):
    """With what was asked, because a report is not remembered under an idempotency key: it is made anew."""

    command: AnalyzePromotion


def analyzed(performed: Performed, command: AnalyzePromotion) -> Performed:
    return Analyzed(command=command, **{name: getattr(performed, name) for name in Performed.__struct_fields__})


async def report(root: strawberry.Parent[Performed], info: Info) -> PromotionReportValue | None:
    if root.report is not None or root.errors or not isinstance(root, Analyzed):
        return root.report
    command = root.command
    if command.scope is not None:
        raise NotSupportedError(
            "A report on one thing is not remembered under an idempotency key. Ask again with another key.",
            provider=command.promotion.provider,
        )
    (found,) = await read_analyses([command.promotion], command.options, Call(info.context, wanted_fields(info._raw_info)))
    if isinstance(found, GatewayError):
        info.context.report_fault(info.path.as_list(), found)
        raise found
    return found


@payload
class AnalyzePromotionPayload(Payload):
    """What the promotion would do. Nothing is changed."""

    promotion: Promotion | None = field(
        "The promotion as it is now; null when it was not analyzed, or cannot be found.", changed(PromotionKey)
    )
    report: PromotionReport | None = field(
        "What it would do if it were executed now; null when that was not found out. A replayed answer has a new report.",
        report,
    )


analyze_promotion = order(AnalyzePromotionInput, analyzed)
